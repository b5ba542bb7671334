/* Every module of ours passes every check; a program for every third of them, side by side. */
#include "module/conform.h"
#include "module/registry.h"

#include "check.h"

enum { LIMIT_S = 60, PARTS = 3 }; /* PART: which of them this program is */

static void print_failures(const char *path, const struct conform_report *r)
{
    for (size_t i = 0; i < r->lines.len; i++)
        if (r->lines.data[i].verdict == CONFORM_FAIL)
            fprintf(stderr, "%s: %s: %s: %s\n", path, r->lines.data[i].plugin,
                    r->lines.data[i].check, r->lines.data[i].text);
}

static void ours_pass(void)
{
    struct registry reg;
    size_t modules = 0;
    CU_ASSERT_EQUAL_FATAL(registry_load(&reg, NULL, NULL), OK);
    CU_ASSERT_EQUAL(reg.broken.len, 0);
    for (size_t i = 0; i < reg.broken.len; i++)
        fprintf(stderr, "%s: %s\n", reg.broken.data[i].path, reg.broken.data[i].reason);
    for (size_t i = 0; i < reg.descs.len; i++) {
        const char *path = reg.descs.data[i].path;
        struct conform_report r;
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || strcmp(reg.descs.data[k].path, path) == 0;
        if (again || modules++ % PARTS != PART)
            continue;
        CU_ASSERT_EQUAL_FATAL(conform_run(path, &reg, LIMIT_S, NULL, NULL, &r, NULL), OK);
        CU_ASSERT(r.loaded);
        CU_ASSERT_EQUAL(r.failed, 0);
        print_failures(path, &r);
        conform_finish(&r);
    }
    CU_ASSERT(modules >= 5);
    registry_finish(&reg);
}

CHECK_MAIN("conformance", {"ours pass", ours_pass})
