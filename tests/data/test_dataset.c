/* The .rlbd format: what is written is read, an independent writer's bytes are ours, failures leave
 * nothing behind. */
#include "base/file.h"
#include "check.h"
#include "data/random_dataset.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char *scratch(const char *name)
{
    return mem_printf("%s/%s", getenv("SCRATCH"), name);
}

static char *fixture(void)
{
    return mem_printf("%s/tests/data/files/tiny.rlbd", getenv("TOP_SRCDIR"));
}

static void random_shapes(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 11, 0);
    char *path = scratch("random.rlbd");
    size_t without_episodes = 0;
    for (int round = 0; round < 150; round++) {
        struct random_dataset d;
        rlb_dataset_file f;
        rlb_fault why;
        random_dataset(&rng, &d);
        without_episodes += d.num_episodes == 0;
        rlb_status status = random_dataset_write(&rng, &d, path, &why);
        if (status == RLB_OK)
            status = rlb_dataset_open(path, &f, &why);
        if (status != RLB_OK)
            fprintf(stderr, "%s\n", why.text);
        CU_ASSERT_EQUAL_FATAL(status, RLB_OK);
        CU_ASSERT(random_dataset_equal(&d, &f));
        CU_ASSERT_EQUAL(rlb_dataset_verify(path, &f, &why), RLB_OK);
        CHECK_TEXT(f.data.name, "random");
        rlb_dataset_close(&f);
        random_dataset_free(&d);
    }
    CU_ASSERT(without_episodes > 0);
    free(path);
}

/* ---- the file of make_rlbd.py ---- */

