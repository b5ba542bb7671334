#include "tui/spark.h"

#include <math.h>

/* How high a value stands, 0 to steps - 1; -1: not there. */
static int level(const double *values, int n, int i, int of, double lo, double hi, int steps)
{
    if (n == 0)
        return -1;
    double v = values[i * n / of];
    if (!isfinite(v))
        return -1;
    if (hi <= lo)
        return steps / 2;
    return (int)lround((v - lo) / (hi - lo) * (steps - 1));
}

/* Dots of a braille cell filled from the bottom to level 0 … 3, left and right half. */
static uint32_t braille(int left, int right)
{
    static const uint32_t fill[2][5] = {{0, 0x40, 0x44, 0x46, 0x47}, {0, 0x80, 0xA0, 0xB0, 0xB8}};
    return 0x2800 + fill[0][left + 1] + fill[1][right + 1];
}

void spark_draw(struct grid *g, int row, int col, int cols, enum glyphs glyphs, int role,
                const double *values, int n)
{
    static const char ascii[] = "_.-=*#";
    double lo = INFINITY, hi = -INFINITY;
    for (int i = 0; i < n; i++)
        if (isfinite(values[i])) {
            lo = fmin(lo, values[i]);
            hi = fmax(hi, values[i]);
        }
    for (int i = 0; i < cols && lo <= hi; i++) {
        uint32_t cp = ' ';
        if (glyphs == GLYPHS_BRAILLE) {
            int a = level(values, n, 2 * i, 2 * cols, lo, hi, 4);
            int b = level(values, n, 2 * i + 1, 2 * cols, lo, hi, 4);
            cp = a < 0 && b < 0 ? ' ' : braille(a, b);
        } else {
            int steps = glyphs == GLYPHS_BLOCK ? 8 : (int)sizeof ascii - 1;
            int a = level(values, n, i, cols, lo, hi, steps);
            if (a >= 0)
                cp = glyphs == GLYPHS_BLOCK ? 0x2581u + (uint32_t)a : (uint32_t)ascii[a];
        }
        grid_put(g, row, col + i, cp, role, 0);
    }
}
