#include "tui/compare.h"

#include "base/num.h"
#include "base/text.h"
#include "chart/canvas.h"
#include "tui/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDE = 110, /* columns from which on the legend stands beside the chart */
    BANDS = 6,  /* of more groups only the one that stands out has a band */
    LEGEND_COLS = 52,
    NUMBER_COLS = 9,
    LEAST_CHART_ROWS = 8
};

bool compare_is_log(const struct compare *c)
{
    const struct compare_model *m = &c->model;
    if (c->log_y >= 0)
        return c->log_y;
    return m->metric < m->metrics.len && (m->metrics.data[m->metric].flags & RLB_M_LOG);
}

/* ---- layout ---- */

static int least(int a, int b)
{
    return a < b ? a : b;
}

struct compare_layout compare_lay_out(const struct compare *c, struct rect r)
{
    const char *key = c->model.labels.key; /* said once, above the names */
    int lines = (int)c->model.groups.len + (key && *key);
    int settings = c->want_diff ? (int)c->diff.settings.len + 3 : 0;
    settings = c->want_diff && settings < 5 ? 5 : settings;
    struct compare_layout l = {.chart = r, .legend = r, .diff = r};
    if (r.cols >= WIDE) {
        int right = r.cols * 3 / 10 > LEGEND_COLS ? r.cols * 3 / 10 : LEGEND_COLS;
        l.chart.cols -= right;
        l.legend.col = l.diff.col = r.col + r.cols - right;
        l.legend.cols = l.diff.cols = right;
        l.diff.rows = least(settings, r.rows * 2 / 3);
        l.legend.rows = r.rows - l.diff.rows;
        l.diff.row += l.legend.rows;
        return l;
    }
    l.legend.rows = least(lines + 2, r.rows / 3);
    l.diff.rows = least(settings, r.rows - LEAST_CHART_ROWS - l.legend.rows);
    l.chart.rows -= l.legend.rows + l.diff.rows;
    l.diff.row += l.chart.rows;
    l.legend.row = l.diff.row + l.diff.rows;
    return l;
}

size_t compare_columns(const struct compare *c, struct rect body, enum glyphs glyphs)
{
    struct rect r = compare_lay_out(c, body).chart;
    return plot_columns((struct rect){r.row + 1, r.col + 1, r.rows - 2, r.cols - 2}, glyphs);
}

/* ---- the chart ---- */

struct lines {
    struct plot_curve *curves;
    struct plot_column *cells;
    size_t n, columns;
};

static void add_curve(struct lines *to, size_t group, bool in_focus)
{
    to->curves[to->n] = (struct plot_curve){.columns = to->cells + to->n * to->columns,
                                            .style = (int)(group % CANVAS_STYLES),
                                            .last = NAN,
                                            .half = NAN,
                                            .in_focus = in_focus};
    to->n++;
}

static void hide_band(struct plot_column *cells, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        cells[i].lo = cells[i].hi = NAN;
}

static void add_group(const struct compare *c, size_t group, struct lines *to)
{
    const struct compare_model *m = &c->model;
    bool in_focus = (int)group == c->list.at;
    for (size_t r = 0; c->band == BAND_SEEDS && r < m->runs.len; r++)
        if (m->runs.data[r].group == group && m->runs.data[r].line.len) {
            compare_seed(m, r, to->columns, to->cells + to->n * to->columns);
            add_curve(to, group, in_focus);
        }
    if (c->band == BAND_SEEDS)
        return;
    struct plot_column *cells = to->cells + to->n * to->columns;
    compare_line(m, group, c->band, compare_is_log(c), to->columns, cells);
    if (m->groups.len > BANDS && !in_focus)
        hide_band(cells, to->columns);
    add_curve(to, group, in_focus);
}

