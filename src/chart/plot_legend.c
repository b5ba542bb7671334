/* The line under a chart: which curve is which, and what it says at its end or at the cursor. */
#include "chart/plot_parts.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The column of a curve nearest to the cursor that has a value, or NULL. */
static const struct plot_column *nearest_column(const struct plot *p,
                                                const struct plot_curve *curve)
{
    size_t at = plot_column_of(p, p->cursor);
    for (size_t away = 0; away < p->columns; away++) {
        if (away <= at && !isnan(curve->columns[at - away].mean))
            return &curve->columns[at - away];
        if (at + away < p->columns && !isnan(curve->columns[at + away].mean))
            return &curve->columns[at + away];
    }
    return NULL;
}

/* Three digits are what an eye takes in. */
static char *brief_number(double value, char *out, size_t size)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.2e", value);
    return num_format_short(strtod(digits, NULL), out, size);
}

/* How much the legend says of every curve. */
enum detail { NAMES, KEY, VALUES, INTERVALS };

/* What it says of a curve's value: "1.9e-4 ± 2.1e-5". */
static void read_out(const struct plot *p, const struct plot_curve *curve, enum detail detail,
                     char *out, size_t size)
{
    char value[32], half_text[32];
    double mean = curve->last, half = curve->half;
    if (p->has_cursor) {
        const struct plot_column *col = nearest_column(p, curve);
        mean = col ? col->mean : NAN;
        half = col ? (col->hi - col->lo) / 2 : NAN;
    }
    *out = '\0';
    if (isnan(mean) || detail < VALUES)
        return;
    brief_number(mean, value, sizeof value);
    if (detail == INTERVALS && isfinite(half) && half >= 0) {
        if (half > 0) { /* two digits of an uncertainty are enough */
            double unit = pow(10, floor(log10(half)) - 1);
            half = round(half / unit) * unit;
        }
        snprintf(out, size, "%s ± %s", value, num_format_short(half, half_text, sizeof half_text));
    } else {
        snprintf(out, size, "%s", value);
    }
}

static char *with_commas(uint64_t n, char *out, size_t size)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    size_t used = 0;
    for (int i = 0; i < len && used + 2 < size; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}

/* One curve's entry: "● name value"; returns its columns, and draws it when g is given. */
static int put_entry(struct grid *g, int row, int col, int max, const struct plot *p, size_t k,
                     enum detail detail, enum glyphs glyphs)
{
    const struct plot_curve *curve = &p->curves[k];
    bool marked = p->num_curves > 1;
    int role = ROLE_SERIES0 + curve->style % CANVAS_STYLES;
    char value[80];
    read_out(p, curve, detail, value, sizeof value);
    const char *name = curve->name && *curve->name ? curve->name
                       : p->has_cursor || !*value  ? ""
                                                   : "last";
    int at = marked ? 2 : 0, name_columns = text_columns(name);
    if (g && marked && max > 0)
        grid_put(g, row, col, canvas_marker(glyphs, curve->style), role, ATTR_BOLD);
    if (g)
        grid_text(g, row, col + at, max - at, marked ? role : ROLE_DIM,
                  curve->in_focus ? ATTR_BOLD : 0, name);
    at += name_columns + (name_columns && *value);
    if (g)
        grid_text(g, row, col + at, max - at, ROLE_TEXT, 0, value);
    return at + text_columns(value);
}

/* Before the entries: where the cursor is, and what the names are values of. */
static int put_head(struct grid *g, int row, int col, int max, const struct plot *p,
                    enum detail detail)
{
    char step[32], text[40] = "";
    int used = 0, width;
    if (p->has_cursor) {
        double apart = (plot_in_unit(p, p->hi) - plot_in_unit(p, p->lo)) / 1000;
        axis_format_step(plot_in_unit(p, p->cursor), apart, step, sizeof step);
        snprintf(text, sizeof text, "@ %s", step);
        if (g)
            grid_text(g, row, col, max, ROLE_FOCUS, 0, text);
        used = text_columns(text) + 2;
    }
    if (!p->key || !*p->key || p->num_curves < 2 || detail == NAMES)
        return used;
    if (g)
        grid_text(g, row, col + used, max - used, ROLE_DIM, 0, p->key);
    width = text_columns(p->key);
    return used + width + 2;
}

