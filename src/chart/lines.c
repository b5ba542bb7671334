/* A picture of curves over a common axis, as a line chart. */
#include "chart/picture.h"

#include "base/mem.h"
#include "chart/plot.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_CURVES = 8 };

void lines_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs)
{
    size_t curves = p->rows < MAX_CURVES ? p->rows : MAX_CURVES;
    size_t columns = plot_columns(r, glyphs);
    if (columns == 0)
        return;
    struct plot_column *cells = mem_grow(NULL, curves * columns, sizeof *cells);
    struct plot_curve list[MAX_CURVES];
    char names[MAX_CURVES][48];
    for (size_t k = 0; k < curves; k++) {
        struct plot_column *out = cells + k * columns;
        for (size_t c = 0; c < columns; c++)
            out[c] = (struct plot_column){NAN, NAN, NAN, NAN, NAN, false};
        const float *values = p->a + k * p->cols;
        double sum = 0;
        size_t n = 0, before = columns;
        for (size_t i = 0; i < p->cols; i++) {
            size_t c = i * columns / p->cols;
            if (c != before) {
                sum = 0;
                n = 0;
                before = c;
            }
            if (!isfinite(values[i])) {
                out[c].bad = true;
                continue;
            }
            sum += values[i];
            n++;
            out[c].mean = sum / (double)n;
            if (p->cols > columns) { /* several values in a column: their range shows */
                out[c].min = n == 1 ? values[i] : fmin(out[c].min, values[i]);
                out[c].max = n == 1 ? values[i] : fmax(out[c].max, values[i]);
            }
        }
        picture_label(p->row_labels, k, names[k], sizeof names[k]);
        double last = p->cols ? values[p->cols - 1] : NAN;
        list[k] = (struct plot_curve){
            .name = names[k], .columns = out, .style = (int)k, .last = last, .half = NAN};
    }
    struct plot plot = {.curves = list,
                        .num_curves = curves,
                        .columns = columns,
                        .hi = p->cols ? p->cols - 1 : 0,
                        .y_lo = p->lo,
                        .y_hi = p->hi};
    plot_draw(g, r, &plot, glyphs);
    free(cells);
}
