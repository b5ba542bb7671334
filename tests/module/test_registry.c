/* What the registry makes of good, broken and changed shared objects, and what it costs. */
#include "base/clock.h"
#include "base/file.h"
#include "module/registry.h"

#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* The folder of modules that fail to load. */
static char *load_folder(void)
{
    return mem_printf("%s/tests/hostile/load/.libs", variable("TOP_BUILDDIR"));
}

static const char *reason_of(const struct registry *r, const char *file)
{
    for (size_t i = 0; i < r->broken.len; i++)
        if (strcmp(file_base(r->broken.data[i].path), file) == 0)
            return r->broken.data[i].reason;
    return "";
}

static void broken_ones_are_listed_with_their_reason(void)
{
    static const struct {
        const char *file, *words;
    } expected[] = {
        {"load-crash.so", "SIGSEGV"},
        {"load-exit.so", "exit status 0"},
        {"entry-hang.so", "within 5 s"},
        {"no-entry.so", "rlb_module_entry"},
        {"missing-symbol.so", "rlb_from_the_future; most likely it was built with a newer"},
        {"wrong-abi.so", "built for plugin ABI 2.7, this program has ABI 1.2"},
        {"wrong-magic.so", "magic is 0x464C457F"},
        {"lying-size.so", "says it is 4294967295 bytes long"},
        {"lying-count.so", "metrics"},
    };
    struct registry r;
    struct err e = ERR_INIT;
    char *folder = load_folder();
    CU_ASSERT_EQUAL_FATAL(registry_load(&r, folder, &e), OK);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const char *reason = reason_of(&r, expected[i].file);
        CU_ASSERT(strstr(reason, expected[i].words) != NULL);
        if (!strstr(reason, expected[i].words))
            fprintf(stderr, "%s: %s\n", expected[i].file, reason);
    }
    CU_ASSERT_EQUAL(r.broken.len, sizeof expected / sizeof expected[0]);
    registry_finish(&r);
    free(folder);
}

static void crashes_and_timeouts_are_remembered(void)
{
    struct registry r;
    struct err e = ERR_INIT;
    char *folder = load_folder();
    int64_t start = clock_mono_ns();
    CU_ASSERT_EQUAL_FATAL(registry_load(&r, folder, &e), OK);
    CU_ASSERT(clock_mono_ns() - start < INT64_C(3000000000)); /* the first took at least 5 s */
    CU_ASSERT(strstr(reason_of(&r, "entry-hang.so"), "within 5 s") != NULL);
    registry_finish(&r);
    free(folder);
}

static void tables_are_copied_whole(void)
{
    struct registry r;
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL_FATAL(registry_load(&r, variable("RLBENCH_HOSTILE"), &e), OK);
    const struct desc *d = registry_find(&r, DESC_ALGORITHM, "hostile-nan");
    CU_ASSERT_PTR_NOT_NULL_FATAL(d);
    CHECK_TEXT(d->title, "Misbehaves");
    CHECK_TEXT(d->step_unit, "step");
    CHECK_TEXT(file_base(d->path), "nan.so");
    CU_ASSERT_EQUAL(d->flags, RLB_A_NO_ENV);
    CU_ASSERT(d->has_save && !d->has_act);
    CU_ASSERT_EQUAL_FATAL(d->num_params, 1);
    CHECK_TEXT(d->params[0].name, "after");
    CHECK_TEXT(d->params[0].unit, "steps");
    CU_ASSERT_EQUAL(d->params[0].def.i, 0);
    CU_ASSERT_EQUAL(d->params[0].max, 1e15);
    CU_ASSERT_EQUAL(desc_param(d, "after"), 0);
    CU_ASSERT_EQUAL(desc_param(d, "before"), -1);
    CU_ASSERT_EQUAL_FATAL(d->num_metrics, 1);
    CHECK_TEXT(d->metrics[0].name, "walk/at");
    CU_ASSERT_EQUAL(d->metrics[0].flags, RLB_M_HEADLINE);
    CU_ASSERT_EQUAL_FATAL(d->num_views, 1);
    CU_ASSERT_EQUAL(d->views[0].kind, RLB_VIEW_TEXT);
    char digest[65];
    CU_ASSERT_EQUAL(file_sha256(d->path, digest, &e), OK);
    CHECK_TEXT(d->sha256, digest);
    CHECK_TEXT(registry_nearest(&r, DESC_ALGORITHM, "hostile-nann"), "hostile-nan");
    CU_ASSERT_PTR_NULL(registry_find(&r, DESC_ENVIRONMENT, "hostile-nan"));
    for (size_t i = 1; i < r.descs.len; i++) {
        const struct desc *a = &r.descs.data[i - 1], *b = &r.descs.data[i];
        CU_ASSERT(a->kind < b->kind || (a->kind == b->kind && strcmp(a->id, b->id) < 0));
    }
    registry_finish(&r);
}

static double fastest_load_ms(const char *extra, size_t *num)
{
    double best = 1e9;
    for (int i = 0; i < 20; i++) {
        struct registry r;
        int64_t start = clock_mono_ns();
        CU_ASSERT_EQUAL(registry_load(&r, extra, NULL), OK);
        double ms = (double)(clock_mono_ns() - start) / 1e6;
        best = ms < best ? ms : best;
        *num = r.descs.len + r.broken.len;
        registry_finish(&r);
    }
    return best;
}

