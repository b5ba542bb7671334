#include "base/file.h"
#include "check.h"
#include "worker/checkpoint.h"
#include "worker/fake.h"
#include "worker/npy.h"
#include "worker/rig.h"

#include <rlbench/interfaces.h>
#include <rlbench/npy.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the table plugins see */

static const rlb_metric rows[] = {
    {.name = "last", .fold = RLB_FOLD_LAST}, {.name = "mean", .fold = RLB_FOLD_MEAN},
    {.name = "min", .fold = RLB_FOLD_MIN},   {.name = "max", .fold = RLB_FOLD_MAX},
    {.name = "sum", .fold = RLB_FOLD_SUM},   {.name = "odd", .flags = RLB_M_NAN_OK},
};
enum { NUM_ROWS = sizeof rows / sizeof rows[0] };

static struct buf lines;
static void keep_line(void *ctx, int32_t level, const char *who, const char *text)
{
    (void)ctx;
    buf_printf(&lines, "%d %s: %s\n", level, who, text);
}

static void folds(void)
{
    struct host_report report = {.log = keep_line};
    struct host h;
    double out;
    host_init(&h, "test", &report, rows, NUM_ROWS, sizeof rows[0]);
    for (uint32_t i = 0; i < NUM_ROWS; i++)
        CU_ASSERT_FALSE(host_fold_take(&h.folds[i], &out));
    const double values[] = {3, -1, 4, 2};
    const double expected[] = {2, 2, -1, 4, 8, 2};
    for (int window = 0; window < 2; window++) {
        for (uint32_t i = 0; i < NUM_ROWS; i++)
            for (int k = 0; k < 4; k++)
                h.table.metric(&h.table, i, values[k]);
        for (uint32_t i = 0; i < NUM_ROWS; i++) {
            CU_ASSERT(host_fold_take(&h.folds[i], &out));
            CU_ASSERT_EQUAL(out, expected[i]);
            CU_ASSERT_FALSE(host_fold_take(&h.folds[i], &out));
        }
    }
    CU_ASSERT_EQUAL(h.bad, 0);
    h.table.metric(&h.table, 5, NAN);
    CU_ASSERT_EQUAL(h.bad, 0);
    for (uint32_t i = 0; i < 5; i++) {
        h.table.metric(&h.table, i, 1);
        h.table.metric(&h.table, i, i == 2 ? (double)INFINITY : (double)NAN);
        h.table.metric(&h.table, i, 2);
        CU_ASSERT_EQUAL(h.folds[i].bad, 1);
        CU_ASSERT(host_fold_take(&h.folds[i], &out));
        CU_ASSERT(i == 0 ? out == 2 : i == 2 ? out == 1 : isnan(out) != 0);
    }
    CU_ASSERT_EQUAL(h.bad, 5);
    buf_clear(&lines);
    h.table.metric(&h.table, NUM_ROWS, 1);
    h.table.metric(&h.table, UINT32_MAX, 1);
    CHECK_TEXT(buf_text(&lines),
               "2 test: metric() was called with an index outside the table, and ignored\n");
    host_finish(&h);
    buf_finish(&lines);
}

