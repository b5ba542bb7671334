#include "base/num.h"
#include "base/text.h"
#include "chart/plot.h"
#include "chart/points.h"
#include "chart/spark.h"
#include "tui/sweep_model.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDE = 120,      /* columns from which on the best so far has a pane of its own */
    NUMBER_COLS = 9, /* of a number */
    VALUE_COLS = 14, /* of a parameter, at most */
    GAP = 2
};

bool sweep_view_is_narrow(int cols)
{
    return cols < WIDE;
}

/* ---- a parameter against the result ---- */

/* Numbers as they are; when one of them is a word, places among those that occur. */
static size_t key_values(const struct sweep_results *r, const char *key, double *x,
                         const char **words)
{
    size_t num_words = 0, numbers = 0;
    for (size_t i = 0; i < r->groups.len; i++) {
        sweep_value(&r->groups.data[i], key, &x[i]);
        numbers += isfinite(x[i]) != 0;
    }
    for (size_t i = 0; i < r->groups.len && numbers < r->groups.len; i++) {
        const char *text = sweep_value(&r->groups.data[i], key, &x[i]);
        size_t w = 0;
        while (w < num_words && strcmp(words[w], text) != 0)
            w++;
        if (w == num_words)
            words[num_words++] = text;
        x[i] = (double)w;
    }
    return num_words;
}

static void draw_scatter(const struct sweep_model *m, const struct look *look, struct grid *g,
                         struct rect r)
{
    const struct sweep_results *s = &m->results;
    size_t n = s->groups.len;
    char title[160];
    snprintf(title, sizeof title, "%s against %s", s->metric,
             sweep_short_name(s, s->keys.data[m->key]));
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, title);
    double *x = mem_grow(NULL, n + 1, sizeof *x), *y = mem_grow(NULL, n + 1, sizeof *y);
    const char **words = mem_grow(NULL, n + 1, sizeof(const char *));
    size_t num_words = key_values(s, s->keys.data[m->key], x, words);
    for (size_t i = 0; i < n; i++)
        y[i] = sweep_mean(&s->groups.data[i]);
    points_draw(g, in,
                &(struct points){.x = x,
                                 .y = y,
                                 .n = n,
                                 .words = num_words ? words : NULL,
                                 .num_words = num_words,
                                 .x_name = s->keys.data[m->key],
                                 .mark = (size_t)m->list.at},
                look->glyphs);
    free(words);
    free(y);
    free(x);
}

/* ---- the best so far ---- */

static void draw_best(const struct sweep_model *m, const struct look *look, struct grid *g,
                      struct rect r)
{
    size_t n = m->results.groups.len;
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, "best so far");
    size_t columns = plot_columns(in, look->glyphs);
    if (columns == 0 || n == 0)
        return;
    struct plot_column *cells = mem_grow(NULL, columns, sizeof *cells);
    for (size_t c = 0; c < columns; c++)
        cells[c] =
            (struct plot_column){sweep_model_best(m, c * n / columns), NAN, NAN, NAN, NAN, false};
    struct plot_curve curve = {
        .name = "", .columns = cells, .last = sweep_model_best(m, n - 1), .half = NAN};
    struct plot plot = {.curves = &curve,
                        .num_curves = 1,
                        .columns = columns,
                        .lo = 1,
                        .hi = n,
                        .x_unit = "trials",
                        .y_lo = NAN,
                        .y_hi = NAN,
                        .note = "no results yet"};
    plot_draw(g, in, &plot, look->glyphs);
    free(cells);
}

/* ---- importance ---- */

/* What matters most, first. */
static size_t *by_importance(const struct sweep_model *m)
{
    size_t n = m->results.keys.len, *order = mem_grow(NULL, n + 1, sizeof *order);
    for (size_t i = 0; i < n; i++) {
        size_t to = i;
        double x = isnan(m->importance[i]) ? -1 : m->importance[i];
        for (; to > 0; to--) {
            double y = m->importance[order[to - 1]];
            if ((isnan(y) ? -1 : y) >= x)
                break;
            order[to] = order[to - 1];
        }
        order[to] = i;
    }
    return order;
}

static void draw_importance(const struct sweep_model *m, const struct look *look, struct grid *g,
                            struct rect r)
{
    const struct sweep_results *s = &m->results;
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, "variance explained by each");
    size_t n = s->keys.len, *order = by_importance(m);
    int name_cols = 4;
    for (size_t k = 0; k < n; k++) {
        int cols = text_columns(sweep_short_name(s, s->keys.data[k]));
        name_cols = cols > name_cols ? cols : name_cols;
    }
    name_cols = name_cols < in.cols / 2 ? name_cols : in.cols / 2;
    int bar = in.cols - 3 - name_cols - 1 - 6;
    for (size_t i = 0; i < n && (int)i < in.rows; i++) {
        size_t k = order[i];
        int row = in.row + (int)i;
        bool here = k == m->key;
        double share = m->importance[k];
        grid_text(g, row, in.col, 1, ROLE_FOCUS, ATTR_BOLD, here ? "▸" : " ");
        grid_text(g, row, in.col + 2, name_cols, here ? ROLE_TEXT : ROLE_DIM, here ? ATTR_BOLD : 0,
                  sweep_short_name(s, s->keys.data[k]));
        if (isnan(share)) {
            grid_text(g, row, in.col + in.cols - 3, 1, ROLE_DIM, 0, "?");
            continue;
        }
        spark_bar(g, row, in.col + 3 + name_cols, bar, share * bar, look->glyphs,
                  ROLE_SERIES0 + (here ? 0 : 4));
        grid_printf(g, row, in.col + in.cols - 6, 6, ROLE_TEXT, 0, "%3.0f %%", 100 * share);
    }
    if ((int)n < in.rows - 1) {
        size_t trials = s->groups.len;
        struct rect rest = {in.row + (int)n + 1, in.col + 1, in.rows - (int)n - 1, in.cols - 2};
        words_wrap(g, rest, ROLE_DIM,
                   trials < 10 ? "epsilon squared, each by itself; few trials: a rough guess"
                               : "epsilon squared, each by itself");
    }
    free(order);
}