static void values_of_an_independent_writer(void)
{
    char *path = fixture();
    rlb_dataset_file f;
    rlb_fault why;
    CU_ASSERT_EQUAL_FATAL(rlb_dataset_open(path, &f, &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_verify(path, &f, &why), RLB_OK);
    const rlb_dataset *d = &f.data;
    CU_ASSERT_EQUAL(d->num_agents, 2);
    CU_ASSERT_EQUAL(d->num_rows, 5);
    CU_ASSERT_EQUAL(d->num_episodes, 2);
    CU_ASSERT_EQUAL(d->start[1], 3);
    CU_ASSERT(d->obs.kind == RLB_SPACE_BOX && d->obs.width == 3 && isinf(d->obs.high));
    CU_ASSERT(d->act.kind == RLB_SPACE_DISCRETE && d->act.n == 4);
    for (int i = 0; i < 30; i++)
        CU_ASSERT_EQUAL(((const float *)d->obs_data)[i], 0.25f * (float)i);
    for (int i = 0; i < 10; i++) {
        CU_ASSERT_EQUAL(((const int32_t *)d->actions)[i], i * 7 % 4);
        CU_ASSERT_EQUAL(d->rewards[i], -1.5f + (float)i);
    }
    CU_ASSERT_EQUAL(d->terminated[1], 1);
    CU_ASSERT_PTR_NULL(d->alive);
    CU_ASSERT_PTR_NULL(d->mask);
    CU_ASSERT_PTR_NULL(d->state_data);
    const rlb_column *qpos = rlb_dataset_column(&f, "infos/qpos");
    CU_ASSERT_PTR_NOT_NULL_FATAL(qpos);
    CU_ASSERT(qpos->rank == 2 && qpos->type == RLB_NPY_F64);
    CU_ASSERT_EQUAL(((const double *)qpos->data)[19], M_PI * 19);
    CHECK_TEXT(d->name, "tiny");
    CHECK_TEXT(rlb_dataset_note(&f, "seed"), "7");
    CU_ASSERT_PTR_NULL(rlb_dataset_note(&f, "recipe"));
    rlb_dataset_close(&f);
    free(path);
}

static void bytes_of_an_independent_writer(void)
{
    char *path = fixture(), *copy = scratch("copy.rlbd");
    rlb_dataset_file f;
    rlb_dataset_writer *w;
    rlb_fault why;
    struct buf ours = {0}, theirs = {0};
    CU_ASSERT_EQUAL_FATAL(rlb_dataset_open(path, &f, &why), RLB_OK);
    const rlb_dataset_layout l = {f.data.name,       f.data.obs,    f.data.act, f.data.state,
                                  f.data.num_agents, f.num_columns, f.columns};
    CU_ASSERT_EQUAL_FATAL(rlb_dataset_create(copy, &l, &w, &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_add_note(w, "collector", "nobody", &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_add_note(w, "seed", "7", &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_add_note(w, "collector", "make_rlbd.py", &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_add_note(w, "Bad key", "", &why), RLB_E_INVAL);
    for (uint32_t i = 0; i < f.num_columns; i++)
        CU_ASSERT_EQUAL(rlb_dataset_put(w, i, f.columns[i].data, 5, &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_episode(w, 3, &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_episode(w, 2, &why), RLB_OK);
    CU_ASSERT_EQUAL_FATAL(rlb_dataset_commit(w, &why), RLB_OK);
    CU_ASSERT_EQUAL_FATAL(file_read(copy, 1 << 20, &ours, NULL), OK);
    CU_ASSERT_EQUAL_FATAL(file_read(path, 1 << 20, &theirs, NULL), OK);
    CU_ASSERT(ours.len == theirs.len && memcmp(ours.data, theirs.data, ours.len) == 0);
    buf_finish(&ours);
    buf_finish(&theirs);
    rlb_dataset_close(&f);
    free(path);
    free(copy);
}

/* ---- damage ---- */

/* One change to the fixture's bytes and the sentence it must give. Offsets are those of
 * rlbench-dataset(5): head 0, columns at 264 in steps of 96, start at 768. */
static const struct damage {
    size_t at, size;
    uint64_t value;
    const char *sentence;
} damages[] = {
    {0, 1, 'X', "not a dataset of rlbench"},
    {5, 2, '\n', "not a dataset of rlbench"},
    {8, 4, 2, "dataset format 2; this program reads format 1"},
    {12, 4, 832, "its rows are not as long as its head says"},
    {16, 8, 1 << 20, "its rows are not as long as its head says"},
    {24, 8, 5000, "cut short: "},
    {24, 8, 100, "bytes follow its end"},
    {64, 8, 6, "is not where its shape says"},
    {64, 8, UINT64_MAX, "larger than any file"},
    {64, 8, UINT64_MAX / 24, "larger than any file"},
    {72, 8, 1, "3 of its 5 rows are in episodes"},
    {72, 8, UINT64_MAX, "larger than any file"},
    {80, 4, 0, "it has no agents"},
    {80, 4, 3, "is not where its shape says"},
    {84, 4, 65, "65 columns are more than 64"},
    {88, 8, 1, "its head is damaged"},
    {96, 4, 9, "observation space is of an unknown kind"},
    {104, 4, 0, "observation space has width 0"},
    {108, 4, 5, "observation space has more than 4 axes"},
    {112, 4, 4, "observation space has a shape of another width"},
    {152 + 32, 8, 0, "action space is discrete, but not of int32 below some n"},
    {264, 1, 0, "the name of column 0 is not letters"},
    {264, 1, ' ', "the name of column 0 is not letters"},
    {264 + 48, 4, 6, "column obs is of an unknown type (6)"},
    {264 + 48, 4, RLB_NPY_I32, "column obs: its type is not what its name means"},
    {264 + 52, 4, 0, "column obs: it must be per agent"},
    {264 + 52, 4, 2, "the description of column obs is damaged"},
    {264 + 56, 4, 5, "the description of column obs is damaged"},
    {264 + 64, 4, 4, "column obs: its width is not what its name means"},
    {264 + 64, 4, 0, "column obs has an axis of length 0"},
    {264 + 80, 8, 25, "column obs is not where its shape says"},
    {264 + 88, 8, 64, "column obs is not where its shape says"},
    {264 + 4 * 96, 8, 0x73647261776572, "there are two columns 'rewards'"}, /* the word's bytes */
    {264 + 4 * 96 + 64, 4, UINT32_MAX, "one row of column infos/qpos is too large"},
    {768, 8, 1, "its first episode starts at row 1"},
    {776, 8, 0, "episode 0 goes from row 0 to row 0 of 5"},
    {776, 8, 6, "episode 0 goes from row 0 to row 6 of 5"},
    {784, 8, 3, "episode 1 goes from row 3 to row 3 of 5"},
    {784, 8, 4, "4 of its 5 rows are in episodes"},
};

static void every_damage_has_its_sentence(void)
{
    char *path = fixture();
    struct buf whole = {0};
    CU_ASSERT_EQUAL_FATAL(file_read(path, 1 << 20, &whole, NULL), OK);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        const struct damage *m = &damages[i];
        struct buf b = {0};
        rlb_dataset_file f;
        rlb_fault why = {0, ""};
        buf_add(&b, whole.data, whole.len);
        memcpy(b.data + m->at, &m->value, m->size);
        CU_ASSERT_EQUAL(rlb_dataset_parse("x.rlbd", b.data, b.len, &f, &why), RLB_E_FORMAT);
        if (!strstr(why.text, m->sentence) || strncmp(why.text, "x.rlbd: ", 8) != 0)
            fprintf(stderr, "%zu: '%s', not '%s'\n", i, why.text, m->sentence);
        CU_ASSERT_PTR_NOT_NULL(strstr(why.text, m->sentence));
        buf_finish(&b);
    }
    for (size_t n = 0; n < whole.len; n++) { /* cut anywhere */
        rlb_dataset_file f;
        rlb_fault why;
        CU_ASSERT_EQUAL(rlb_dataset_parse("x.rlbd", whole.data, n, &f, &why), RLB_E_FORMAT);
        CU_ASSERT_PTR_NOT_NULL(strstr(why.text, n < 264 ? "too short" : "cut short"));
    }
    buf_finish(&whole);
    free(path);
}

static void changed_data_have_another_digest(void)
{
    char *path = fixture(), *copy = scratch("changed.rlbd");
    struct buf b = {0};
    rlb_dataset_file f;
    rlb_fault why;
    CU_ASSERT_EQUAL_FATAL(file_read(path, 1 << 20, &b, NULL), OK);
    b.data[900] ^= 1;
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(copy, b.data, b.len, NULL), OK);
    CU_ASSERT_EQUAL_FATAL(rlb_dataset_open(copy, &f, &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_verify(copy, &f, &why), RLB_E_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "damaged: its data have digest"));
    rlb_dataset_close(&f);
    buf_finish(&b);
    free(path);
    free(copy);
}

/* ---- failures ---- */

static void files_that_cannot_be_opened(void)
{
    rlb_dataset_file f;
    rlb_fault why;
    CU_ASSERT_EQUAL(rlb_dataset_open("/nowhere/x.rlbd", &f, &why), RLB_E_IO);
    CU_ASSERT_EQUAL(why.os_error, ENOENT);
    CHECK_TEXT(why.text, "/nowhere/x.rlbd: No such file or directory");
    CU_ASSERT_EQUAL(rlb_dataset_open("/", &f, &why), RLB_E_FORMAT);
    CHECK_TEXT(why.text, "/: not a file");
    CU_ASSERT_EQUAL(rlb_dataset_open("/dev/null", &f, &why), RLB_E_FORMAT);
}

static size_t files_in(const char *folder)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    while (d && readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static const rlb_column one_column[] = {
    {.name = "x", .type = RLB_NPY_U8, .rank = 1, .shape = {1024}}};
static const rlb_dataset_layout one = {
    .name = "", .num_agents = 1, .num_columns = 1, .columns = one_column};

static void a_writer_refuses_what_is_no_dataset(void)
{
    char *folder = scratch("refused"), *path = scratch("refused/x.rlbd");
    rlb_dataset_writer *w;
    rlb_fault why;
    static const char row[1024];
    mkdir(folder, 0700);
    rlb_dataset_layout bad = one;
    bad.num_agents = 0;
    CU_ASSERT_EQUAL(rlb_dataset_create(path, &bad, &w, &why), RLB_E_INVAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "x.rlbd: it has no agents"));
    CU_ASSERT_EQUAL(rlb_dataset_create("/nowhere/x.rlbd", &one, &w, &why), RLB_E_IO);
    CU_ASSERT_EQUAL(why.os_error, ENOENT);
    CU_ASSERT_EQUAL_FATAL(rlb_dataset_create(path, &one, &w, &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_episode(w, 0, &why), RLB_E_INVAL);
    CU_ASSERT_EQUAL(rlb_dataset_put(w, 1, row, 1, &why), RLB_E_INVAL);
    CU_ASSERT_EQUAL(rlb_dataset_put(w, 0, row, UINT64_MAX, &why), RLB_E_INVAL);
    CU_ASSERT_EQUAL(rlb_dataset_put(w, 0, row, 1, &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_episode(w, 2, &why), RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_commit(w, &why), RLB_E_INVAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "column x has 1 rows, the episodes 2"));
    CU_ASSERT_EQUAL_FATAL(rlb_dataset_create(path, &one, &w, &why), RLB_OK);
    rlb_dataset_abandon(w);
    rlb_dataset_abandon(NULL);
    CU_ASSERT_EQUAL(files_in(folder), 0);
    free(folder);
    free(path);
}

/* In the middle of a column, and when the columns are joined: the old file stays, nothing else. */
static void a_full_disk(void)
{
    char *folder = scratch("full"), *path = scratch("full/x.rlbd");
    struct rlimit old, small;
    static const char row[1024];
    mkdir(folder, 0700);
    CU_ASSERT_EQUAL(file_write_atomic(path, "old", 3, NULL), OK);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    for (int joining = 0; joining < 2; joining++) {
        rlb_dataset_writer *w;
        rlb_fault why;
        rlb_status status = RLB_OK;
        small = (struct rlimit){joining ? 200 << 10 : 100 << 10, old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        CU_ASSERT_EQUAL_FATAL(rlb_dataset_create(path, &one, &w, &why), RLB_OK);
        for (int i = 0; i < 200 && status == RLB_OK; i++)
            status = rlb_dataset_put(w, 0, row, 1, &why);
        CU_ASSERT_EQUAL(status, joining ? RLB_OK : RLB_E_IO);
        CU_ASSERT_EQUAL(rlb_dataset_episode(w, 200, &why), RLB_OK);
        status = rlb_dataset_commit(w, &why);
        setrlimit(RLIMIT_FSIZE, &old);
        CU_ASSERT_EQUAL(status, joining ? RLB_E_IO : RLB_E_INVAL);
        CU_ASSERT_PTR_NOT_NULL(
            strstr(why.text, joining ? "x.rlbd: File too large" : "an earlier write failed"));
        CU_ASSERT_EQUAL(files_in(folder), 1);
    }
    struct buf b = {0};
    CU_ASSERT_EQUAL(file_read(path, 100, &b, NULL), OK);
    CHECK_TEXT(buf_text(&b), "old");
    buf_finish(&b);
    free(folder);
    free(path);
}

/* Five thousand million rows of one byte in a file with a hole. */
static void more_than_4_GiB(void)
{
    char *path = scratch("big.rlbd");
    const uint64_t rows = UINT64_C(5000000000), start[2] = {0, rows}, offset = 448;
    struct {
        unsigned char magic[8];
        uint32_t version, head_bytes;
        uint64_t data_end, file_bytes;
        unsigned char sha256[32];
        uint64_t rows, episodes;
        uint32_t agents, columns;
        uint64_t reserved;
        unsigned char spaces[168];
        char name[48];
        uint32_t type, rest[7];
        uint64_t row_bytes, offset;
    } head = {.magic = "\x89RLBD\r\n\x1a", /* its NUL does not fit, nor belong */
              .version = 1,
              .head_bytes = 384,
              .data_end = offset + rows,
              .file_bytes = offset + rows + 4,
              .rows = rows,
              .episodes = 1,
              .agents = 1,
              .columns = 1,
              .name = "x",
              .type = RLB_NPY_U8,
              .row_bytes = 1,
              .offset = offset};
    rlb_dataset_file f;
    rlb_fault why = {0, ""};
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    CU_ASSERT_EQUAL(rows % 64, 0);
    CU_ASSERT_EQUAL(pwrite(fd, &head, sizeof head, 0), sizeof head);
    CU_ASSERT_EQUAL(pwrite(fd, start, sizeof start, 384), sizeof start);
    CU_ASSERT_EQUAL(pwrite(fd, "\7big", 5, (off_t)(offset + rows - 1)), 5);
    close(fd);
    rlb_status status = rlb_dataset_open(path, &f, &why);
    if (status != RLB_OK)
        fprintf(stderr, "%s\n", why.text);
    CU_ASSERT_EQUAL_FATAL(status, RLB_OK);
    CU_ASSERT_EQUAL(((const uint8_t *)f.columns[0].data)[rows - 1], 7);
    CU_ASSERT_EQUAL(((const uint8_t *)f.columns[0].data)[rows - 2], 0);
    CHECK_TEXT(f.data.name, "big");
    rlb_dataset_close(&f);
    unlink(path);
    free(path);
}

CHECK_MAIN("datasets", {"random shapes", random_shapes},
           {"values of an independent writer", values_of_an_independent_writer},
           {"bytes of an independent writer", bytes_of_an_independent_writer},
           {"every damage has its sentence", every_damage_has_its_sentence},
           {"changed data have another digest", changed_data_have_another_digest},
           {"files that cannot be opened", files_that_cannot_be_opened},
           {"a writer refuses what is no dataset", a_writer_refuses_what_is_no_dataset},
           {"a full disk", a_full_disk}, {"more than 4 GiB", more_than_4_GiB})
