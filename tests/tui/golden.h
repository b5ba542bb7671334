/* Screens as text, compared with files: tests/tui/golden/NAME.txt holds one section for each size
 * and glyph set. RLBENCH_UPDATE_GOLDEN=1 writes them anew; read the difference before committing.
 */
#ifndef RLBENCH_TESTS_TUI_GOLDEN_H
#define RLBENCH_TESTS_TUI_GOLDEN_H

#include "base/file.h"
#include "check.h"
#include "tui/tui.h"

#include <stdlib.h>

static const struct {
    int cols, rows;
} golden_sizes[] = {{80, 24}, {120, 40}, {200, 50}};
static const char *const golden_glyphs[] = {"braille", "block", "ascii"};

/* An app without a database; finish with app_finish. */
static inline void golden_app(struct app *a, enum scope screen)
{
    app_init(a, &(struct app_options){.database = "/home/me/rlbench.db", .theme = "dark"});
    a->look.now_us = INT64_C(1764000000) * 1000000;
    a->screen = screens[screen - 1];
}

static inline void golden_draw(struct app *a, int cols, int rows, struct buf *out)
{
    struct grid g;
    a->rows = rows;
    a->cols = cols;
    grid_init(&g, rows, cols);
    app_view(a, &g);
    grid_dump(&g, out);
    grid_finish(&g);
}

/* Every size in every glyph set against the file. */
static inline void golden_check(struct app *a, const char *name)
{
    struct buf all = {0}, want = {0};
    for (size_t s = 0; s < sizeof golden_sizes / sizeof golden_sizes[0]; s++)
        for (int glyphs = 0; glyphs < 3; glyphs++) {
            int cols = golden_sizes[s].cols, rows = golden_sizes[s].rows;
            buf_printf(&all, "==== %dx%d %s\n", cols, rows, golden_glyphs[glyphs]);
            a->look.glyphs = (enum glyphs)glyphs;
            golden_draw(a, cols, rows, &all);
        }
    const char *top = getenv("TOP_SRCDIR");
    char *path = mem_printf("%s/tests/tui/golden/%s.txt", top ? top : ".", name);
    struct err e = ERR_INIT;
    if (getenv("RLBENCH_UPDATE_GOLDEN"))
        CU_ASSERT_EQUAL(file_write_atomic(path, all.data, all.len, &e), OK);
    CU_ASSERT_EQUAL(file_read(path, 1 << 22, &want, &e), OK);
    /* the first section that differs, not all of them */
    const char *x = buf_text(&all), *y = buf_text(&want), *from_x = x, *from_y = y;
    while (*x && *x == *y) {
        if (strncmp(x, "==== ", 5) == 0) {
            from_x = x;
            from_y = y;
        }
        x++;
        y++;
    }
    if (*x || *y) {
        const char *end_x = strstr(from_x + 1, "==== "), *end_y = strstr(from_y + 1, "==== ");
        fprintf(stderr, "%s: --- found\n%.*s--- expected\n%.*s", path,
                end_x ? (int)(end_x - from_x) : (int)strlen(from_x), from_x,
                end_y ? (int)(end_y - from_y) : (int)strlen(from_y), from_y);
    }
    CU_ASSERT(!*x && !*y);
    free(path);
    buf_finish(&all);
    buf_finish(&want);
}

#endif