/* ---- the trials ---- */

static void put_number(struct grid *g, int row, int col, double v, int role)
{
    char text[32];
    num_format_short(v, text, sizeof text);
    if (isnan(v))
        snprintf(text, sizeof text, "-");
    grid_text(g, row, col + NUMBER_COLS - text_columns(text), NUMBER_COLS, role, 0, text);
}

static int value_cols(const struct sweep_results *s, size_t key)
{
    int widest = text_columns(sweep_short_name(s, s->keys.data[key]));
    double num;
    for (size_t i = 0; i < s->groups.len && widest < VALUE_COLS; i++) {
        int cols = text_columns(sweep_value(&s->groups.data[i], s->keys.data[key], &num));
        widest = cols > widest ? cols : widest;
    }
    return widest < VALUE_COLS ? widest : VALUE_COLS;
}

/* One row of the table, or its head (trial SIZE_MAX). */
static void draw_trial(const struct sweep_model *m, size_t trial, struct grid *g, int row,
                       struct rect in)
{
    const struct sweep_results *s = &m->results;
    const struct sweep_group *of = trial == SIZE_MAX ? NULL : &s->groups.data[trial];
    int col = in.col + 2, end = in.col + in.cols;
    if (of) {
        grid_printf(g, row, col, 4, ROLE_DIM, 0, "%4zu", trial + 1);
        put_number(g, row, col + 5, sweep_mean(of), ROLE_TEXT);
        put_number(g, row, col + 15, sweep_deviation(of), ROLE_DIM);
        grid_printf(g, row, col + 26, 7, ROLE_DIM, 0, "%zu/%zu", of->done, of->runs);
    } else {
        grid_text(g, row, col + 3, 1, ROLE_DIM, 0, "#");
        grid_printf(g, row, col + 5, NUMBER_COLS, ROLE_DIM, 0, "%9s", "mean");
        grid_printf(g, row, col + 15, NUMBER_COLS, ROLE_DIM, 0, "%9s", "sd");
        grid_text(g, row, col + 26, 7, ROLE_DIM, 0, "done");
    }
    col += 26 + 7;
    for (size_t k = 0; k < s->keys.len; k++) {
        int cols = value_cols(s, k);
        double num;
        if (col + cols > end) {
            grid_text(g, row, end - 2, 2, ROLE_DIM, 0, of ? "" : "…");
            return;
        }
        bool here = k == m->key;
        grid_text(g, row, col, cols, here || of ? ROLE_TEXT : ROLE_DIM, here ? ATTR_BOLD : 0,
                  of ? sweep_value(of, s->keys.data[k], &num)
                     : sweep_short_name(s, s->keys.data[k]));
        col += cols + GAP;
    }
}

static void draw_trials(struct sweep_model *m, const struct look *look, struct grid *g,
                        struct rect r)
{
    char title[160];
    snprintf(title, sizeof title, "trials by mean %s of their seeds, %s first", m->results.metric,
             m->results.maximize ? "largest" : "smallest");
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, title);
    struct rect body = {in.row + 1, in.col, in.rows - 1, in.cols};
    draw_trial(m, SIZE_MAX, g, in.row, in);
    list_layout(&m->list, body);
    for (int i = 0; i < body.rows && m->list.top + i < m->list.count; i++) {
        int at = m->list.top + i, row = body.row + i;
        if (at == m->list.at) {
            grid_fill(g, (struct rect){row, in.col, 1, in.cols}, ' ', ROLE_TEXT, ROLE_SELECT, 0);
            grid_text(g, row, in.col, 1, ROLE_FOCUS, ATTR_BOLD, "▸");
        }
        draw_trial(m, (size_t)at, g, row, in);
    }
    list_draw_scrollbar(&m->list, g, in.col + in.cols, look->glyphs);
}

/* ---- all of it ---- */

void sweep_view(struct sweep_model *m, const struct look *look, struct grid *g, struct rect r)
{
    if (!m->there || m->results.keys.len == 0) {
        struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, "sweep");
        const char *text = m->why[0] ? m->why
                           : m->there
                               ? "One group alone: this experiment sweeps nothing. 2 shows the "
                                 "runs; Enter there brings another experiment into focus."
                               : "No runs yet. 1 shows the recipes; Enter runs one.";
        words_wrap(g, (struct rect){in.row + 1, in.col + 2, in.rows - 2, in.cols - 4}, ROLE_DIM,
                   text);
        return;
    }
    bool narrow = sweep_view_is_narrow(r.cols);
    int above = r.rows * (narrow ? 11 : 9) / 20, left = r.cols * (narrow ? 11 : 8) / 20;
    int middle = narrow ? r.cols - left : (r.cols - left) / 2;
    struct rect chart = {r.row, r.col, above, left};
    if (m->key < m->results.keys.len)
        draw_scatter(m, look, g, chart);
    else
        draw_best(m, look, g, chart);
    draw_importance(m, look, g, (struct rect){r.row, r.col + left, above, middle});
    if (!narrow)
        draw_best(m, look, g,
                  (struct rect){r.row, r.col + left + middle, above, r.cols - left - middle});
    draw_trials(m, look, g, (struct rect){r.row + above, r.col, r.rows - above, r.cols});
}
