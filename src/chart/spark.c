#include "chart/spark.h"

#include <math.h>

static const char ramp[] = "_.-~=^*#"; /* ASCII heights of one row */

/* Mean of the finite values that fall into part i of `parts`. */
static double part_mean(const double *values, size_t n, size_t parts, size_t i)
{
    size_t from = i * n / parts, to = (i + 1) * n / parts;
    double count = 0, mean = 0;
    for (size_t k = from; k < to; k++)
        count += isfinite(values[k]);
    for (size_t k = from; k < to; k++)
        if (isfinite(values[k]))
            mean += values[k] / count; /* their sum could overflow */
    return count > 0 ? mean : NAN;
}

/* Height of a part in 1 … levels, 0 for a gap. */
static int level_of(double value, double lo, double hi, int levels)
{
    if (isnan(value))
        return 0;
    if (hi <= lo)
        return (levels + 1) / 2;
    double share = (value / 2 - lo / 2) / (hi / 2 - lo / 2);
    int level = 1 + (int)(fmin(fmax(share, 0), 1) * levels);
    return level > levels ? levels : level;
}

void sparkline_draw(struct grid *g, int row, int col, int width, const double *values, size_t n,
                    enum glyphs glyphs, int role)
{
    /* heights 0 … 4 of the left and of the right half of a braille cell, filled from below */
    static const uint8_t left[] = {0, 0x40, 0x44, 0x46, 0x47};
    static const uint8_t right[] = {0, 0x80, 0xA0, 0xB0, 0xB8};
    double lo = INFINITY, hi = -INFINITY;
    if (width <= 0 || n == 0)
        return;
    int halves = glyphs == GLYPHS_BRAILLE ? 2 : 1;
    /* fewer values than columns: one each, from the left */
    size_t parts = (size_t)(width * halves) < n ? (size_t)(width * halves) : n;
    for (size_t i = 0; i < parts; i++) {
        double v = part_mean(values, n, parts, i);
        lo = v < lo ? v : lo;
        hi = v > hi ? v : hi;
    }
    for (size_t i = 0; i < parts; i += (size_t)halves) {
        double v = part_mean(values, n, parts, i);
        uint32_t cp = ' ';
        if (glyphs == GLYPHS_BRAILLE) {
            double w = i + 1 < parts ? part_mean(values, n, parts, i + 1) : NAN;
            cp = 0x2800u + left[level_of(v, lo, hi, 4)] + right[level_of(w, lo, hi, 4)];
        } else {
            int level = level_of(v, lo, hi, 8);
            if (level)
                cp = glyphs == GLYPHS_BLOCK ? 0x2580u + (uint32_t)level : (uint32_t)ramp[level - 1];
        }
        if (cp != ' ' && cp != 0x2800)
            grid_put(g, row, col + (int)i / halves, cp, role, 0);
    }
}

void spark_bar(struct grid *g, int row, int col, int width, double length, enum glyphs glyphs,
               int role)
{
    int eighths = (int)lround(fmin(fmax(length, 0), width) * 8);
    for (int i = 0; i < width && eighths > 0; i++, eighths -= 8) {
        if (glyphs == GLYPHS_ASCII) {
            if (eighths >= 4)
                grid_put(g, row, col + i, '=', role, 0);
        } else { /* U+2588 full … U+258F one eighth */
            grid_put(g, row, col + i, eighths >= 8 ? 0x2588u : 0x2590u - (uint32_t)eighths, role,
                     0);
        }
    }
}

void spark_column(struct grid *g, int row, int col, int rows, double height, enum glyphs glyphs,
                  int role)
{
    int eighths = (int)lround(fmin(fmax(height, 0), rows) * 8);
    for (int i = 0; i < rows && eighths > 0; i++, eighths -= 8) {
        int top = eighths >= 8 ? 8 : eighths;
        grid_put(g, row - i, col,
                 glyphs == GLYPHS_ASCII ? (top == 8 ? '#' : (uint32_t)ramp[top - 1])
                                        : 0x2580u + (uint32_t)top,
                 role, 0);
    }
}

void progress_draw(struct grid *g, int row, int col, int width, double done, enum glyphs glyphs,
                   int role)
{
    enum { NUMBER = 6 }; /* " 100 %" */
    int bar = width >= NUMBER + 4 ? width - NUMBER : width;
    double part = isfinite(done) ? fmin(fmax(done, 0), 1) : 0;
    for (int i = 0; i < bar; i++)
        grid_put(g, row, col + i, glyphs == GLYPHS_ASCII ? '.' : 0x2591, ROLE_DIM, 0);
    spark_bar(g, row, col, bar, part * bar, glyphs, role);
    /* never 100 % before the end, however near */
    if (bar < width && isfinite(done))
        grid_printf(g, row, col + bar, NUMBER, ROLE_TEXT, 0, " %3d %%", (int)(part * 100));
}
