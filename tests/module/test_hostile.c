/* Every hostile module fails the check that is about its fault, and as little else as can be. */
#include "module/conform.h"

#include "check.h"

#include <stdlib.h>

enum { LIMIT_S = 20 };
/* The first check that makes a step; under a sanitizer memory is not looked at. */
#if defined __SANITIZE_ADDRESS__
static const char first_step[] = "budgets";
#define CRASHES ""
#else
static const char first_step[] = "destroy";
#define CRASHES "destroy, "
#endif

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* The failed checks of a module as "a, b". */
static void failed_checks(const char *path, unsigned limit_s, char *out, size_t size)
{
    struct conform_report r;
    out[0] = '\0';
    CU_ASSERT_EQUAL_FATAL(conform_run(path, NULL, limit_s, NULL, NULL, &r, NULL), OK);
    for (size_t i = 0; i < r.lines.len; i++)
        if (r.lines.data[i].verdict == CONFORM_FAIL)
            snprintf(out + strlen(out), size - strlen(out), "%s%s", *out ? ", " : "",
                     r.lines.data[i].check);
    conform_finish(&r);
}

static void hostile_ones_fail_where_they_should(void)
{
    static const struct {
        const char *file, *failed;
    } expected[] = {
        {"crash.so",
         CRASHES "budgets, growth, finite, same seed, slices, views, resume, live parameters, "
                 "results"},
        {"abort.so",
         CRASHES "budgets, growth, finite, same seed, slices, views, resume, live parameters, "
                 "results"},
        {"exit.so", "create"},
        {"nan.so", "finite"},
        {"print.so", "silent"},
        {"random.so", "same seed, slices, views, resume"},
        {"forget.so", "resume"},
        {"slices.so", "slices"},
        {"peek.so", "views"},
        {"fail.so", "budgets, finite"},
        {"world-none.so", ""},
        {"world-lanes.so", "lane independence"},
        {"world-model.so", "model and experience"},
        {"world-forget.so", "resume"},
        {"world-resets.so", "model and experience"},
        {"world-peek.so", "views"},
        {"world-reward.so", "soak, model and experience"},
        {"world-space.so", "soak, resume"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char failed[400];
        char *path = mem_printf("%s/%s", variable("RLBENCH_HOSTILE"), expected[i].file);
        failed_checks(path, LIMIT_S, failed, sizeof failed);
        if (strcmp(failed, expected[i].failed) != 0)
            fprintf(stderr, "%s:\n", expected[i].file);
        CHECK_TEXT(failed, expected[i].failed);
        free(path);
    }
}

static void hangs_cost_their_limit_once(void)
{
    char failed[400];
    char *path = mem_printf("%s/hang.so", variable("RLBENCH_HOSTILE"));
    failed_checks(path, 1, failed, sizeof failed);
    CHECK_TEXT(failed, first_step);
    free(path);
}

static void growth_is_seen(void)
{
    char failed[400];
    char *path = mem_printf("%s/leak.so", variable("RLBENCH_HOSTILE"));
    failed_checks(path, LIMIT_S, failed, sizeof failed);
#if !defined __SANITIZE_ADDRESS__
    CU_ASSERT(strstr(failed, "growth") != NULL);
#endif
    free(path);
}

static void litter_is_seen(void)
{
    char failed[400];
    char *path = mem_printf("%s/litter.so", variable("RLBENCH_HOSTILE"));
    failed_checks(path, LIMIT_S, failed, sizeof failed);
#if !defined __SANITIZE_ADDRESS__
    CHECK_TEXT(failed, "destroy");
#endif
    free(path);
}

static void broken_ones_are_not_loaded(void)
{
    static const char *const files[] = {"load-crash", "load-exit",   "no-entry",   "missing-symbol",
                                        "wrong-abi",  "wrong-magic", "lying-size", "lying-count"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct conform_report r;
        char *path =
            mem_printf("%s/tests/hostile/load/.libs/%s.so", variable("TOP_BUILDDIR"), files[i]);
        CU_ASSERT_EQUAL_FATAL(conform_run(path, NULL, 2, NULL, NULL, &r, NULL), OK);
        CU_ASSERT(!r.loaded);
        CU_ASSERT_EQUAL(r.failed, 1);
        CU_ASSERT_EQUAL(r.lines.len, 1);
        conform_finish(&r);
        free(path);
    }
}

CHECK_MAIN("hostile", {"hostile ones fail where they should", hostile_ones_fail_where_they_should},
           {"hangs cost their limit once", hangs_cost_their_limit_once},
           {"growth is seen", growth_is_seen}, {"litter is seen", litter_is_seen},
           {"broken ones are not loaded", broken_ones_are_not_loaded})
