/* Distributions over a few responses. */
#include <rlbench/preference.h>

#include <stdlib.h>
#include <string.h>

double rlb_softmax_in_place(uint32_t n, double *x)
{
    double top = -INFINITY, sum = 0;
    for (uint32_t i = 0; i < n; i++)
        top = fmax(top, x[i]);
    for (uint32_t i = 0; i < n; i++)
        sum += x[i] = exp(x[i] - top);
    for (uint32_t i = 0; i < n; i++)
        x[i] /= sum;
    /* cppcheck-suppress invalidFunctionArg ; n > 0: the largest alone adds 1 */
    return top + log(sum);
}

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* x - theta cut at 0, with theta from the largest entries that stay positive. */
rlb_status rlb_project_simplex(uint32_t n, double *x)
{
    double *sorted = malloc(n * sizeof *sorted), sum = 0, theta = 0;
    if (!sorted)
        return RLB_E_NOMEM;
    memcpy(sorted, x, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, falling);
    for (uint32_t i = 0; i < n; i++) {
        sum += sorted[i];
        double candidate = (sum - 1) / (i + 1);
        if (sorted[i] > candidate)
            theta = candidate;
    }
    for (uint32_t i = 0; i < n; i++)
        x[i] = fmax(0, x[i] - theta);
    free(sorted);
    return RLB_OK;
}

double rlb_kl(uint32_t n, const double *p, const double *q)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        if (p[i] > 0)
            sum += p[i] * log(p[i] / (q ? q[i] : 1.0 / n));
    return sum;
}

double rlb_entropy(uint32_t n, const double *p)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        if (p[i] > 0)
            sum -= p[i] * log(p[i]);
    return sum;
}