static void memory_and_words(void)
{
    struct host_report report = {.log = keep_line};
    struct host h;
    char text[200];
    host_init(&h, "test", &report, NULL, 0, 0);
    CU_ASSERT_PTR_NULL(h.table.alloc(&h.table, 10));
    CU_ASSERT_PTR_NULL(h.table.alloc(&h.table, 10));
    CHECK_TEXT(buf_text(&lines),
               "2 test: alloc() was called outside create() and load(), and refused\n");
    h.setting_up = true;
    for (size_t n = 0; n < 300; n += 37) {
        char *p = h.table.alloc(&h.table, n);
        CU_ASSERT_PTR_NOT_NULL_FATAL(p);
        CU_ASSERT_EQUAL((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < n; i++)
            CU_ASSERT_EQUAL(p[i], 0);
        memset(p, 1, n);
    }
    CU_ASSERT_PTR_NULL(h.table.alloc(&h.table, SIZE_MAX));
    CU_ASSERT_PTR_NULL(h.table.alloc(&h.table, SIZE_MAX / 2));
    buf_clear(&lines);
    h.table.log(&h.table, RLB_LOG_INFO, "%d and %s", 3, "four");
    CHECK_TEXT(buf_text(&lines), "1 test: 3 and four\n");
    CU_ASSERT_EQUAL(h.table.fail(&h.table, RLB_E_INVAL, "alpha is %d", 7), RLB_E_INVAL);
    CHECK_TEXT(host_failure(&report, "other", RLB_E_INVAL, text, sizeof text), "test: alpha is 7");
    CHECK_TEXT(host_failure(&report, "other", RLB_E_IO, text, sizeof text),
               "other: failed without a sentence (stream failed, status -3)");
    rlb_venv *venv;
    CU_ASSERT_EQUAL(h.table.make_env(&h.table, NULL, 0, 1, 0, 1, &venv), RLB_E_UNSUPPORTED);
    CU_ASSERT_PTR_NULL(h.table.interface(&h.table, "no.such/1"));
    const rlb_allreduce *reduce = h.table.interface(&h.table, RLB_ALLREDUCE);
    double values[] = {1, 2};
    CU_ASSERT_EQUAL(reduce->num_ranks, 1);
    CU_ASSERT_EQUAL(reduce->sum(&h.table, values, 2), RLB_OK);
    CU_ASSERT(values[0] == 1 && values[1] == 2);
    host_finish(&h);
    buf_finish(&lines);
}

/* ---- worlds an algorithm asks for */

static rlb_override wish;
static uint32_t wish_lanes;
static rlb_status wishing_create(const rlb_host *h, const rlb_algo_setup *s, void **out)
{
    rlb_venv *made;
    rlb_status status = h->make_env(h, &wish, 1, wish_lanes, 5, 0, &made);
    if (status == RLB_OK) {
        CU_ASSERT_EQUAL(made->num_lanes, wish_lanes);
        CU_ASSERT_EQUAL(made->obs.n, wish.value.i + 1);
    }
    *out = NULL;
    (void)s;
    return status;
}

static void overrides(void)
{
    static const struct {
        const char *name;
        int64_t value;
        uint32_t lanes;
        const char *fault;
    } wishes[] = {
        {"length", 7, 2, NULL},
        {"length", 1001, 1, "make_env: parameter length of line is out of range"},
        {"lenght", 7, 1, "make_env: environment line has no parameter lenght"},
        {"length", 7, 0, "make_env: 0 lanes are out of range"},
    };
    rlb_algo algo = fake_walker;
    rlb_value env_params[LINE_NUM], params[WALKER_NUM];
    algo.create = wishing_create;
    for (int i = 0; i < LINE_NUM; i++)
        env_params[i] = fake_line.params[i].def;
    for (int i = 0; i < WALKER_NUM; i++)
        params[i] = fake_walker.params[i].def;
    struct rig_setup setup = {
        .algo = &algo, .algo_params = params, .env = &fake_line, .env_params = env_params};
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        struct rig *r = NULL;
        struct err e = ERR_INIT;
        wish = (rlb_override){wishes[i].name, {.i = wishes[i].value}};
        wish_lanes = wishes[i].lanes;
        CU_ASSERT_EQUAL(rig_create(&setup, &r, &e), wishes[i].fault ? ERR_FAILED : OK);
        if (wishes[i].fault)
            CU_ASSERT_PTR_NOT_NULL(strstr(e.text, wishes[i].fault));
        rig_destroy(r);
    }
}

/* ---- streams and files */

