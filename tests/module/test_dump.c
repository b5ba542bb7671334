/* Dumped models against one worked out by hand: the ring of tests/hostile/world.c, five states, a
 * slip of a quarter, state 4 ends the episode with reward 1. */
#include "base/file.h"
#include "module/dump.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* The numbers of a float64 .npy file; *n of them; its header must contain `shape`. Owned. */
static double *read_npy(const char *folder, const char *name, const char *shape, size_t *n)
{
    char *path = mem_printf("%s/%s", folder, name);
    struct buf b = {0};
    uint16_t head;
    CU_ASSERT_EQUAL_FATAL(file_read(path, 1 << 20, &b, NULL), OK);
    CU_ASSERT_FATAL(b.len > 10 && memcmp(b.data, "\x93NUMPY\1\0", 8) == 0);
    memcpy(&head, b.data + 8, 2);
    char *text = mem_printf("%.*s", (int)head, b.data + 10);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, shape));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "<f8"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "'fortran_order': False"));
    CU_ASSERT_EQUAL((10 + head) % 64, 0);
    *n = (b.len - 10 - head) / 8;
    double *values = mem_alloc(*n * 8 + 1);
    memcpy(values, b.data + 10 + head, *n * 8);
    buf_finish(&b);
    free(text);
    free(path);
    return values;
}

static void the_ring_is_as_drawn(void)
{
    struct registry r;
    struct err e = ERR_INIT;
    struct buf files = {0};
    char *out = mem_printf("%s/ring", variable("SCRATCH"));
    size_t n;
    CU_ASSERT_EQUAL_FATAL(registry_load(&r, variable("RLBENCH_HOSTILE"), &e), OK);
    const struct desc *d = registry_find(&r, DESC_ENVIRONMENT, "hostile-world-none");
    CU_ASSERT_PTR_NOT_NULL_FATAL(d);
    CU_ASSERT_EQUAL_FATAL(dump_run(out, &(struct dump_part){.desc = d}, NULL, &files, &e), OK);
    double *p = read_npy(out, "P.npy", "(5, 2, 5)", &n);
    CU_ASSERT_EQUAL_FATAL(n, 50);
    double *end = read_npy(out, "terminal.npy", "(5, 2, 5)", &n);
    double *reward = read_npy(out, "R.npy", "(5, 2)", &n);
    CU_ASSERT_EQUAL_FATAL(n, 10);
    double *start = read_npy(out, "start.npy", "(5,)", &n);
    CU_ASSERT_EQUAL_FATAL(n, 5);
    for (int s = 0; s < 5; s++)
        for (int a = 0; a < 2; a++) {
            int forth = (s + 1) % 5, back = (s + 4) % 5;
            double expected =
                (forth == 4 ? (a ? 0.75 : 0.25) : 0) + (back == 4 ? (a ? 0.25 : 0.75) : 0);
            CU_ASSERT_DOUBLE_EQUAL(reward[s * 2 + a], expected, 1e-15);
            for (int t = 0; t < 5; t++) {
                double prob = t == forth ? (a ? 0.75 : 0.25) : t == back ? (a ? 0.25 : 0.75) : 0;
                CU_ASSERT_DOUBLE_EQUAL(p[(s * 2 + a) * 5 + t], prob, 1e-15);
                CU_ASSERT_EQUAL(end[(s * 2 + a) * 5 + t], t == 4 && prob > 0);
            }
        }
    CU_ASSERT(start[0] == 0.5 && start[1] == 0.5 && start[2] == 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&files), "MANIFEST.txt"));
    free(p);
    free(end);
    free(reward);
    free(start);
    free(out);
    buf_finish(&files);
    registry_finish(&r);
}

static void faults_are_sentences(void)
{
    struct registry r;
    struct err e = ERR_INIT;
    struct buf files = {0};
    const char *const wrong[] = {"states=none"};
    CU_ASSERT_EQUAL_FATAL(registry_load(&r, variable("RLBENCH_HOSTILE"), &e), OK);
    const struct desc *d = registry_find(&r, DESC_ENVIRONMENT, "hostile-world-none");
    CU_ASSERT_PTR_NOT_NULL_FATAL(d);
    CU_ASSERT_EQUAL(dump_run("/proc/nowhere", &(struct dump_part){.desc = d}, NULL, &files, &e),
                    ERR_CANTCREAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "/proc/nowhere"));
    CU_ASSERT_EQUAL(
        dump_run(variable("SCRATCH"), &(struct dump_part){d, wrong, 1}, NULL, &files, &e),
        ERR_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "no parameter 'states'"));
    struct desc gone = *d;
    gone.path = "/nowhere/x.so";
    CU_ASSERT_EQUAL(
        dump_run(variable("SCRATCH"), &(struct dump_part){.desc = &gone}, NULL, &files, &e),
        ERR_NOINPUT);
    CU_ASSERT_EQUAL(files.len, 0);
    buf_finish(&files);
    registry_finish(&r);
}

CHECK_MAIN("dump", {"the ring is as drawn", the_ring_is_as_drawn},
           {"faults are sentences", faults_are_sentences})
