#include "base/num.h"
#include "base/text.h"
#include "chart/plot.h"
#include "tui/stats_model.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    WIDE = 110,      /* columns from which on the matrix stands beside the intervals */
    NUMBER_COLS = 9, /* of a number */
    CELL_COLS = 6,   /* of the matrix */
    BANDS = 4        /* profiles of more contenders have none */
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

/* ---- performance profiles ---- */

/* The threshold whose share stands in a column; values grow to the right. */
static size_t threshold_of(const struct stats_model *m, size_t column, size_t columns)
{
    size_t i = columns > 1 ? column * (STATS_THRESHOLDS - 1) / (columns - 1) : 0;
    return stats_model_is_turned(m) ? STATS_THRESHOLDS - 1 - i : i;
}

static void fill_profile(const struct stats_model *m, const struct stats_profile_line *p,
                         size_t columns, struct plot_column *out)
{
    for (size_t c = 0; c < columns; c++) {
        struct stats_interval i = {NAN, NAN, NAN};
        if (p->share)
            i = p->share[threshold_of(m, c, columns)];
        out[c] = (struct plot_column){i.point, NAN, NAN, i.low, i.high, false};
        if (m->profile.len > BANDS)
            out[c].lo = out[c].hi = NAN;
    }
}

static void draw_profile(const struct stats_model *m, const struct look *look, struct grid *g,
                         struct rect r)
{
    bool turned = stats_model_is_turned(m);
    char title[120];
    snprintf(title, sizeof title, "share of runs %s the %s", turned ? "below" : "above",
             m->judge.normalised ? "normalised score" : "value");
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, title);
    size_t columns = plot_columns(in, look->glyphs), n = m->profile.len;
    double lo = m->thresholds[turned ? STATS_THRESHOLDS - 1 : 0],
           hi = m->thresholds[turned ? 0 : STATS_THRESHOLDS - 1];
    if (columns == 0 || n == 0)
        return;
    struct plot_column *cells = mem_grow(NULL, n * columns, sizeof *cells);
    struct plot_curve *curves = mem_alloc(n * sizeof *curves);
    for (size_t k = 0; k < n; k++) {
        size_t c = m->profile.data[k].contender;
        fill_profile(m, &m->profile.data[k], columns, cells + k * columns);
        curves[k] = (struct plot_curve){.name = m->judge.contenders.data[c].name,
                                        .columns = cells + k * columns,
                                        .style = (int)(c % 8),
                                        .last = NAN,
                                        .half = NAN};
    }
    lo = turned ? -lo : lo;
    hi = turned ? -hi : hi;
    struct plot plot = {.curves = curves,
                        .num_curves = n,
                        .columns = columns,
                        .hi = STATS_THRESHOLDS - 1,
                        .x_unit = m->judge.normalised ? "" : m->judge.unit,
                        .x_from = lo,
                        .x_scale = (hi - lo) / (STATS_THRESHOLDS - 1),
                        .y_lo = 0,
                        .y_hi = 1,
                        .note = hi > lo ? "bootstrap …" : "every run has the same score"};
    if (!(hi > lo))
        plot.num_curves = 0;
    plot_draw(g, in, &plot, look->glyphs);
    free(curves);
    free(cells);
}

/* ---- gates ---- */

static bool is_met(const struct stats_model *m, const struct stats_gate *gate)
{
    if (gate->why || gate->judged)
        return gate->judged && gate->holds;
    return m->numbers.data[gate->number].value.low >= gate->bound;
}

static bool is_ready(const struct stats_model *m, const struct stats_gate *gate)
{
    return gate->why || gate->judged || m->numbers.data[gate->number].ready;
}

/* "met: sarsa > q-learning on eval/return: P = 0.98 [0.95, 1], at least 0.95 asked for". */
static char *gate_text(const struct stats_model *m, const struct stats_gate *gate, char *out,
                       size_t size)
{
    char point[32], low[32], high[32];
    const struct stats_number *n =
        gate->why || gate->judged ? NULL : &m->numbers.data[gate->number];
    if (gate->why)
        snprintf(out, size, "not met: %s: %s", gate->text, gate->why);
    else if (gate->judged)
        snprintf(out, size, "%s", gate->text);
    else if (!n->ready)
        snprintf(out, size, "%s: bootstrap …", gate->text);
    else
        snprintf(out, size, "%smet: %s: P = %s [%s, %s], %g asked for",
                 is_met(m, gate) ? "" : "not ", gate->text,
                 num_format_short(n->value.point, point, sizeof point),
                 num_format_short(n->value.low, low, sizeof low),
                 num_format_short(n->value.high, high, sizeof high), gate->bound);
    return out;
}

