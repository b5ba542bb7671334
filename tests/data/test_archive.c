/* NumPy archives: what NumPy wrote becomes the dataset that NumPy says, what is exported is what
 * NumPy was seen to load, and comes back with the same digest. */
#include "base/file.h"
#include "check.h"
#include "data/random_dataset.h"

#include <dirent.h>
#include <errno.h>
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

static char *fixture(const char *name, const char *ending)
{
    return mem_printf("%s/tests/data/files/%s%s", getenv("TOP_SRCDIR"), name, ending);
}

static struct buf notes;
static void keep_note(void *ctx, const char *text)
{
    (void)ctx;
    buf_printf(&notes, "%s\n", text);
}

/* ---- what NumPy says ---- */

static void describe_space(struct buf *out, const char *name, const rlb_space *s)
{
    static const char *const kinds[] = {"none", "discrete", "box", "multi"};
    buf_printf(out, "%s %s %s %u %d\n", name, kinds[s->kind], rlb_npy_type_name(s->dtype), s->width,
               (int)s->n);
}

/* The lines that make_npz.py writes. */
static void describe(const rlb_dataset_file *f, struct buf *out)
{
    const rlb_dataset *d = &f->data;
    buf_printf(out, "agents %u\nstart", d->num_agents);
    for (uint64_t e = 0; e <= d->num_episodes; e++)
        buf_printf(out, " %d", (int)d->start[e]);
    buf_putc(out, '\n');
    describe_space(out, "obs", &d->obs);
    describe_space(out, "act", &d->act);
    describe_space(out, "state", &d->state);
    for (uint32_t i = 0; i < f->num_columns; i++) {
        const rlb_column *c = &f->columns[i];
        char sha256[65];
        file_sha256_bytes(c->data, d->num_rows * c->row_bytes, sha256);
        buf_printf(out, "%s %s %d", c->name, rlb_npy_type_name(c->type), (int)d->num_rows);
        if (c->per_agent && d->num_agents > 1)
            buf_printf(out, ",%u", d->num_agents);
        for (uint32_t k = 0; k < c->rank; k++)
            buf_printf(out, ",%u", c->shape[k]);
        buf_printf(out, " %s\n", sha256);
    }
}

static const struct source {
    const char *name;
    rlb_import how;
    const char *notes;
} sources[] = {
    {"puzzle-play-v0", {.layout = RLB_LAYOUT_OGBENCH}, ""},
    {"puzzle-play-v0", {.layout = RLB_LAYOUT_AUTO}, ""},
    {"puzzle-play-v0-val", {.layout = RLB_LAYOUT_AUTO}, "obs: float64 becomes float32\n"},
    {"powder", {.layout = RLB_LAYOUT_OGBENCH}, ""},
    {"d4rl",
     {.layout = RLB_LAYOUT_AUTO},
     "left out: metadata.npy: its type '<U4' is none of float32, float64, float16, int32, int64, "
     "uint8 and bool; convert it with .astype()\n"
     "rewards: float64 becomes float32\n"
     "terminated: bool becomes uint8\n"
     "the last trajectory is not marked as ended: it ends with the file\n"
     "trajectories that end unmarked, where the next row does not begin with next_observations: "
     "1\n"},
    {"agents", {.layout = RLB_LAYOUT_COLUMNS, .num_agents = 3}, NULL},
    {"heads",
     {.layout = RLB_LAYOUT_AUTO},
     "nothing marks where trajectories end: all rows are one trajectory\n"},
    {"zip64",
     {.layout = RLB_LAYOUT_AUTO},
     "nothing marks where trajectories end: all rows are one trajectory\n"},
};

