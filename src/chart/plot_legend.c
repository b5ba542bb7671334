/* The line under a chart: which curve is which, and what it says at its end or at the cursor. */
#include "chart/plot_parts.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
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

/* What the legend says of a curve's value: "1.9e-4 ± 2.1e-5". */
static void read_out(const struct plot *p, const struct plot_curve *curve, bool with_half,
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
    if (isnan(mean))
        return;
    num_format_short(mean, value, sizeof value);
    if (with_half && isfinite(half) && half >= 0) {
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
static int legend_entry(struct grid *g, int row, int col, int max, const struct plot *p, size_t k,
                        bool with_half, enum glyphs glyphs)
{
    const struct plot_curve *curve = &p->curves[k];
    bool marked = p->num_curves > 1;
    int role = ROLE_SERIES0 + curve->style % CANVAS_STYLES;
    char value[80];
    read_out(p, curve, with_half, value, sizeof value);
    const char *name = curve->name && *curve->name ? curve->name
                       : p->has_cursor || !*value  ? ""
                                                   : "last";
    int at = marked ? 2 : 0, name_columns = text_columns(name);
    if (g && marked && max > 0)
        grid_put(g, row, col, canvas_marker(glyphs, curve->style), role, ATTR_BOLD);
    if (g)
        grid_text(g, row, col + at, max - at, marked ? role : ROLE_DIM, 0, name);
    at += name_columns + (name_columns && *value);
    if (g)
        grid_text(g, row, col + at, max - at, ROLE_TEXT, 0, value);
    return at + text_columns(value);
}

/* Of several curves those without a name belong to the one before them. */
static bool in_legend(const struct plot *p, size_t k)
{
    return p->num_curves == 1 || p->curves[k].name;
}

static int legend_columns(const struct plot *p, bool with_half, enum glyphs glyphs)
{
    int sum = 0;
    for (size_t k = 0; k < p->num_curves; k++)
        if (in_legend(p, k))
            sum += legend_entry(NULL, 0, 0, 0, p, k, with_half, glyphs) + 2;
    return sum - 2;
}

void plot_draw_legend(struct grid *g, struct rect line, const struct plot *p, enum glyphs glyphs)
{
    int row = line.row, col = line.col + 1, end = line.col + line.cols;
    if (p->has_cursor) {
        char step[32];
        double apart = (double)(p->hi - p->lo) / 1000;
        axis_format_step((double)p->cursor, apart, step, sizeof step);
        col += 2 + grid_printf(g, row, col, end - col, ROLE_FOCUS, 0, "@ %s", step);
    }
    /* what does not fit loses its uncertainties first, then its last curves */
    bool with_half = legend_columns(p, true, glyphs) <= end - col;
    bool all = with_half || legend_columns(p, false, glyphs) <= end - col;
    size_t left = 0;
    for (size_t k = 0; k < p->num_curves; k++)
        left += in_legend(p, k);
    for (size_t k = 0; k < p->num_curves; k++) {
        if (!in_legend(p, k))
            continue;
        char more[24];
        int reserve = snprintf(more, sizeof more, "+%zu more", left) + 2;
        int need = legend_entry(NULL, 0, 0, 0, p, k, with_half, glyphs);
        if (!all && k > 0 && col + need + (left > 1 ? reserve : 0) > end) {
            grid_text(g, row, col, end - col, ROLE_DIM, 0, more);
            return;
        }
        legend_entry(g, row, col, end - col, p, k, with_half, glyphs);
        col += need + 2;
        left--;
    }
    if (p->per_column > 1 && !p->has_cursor) {
        char count[32], text[80];
        with_commas(p->per_column, count, sizeof count);
        snprintf(text, sizeof text, "each column = %s points", count);
        if (col + (int)strlen(text) > end)
            snprintf(text, sizeof text, "%s/column", count);
        if (col + (int)strlen(text) <= end)
            grid_text(g, row, end - (int)strlen(text), (int)strlen(text), ROLE_DIM, 0, text);
    }
}
