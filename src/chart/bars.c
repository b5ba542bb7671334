/* Bars in groups: lying with their labels and values where there is room for a line each, standing
 * side by side where there are many. */
#include "chart/picture.h"

#include "base/num.h"
#include "base/text.h"
#include "chart/canvas.h"
#include "chart/spark.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_LABEL = 16, VALUE = 8 };

/* The name of a bar: its column label, the row label before it when there are several groups. */
static char *bar_label(const struct picture *p, size_t row, size_t col, char *out, size_t size)
{
    char group[48], bar[48];
    picture_label(p->row_labels, row, group, sizeof group);
    picture_label(p->col_labels, col, bar, sizeof bar);
    if (p->cols == 1 || !*bar)
        snprintf(out, size, "%s", group);
    else if (p->rows == 1 || !*group)
        snprintf(out, size, "%s", bar);
    else
        snprintf(out, size, "%s %s", group, bar);
    return out;
}

static void draw_lying(struct grid *g, struct rect r, const struct picture *p,
                       const struct picture_range *range, enum glyphs glyphs)
{
    size_t n = p->rows * p->cols;
    int label = 0;
    char text[100];
    for (size_t i = 0; i < n; i++) {
        int columns = text_columns(bar_label(p, i / p->cols, i % p->cols, text, sizeof text));
        label = columns > label ? columns : label;
    }
    label = label > MAX_LABEL ? MAX_LABEL : label;
    label += label > 0;
    if (r.cols - label < 6)
        label = 0;
    int value = r.cols - label >= VALUE + 6 ? VALUE : 0;
    int width = r.cols - label - value;
    /* bars start at 0 when 0 is in the range, else at its end nearest to 0 */
    double lo = fmin(range->lo, 0), hi = fmax(range->hi, 0);
    double scale = hi > lo ? width / (hi - lo) : 0;
    int gap = p->rows > 1 && n + p->rows - 1 <= (size_t)r.rows ? 1 : 0;
    int zero = (int)lround(-lo * scale);
    for (size_t i = 0; i < n; i++) {
        int row = r.row + (int)i + gap * (int)(i / p->cols);
        int style = ROLE_SERIES0 + (int)(p->cols > 1 ? i % p->cols : 0) % CANVAS_STYLES;
        double v = p->a[i];
        if (label)
            grid_text(g, row, r.col, label - 1, ROLE_DIM, 0,
                      bar_label(p, i / p->cols, i % p->cols, text, sizeof text));
        struct rect bar = {row, r.col + label, 1, width};
        if (isfinite(v) && v >= 0)
            spark_bar(g, row, bar.col + zero, width - zero, fmin(v, hi) * scale, glyphs, style);
        else if (isfinite(v)) { /* whole columns, to the left of the zero line */
            int length = (int)lround(-fmax(v, lo) * scale);
            grid_fill(g, (struct rect){row, bar.col + zero - length, 1, length},
                      glyphs == GLYPHS_ASCII ? '=' : 0x2588, style, ROLE_TEXT, 0);
        }
        if (value)
            grid_printf(g, row, r.col + label + width + 1, VALUE - 1, ROLE_TEXT, 0, "%s",
                        num_format_short(v, text, sizeof text));
    }
}

static void draw_standing(struct grid *g, struct rect r, const struct picture *p,
                          const struct picture_range *range, enum glyphs glyphs)
{
    size_t n = p->rows * p->cols, fold = 1;
    bool has_scale = r.rows >= 3;
    int rows = r.rows - has_scale;
    while ((n + fold - 1) / fold > (size_t)r.cols)
        fold++;
    size_t bars = (n + fold - 1) / fold;
    bool gaps = fold == 1 && p->rows > 1 && n + p->rows - 1 <= (size_t)r.cols;
    int wide = gaps ? 1 : (int)((size_t)r.cols / bars);
    wide = wide > 3 ? 3 : wide; /* the last column of a wide bar stays blank */
    double lo = fmin(range->lo, 0), hi = fmax(range->hi, 0);
    for (size_t i = 0; i < bars; i++) {
        double v = NAN; /* of folded bars the greatest in size */
        for (size_t k = i * fold; k < (i + 1) * fold && k < n; k++)
            if (isfinite(p->a[k]) && !(fabs(p->a[k]) <= fabs(v)))
                v = p->a[k];
        if (isnan(v))
            continue;
        int style =
            ROLE_SERIES0 + (int)(p->cols > 1 && fold == 1 ? i % p->cols : 0) % CANVAS_STYLES;
        double height = hi > lo ? fmin(fmax((v - lo) / (hi - lo), 0), 1) * rows : 0;
        int col = r.col + (int)i * wide + (gaps ? (int)(i / p->cols) : 0);
        for (int k = 0; k < (wide > 1 ? wide - 1 : 1); k++)
            spark_column(g, r.row + rows - 1, col + k, rows, height, glyphs, style);
    }
    if (has_scale) {
        char a[32], b[32];
        int used =
            grid_printf(g, r.row + rows, r.col, r.cols, ROLE_DIM, 0, "%s to %s",
                        num_format_short(lo, a, sizeof a), num_format_short(hi, b, sizeof b));
        if (fold > 1)
            grid_printf(g, r.row + rows, r.col + used, r.cols - used, ROLE_DIM, 0, "  1 bar = %zu",
                        fold);
    }
}

void bars_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs)
{
    struct picture_range range;
    size_t n = p->rows * p->cols;
    if (!picture_find_range(p, p->a, n, &range)) {
        grid_text(g, r.row, r.col, r.cols, ROLE_DIM, 0, "nothing to show yet");
        return;
    }
    if (n <= (size_t)r.rows)
        draw_lying(g, r, p, &range, glyphs);
    else
        draw_standing(g, r, p, &range, glyphs);
}
