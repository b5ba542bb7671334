/* Pictures kept as text files beside the tests: CHECK_GOLDEN(grid, "chart/golden/plot-braille")
 * compares a grid with tests/chart/golden/plot-braille.txt. To see and accept new pictures, run a
 * test program with RLBENCH_UPDATE_GOLDEN=1 and look at the difference in git. */
#ifndef RLBENCH_TESTS_GOLDEN_H
#define RLBENCH_TESTS_GOLDEN_H

#include "base/file.h"
#include "chart/grid.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

static void golden_check(const struct grid *g, const char *name)
{
    const char *top = getenv("TOP_SRCDIR");
    char *path = mem_printf("%s/tests/%s.txt", top ? top : ".", name);
    struct buf found = {0}, expected = {0};
    struct err e = ERR_INIT;
    grid_dump(g, &found);
    if (getenv("RLBENCH_UPDATE_GOLDEN"))
        CU_ASSERT_EQUAL(file_write_atomic(path, found.data, found.len, &e), OK);
    int status = file_read(path, 1 << 20, &expected, &e);
    if (status != OK)
        fprintf(stderr, "%s: %s\n", name, e.text);
    int same = status == OK && strcmp(buf_text(&found), buf_text(&expected)) == 0;
    if (!same)
        fprintf(stderr, "--- found, %s\n%s\n--- expected\n%s\n", name, buf_text(&found),
                buf_text(&expected));
    CU_ASSERT(same);
    buf_finish(&found);
    buf_finish(&expected);
    free(path);
}

#endif
