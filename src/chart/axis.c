#include "chart/axis.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>

/* Values beyond these have no neighbours worth a tick, and their differences could overflow. */
static const double largest = 1e300, smallest = 1e-290;

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* What is known of a range that is not all there: both ends finite, in order. */
static void mend(double *lo, double *hi, bool log)
{
    bool has_lo = isfinite(*lo) && !(log && *lo <= 0), has_hi = isfinite(*hi) && !(log && *hi <= 0);
    if (!has_lo && !has_hi) {
        *lo = log ? 1 : 0;
        *hi = log ? 10 : 1;
    } else if (!has_lo) {
        *lo = log ? *hi / 10 : *hi;
    } else if (!has_hi) {
        *hi = log ? *lo * 10 : *lo;
    }
    if (*hi < *lo) {
        double swap = *lo;
        *lo = *hi;
        *hi = swap;
    }
}

struct axis axis_make(double lo, double hi, bool log, double margin)
{
    mend(&lo, &hi, log);
    if (log) {
        double a = log10(clamp(lo, smallest, largest)), b = log10(clamp(hi, smallest, largest));
        /* as good as constant: half a decade around it */
        double pad = b - a < 0.02 ? 0.25 : margin * (b - a);
        return (struct axis){pow(10, fmax(a - pad, -307)), pow(10, fmin(b + pad, 308)), true};
    }
    lo = clamp(lo, -largest, largest);
    hi = clamp(hi, -largest, largest);
    double width = hi - lo, size = fmax(fabs(lo), fabs(hi)), pad = margin * width;
    if (size < smallest) /* too small to be divided: as good as 0 */
        width = size = 0;
    if (width <= size * 1e-9) /* as good as constant */
        pad = size > 0 ? size * 0.1 : 1;
    else if (width <= size * 4e-4) /* never so narrow that labels need more than four decimals */
        pad = fmax(pad, size * 2e-4);
    return (struct axis){lo - pad, hi + pad, false};
}

double axis_at(const struct axis *a, double value)
{
    if (!a->log)
        return (value - a->lo) / (a->hi - a->lo);
    if (value <= 0)
        return -INFINITY;
    return (log10(value) - log10(a->lo)) / (log10(a->hi) - log10(a->lo));
}

double axis_value(const struct axis *a, double at)
{
    if (!a->log)
        return a->lo + at * (a->hi - a->lo);
    return pow(10, log10(a->lo) + at * (log10(a->hi) - log10(a->lo)));
}

/* The smallest of 1, 2, 5 times a power of ten that is >= x. */
static double round_up(double x)
{
    double power = pow(10, floor(log10(x)));
    static const double nice[] = {1, 2, 5, 10};
    for (size_t i = 0; i < 4; i++)
        if (nice[i] * power >= x * (1 - 1e-9))
            return nice[i] * power;
    return 10 * power;
}

/* Decimals so that multiples of step (itself 1, 2 or 5 times a power of ten) are told apart. */
static int decimals_of(double step)
{
    int d = (int)ceil(-log10(step) - 1e-9);
    return d < 0 ? 0 : d;
}

struct unit {
    double scale;
    const char *suffix;
};

static struct unit unit_of(double size)
{
    static const struct {
        double from;
        struct unit unit;
    } units[] = {{1e12, {1e12, "T"}}, {1e9, {1e9, "G"}}, {1e6, {1e6, "M"}}, {1e4, {1e3, "k"}}};
    if (size < 1e15)
        for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
            if (size >= units[i].from * (1 - 1e-9))
                return units[i].unit;
    return (struct unit){1, ""};
}

/* Labels for multiples of step up to `size` in magnitude. Plain decimals where they fit into width
 * columns, else mantissas with a common exponent. */