/* The group that stands out comes first, which is on top. */
static void add_groups(const struct compare *c, struct lines *to)
{
    const struct compare_model *m = &c->model;
    size_t n = c->band == BAND_SEEDS ? m->runs.len : m->groups.len;
    to->curves = mem_grow(NULL, n + 1, sizeof *to->curves);
    to->cells = mem_grow(NULL, n * to->columns + 1, sizeof *to->cells);
    for (int others = 0; others < 2; others++)
        for (size_t g = 0; g < m->groups.len; g++)
            if (((int)g != c->list.at) == (bool)others)
                add_group(c, g, to);
}

static size_t most_seeds(const struct compare_model *m)
{
    size_t most = 0;
    for (size_t g = 0; g < m->groups.len; g++)
        most = m->groups.data[g].num_runs > most ? m->groups.data[g].num_runs : most;
    return most;
}

/* What is drawn, the most telling first, as far as there is room. */
static char *chart_title(const struct compare *c, int room, char *out, size_t size)
{
    static const char *const bands[] = {", 95 % band", ", least and greatest", ""};
    static const char *const axes[] = {"", " · by wall time", " · by episode"};
    const struct compare_model *m = &c->model;
    char parts[4][80] = {"", "", "", ""};
    size_t seeds = most_seeds(m);
    if (m->metric < m->metrics.len && *m->metrics.data[m->metric].unit)
        snprintf(parts[0], sizeof parts[0], " (%s)", m->metrics.data[m->metric].unit);
    snprintf(parts[1], sizeof parts[1], "%s", axes[m->align]);
    snprintf(parts[2], sizeof parts[2], "%s", compare_is_log(c) ? " · log" : "");
    if (c->band == BAND_SEEDS)
        snprintf(parts[3], sizeof parts[3], " · every seed");
    else if (seeds > 1)
        snprintf(parts[3], sizeof parts[3], " · mean of %zu seeds%s", seeds, bands[c->band]);
    size_t n = (size_t)snprintf(out, size, "%s", m->wanted ? m->wanted : "compare");
    for (int i = 0; i < 4; i++)
        if (n < size && text_columns(out) + text_columns(parts[i]) <= room)
            n += (size_t)snprintf(out + n, size - n, "%s", parts[i]);
    return out;
}

static const char *why_empty(const struct compare_model *m)
{
    if (!compare_is_whole(m))
        return "reading …";
    return m->metric == SIZE_MAX && m->metrics.len ? "no run here has this metric; m: the next one"
                                                   : "no points yet";
}

static void draw_chart(const struct app *a, struct compare *c, struct grid *g, struct rect r)
{
    const struct compare_model *m = &c->model;
    char title[200];
    struct rect in = grid_box(g, r, a->look.glyphs, ROLE_BORDER,
                              chart_title(c, r.cols - 6, title, sizeof title));
    struct lines lines = {.columns = plot_columns(in, a->look.glyphs)};
    double scale;
    const char *unit = compare_unit(m, &scale);
    if (lines.columns == 0)
        return;
    add_groups(c, &lines);
    c->chart = in;
    c->plot_cols = (int)lines.columns / canvas_dots_x(a->look.glyphs);
    struct plot plot = {.curves = lines.curves,
                        .num_curves = lines.n,
                        .columns = lines.columns,
                        .lo = m->lo,
                        .hi = m->hi,
                        .x_unit = unit,
                        .x_scale = scale,
                        .log_y = compare_is_log(c),
                        .y_lo = NAN,
                        .y_hi = NAN,
                        .has_cursor = c->has_cursor,
                        .cursor = c->cursor,
                        .note = why_empty(m)};
    plot_draw(g, in, &plot, a->look.glyphs);
    free(lines.curves);
    free(lines.cells);
}

/* ---- the legend ---- */

static char *three_digits(double value, char *out, size_t size)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.2e", value);
    return num_format_short(strtod(digits, NULL), out, size);
}