/* Imports files/<name>.npz to a file of the scratch folder, and opens it. */
static void import_fixture(const struct source *s, rlb_dataset_file *f)
{
    char *npz = fixture(s->name, ".npz"), *path = scratch("imported.rlbd");
    rlb_import how = s->how;
    rlb_fault why = {0, ""};
    buf_clear(&notes);
    how.note = keep_note;
    rlb_status status = rlb_dataset_import(npz, path, &how, &why);
    if (status == RLB_OK)
        status = rlb_dataset_open(path, f, &why);
    if (status != RLB_OK)
        fprintf(stderr, "%s\n", why.text);
    CU_ASSERT_EQUAL_FATAL(status, RLB_OK);
    CU_ASSERT_EQUAL(rlb_dataset_verify(path, f, &why), RLB_OK);
    free(npz);
    free(path);
}

static void what_numpy_wrote(void)
{
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        struct buf found = {0}, expected = {0};
        char *text = fixture(sources[i].name, ".expected"), *npz = fixture(sources[i].name, ".npz");
        char sha256[65];
        rlb_dataset_file f;
        import_fixture(&sources[i], &f);
        describe(&f, &found);
        CU_ASSERT_EQUAL_FATAL(file_read(text, 1 << 20, &expected, NULL), OK);
        CHECK_TEXT(buf_text(&found), buf_text(&expected));
        if (sources[i].notes)
            CHECK_TEXT(buf_text(&notes), sources[i].notes);
        CU_ASSERT_EQUAL(file_sha256(npz, sha256, NULL), OK);
        CHECK_TEXT(rlb_dataset_note(&f, "source_sha256"), sha256);
        CHECK_TEXT(f.data.name, sources[i].name);
        rlb_dataset_close(&f);
        buf_finish(&found);
        buf_finish(&expected);
        free(text);
        free(npz);
    }
}

/* Names and numbers given by hand over those of a layout. */
static void maps_and_counts(void)
{
    static const rlb_note map[] = {{"state", "qpos"}, {"obs", "qvel"}, {"first", "observations"}};
    static const rlb_note count[] = {{"actions", "20"}}, few[] = {{"actions", "5"}};
    const struct source renamed = {
        "puzzle-play-v0", {.layout = RLB_LAYOUT_OGBENCH, .num_map = 3, .map = map}, ""};
    const struct source counted = {
        "powder", {.layout = RLB_LAYOUT_AUTO, .num_counts = 1, .counts = count}, ""};
    rlb_dataset_file f;
    import_fixture(&renamed, &f);
    CU_ASSERT_EQUAL(f.data.obs.width, 6);
    CU_ASSERT_EQUAL(f.data.state.width, 7);
    CU_ASSERT_PTR_NOT_NULL(f.data.state_data);
    CU_ASSERT_PTR_NOT_NULL(rlb_dataset_column(&f, "first"));
    rlb_dataset_close(&f);
    import_fixture(&counted, &f);
    CU_ASSERT_EQUAL(f.data.act.n, 20);
    rlb_dataset_close(&f);
    rlb_import how = {.num_counts = 1, .counts = few};
    rlb_fault why;
    char *npz = fixture("powder", ".npz"), *path = scratch("few.rlbd");
    CU_ASSERT_EQUAL(rlb_dataset_import(npz, path, &how, &why), RLB_E_INVAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "member actions has the value 5"));
    CU_ASSERT(!file_exists(path));
    free(npz);
    free(path);
}

/* ---- out and back ---- */

static void the_same_digest_comes_back(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 12, 0);
    char *path = scratch("out.rlbd"), *npz = scratch("out.npz"), *back = scratch("back.rlbd");
    for (int round = 0; round < 100; round++) {
        struct random_dataset d;
        rlb_dataset_file f, g;
        rlb_fault why = {0, ""};
        const rlb_import how = {.layout = RLB_LAYOUT_AUTO};
        random_dataset(&rng, &d);
        CU_ASSERT_EQUAL_FATAL(random_dataset_write(&rng, &d, path, &why), RLB_OK);
        CU_ASSERT_EQUAL_FATAL(rlb_dataset_open(path, &f, &why), RLB_OK);
        CU_ASSERT_EQUAL(rlb_dataset_export(&f, npz, round % 10, &why), RLB_OK);
        rlb_status status = rlb_dataset_import(npz, back, &how, &why);
        if (status == RLB_OK)
            status = rlb_dataset_open(back, &g, &why);
        if (status != RLB_OK)
            fprintf(stderr, "%s\n", why.text);
        CU_ASSERT_EQUAL_FATAL(status, RLB_OK);
        CU_ASSERT(random_dataset_equal(&d, &g));
        CHECK_TEXT(g.data.sha256, f.data.sha256);
        rlb_dataset_close(&f);
        rlb_dataset_close(&g);
        random_dataset_free(&d);
    }
    free(path);
    free(npz);
    free(back);
}

