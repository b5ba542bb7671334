/* Curves of runs to the columns of a chart. */
#include "tui/compare_model.h"

#include <math.h>
#include <stdlib.h>

static struct plot_column empty_column(void)
{
    return (struct plot_column){NAN, NAN, NAN, NAN, NAN, false};
}

/* Lines may have been read for more or fewer columns than the chart has: each stands where it ends.
 */
static struct plot_column *column_at(const struct compare_model *m, size_t c, size_t columns,
                                     struct plot_column *out)
{
    size_t end = (c + 1) * columns / m->columns;
    return &out[end ? end - 1 : 0];
}

static size_t lines_of(const struct compare_model *m, size_t group, const struct series **out)
{
    size_t n = 0;
    for (size_t r = 0; r < m->runs.len; r++)
        if (m->runs.data[r].group == group && m->runs.data[r].line.len)
            out[n++] = &m->runs.data[r].line;
    return n;
}

void compare_line(const struct compare_model *m, size_t group, enum compare_band band, bool log_y,
                  size_t columns, struct plot_column *out)
{
    const struct series **lines = mem_alloc((m->runs.len + 1) * sizeof(struct series *));
    struct bundle_column *bundle = mem_grow(NULL, m->columns + 1, sizeof *bundle);
    size_t n = lines_of(m, group, lines);
    for (size_t c = 0; c < columns; c++)
        out[c] = empty_column();
    if (n && m->columns)
        bundle_reduce(lines, n, m->lo, m->hi, m->columns, bundle);
    for (size_t c = 0; n && c < m->columns; c++) {
        const struct bundle_column *b = &bundle[c];
        if (b->fresh == 0) /* between points: the line goes on */
            continue;
        struct plot_column *to = column_at(m, c, columns, out);
        to->mean = b->mean;
        to->bad = b->bad > 0;
        if (n < 2)
            continue;
        to->lo = band == BAND_RANGE ? b->min : log_y ? bundle_log_low(b) : b->lo;
        to->hi = band == BAND_RANGE ? b->max : b->hi;
    }
    free(bundle);
    free(lines);
}

void compare_seed(const struct compare_model *m, size_t run, size_t columns,
                  struct plot_column *out)
{
    const struct series *line = &m->runs.data[run].line;
    for (size_t c = 0; c < columns; c++)
        out[c] = empty_column();
    for (size_t c = 0, next = 0; c < m->columns; c++) {
        uint64_t end = series_column_start(m->lo, m->hi, m->columns, c + 1);
        size_t after = series_find_from(line, next, end);
        if (after > next) {
            struct plot_column *to = column_at(m, c, columns, out);
            double value = line->values[after - 1];
            to->mean = isfinite(value) ? value : (double)NAN;
            to->bad = !isfinite(value);
        }
        next = after;
    }
}

/* ---- numbers ---- */

struct bundle_column compare_last(const struct compare_model *m, size_t group)
{
    double *values = mem_grow(NULL, m->runs.len + 1, sizeof *values);
    struct bundle_column b;
    size_t n = 0;
    for (size_t r = 0; r < m->runs.len; r++)
        if (m->runs.data[r].group == group && m->runs.data[r].metric)
            values[n++] = m->runs.data[r].last;
    bundle_values(values, n, &b);
    free(values);
    return b;
}

struct bundle_column compare_at(const struct compare_model *m, size_t group, uint64_t place)
{
    const struct series **lines = mem_alloc((m->runs.len + 1) * sizeof(struct series *));
    double *values = mem_grow(NULL, m->runs.len + 1, sizeof *values);
    struct bundle_column b;
    size_t n = lines_of(m, group, lines), used = 0;
    for (size_t k = 0; k < n; k++) /* never beyond its end, as in the chart */
        if (lines[k]->steps[lines[k]->len - 1] >= place &&
            series_value_at(lines[k], place, &values[used]))
            used++;
    bundle_values(values, used, &b);
    free(values);
    free(lines);
    return b;
}

const char *compare_unit(const struct compare_model *m, double *scale)
{
    static const struct {
        double from, scale; /* milliseconds */
        const char *name;
    } times[] = {{3 * 3600e3, 1 / 3600e3, "h"}, {600e3, 1 / 60e3, "min"}, {0, 1e-3, "s"}};
    *scale = 1;
    if (m->align == ALIGN_EPISODE)
        return "episodes";
    if (m->align == ALIGN_STEP)
        return m->step_units;
    size_t i = 0;
    while ((double)m->hi < times[i].from)
        i++;
    *scale = times[i].scale;
    return times[i].name;
}
