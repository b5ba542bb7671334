/* Scores of the Bradley-Terry model from preferences between pairs. */
#include <rlbench/linalg.h>
#include <rlbench/preference.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NEWTON = 200, MAX_HALVINGS = 60 };

struct fit {
    uint32_t n;
    double ridge;
    const double *p;
    double *shown; /* [n][n] symmetric: w(y,y') + w(y',y) */
    double *r, *trial, *step, *hessian;
    uint32_t *component, *queue; /* [n] */
    uint8_t *seen;               /* [n] */
};

static double log_sigma(double x)
{
    return x > 0 ? -log1p(exp(-x)) : x - log1p(exp(x));
}

static double objective(const struct fit *f, const double *r)
{
    double sum = 0;
    for (uint32_t i = 0; i < f->n; i++) {
        sum -= f->ridge / 2 * r[i] * r[i];
        for (uint32_t j = 0; j < i; j++) {
            double w = f->shown[(size_t)i * f->n + j], p = f->p[(size_t)i * f->n + j];
            if (w > 0)
                sum += w * (p * log_sigma(r[i] - r[j]) + (1 - p) * log_sigma(r[j] - r[i]));
        }
    }
    return sum;
}

/* What can be reached from `from` along shown pairs that are won (direction 1), lost (-1) or
 * either (0). Returns how many; marks them in seen. */
static uint32_t reach(struct fit *f, uint32_t from, int direction)
{
    uint32_t head = 0, tail = 0;
    memset(f->seen, 0, f->n);
    f->queue[tail++] = from;
    f->seen[from] = 1;
    for (; head < tail; head++)
        for (uint32_t i = f->queue[head], j = 0; j < f->n; j++) {
            double p = f->p[(size_t)i * f->n + j];
            double chance = direction > 0 ? p : direction < 0 ? 1 - p : 1;
            if (!f->seen[j] && f->shown[(size_t)i * f->n + j] * chance > 0) {
                f->seen[j] = 1;
                f->queue[tail++] = j;
            }
        }
    return tail;
}

/* Components of the graph of shown pairs; false where one has no finite maximum. */
static bool find_components(struct fit *f)
{
    memset(f->component, 0xff, f->n * sizeof *f->component);
    for (uint32_t i = 0; i < f->n; i++) {
        if (f->component[i] != UINT32_MAX)
            continue;
        uint32_t size = reach(f, i, 0);
        for (uint32_t j = 0; j < f->n; j++)
            if (f->seen[j])
                f->component[j] = i;
        if (f->ridge == 0 && (reach(f, i, 1) < size || reach(f, i, -1) < size))
            return false;
    }
    return true;
}

/* The Newton direction into f->step; returns the largest entry of the gradient. A constant added
 * to the Hessian within every component keeps the mean there as it is. */
static double direction(struct fit *f)
{
    uint32_t n = f->n;
    double largest = 0;
    for (uint32_t i = 0; i < n; i++) {
        double *row = f->hessian + (size_t)i * n, slope = -f->ridge * f->r[i], curve = f->ridge;
        for (uint32_t j = 0; j < n; j++) {
            double w = f->shown[(size_t)i * n + j];
            double s = 1 / (1 + exp(f->r[j] - f->r[i])), bend = w * s * (1 - s);
            row[j] = (f->component[i] == f->component[j] ? 1.0 / n : 0) - bend;
            curve += bend;
            slope += w * (f->p[(size_t)i * n + j] - s);
        }
        row[i] += curve; /* the diagonal of shown is 0 */
        f->step[i] = slope;
        largest = fmax(largest, fabs(slope));
    }
    return largest;
}

/* Moves along the direction as far as the objective rises; false where it does not any more. */
static bool rise(struct fit *f, double *height)
{
    double scale = 1;
    for (int h = 0; h < MAX_HALVINGS; h++, scale /= 2) {
        for (uint32_t i = 0; i < f->n; i++)
            f->trial[i] = f->r[i] + scale * f->step[i];
        double reached = objective(f, f->trial);
        if (reached > *height) {
            *height = reached;
            memcpy(f->r, f->trial, f->n * sizeof *f->r);
            return true;
        }
    }
    return false;
}

/* Where the gradient is small the objective is level to rounding, and whole steps are taken until
 * they do not make it smaller. */
static rlb_status climb(struct fit *f)
{
    double height = objective(f, f->r), total = f->ridge, last = INFINITY;
    for (size_t i = 0; i < (size_t)f->n * f->n; i++)
        total += f->shown[i];
    for (int k = 0; k < MAX_NEWTON; k++) {
        double slope = direction(f);
        bool close = slope <= 1e-6 * total / f->n;
        if (slope == 0 || (close && slope > last / 2))
            return RLB_OK;
        last = slope;
        rlb_status status = rlb_solve(f->n, f->hessian, f->step);
        if (status != RLB_OK)
            return status;
        for (uint32_t i = 0; close && i < f->n; i++)
            f->r[i] += f->step[i];
        if (!close && !rise(f, &height))
            return RLB_E_NUMERIC;
    }
    return RLB_E_NUMERIC;
}

static void read_weights(struct fit *f, const double *weight)
{
    uint32_t n = f->n;
    double each = 1.0 / ((double)n * (n - 1.0));
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            f->shown[(size_t)i * n + j] =
                i == j   ? 0
                : weight ? weight[(size_t)i * n + j] + weight[(size_t)j * n + i]
                         : 2 * each;
}

rlb_status rlb_bradley_terry(const rlb_host *host, uint32_t n, const double *p,
                             const double *weight, double ridge, double *r)
{
    size_t square = (size_t)n * n;
    double *memory = malloc((2 * square + 2 * (size_t)n) * sizeof *memory);
    uint32_t *marks = malloc(3 * (size_t)n * sizeof *marks);
    rlb_status status = RLB_E_NOMEM;
    memset(r, 0, n * sizeof *r);
    if (memory && marks) {
        struct fit f = {.n = n,
                        .ridge = ridge,
                        .p = p,
                        .shown = memory,
                        .hessian = memory + square,
                        .step = memory + 2 * square,
                        .trial = memory + 2 * square + n,
                        .r = r,
                        .component = marks,
                        .queue = marks + n,
                        .seen = (uint8_t *)(marks + 2 * (size_t)n)};
        read_weights(&f, weight);
        status = find_components(&f) ? climb(&f) : RLB_E_UNSUPPORTED;
    }
    free(memory);
    free(marks);
    switch (status) {
    case RLB_OK: return RLB_OK;
    case RLB_E_NOMEM:
        return host->fail(host, status, "no memory for the scores of %u responses", n);
    case RLB_E_UNSUPPORTED:
        return host->fail(host, RLB_E_NUMERIC,
                          "no finite scores: some responses win every comparison shown with the "
                          "others; give a ridge");
    default:
        return host->fail(host, RLB_E_NUMERIC, "the scores did not settle; give a larger ridge");
    }
}