/* check_export.py keeps the digests of exports that NumPy loaded and found to be right. */
static void what_numpy_was_seen_to_load(void)
{
    char *list = fixture("exports", ".sha256"), *npz = scratch("exported.npz");
    struct buf text = {0};
    size_t n = 0;
    CU_ASSERT_EQUAL_FATAL(file_read(list, 1 << 20, &text, NULL), OK);
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        rlb_dataset_file f;
        rlb_fault why;
        char sha256[65], line[200];
        import_fixture(&sources[i], &f);
        CU_ASSERT_EQUAL(rlb_dataset_export(&f, npz, 0, &why), RLB_OK);
        CU_ASSERT_EQUAL(file_sha256(npz, sha256, NULL), OK);
        snprintf(line, sizeof line, "%s  %s.npz\n", sha256, sources[i].name);
        if (!strstr(buf_text(&text), line))
            fprintf(stderr, "not as NumPy saw it: %s", line);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&text), line));
        n++;
        rlb_dataset_close(&f);
    }
    CU_ASSERT(n >= 6);
    buf_finish(&text);
    free(list);
    free(npz);
}

/* ---- what is refused ---- */

static const struct refusal {
    const char *name, *sentence;
} refusals[] = {
    {"big-endian", "observations.npy: its type '>f4' is big-endian; write it with .astype('<f4')"},
    {"uint16", "observations.npy: its type '<u2' is none of float32,"},
    {"objects", "observations.npy: its type '|O' is none of float32,"},
    {"structured", "observations.npy: structured types are not read"},
    {"no-actions", "needs member actions for actions; there are: observations, terminals."},
    {"short-actions", "member actions has not one entry for each of the 3 rows of observations"},
    {"terminals-2d", "member terminals is not one mark for each of 3 rows"},
    {"negative-action", "member actions, row 1: discrete values start at 0, found -1"},
    {"large-action", "member actions, row 1: not a number below 2^31"},
    {"overflow", "member observations, row 1: a value is out of range for float32"},
    {"empty-axis", "member observations has an axis of length 0"},
    {"no-rows", "no member is an array with rows"},
    {"start-backwards", "member start, episode 2: starts at row 1 of 3"},
    {"start-beyond", "member start, episode 2: starts at row 4 of 3"},
    {"next-shape", "members observations and next_observations have different shapes"},
    {"mask-box", "column mask: a mask needs discrete actions"},
    {"bzip2", "member observations.npy is neither stored nor deflated"},
    {"not-npy", "observations.npy: not a NumPy array (.npy)"},
    {"version-9", "observations.npy: version 9 of .npy"},
    {"shape-lies", "observations.npy: its data are not as long as its shape says"},
    {"shape-huge", "observations.npy: its shape is larger than any file"},
    {"shape-number", "observations.npy: its shape has something that is not a size"},
    {"nine-axes", "observations.npy: it has more than 8 axes"},
    {"head-cut", "observations.npy: "},
    {"head-key", "observations.npy: key 'order' in its head"},
    {"twice", "there are two members observations.npy"},
    {"cut", "not a NumPy archive (.npz), or cut short"},
    {"empty", "not a NumPy archive (.npz), or cut short"},
    {"crc", "member observations.npy is damaged (its checksum differs)"},
    {"deflate", "observations.npy"},
    {"directory", "its directory is damaged"},
};

