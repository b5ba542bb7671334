/* A CUnit program in one call: CHECK_MAIN(suite name, {"what holds", function}, …). The exit code
 * is 1 when an assertion failed and 99 when CUnit itself did. Tests use CUnit's CU_ASSERT_* macros.
 */
#ifndef RLBENCH_TESTS_CHECK_H
#define RLBENCH_TESTS_CHECK_H

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <string.h>

struct check {
    const char *name;
    void (*run)(void);
};

static inline int check_main(const char *suite_name, const struct check *tests, size_t n)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 99;
    CU_pSuite suite = CU_add_suite(suite_name, NULL, NULL);
    for (size_t i = 0; i < n; i++)
        if (!suite || !CU_add_test(suite, tests[i].name, tests[i].run))
            return 99;
    CU_basic_set_mode(CU_BRM_VERBOSE);
    if (CU_basic_run_tests() != CUE_SUCCESS)
        return 99;
    int failed = CU_get_number_of_failures() > 0 || CU_get_number_of_tests_run() == 0;
    CU_cleanup_registry();
    return failed ? 1 : 0;
}

#define CHECK_MAIN(suite, ...)                                                                     \
    int main(void)                                                                                 \
    {                                                                                              \
        const struct check tests[] = {__VA_ARGS__};                                                \
        return check_main(suite, tests, sizeof tests / sizeof tests[0]);                           \
    }

/* Like CU_ASSERT_STRING_EQUAL, printing both sides when they differ. */
#define CHECK_TEXT(actual, expected)                                                               \
    do {                                                                                           \
        const char *check_a = (actual), *check_e = (expected);                                     \
        int check_same = strcmp(check_a, check_e) == 0;                                            \
        if (!check_same)                                                                           \
            fprintf(stderr, "%s:%d:\n--- found\n%s\n--- expected\n%s\n", __FILE__, __LINE__,       \
                    check_a, check_e);                                                             \
        CU_ASSERT(check_same);                                                                     \
    } while (0)

#endif