static void draw_numbers(const struct compare *c, const struct bundle_column *b, struct grid *g,
                         int row, int col, int cols)
{
    char mid[32], lo[32], hi[32], text[80];
    bool range = c->band == BAND_RANGE;
    double low = range ? b->min : b->lo, high = range ? b->max : b->hi;
    if (isnan(b->mean)) {
        grid_text(g, row, col + NUMBER_COLS - 1, 1, ROLE_DIM, 0, "-");
        return;
    }
    three_digits(b->mean, mid, sizeof mid);
    grid_text(g, row, col + NUMBER_COLS - text_columns(mid), NUMBER_COLS, ROLE_TEXT, ATTR_BOLD,
              mid);
    if (b->n < 2)
        return;
    snprintf(text, sizeof text, "[%s, %s]", three_digits(low, lo, sizeof lo),
             three_digits(high, hi, sizeof hi));
    grid_text(g, row, col + NUMBER_COLS + 1, cols - NUMBER_COLS - 1, ROLE_DIM, 0, text);
}

static void legend_title(const struct compare *c, char *out, size_t size)
{
    double scale;
    const char *unit = compare_unit(&c->model, &scale);
    const char *what = c->band == BAND_RANGE ? "least, greatest" : "95 %";
    char place[32];
    if (c->has_cursor)
        snprintf(out, size, "mean [%s] at %s %s", what,
                 num_format_short((double)c->cursor * scale, place, sizeof place), unit);
    else
        snprintf(out, size, "final mean [%s]", what);
}

static void draw_legend(const struct app *a, struct compare *c, struct grid *g, struct rect r)
{
    const struct compare_model *m = &c->model;
    char title[120];
    legend_title(c, title, sizeof title);
    struct rect in = grid_box(g, r, a->look.glyphs, ROLE_BORDER, title);
    int numbers = in.cols >= 60 ? 32 : 29, name_cols = in.cols - 4 - 4 - numbers;
    struct rect body = in;
    if (*m->labels.key && body.rows > 1) {
        grid_text(g, in.row, in.col + 4, name_cols, ROLE_DIM, 0, m->labels.key);
        grid_text(g, in.row, in.col + 4 + name_cols, 4, ROLE_DIM, 0, "  n");
        body.row++;
        body.rows--;
    }
    list_layout(&c->list, body);
    for (int i = 0; i < body.rows && c->list.top + i < c->list.count; i++) {
        size_t at = (size_t)(c->list.top + i);
        int row = body.row + i, role = ROLE_SERIES0 + (int)(at % CANVAS_STYLES);
        bool here = (int)at == c->list.at;
        if (here) {
            grid_fill(g, (struct rect){row, in.col, 1, in.cols}, ' ', ROLE_TEXT, ROLE_SELECT, 0);
            grid_text(g, row, in.col, 1, ROLE_FOCUS, ATTR_BOLD, "▸");
        }
        struct bundle_column b = c->has_cursor ? compare_at(m, at, c->cursor) : compare_last(m, at);
        grid_put(g, row, in.col + 2, canvas_marker(a->look.glyphs, (int)(at % CANVAS_STYLES)), role,
                 ATTR_BOLD);
        grid_text(g, row, in.col + 4, name_cols, role, here ? ATTR_BOLD : 0,
                  *m->labels.key ? m->labels.brief[at] : m->labels.full[at]);
        grid_printf(g, row, in.col + 4 + name_cols, 4, ROLE_DIM, 0, "%3u", (unsigned)b.n);
        draw_numbers(c, &b, g, row, in.col + 8 + name_cols, numbers);
    }
    list_draw_scrollbar(&c->list, g, in.col + in.cols, a->look.glyphs);
}

/* ---- what differs ---- */