static void unchanged_folders_cost_little(void)
{
    size_t num;
    double ms = fastest_load_ms(variable("RLBENCH_HOSTILE"), &num);
    fprintf(stderr, "warm start: %.3f ms for %zu plugins\n", ms, num);
    CU_ASSERT(ms * 15 / (double)num < 2);
}

static void copy(const char *from, const char *to)
{
    struct buf b = {0};
    CU_ASSERT_EQUAL_FATAL(file_read(from, 16 << 20, &b, NULL), OK);
    CU_ASSERT_EQUAL_FATAL(file_write_atomic(to, b.data, b.len, NULL), OK);
    buf_finish(&b);
}

static void a_changed_file_is_read_again(void)
{
    char *folder = mem_printf("%s/changing", variable("SCRATCH"));
    char *file = mem_printf("%s/x.so", folder);
    char *good = mem_printf("%s/nan.so", variable("RLBENCH_HOSTILE"));
    char *other = mem_printf("%s/fail.so", variable("RLBENCH_HOSTILE"));
    struct registry r;
    CU_ASSERT_EQUAL_FATAL(file_mkdirs(folder, NULL), OK);
    copy(good, file);
    CU_ASSERT_EQUAL(registry_load(&r, folder, NULL), OK);
    CU_ASSERT_PTR_NOT_NULL(registry_find(&r, DESC_ALGORITHM, "hostile-nan"));
    registry_finish(&r);
    copy(other, file);
    CU_ASSERT_EQUAL(registry_load(&r, folder, NULL), OK);
    CU_ASSERT_PTR_NULL(registry_find(&r, DESC_ALGORITHM, "hostile-nan"));
    CU_ASSERT_PTR_NOT_NULL(registry_find(&r, DESC_ALGORITHM, "hostile-fail"));
    registry_finish(&r);
    file_write_atomic(file, "not a shared object at all", 26, NULL);
    CU_ASSERT_EQUAL(registry_load(&r, folder, NULL), OK);
    CU_ASSERT(strstr(reason_of(&r, "x.so"), "cannot be loaded") != NULL);
    registry_finish(&r);
    /* The first of two folders with one id wins. */
    copy(good, file);
    char *both = mem_printf("%s:%s", folder, variable("RLBENCH_HOSTILE"));
    CU_ASSERT_EQUAL(registry_load(&r, both, NULL), OK);
    const struct desc *d = registry_find(&r, DESC_ALGORITHM, "hostile-nan");
    CU_ASSERT_PTR_NOT_NULL_FATAL(d);
    CHECK_TEXT(file_base(d->path), "x.so");
    registry_finish(&r);
    free(both);
    free(folder);
    free(file);
    free(good);
    free(other);
}

/* Every byte of the cache may be wrong, and its tail may be missing. */
static void a_damaged_cache_is_no_cache(void)
{
    char *folder = place_cache();
    char *path = mem_printf("%s/plugins", folder);
    struct buf whole = {0};
    struct registry r;
    size_t expected = 0;
    char *extra = mem_printf("%s/changing", variable("SCRATCH"));
    CU_ASSERT_EQUAL_FATAL(registry_load(&r, extra, NULL), OK);
    expected = r.descs.len;
    registry_finish(&r);
    CU_ASSERT_EQUAL_FATAL(file_read(path, 64 << 20, &whole, NULL), OK);
    for (size_t i = 0; i < 12; i++) {
        struct buf bad = {0};
        size_t at = whole.len * i / 12;
        buf_add(&bad, whole.data, i % 2 ? at : whole.len);
        if (at < bad.len)
            bad.data[at] ^= 0x20;
        CU_ASSERT_EQUAL(file_write_atomic(path, buf_text(&bad), bad.len, NULL), OK);
        CU_ASSERT_EQUAL(registry_load(&r, extra, NULL), OK);
        CU_ASSERT_EQUAL(r.descs.len, expected);
        registry_finish(&r);
        buf_finish(&bad);
    }
    buf_finish(&whole);
    free(extra);
    free(path);
    free(folder);
}

static void no_cache_folder_is_no_error(void)
{
    struct registry r;
    setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
    CU_ASSERT_EQUAL(registry_load(&r, variable("RLBENCH_HOSTILE"), NULL), OK);
    CU_ASSERT_PTR_NOT_NULL(registry_find(&r, DESC_ALGORITHM, "hostile-nan"));
    registry_finish(&r);
}

static void a_missing_program_is_said(void)
{
    struct registry r;
    struct err e = ERR_INIT;
    setenv("RLBENCH_SELF", "/nowhere/rlbench", 1);
    CU_ASSERT_EQUAL(registry_load(&r, variable("RLBENCH_HOSTILE"), &e), ERR_INTERNAL);
    CU_ASSERT(strstr(e.text, "/nowhere/rlbench") != NULL);
}

CHECK_MAIN("registry",
           {"broken ones are listed with their reason", broken_ones_are_listed_with_their_reason},
           {"crashes and timeouts are remembered", crashes_and_timeouts_are_remembered},
           {"tables are copied whole", tables_are_copied_whole},
           {"unchanged folders cost little", unchanged_folders_cost_little},
           {"a changed file is read again", a_changed_file_is_read_again},
           {"a damaged cache is no cache", a_damaged_cache_is_no_cache},
           {"no cache folder is no error", no_cache_folder_is_no_error},
           {"a missing program is said", a_missing_program_is_said})
