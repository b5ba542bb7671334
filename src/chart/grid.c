#include "chart/grid.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cell blank = {.cp = ' '};

static struct cell *cell_at(const struct grid *g, int row, int col)
{
    if (row < 0 || row >= g->rows || col < 0 || col >= g->cols)
        return NULL;
    return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

void grid_init(struct grid *g, int rows, int cols)
{
    *g = (struct grid){.rows = rows > 0 ? rows : 0, .cols = cols > 0 ? cols : 0};
    g->cells = mem_grow(NULL, (size_t)g->rows * (size_t)g->cols + 1, sizeof *g->cells);
    grid_clear(g);
}

void grid_finish(struct grid *g)
{
    free(g->cells);
    *g = (struct grid){0};
}

void grid_resize(struct grid *g, int rows, int cols)
{
    grid_finish(g);
    grid_init(g, rows, cols);
}

void grid_clear(struct grid *g)
{
    size_t n = (size_t)g->rows * (size_t)g->cols;
    for (size_t i = 0; i < n; i++)
        g->cells[i] = blank;
}

/* Before a cell is overwritten: the other half of the wide character that covers it becomes blank.
 */
static void release(struct grid *g, int row, int col)
{
    struct cell *here = cell_at(g, row, col);
    if (here->cp == 0) {
        struct cell *left = cell_at(g, row, col - 1);
        if (left)
            left->cp = ' ';
        here->cp = ' ';
    } else {
        struct cell *right = cell_at(g, row, col + 1);
        if (right && right->cp == 0)
            right->cp = ' ';
    }
}

void grid_put(struct grid *g, int row, int col, uint32_t cp, int role, int attrs)
{
    int width = text_width(cp);
    struct cell *here = cell_at(g, row, col);
    if (!here || width == 0)
        return;
    release(g, row, col);
    here->fg = (uint8_t)role;
    here->attrs = (uint8_t)attrs;
    here->cp = cp;
    if (width == 1)
        return;
    struct cell *right = cell_at(g, row, col + 1);
    if (!right) { /* half of it would hang over the edge */
        here->cp = ' ';
        return;
    }
    release(g, row, col + 1);
    here->cp = cp; /* release() took it for an old pair */
    *right = *here;
    right->cp = 0;
}

int grid_text(struct grid *g, int row, int col, int max, int role, int attrs, const char *text)
{
    if (!text || max <= 0)
        return 0;
    bool cut = text_columns(text) > max;
    int room = cut ? max - 1 : max;
    int used = 0;
    for (size_t n = strlen(text); n;) {
        uint32_t cp;
        size_t len = text_decode(text, n, &cp);
        int width = text_width(cp);
        if (used + width > room)
            break;
        grid_put(g, row, col + used, cp, role, attrs);
        used += width;
        text += len;
        n -= len;
    }
    if (cut)
        grid_put(g, row, col + used++, 0x2026 /* … */, role, attrs);
    return used;
}

int grid_printf(struct grid *g, int row, int col, int max, int role, int attrs, const char *fmt,
                ...)
{
    char small[256];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    int used = 0;
    if (n >= 0 && (size_t)n < sizeof small) {
        used = grid_text(g, row, col, max, role, attrs, small);
    } else if (n >= 0) {
        struct buf long_text = {0};
        buf_vprintf(&long_text, fmt, again);
        used = grid_text(g, row, col, max, role, attrs, buf_text(&long_text));
        buf_finish(&long_text);
    }
    va_end(again);
    return used;
}

void grid_fill(struct grid *g, struct rect r, uint32_t cp, int role, int bg, int attrs)
{
    r = rect_clip(r, (struct rect){0, 0, g->rows, g->cols});
    for (int row = r.row; row < r.row + r.rows; row++)
        for (int col = r.col; col < r.col + r.cols; col++) {
            struct cell *c = cell_at(g, row, col);
            if (col == r.col || col == r.col + r.cols - 1)
                release(g, row, col);
            *c = (struct cell){
                .cp = cp, .fg = (uint8_t)role, .bg = (uint8_t)bg, .attrs = (uint8_t)attrs};
        }
}

struct rect grid_box(struct grid *g, struct rect r, enum glyphs glyphs, int role, const char *title)
{
    /* across, down, top left, top right, bottom left, bottom right */
    static const uint32_t edges[][6] = {
        [GLYPHS_BRAILLE] = {0x2500, 0x2502, 0x256D, 0x256E, 0x2570, 0x256F},
        [GLYPHS_BLOCK] = {0x2500, 0x2502, 0x250C, 0x2510, 0x2514, 0x2518},
        [GLYPHS_ASCII] = {'-', '|', '+', '+', '+', '+'},
    };
    const uint32_t *e = edges[glyphs];
    if (r.rows < 2 || r.cols < 2)
        return (struct rect){r.row, r.col, 0, 0};
    int bottom = r.row + r.rows - 1, right = r.col + r.cols - 1;
    for (int col = r.col + 1; col < right; col++) {
        grid_put(g, r.row, col, e[0], role, 0);
        grid_put(g, bottom, col, e[0], role, 0);
    }
    for (int row = r.row + 1; row < bottom; row++) {
        grid_put(g, row, r.col, e[1], role, 0);
        grid_put(g, row, right, e[1], role, 0);
    }
    grid_put(g, r.row, r.col, e[2], role, 0);
    grid_put(g, r.row, right, e[3], role, 0);
    grid_put(g, bottom, r.col, e[4], role, 0);
    grid_put(g, bottom, right, e[5], role, 0);
    /* "╭─ title ─╮": an edge and a blank on both sides of the title */
    if (title && *title && r.cols >= 8) {
        int used =
            grid_text(g, r.row, r.col + 3, r.cols - 6, role == ROLE_BORDER ? ROLE_TITLE : role,
                      role == ROLE_BORDER ? 0 : ATTR_BOLD, title);
        grid_put(g, r.row, r.col + 2, ' ', role, 0);
        grid_put(g, r.row, r.col + 3 + used, ' ', role, 0);
    }
    return (struct rect){r.row + 1, r.col + 1, r.rows - 2, r.cols - 2};
}

struct rect rect_clip(struct rect r, struct rect to)
{
    int top = r.row > to.row ? r.row : to.row, left = r.col > to.col ? r.col : to.col;
    int bottom = r.row + r.rows < to.row + to.rows ? r.row + r.rows : to.row + to.rows;
    int right = r.col + r.cols < to.col + to.cols ? r.col + r.cols : to.col + to.cols;
    return (struct rect){top, left, bottom > top ? bottom - top : 0,
                         right > left ? right - left : 0};
}

bool grid_equal(const struct grid *a, const struct grid *b)
{
    return a->rows == b->rows && a->cols == b->cols &&
           memcmp(a->cells, b->cells, (size_t)a->rows * (size_t)a->cols * sizeof *a->cells) == 0;
}

void grid_to_ascii(struct grid *g)
{
    static const struct {
        uint32_t from, to;
        char ascii;
    } ranges[] = {
        {0x00B1, 0x00B1, '~'}, /* ± */
        {0x00D7, 0x00D7, 'x'},  {0x2016, 0x2016, '='}, {0x25C6, 0x25C7, '*'},
        {0x00B7, 0x00B7, '-'},                                                /* · */
        {0x2010, 0x2015, '-'},                                                /* dashes */
        {0x2018, 0x2019, '\''}, {0x201C, 0x201D, '"'}, {0x2022, 0x2022, '*'}, /* quotes, bullet */
        {0x2026, 0x2026, '~'},  {0x2190, 0x2190, '<'}, {0x2191, 0x2191, '^'}, /* … and arrows */
        {0x2192, 0x2192, '>'},  {0x2193, 0x2193, 'v'}, {0x2212, 0x2212, '-'},
        {0x2264, 0x2264, '<'},  {0x2265, 0x2265, '>'}, {0x2500, 0x2501, '-'},
        {0x2502, 0x2503, '|'},  {0x2504, 0x257F, '+'}, {0x2580, 0x259F, '#'},
        {0x25A0, 0x25A1, '#'},  {0x25B2, 0x25B4, '^'}, {0x25B6, 0x25B8, '>'},
        {0x25BC, 0x25BE, 'v'},  {0x25C0, 0x25C2, '<'}, {0x25CB, 0x25CB, 'o'},
        {0x25CF, 0x25CF, '*'},  {0x26A0, 0x26A0, '!'}, {0x2605, 0x2606, '*'},
        {0x2713, 0x2714, '+'},  {0x2715, 0x2718, 'x'}, {0x2800, 0x2800, ' '},
        {0x2801, 0x28FF, '#'},
    };
    size_t n = (size_t)g->rows * (size_t)g->cols;
    for (size_t i = 0; i < n; i++) {
        struct cell *c = &g->cells[i];
        if (c->cp < 0x80 && c->cp != 0)
            continue;
        char ascii = '?';
        for (size_t k = 0; k < sizeof ranges / sizeof ranges[0]; k++)
            if (c->cp >= ranges[k].from && c->cp <= ranges[k].to)
                ascii = ranges[k].ascii;
        c->cp = (uint32_t)ascii;
    }
}

void grid_dump(const struct grid *g, struct buf *out)
{
    for (int row = 0; row < g->rows; row++) {
        size_t blanks = 0;
        for (int col = 0; col < g->cols; col++) {
            uint32_t cp = cell_at(g, row, col)->cp;
            if (cp == ' ') {
                blanks++;
                continue;
            }
            if (cp == 0)
                continue;
            for (; blanks; blanks--)
                buf_putc(out, ' ');
            char utf8[4];
            buf_add(out, utf8, text_encode(cp, utf8));
        }
        buf_putc(out, '\n');
    }
}
