#include "base/num.h"
#include "base/text.h"
#include "tui/stats_model.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <math.h>
#include <stdio.h>

enum {
    WIDE = 110,      /* columns from which on the matrix stands beside the intervals */
    NUMBER_COLS = 9, /* of a number */
    CELL_COLS = 6    /* of the matrix */
};

/* ---- intervals on a common axis ---- */

struct axis {
    int col, cols;
    double lo, hi;
};

static void stretch(struct axis *x, double v)
{
    if (!isfinite(v))
        return;
    x->lo = v < x->lo ? v : x->lo;
    x->hi = v > x->hi ? v : x->hi;
}

static struct axis make_axis(const struct stats_model *m, int col, int cols)
{
    struct axis x = {col, cols, INFINITY, -INFINITY};
    for (size_t i = 0; i < m->num_aggregates; i++) {
        stretch(&x, m->numbers.data[i].value.point);
        stretch(&x, m->numbers.data[i].value.low);
        stretch(&x, m->numbers.data[i].value.high);
    }
    return x;
}

static int column_of(const struct axis *x, double v)
{
    double width = x->hi - x->lo;
    return x->col + (width > 0 ? (int)lround((v - x->lo) / width * (x->cols - 1)) : x->cols / 2);
}

/* ├──●──┤ */
static void draw_interval(struct grid *g, int row, const struct axis *x, struct stats_interval i,
                          int role)
{
    if (isfinite(i.low)) {
        int from = column_of(x, i.low), to = column_of(x, i.high);
        for (int c = from + 1; c < to; c++)
            grid_text(g, row, c, 1, role, 0, "─");
        grid_text(g, row, from, 1, role, 0, "├");
        grid_text(g, row, to, 1, role, 0, "┤");
    }
    if (isfinite(i.point))
        grid_text(g, row, column_of(x, i.point), 1, role, ATTR_BOLD, "●");
}

static void draw_axis(struct grid *g, int row, const struct axis *x)
{
    char text[32];
    if (!isfinite(x->lo) || x->cols < 12)
        return;
    for (int c = 0; c < x->cols; c++)
        grid_text(g, row, x->col + c, 1, ROLE_BORDER, 0,
                  c == 0 || c == x->cols - 1 || c == x->cols / 2 ? "┴" : "─");
    grid_text(g, row + 1, x->col, x->cols, ROLE_DIM, 0, num_format_short(x->lo, text, sizeof text));
    num_format_short((x->lo + x->hi) / 2, text, sizeof text);
    if (x->cols >= 36)
        grid_text(g, row + 1, x->col + (x->cols - text_columns(text)) / 2, 12, ROLE_DIM, 0, text);
    num_format_short(x->hi, text, sizeof text);
    grid_text(g, row + 1, x->col + x->cols - text_columns(text), 12, ROLE_DIM, 0, text);
}

static int widest_name(const struct judge *j, int most)
{
    int widest = 4;
    for (size_t c = 0; c < j->contenders.len; c++) {
        int n = text_columns(j->contenders.data[c].name) + 3;
        widest = n > widest ? n : widest;
    }
    return widest < most ? widest : most;
}

static void draw_line(const struct stats_model *m, const struct stats_line *l, struct grid *g,
                      int row, int col, int name_cols, const struct axis *x)
{
    const struct judge *j = &m->judge;
    char text[32];
    if (l->number == SIZE_MAX) {
        grid_text(g, row, col, name_cols + NUMBER_COLS + x->cols, ROLE_TITLE, ATTR_BOLD,
                  l->task < j->tasks.len ? j->tasks.data[l->task].name : "all");
        return;
    }
    const struct stats_number *n = &m->numbers.data[l->number];
    int role = ROLE_SERIES0 + (int)(n->a % 8);
    grid_printf(g, row, col, name_cols, role, 0, "%zu %s", n->a + 1, j->contenders.data[n->a].name);
    num_format_short(n->value.point, text, sizeof text);
    grid_text(g, row, col + name_cols + 1 + NUMBER_COLS - text_columns(text), NUMBER_COLS,
              ROLE_TEXT, 0, text);
    draw_interval(g, row, x, n->value, role);
}