/* Returns rows used: as many as the texts need where there is room, else one each. */
static int draw_gates(const struct stats_model *m, const struct look *look, struct grid *g,
                      struct rect r)
{
    static const char *const signs[2][3] = {{"✗", "x", "x"}, {"✓", "√", "+"}};
    int used = 0, n = (int)m->gates.len;
    for (int i = 0; i < n && used < r.rows; i++) {
        const struct stats_gate *gate = &m->gates.data[i];
        bool ready = is_ready(m, gate), met = is_met(m, gate);
        int role = !ready ? ROLE_DIM : met ? ROLE_GOOD : ROLE_BAD, row = r.row + used;
        char text[700];
        if (used + 1 == r.rows && i + 1 < n) {
            grid_printf(g, row, r.col, r.cols, ROLE_WARN, 0, "%d more gates", n - i);
            return r.rows;
        }
        grid_text(g, row, r.col, 1, role, ATTR_BOLD, ready ? signs[met][look->glyphs] : "");
        gate_text(m, gate, text, sizeof text);
        if (2 * n <= r.rows)
            used +=
                words_wrap(g, (struct rect){row, r.col + 2, r.rows - used, r.cols - 2}, role, text);
        else
            used += grid_text(g, row, r.col + 2, r.cols - 2, role, 0, text) > 0;
    }
    return used;
}

/* ---- what must be known about the numbers ---- */

static void draw_notes(const struct stats_model *m, const struct look *look, struct grid *g,
                       struct rect r)
{
    struct rect in =
        grid_box(g, r, look->glyphs, ROLE_BORDER, m->gates.len ? "gates and notes" : "notes");
    const struct judge *j = &m->judge;
    char text[700];
    int used = 0;
    used = draw_gates(m, look, g, (struct rect){in.row, in.col + 1, in.rows, in.cols - 2});
    int gates = used;
    for (size_t i = 0; i < j->notes.len && used < in.rows; i++) {
        if (used + 1 >= in.rows && i + 1 < j->notes.len) {
            grid_printf(g, in.row + used, in.col + 1, in.cols - 2, ROLE_WARN, 0,
                        "%zu more: rlbench stats shows all", j->notes.len - i);
            return;
        }
        snprintf(text, sizeof text, "%s %s", look->glyphs == GLYPHS_BRAILLE ? "⚠" : "!",
                 j->notes.data[i]);
        struct rect rest = {in.row + used, in.col + 1, in.rows - used, in.cols - 2};
        if (2 * (int)j->notes.len <= in.rows - gates)
            used += words_wrap(g, rest, ROLE_WARN, text);
        else /* a line each; an ellipsis shows what is cut */
            grid_text(g, in.row + used++, rest.col, rest.cols, ROLE_WARN, 0, text);
    }
    if (j->notes.len == 0 && used < in.rows)
        grid_text(g, in.row + used, in.col + 1, in.cols - 2, ROLE_GOOD, 0,
                  stats_model_progress(m) < 1 ? "" : "Five seeds or more each.");
}

void stats_view(struct stats_model *m, const struct look *look, bool profile, struct grid *g,
                struct rect r)
{
    if (!m->there) {
        struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, "stats");
        words_wrap(g, (struct rect){in.row + 1, in.col + 2, in.rows - 2, in.cols - 4}, ROLE_DIM,
                   m->why[0] ? m->why : "No runs yet. 1 shows the recipes; Enter runs one.");
        return;
    }
    int n = (int)m->judge.contenders.len, notes = r.rows / 5;
    int right = r.cols >= WIDE ? r.cols * 2 / 5 : 0, side = r.rows - notes;
    int below = right ? 0 : n < 2 ? 3 : n + 3 < r.rows / 3 ? n + 3 : r.rows / 3;
    struct rect large = {r.row, r.col, r.rows - notes - below, r.cols - right};
    struct rect matrix = {r.row + r.rows - notes - below, r.col, below, r.cols};
    if (right) { /* the matrix, and below it the pane that is not the large one */
        int rows = n + 4 < side / 2 ? n + 4 : side / 2;
        matrix = (struct rect){r.row, r.col + r.cols - right, n < 2 ? 3 : rows, right};
        struct rect small = {r.row + matrix.rows, matrix.col, side - matrix.rows, right};
        if (profile)
            draw_intervals(m, look, g, small);
        else
            draw_profile(m, look, g, small);
    }
    if (profile)
        draw_profile(m, look, g, large);
    else
        draw_intervals(m, look, g, large);
    draw_matrix(m, look, g, matrix);
    draw_notes(m, look, g, (struct rect){r.row + r.rows - notes, r.col, notes, r.cols});
}
