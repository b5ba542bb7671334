/* A grid of cells as a picture: text in a fixed raster, backgrounds as areas. */
#include "chart/svg.h"

#include "base/text.h"

#include <stdio.h>

enum { CELL_W = 9, CELL_H = 18, BASELINE = 14 };

/* Roles on white paper; curves in the colours of svg_chart. */
static const char *const inks[ROLE_COUNT] = {
    [ROLE_TEXT] = "#222",  [ROLE_DIM] = "#777", [ROLE_TITLE] = "#000", [ROLE_BORDER] = "#999",
    [ROLE_FOCUS] = "#06c", [ROLE_KEY] = "#06c", [ROLE_GOOD] = "#070",  [ROLE_BAD] = "#b00",
    [ROLE_WARN] = "#850",  [ROLE_BAR] = "#ddd", [ROLE_SELECT] = "#cde"};

static void put_color(struct buf *out, int role)
{
    static const char *const curves[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                         "#e69f00", "#56b4e9", "#000000", "#8a6d00"};
    if (role >= ROLE_HEAT0) { /* white to dark blue */
        int k = role - ROLE_HEAT0;
        buf_printf(out, "rgb(%d,%d,%d)", 250 - 15 * k, 250 - 12 * k, 255 - 7 * k);
    } else {
        buf_puts(out, role >= ROLE_SERIES0 ? curves[role - ROLE_SERIES0] : inks[role]);
    }
}

static bool same_look(const struct cell *a, const struct cell *b)
{
    return a->fg == b->fg && a->bg == b->bg && a->attrs == b->attrs;
}

static void put_backgrounds(struct buf *out, const struct grid *g, int row)
{
    const struct cell *cells = g->cells + (size_t)row * (size_t)g->cols;
    for (int col = 0, end; col < g->cols; col = end) {
        int bg = cells[col].bg;
        for (end = col + 1; end < g->cols && cells[end].bg == bg;)
            end++;
        if (bg == ROLE_TEXT || bg >= ROLE_COUNT)
            continue;
        buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"", col * CELL_W,
                   row * CELL_H, (end - col) * CELL_W, CELL_H);
        put_color(out, bg);
        buf_puts(out, "\"/>\n");
    }
}

/* Characters of one look as one piece of text, its length fixed so that columns stay columns. */
static void put_texts(struct buf *out, const struct grid *g, int row)
{
    const struct cell *cells = g->cells + (size_t)row * (size_t)g->cols;
    for (int col = 0, end; col < g->cols; col = end) {
        end = col + 1;
        if (cells[col].cp == ' ' || cells[col].cp == 0 || cells[col].fg >= ROLE_COUNT)
            continue;
        struct buf text = {0};
        for (end = col; end < g->cols && same_look(&cells[col], &cells[end]); end++) {
            char utf8[5] = "";
            if (cells[end].cp) {
                utf8[text_encode(cells[end].cp, utf8)] = '\0';
                buf_puts(&text, utf8);
            }
        }
        buf_printf(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\"%s fill=\"", col * CELL_W,
                   row * CELL_H + BASELINE, (end - col) * CELL_W,
                   cells[col].attrs & ATTR_BOLD ? " font-weight=\"bold\"" : "");
        put_color(out, cells[col].fg);
        buf_puts(out, "\">");
        svg_text(out, buf_text(&text));
        buf_puts(out, "</text>\n");
        buf_finish(&text);
    }
}

void svg_grid(struct buf *out, const struct grid *g, bool as_file)
{
    if (as_file)
        buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
               "height=\"%d\" font-family=\"monospace\" font-size=\"15\" "
               "xml:space=\"preserve\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
               g->cols * CELL_W, g->rows * CELL_H, g->cols * CELL_W, g->rows * CELL_H);
    for (int row = 0; row < g->rows; row++) {
        put_backgrounds(out, g, row);
        put_texts(out, g, row);
    }
    buf_puts(out, "</svg>\n");
}