/* Of several curves those without a name belong to the one before them. */
static bool in_legend(const struct plot *p, size_t k)
{
    return p->num_curves == 1 || p->curves[k].name;
}

/* Where the next entry goes. */
struct pen {
    int row, col;
};

/* Sets the entries one after the other in rows of r; draws them when g is given, and says how many
 * do not fit when `all` is false. */
static struct pen set_entries(struct grid *g, struct rect r, const struct plot *p,
                              enum detail detail, bool all, enum glyphs glyphs)
{
    struct pen at = {0, 1};
    size_t left = 0, set = 0;
    for (size_t k = 0; k < p->num_curves; k++)
        left += in_legend(p, k);
    at.col += put_head(g, r.row, r.col + 1, r.cols - 1, p, detail);
    for (size_t k = 0; k < p->num_curves; k++) {
        if (!in_legend(p, k))
            continue;
        char more[24];
        int reserve = snprintf(more, sizeof more, "+%zu more", left) + 2;
        int need = put_entry(NULL, 0, 0, 0, p, k, detail, glyphs);
        bool last_row = at.row + 1 >= r.rows;
        if (!all && last_row && set && at.col + need + (left > 1 ? reserve : 0) > r.cols) {
            if (g)
                grid_text(g, r.row + at.row, r.col + at.col, r.cols - at.col, ROLE_DIM, 0, more);
            return at;
        }
        if (at.col + need > r.cols && set && (all || !last_row))
            at = (struct pen){at.row + 1, 1};
        if (g)
            put_entry(g, r.row + at.row, r.col + at.col, r.cols - at.col, p, k, detail, glyphs);
        at.col += need + 2;
        set++;
        left--;
    }
    return at;
}

static bool fits(struct rect r, const struct plot *p, enum detail detail, enum glyphs glyphs)
{
    struct pen end = set_entries(NULL, r, p, detail, true, glyphs);
    return end.row < r.rows && (end.row > 0 || end.col - 2 <= r.cols);
}

/* What does not fit loses its uncertainties first, then its values, unless the cursor asks for
 * them, then the key; when even that is too much, its last curves instead of a short key. */
static enum detail choose_detail(struct rect r, const struct plot *p, enum glyphs glyphs)
{
    enum detail least = p->has_cursor || p->num_curves < 2 ? VALUES : NAMES, detail = INTERVALS;
    while (detail > least && !fits(r, p, detail, glyphs))
        detail--;
    if (detail == NAMES && !fits(r, p, detail, glyphs) && p->key &&
        text_columns(p->key) < r.cols / 4)
        return KEY;
    return detail;
}

/* More than one row is worth it for values and names, not for uncertainties. */
int plot_legend_rows(const struct plot *p, int cols, int most, enum glyphs glyphs)
{
    for (int detail = VALUES; detail >= NAMES; detail--)
        for (int rows = 1; rows <= most; rows++)
            if (fits((struct rect){0, 0, rows, cols}, p, (enum detail)detail, glyphs))
                return rows;
    return most;
}

void plot_draw_legend(struct grid *g, struct rect r, const struct plot *p, enum glyphs glyphs)
{
    enum detail detail = choose_detail(r, p, glyphs);
    bool all = fits(r, p, detail, glyphs);
    struct pen at = set_entries(g, r, p, detail, all, glyphs);
    if (!all || p->per_column <= 1 || p->has_cursor)
        return;
    char count[32], text[80];
    with_commas(p->per_column, count, sizeof count);
    snprintf(text, sizeof text, "each column = %s points", count);
    if (at.col + (int)strlen(text) > r.cols)
        snprintf(text, sizeof text, "%s/column", count);
    int n = (int)strlen(text);
    if (at.col + n <= r.cols)
        grid_text(g, r.row + at.row, r.col + r.cols - n, n, ROLE_DIM, 0, text);
}