static int label_ticks(struct tick *ticks, size_t n, double step, double size, size_t width)
{
    struct unit u = unit_of(size);
    int decimals = decimals_of(step / u.scale);
    bool fits = size < 1e15 && decimals < 9;
    for (size_t i = 0; fits && i < n; i++) {
        const char *suffix = ticks[i].value == 0 ? "" : u.suffix;
        int shown = ticks[i].value == 0 && *u.suffix ? 0 : decimals;
        int length = snprintf(ticks[i].label, sizeof ticks[i].label, "%.*f%s", shown,
                              ticks[i].value / u.scale, suffix);
        fits = length >= 0 && (size_t)length <= width;
    }
    if (fits)
        return 0;
    int exponent = (int)floor(log10(size) + 1e-9);
    double power = pow(10, exponent);
    decimals = decimals_of(step / power);
    for (size_t i = 0; i < n; i++)
        snprintf(ticks[i].label, sizeof ticks[i].label, "%.*f", decimals > 4 ? 4 : decimals,
                 ticks[i].value / power);
    return exponent;
}

static size_t linear_ticks(const struct axis *a, size_t most, size_t width, struct tick *out,
                           int *exponent)
{
    double step = round_up((a->hi - a->lo) / (double)most);
    /* rounding at the ends may let one too many in: then the next coarser step */
    for (int tries = 0; tries < 4; tries++, step = round_up(step * 1.5)) {
        double first = ceil(a->lo / step - 1e-9), last = floor(a->hi / step + 1e-9);
        if (!(last - first + 1 <= (double)most))
            continue;
        size_t n = 0;
        for (double k = first; k <= last; k++) {
            out[n].value = k == 0 ? 0 : k * step; /* never -0 */
            out[n].at = axis_at(a, out[n].value);
            n++;
        }
        *exponent = label_ticks(out, n, step, fmax(fabs(first), fabs(last)) * step, width);
        return n;
    }
    return 0;
}

static size_t log_ticks(const struct axis *a, size_t most, size_t width, struct tick *out,
                        int *exponent)
{
    double lo = log10(a->lo), hi = log10(a->hi);
    double first = ceil(lo - 1e-9), last = floor(hi + 1e-9);
    double decades = last - first + 1;
    size_t n = 0;
    bool fine = (hi - lo) * 3.4 <= (double)most; /* room for 1, 2 and 5 of each decade */
    if (decades >= 2 && !fine) {                 /* every k-th power of ten */
        double every = ceil(decades / (double)most);
        for (double p = ceil(first / every) * every; p <= last; p += every) {
            out[n].value = pow(10, p);
            out[n].at = (p - lo) / (hi - lo);
            snprintf(out[n].label, sizeof out[n].label, "1e%+d", (int)p);
            n++;
        }
        return n;
    }
    /* 1, 2, 5 of each decade, or what fits into a narrow range */
    static const double nice[] = {1, 2, 5};
    for (double p = floor(lo); p <= hi; p++)
        for (int i = 0; i < 3; i++) {
            double value = nice[i] * pow(10, p), at = (log10(value) - lo) / (hi - lo);
            if (at < -1e-9 || at > 1 + 1e-9 || n == most)
                continue;
            out[n].value = value;
            out[n].at = at;
            if (value >= 1e-3 && value < 1e6)
                num_format_short(value, out[n].label, sizeof out[n].label);
            else
                snprintf(out[n].label, sizeof out[n].label, "%.0fe%+d", nice[i], (int)p);
            n++;
        }
    if (n >= 2)
        return n;
    return linear_ticks(a, most, width, out, exponent);
}

size_t axis_ticks(const struct axis *a, size_t most, size_t width, struct tick *out, int *exponent)
{
    most = most < AXIS_MAX_TICKS ? most : AXIS_MAX_TICKS;
    *exponent = 0;
    if (most == 0)
        return 0;
    return a->log ? log_ticks(a, most, width, out, exponent)
                  : linear_ticks(a, most, width, out, exponent);
}

char *axis_format_step(double value, double apart, char *out, size_t size)
{
    struct unit u = unit_of(fabs(value));
    double scaled = value / u.scale, error = fmax(apart / u.scale / 2, 1e-7);
    int decimals = 0;
    while (decimals < 6 &&
           fabs(scaled - round(scaled * pow(10, decimals)) / pow(10, decimals)) > error)
        decimals++;
    snprintf(out, size, "%.*f%s", decimals, scaled, u.suffix);
    return out;
}