/* The interval under the cursor in figures. */
static void detail(const struct stats_model *m, struct grid *g, struct rect r)
{
    const struct stats_line *l = &m->lines.data[m->list.at];
    if (l->number == SIZE_MAX)
        return;
    const struct stats_number *n = &m->numbers.data[l->number];
    size_t runs = n->of.start[n->of.num_tasks];
    char low[32], high[32], interval[80] = "";
    if (isfinite(n->value.low))
        snprintf(interval, sizeof interval, " · %g %% interval %s to %s",
                 100 * m->resampling.confidence, num_format_short(n->value.low, low, sizeof low),
                 num_format_short(n->value.high, high, sizeof high));
    grid_printf(g, r.row, r.col, r.cols, ROLE_DIM, 0, "%s · %zu run%s%s",
                m->judge.contenders.data[n->a].name, runs, runs == 1 ? "" : "s", interval);
}

static void draw_intervals(struct stats_model *m, const struct look *look, struct grid *g,
                           struct rect r)
{
    char title[64];
    const struct judge *j = &m->judge;
    snprintf(title, sizeof title, "%s%s · %g %% bootstrap", stats_aggregate_name(m->aggregate),
             j->normalised ? " of normalised scores" : "", 100 * m->resampling.confidence);
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, title);
    grid_text(g, in.row, in.col + 1, in.cols - 2, ROLE_DIM, 0, m->rule);
    int name_cols = widest_name(j, in.cols / 3);
    int from = in.col + 2 + name_cols + NUMBER_COLS + 3;
    struct axis x = make_axis(m, from, in.col + in.cols - 2 - from);
    struct rect body = {in.row + 1, in.col, in.rows - 4, in.cols};
    list_layout(&m->list, body);
    for (int i = 0; i < body.rows && m->list.top + i < m->list.count; i++) {
        int at = m->list.top + i, row = body.row + i;
        if (at == m->list.at) {
            grid_fill(g, (struct rect){row, in.col, 1, in.cols}, ' ', ROLE_TEXT, ROLE_SELECT, 0);
            grid_text(g, row, in.col, 1, ROLE_FOCUS, ATTR_BOLD, "▸");
        }
        draw_line(m, &m->lines.data[at], g, row, in.col + 2, name_cols, &x);
    }
    int shown = m->list.count < body.rows ? m->list.count : body.rows;
    draw_axis(g, body.row + shown, &x);
    list_draw_scrollbar(&m->list, g, in.col + in.cols, look->glyphs);
    detail(m, g, (struct rect){in.row + in.rows - 1, in.col + 2, 1, in.cols - 3});
}

/* ---- who beats whom ---- */

static void draw_cell(const struct stats_model *m, size_t a, size_t b, struct grid *g, int row,
                      int col)
{
    struct stats_interval i = stats_model_improvement(m, a, b);
    char text[16];
    if (a == b || isnan(i.point)) {
        grid_text(g, row, col + 3, 1, ROLE_DIM, 0, a == b ? "·" : "?");
        return;
    }
    bool clear = i.low > 0.5 || i.high < 0.5;
    snprintf(text, sizeof text, "%.2f%s", i.point, clear ? "*" : "");
    grid_text(g, row, col + 1, CELL_COLS - 1, clear ? ROLE_TEXT : ROLE_DIM, clear ? ATTR_BOLD : 0,
              text);
}