static size_t files_in(const char *folder)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    while (d && readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static void refused(void)
{
    char *folder = scratch("refused"), *path = scratch("refused/x.rlbd"), *bad = fixture("bad", "");
    const rlb_import how = {.layout = RLB_LAYOUT_AUTO};
    size_t n = sizeof refusals / sizeof refusals[0];
    mkdir(folder, 0700);
    CU_ASSERT_EQUAL(files_in(bad), n);
    for (size_t i = 0; i < n; i++) {
        char *name = mem_printf("bad/%s", refusals[i].name), *npz = fixture(name, ".npz");
        rlb_fault why = {0, ""};
        rlb_import as = how;
        /* Without observations the layout would be another. */
        if (strcmp(refusals[i].name, "no-rows") && strncmp(refusals[i].name, "start", 5) &&
            strcmp(refusals[i].name, "mask-box") && strcmp(refusals[i].name, "next-shape"))
            as.layout = RLB_LAYOUT_OGBENCH;
        CU_ASSERT_NOT_EQUAL(rlb_dataset_import(npz, path, &as, &why), RLB_OK);
        if (!strstr(why.text, refusals[i].sentence))
            fprintf(stderr, "%s: '%s', not '%s'\n", refusals[i].name, why.text,
                    refusals[i].sentence);
        CU_ASSERT_PTR_NOT_NULL(strstr(why.text, refusals[i].sentence));
        CU_ASSERT_PTR_NOT_NULL(strstr(why.text, refusals[i].name));
        free(name);
        free(npz);
    }
    CU_ASSERT_EQUAL(files_in(folder), 0);
    free(folder);
    free(path);
    free(bad);
}

static void a_full_disk(void)
{
    char *folder = scratch("full"), *path = scratch("full/x.rlbd"), *npz = scratch("full/x.npz");
    char *from = fixture("puzzle-play-v0", ".npz");
    const rlb_import how = {.layout = RLB_LAYOUT_AUTO};
    struct rlimit old, small = {16 << 10, 0};
    rlb_dataset_file f;
    rlb_fault why;
    import_fixture(&sources[0], &f);
    mkdir(folder, 0700);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    rlb_status in = rlb_dataset_import(from, path, &how, &why);
    CU_ASSERT_EQUAL(why.os_error, EFBIG);
    rlb_status stored = rlb_dataset_export(&f, npz, 0, &why);
    CU_ASSERT_EQUAL(why.os_error, EFBIG);
    rlb_status deflated = rlb_dataset_export(&f, npz, 1, &why);
    setrlimit(RLIMIT_FSIZE, &old);
    CU_ASSERT(in == RLB_E_IO && stored == RLB_E_IO && deflated == RLB_E_IO);
    CU_ASSERT_EQUAL(files_in(folder), 0);
    CU_ASSERT_EQUAL(rlb_dataset_export(&f, npz, 10, &why), RLB_E_INVAL);
    CU_ASSERT_EQUAL(rlb_dataset_export(&f, "/nowhere/x.npz", 0, &why), RLB_E_IO);
    CU_ASSERT_EQUAL(rlb_dataset_import("/nowhere/x.npz", path, &how, &why), RLB_E_IO);
    CU_ASSERT_EQUAL(why.os_error, ENOENT);
    rlb_dataset_close(&f);
    free(folder);
    free(path);
    free(npz);
    free(from);
}

static void the_end(void)
{
    buf_finish(&notes);
}

CHECK_MAIN("archives", {"what NumPy wrote", what_numpy_wrote}, {"maps and counts", maps_and_counts},
           {"the same digest comes back", the_same_digest_comes_back},
           {"what NumPy was seen to load", what_numpy_was_seen_to_load}, {"refused", refused},
           {"a full disk", a_full_disk}, {"the end", the_end})