static const char *last_part(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

/* The last part where no other key ends so. */
static const char *short_key(const struct compare_diff *d, size_t i)
{
    const char *last = last_part(d->settings.data[i].key);
    for (size_t k = 0; k < d->settings.len; k++)
        if (k != i && strcmp(last_part(d->settings.data[k].key), last) == 0)
            return d->settings.data[i].key;
    return last;
}

static int text_cols(const struct compare_diff *d, size_t group, int most)
{
    int widest = 2;
    for (size_t i = 0; i < d->settings.len; i++) {
        const char *text = d->settings.data[i].texts[group];
        int n = text ? text_columns(text) : 1;
        widest = n > widest ? n : widest;
    }
    return least(widest, most);
}

/* Columns of groups from the one that stands out on, as many as there is room for. */
static void draw_settings(struct compare *c, struct grid *g, struct rect in, enum glyphs glyphs)
{
    const struct compare_diff *d = &c->diff;
    struct rect body = {in.row + 1, in.col, in.rows - 1, in.cols};
    int keys = 4;
    for (size_t i = 0; i < d->settings.len; i++) {
        int n = text_columns(short_key(d, i));
        keys = n > keys ? n : keys;
    }
    keys = least(keys, in.cols / 2);
    list_set_count(&c->settings, (int)d->settings.len);
    list_layout(&c->settings, body);
    for (int i = 0; i < body.rows && c->settings.top + i < c->settings.count; i++) {
        int at = c->settings.top + i, row = body.row + i;
        bool here = c->in_settings && at == c->settings.at;
        grid_text(g, row, in.col, 1, ROLE_FOCUS, ATTR_BOLD, here ? "▸" : "");
        grid_text(g, row, in.col + 2, keys, here ? ROLE_TEXT : ROLE_DIM, 0,
                  short_key(d, (size_t)at));
    }
    size_t shown = 0;
    for (int col = in.col + keys + 4; shown < d->groups; shown++) {
        size_t group = ((size_t)c->list.at + shown) % d->groups;
        int cols = text_cols(d, group, in.cols / 3), role = ROLE_SERIES0 + (int)(group % 8);
        if (col + cols > in.col + in.cols)
            break;
        grid_put(g, in.row, col, canvas_marker(glyphs, (int)(group % CANVAS_STYLES)), role,
                 ATTR_BOLD);
        for (int i = 0; i < body.rows && c->settings.top + i < c->settings.count; i++) {
            const char *text = d->settings.data[c->settings.top + i].texts[group];
            grid_text(g, body.row + i, col, cols, shown ? ROLE_TEXT : role, 0, text ? text : "-");
        }
        col += cols + 2;
    }
    if (shown < d->groups)
        grid_printf(g, in.row, in.col + 2, keys, ROLE_WARN, 0, "+%zu groups", d->groups - shown);
    list_draw_scrollbar(&c->settings, g, in.col + in.cols, glyphs);
}

static void draw_diff(const struct app *a, struct compare *c, struct grid *g, struct rect r)
{
    struct rect in =
        grid_box(g, r, a->look.glyphs, c->in_settings ? ROLE_FOCUS : ROLE_BORDER, "what differs");
    struct rect text = {in.row, in.col + 1, in.rows, in.cols - 2};
    if (c->diff.read < c->diff.groups || c->diff.groups == 0)
        words_wrap(g, text, ROLE_DIM, "reading …");
    else if (c->diff.groups < 2)
        words_wrap(g, text, ROLE_DIM, "One group alone: nothing to compare with.");
    else if (c->diff.settings.len == 0)
        words_wrap(g, text, ROLE_DIM, "Nothing: the same settings.");
    else
        draw_settings(c, g, in, a->look.glyphs);
}

void compare_draw(const struct app *a, struct compare *c, struct grid *g, struct rect r)
{
    if (c->model.runs.len == 0) {
        struct rect in = grid_box(g, r, a->look.glyphs, ROLE_BORDER, "compare");
        words_wrap(g, (struct rect){in.row + 1, in.col + 2, in.rows - 2, in.cols - 4}, ROLE_DIM,
                   c->why[0] ? c->why
                             : "Nothing to compare: mark runs on Runs (2) with Space, or open an "
                               "experiment there.");
        return;
    }
    struct compare_layout l = compare_lay_out(c, r);
    draw_chart(a, c, g, l.chart);
    draw_legend(a, c, g, l.legend);
    if (l.diff.rows > 2)
        draw_diff(a, c, g, l.diff);
}
