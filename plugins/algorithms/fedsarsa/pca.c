/* The plane in which the fixed points lie farthest apart, and the agents seen in it: they run apart
 * towards their own optima between rounds and snap together. */
#include "fed.h"

#include <math.h>
#include <string.h>

enum { MAX_POINTS = 66, SWEEPS = 100 };
enum { CLASS_AGENT, CLASS_MEAN, CLASS_STAR, CLASS_KIND, CLASS_AVERAGED };

/* Fixed point i: theta*, theta_avg, theta*_0, … */
static const double *fixed_point(const struct fed *f, uint32_t i)
{
    return i == 0 ? f->theta_star : i == 1 ? f->theta_avg : f->theta_kinds + (size_t)(i - 2) * f->d;
}

static double dot(const double *a, const double *b, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Leading direction of the fixed points seen from theta*, orthogonal to `other` (NULL: to nothing),
 * by power iteration; where they do not span one, a fixed direction, so that the picture stays. */
static void find_axis(const struct fed *f, const double *other, double *axis)
{
    uint32_t d = f->d, points = f->has_truth ? f->num_kinds + 2 : 0;
    if (points > MAX_POINTS)
        points = MAX_POINTS;
    for (uint32_t i = 0; i < d; i++)
        axis[i] = 1 + 0.5 * cos(1.0 + (other ? 3.0 : 1.0) * i);
    double *next = f->work, size = 0;
    for (uint32_t sweep = 0; sweep <= SWEEPS; sweep++) {
        double along = other ? dot(axis, other, d) : 0;
        for (uint32_t i = 0; i < d && other; i++)
            axis[i] -= along * other[i];
        double norm = sqrt(dot(axis, axis, d));
        for (uint32_t i = 0; i < d; i++)
            axis[i] /= norm > 0 ? norm : 1;
        if (sweep == SWEEPS)
            break;
        memset(next, 0, d * sizeof *next);
        for (uint32_t p = 1; p < points; p++) {
            const double *theta = fixed_point(f, p);
            double seen = 0;
            for (uint32_t i = 0; i < d; i++)
                seen += axis[i] * (theta[i] - f->theta_star[i]);
            for (uint32_t i = 0; i < d; i++)
                next[i] += seen * (theta[i] - f->theta_star[i]);
        }
        if (other) {
            along = dot(next, other, d);
            for (uint32_t i = 0; i < d; i++)
                next[i] -= along * other[i];
        }
        size = sqrt(dot(next, next, d));
        if (size < 1e-12)
            continue; /* nothing to see this way: keep the fixed direction */
        memcpy(axis, next, d * sizeof *axis);
    }
}

static void add_point(struct fed *f, uint32_t *n, uint32_t rows, const double *theta,
                      const double *x, const double *y, uint32_t class)
{
    double a = 0, b = 0;
    for (uint32_t i = 0; i < f->d; i++) {
        double from = theta[i] - (f->has_truth ? f->theta_star[i] : 0);
        a += x[i] * from;
        b += y[i] * from;
    }
    f->picture[*n] = (float)a;
    f->picture[rows + *n] = (float)b;
    f->picture[2 * (size_t)rows + (*n)++] = (float)class;
}

void fed_draw_pca(struct fed *f, rlb_frame *out)
{
    uint32_t fixed = f->has_truth ? f->num_kinds + 2 : 0, rows = f->num_agents + 1 + fixed, n = 0;
    double *x = f->axes, *y = f->axes + f->d;
    fed_average(f);
    find_axis(f, NULL, x);
    find_axis(f, x, y);
    for (uint32_t slot = 0; slot < f->num_agents; slot++)
        add_point(f, &n, rows, fed_theta(f, slot), x, y, CLASS_AGENT);
    add_point(f, &n, rows, f->mean, x, y, CLASS_MEAN);
    for (uint32_t i = 0; i < fixed; i++)
        add_point(f, &n, rows, fixed_point(f, i), x, y,
                  i == 0   ? CLASS_STAR
                  : i == 1 ? CLASS_AVERAGED
                           : CLASS_KIND);
    out->rows = rows;
    out->cols = 1;
    out->a = f->picture;
    out->b = f->picture + rows;
    out->c = f->picture + 2 * (size_t)rows;
    out->row_labels = "agent\naverage\ntheta*\ntheta* of a kind\ntheta of the averaged world";
    out->caption = "in the plane of the fixed points";
}