static void draw_matrix(const struct stats_model *m, const struct look *look, struct grid *g,
                        struct rect r)
{
    const struct judge *j = &m->judge;
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, "P(row improves on column)");
    int n = (int)j->contenders.len, name_cols = in.cols - 2 - n * CELL_COLS;
    name_cols = widest_name(j, name_cols > in.cols / 3 ? name_cols : in.cols / 3);
    int from = in.col + 1 + name_cols, shown = (in.cols - 2 - name_cols) / CELL_COLS;
    if (n < 2) {
        words_wrap(g, (struct rect){in.row, in.col + 1, in.rows, in.cols - 2}, ROLE_DIM,
                   "One algorithm alone: nothing to compare with.");
        return;
    }
    for (int b = 0; b < n && b < shown; b++)
        grid_printf(g, in.row, from + b * CELL_COLS + 2, CELL_COLS - 2, ROLE_DIM, 0, "%d", b + 1);
    for (int a = 0; a < n && a + 1 < in.rows; a++) {
        int row = in.row + 1 + a;
        grid_printf(g, row, in.col + 1, name_cols - 1, ROLE_SERIES0 + a % 8, 0, "%d %s", a + 1,
                    j->contenders.data[a].name);
        for (int b = 0; b < n && b < shown; b++)
            draw_cell(m, (size_t)a, (size_t)b, g, row, from + b * CELL_COLS);
    }
    if (n > shown || n > in.rows - 1)
        grid_text(g, in.row, in.col + 1, name_cols - 1, ROLE_WARN, 0, "not all");
    else if (n + 1 < in.rows)
        words_wrap(g, (struct rect){in.row + n + 1, in.col + 1, in.rows - n - 1, in.cols - 2},
                   ROLE_DIM, "*: the interval leaves out 0.5");
}

/* ---- what must be known about the numbers ---- */

static void draw_notes(const struct stats_model *m, const struct look *look, struct grid *g,
                       struct rect r)
{
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, "notes");
    const struct judge *j = &m->judge;
    char text[700];
    int used = 0;
    for (size_t i = 0; i < j->notes.len; i++) {
        if (used + 1 >= in.rows && i + 1 < j->notes.len) {
            grid_printf(g, in.row + used, in.col + 1, in.cols - 2, ROLE_WARN, 0,
                        "%zu more: rlbench stats shows all", j->notes.len - i);
            return;
        }
        snprintf(text, sizeof text, "%s %s", look->glyphs == GLYPHS_BRAILLE ? "⚠" : "!",
                 j->notes.data[i]);
        struct rect rest = {in.row + used, in.col + 1, in.rows - used, in.cols - 2};
        if (2 * (int)j->notes.len <= in.rows)
            used += words_wrap(g, rest, ROLE_WARN, text);
        else /* a line each; an ellipsis shows what is cut */
            grid_text(g, in.row + used++, rest.col, rest.cols, ROLE_WARN, 0, text);
    }
    if (j->notes.len == 0)
        grid_text(g, in.row, in.col + 1, in.cols - 2, ROLE_GOOD, 0,
                  stats_model_progress(m) < 1 ? "" : "Five seeds or more each.");
}

void stats_view(struct stats_model *m, const struct look *look, struct grid *g, struct rect r)
{
    if (!m->there) {
        struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, "stats");
        words_wrap(g, (struct rect){in.row + 1, in.col + 2, in.rows - 2, in.cols - 4}, ROLE_DIM,
                   m->why[0] ? m->why : "No runs yet. 1 shows the recipes; Enter runs one.");
        return;
    }
    int n = (int)m->judge.contenders.len, notes = r.rows / 5;
    int right = r.cols >= WIDE ? r.cols * 2 / 5 : 0;
    int below = right ? 0 : n < 2 ? 3 : n + 3 < r.rows / 3 ? n + 3 : r.rows / 3;
    draw_intervals(m, look, g, (struct rect){r.row, r.col, r.rows - notes - below, r.cols - right});
    struct rect matrix = right
                             ? (struct rect){r.row, r.col + r.cols - right, r.rows - notes, right}
                             : (struct rect){r.row + r.rows - notes - below, r.col, below, r.cols};
    draw_matrix(m, look, g, matrix);
    draw_notes(m, look, g, (struct rect){r.row + r.rows - notes, r.col, notes, r.cols});
}