static void streams(void)
{
    struct checkpoint_writer w;
    struct checkpoint_reader r, section;
    char text[10];
    uint32_t tag;
    size_t n;
    checkpoint_writer_init(&w);
    rlb_writer *out = &w.table;
    CU_ASSERT_EQUAL(out->put(out, 1, "abc", 3), RLB_OK);
    size_t begun = checkpoint_begin_section(&w, 2);
    CU_ASSERT_EQUAL(out->put(out, 3, "de", 2), RLB_OK);
    CU_ASSERT_EQUAL(out->put(out, 3, NULL, 0), RLB_OK);
    checkpoint_end_section(&w, begun);
    CU_ASSERT_EQUAL(out->put(out, 4, NULL, 1), RLB_E_INVAL);
    checkpoint_reader_over(&r, &w);
    rlb_reader *in = &r.table;
    CU_ASSERT_EQUAL(in->get(in, 1, text, 4), RLB_E_FORMAT);
    CU_ASSERT_EQUAL(in->get(in, 2, text, 3), RLB_E_FORMAT);
    CU_ASSERT_EQUAL(in->peek(in, &tag, &n), RLB_OK);
    CU_ASSERT(tag == 1 && n == 3);
    CU_ASSERT_EQUAL(in->get(in, 1, text, 3), RLB_OK);
    CU_ASSERT_EQUAL(memcmp(text, "abc", 3), 0);
    CU_ASSERT_EQUAL(checkpoint_read_section(&r, 2, &section), RLB_OK);
    CU_ASSERT_EQUAL(in->peek(in, &tag, &n), RLB_DONE);
    in = &section.table;
    CU_ASSERT_EQUAL(in->get(in, 3, text, 2), RLB_OK);
    CU_ASSERT_EQUAL(in->get(in, 3, text, 0), RLB_OK);
    CU_ASSERT_EQUAL(in->get(in, 3, text, 0), RLB_E_FORMAT);
    CU_ASSERT_EQUAL(in->peek(in, &tag, &n), RLB_DONE);
    checkpoint_writer_finish(&w);
}

/* A file with any byte changed, or cut anywhere, is refused. */
static void damaged_files(void)
{
    struct checkpoint_writer w;
    struct checkpoint_reader r;
    struct buf file = {0};
    char sha256[65], again[65], *path = mem_printf("%s/x.rlbc", getenv("SCRATCH"));
    uint64_t size;
    struct err e = ERR_INIT;
    checkpoint_writer_init(&w);
    w.table.put(&w.table, 1, "abc", 3);
    for (int i = 0; i < 2; i++) /* writing it does not change it */
        CU_ASSERT_EQUAL(checkpoint_write_file(path, &w, sha256, &size, &e), OK);
    CU_ASSERT_EQUAL(checkpoint_read_file(path, &file, &r, &e), OK);
    CU_ASSERT_EQUAL(size, file.len);
    CU_ASSERT_EQUAL(file_sha256(path, again, &e), OK);
    CHECK_TEXT(sha256, again);
    for (size_t i = 0; i < file.len; i++) {
        file.data[i] ^= 0x10;
        CU_ASSERT_EQUAL(checkpoint_open("x", file.data, file.len, &r, &e), ERR_DATA);
        file.data[i] ^= 0x10;
        CU_ASSERT_EQUAL(checkpoint_open("x", file.data, i, &r, &e), ERR_DATA);
    }
    CU_ASSERT_EQUAL(checkpoint_open("x", file.data, file.len, &r, &e), OK);
    file.data[4] = 3;
    checkpoint_open("x", file.data, file.len, &r, &e);
    CHECK_TEXT(e.text, "x: checkpoint format 3; this program reads format 2");
    checkpoint_writer_finish(&w);
    buf_finish(&file);
    free(path);
}

static void numpy_files(void)
{
    struct buf b = {0};
    struct err e = ERR_INIT;
    const float f[] = {1, 2, 3};
    const int64_t one = -7;
    const uint64_t three[] = {3}, huge[] = {UINT64_MAX, 2};
    CU_ASSERT_EQUAL(npy_encode(&b, RLB_NPY_F32, three, 1, f, &e), OK);
    CU_ASSERT_EQUAL(b.len, 64 + 64 + 12);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.data + 10, "'<f4', 'fortran_order': False, 'shape': (3,), }"));
    CU_ASSERT_EQUAL(memcmp(b.data + 128, f, sizeof f), 0);
    buf_clear(&b);
    CU_ASSERT_EQUAL(npy_encode(&b, RLB_NPY_I64, NULL, 0, &one, &e), OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.data + 10, "'<i8', 'fortran_order': False, 'shape': (), }"));
    CU_ASSERT_EQUAL(b.len % 64, 8);
    CU_ASSERT_EQUAL(npy_encode(&b, RLB_NPY_F64, huge, 2, f, &e), ERR_DATA);
    buf_finish(&b);
}

CHECK_MAIN("host", {"folds", folds}, {"memory and words", memory_and_words},
           {"worlds an algorithm asks for", overrides}, {"streams", streams},
           {"damaged files", damaged_files}, {"NumPy files", numpy_files})
