/* Pictures made of characters, left in the scrollback of a terminal. */
#include "cmd/plot.h"

#include "base/text.h"
#include "tui/theme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void set_tint(const struct cell *cell)
{
    struct tint t = theme_tint("dark", 256, (enum role)cell->fg);
    fputs("\033[0", stdout);
    if (t.fg >= 0)
        printf(";38;5;%d", t.fg);
    if ((t.attrs | cell->attrs) & ATTR_BOLD)
        fputs(";1", stdout);
    putchar('m');
}

static bool is_blank(const struct cell *c)
{
    return c->cp == ' ' || c->cp == 0;
}

static void print_row(const struct grid *g, int row, bool color)
{
    const struct cell *cells = g->cells + (size_t)row * (size_t)g->cols, *last = NULL;
    int end = g->cols;
    while (end > 0 && is_blank(&cells[end - 1]))
        end--;
    for (int i = 0; i < end; i++) {
        char bytes[4];
        if (cells[i].cp == 0)
            continue;
        if (color && !is_blank(&cells[i]) &&
            (!last || last->fg != cells[i].fg || last->attrs != cells[i].attrs)) {
            set_tint(&cells[i]);
            last = &cells[i];
        }
        size_t n = text_encode(cells[i].cp, bytes);
        fwrite(bytes, 1, n, stdout);
    }
    puts(last ? "\033[0m" : "");
}

void grid_print(const struct grid *g, bool color)
{
    for (int row = 0; row < g->rows; row++)
        print_row(g, row, color);
}

int cli_color(const struct cli *c, bool *color, struct err *e)
{
    const char *when = cli_get(c, "color"), *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    if (when && strcmp(when, "always") && strcmp(when, "never") && strcmp(when, "auto"))
        return err_set(e, ERR_USAGE, "--color is auto, always or never, not %s", when);
    if (when && strcmp(when, "auto") != 0)
        *color = strcmp(when, "always") == 0;
    else
        *color =
            isatty(STDOUT_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
    return OK;
}

static bool is_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

int cli_glyphs(const struct cli *c, enum glyphs *glyphs, struct err *e)
{
    static const char *const names[] = {
        [GLYPHS_BRAILLE] = "braille", [GLYPHS_BLOCK] = "block", [GLYPHS_ASCII] = "ascii"};
    const char *name = cli_get(c, "glyphs"), *term = getenv("TERM");
    *glyphs = !is_utf8()                           ? GLYPHS_ASCII
              : term && strcmp(term, "linux") == 0 ? GLYPHS_BLOCK
                                                   : GLYPHS_BRAILLE;
    if (!name)
        return OK;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0) {
            *glyphs = (enum glyphs)i;
            return OK;
        }
    return err_set(e, ERR_USAGE, "--glyphs is braille, block or ascii, not %s", name);
}
