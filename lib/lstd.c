#include <rlbench/linalg.h>
#include <rlbench/tabular.h>

#include <stdlib.h>
#include <string.h>

/* [(I - discount P) Phi, r], [n][dim + 1]: what a step of TD changes features into. */
static void residuals(uint32_t n, const double *p, const double *r, double discount, uint32_t dim,
                      const double *phi, double *out)
{
    for (uint32_t s = 0; s < n; s++) {
        double *row = out + (size_t)s * (dim + 1);
        memcpy(row, phi + (size_t)s * dim, dim * sizeof *row);
        row[dim] = r[s];
        for (uint32_t i = 0; i < n; i++) {
            double weight = discount * p[(size_t)s * n + i];
            for (uint32_t k = 0; weight != 0 && k < dim; k++)
                row[k] -= weight * phi[(size_t)i * dim + k];
        }
    }
}

/* out = (I - decay P)^-1 out. trace: scratch [n][n]. */
static rlb_status trace_back(uint32_t n, const double *p, double decay, uint32_t columns,
                             double *trace, double *out)
{
    if (decay == 0)
        return RLB_OK;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            trace[(size_t)i * n + j] = (i == j) - decay * p[(size_t)i * n + j];
    return rlb_solve_many(n, columns, trace, out);
}

/* A = Phi' D x[:, :dim], b = Phi' D x[:, dim]. */
static void project(uint32_t n, uint32_t dim, const double *phi, const double *weight,
                    const double *x, double *a, double *b)
{
    memset(a, 0, (size_t)dim * dim * sizeof *a);
    memset(b, 0, dim * sizeof *b);
    for (uint32_t s = 0; s < n; s++) {
        const double *row = x + (size_t)s * (dim + 1);
        for (uint32_t k = 0; k < dim; k++) {
            double left = weight[s] * phi[(size_t)s * dim + k];
            for (uint32_t j = 0; left != 0 && j < dim; j++)
                a[(size_t)k * dim + j] += left * row[j];
            b[k] += left * row[dim];
        }
    }
}

rlb_status rlb_lstd(const rlb_host *host, uint32_t n, const double *p, const double *r,
                    double discount, double lambda, const double *weight, uint32_t dim,
                    const double *phi, double *theta)
{
    double *x = calloc((size_t)n * (dim + 1) + 1, sizeof *x);
    double *trace = calloc((size_t)n * n + 1, sizeof *trace);
    double *a = calloc((size_t)dim * dim + 1, sizeof *a);
    rlb_status status = RLB_E_NOMEM;
    if (x && trace && a) {
        residuals(n, p, r, discount, dim, phi, x);
        status = trace_back(n, p, discount * lambda, dim + 1, trace, x);
    }
    if (status == RLB_OK) {
        project(n, dim, phi, weight, x, a, theta);
        status = rlb_solve(dim, a, theta);
    }
    free(a);
    free(trace);
    free(x);
    if (status == RLB_E_NUMERIC)
        return host->fail(host, status,
                          "the TD(%g) fixed point is not unique: the %u features depend on each "
                          "other under these weights, or these weights make the system singular",
                          lambda, dim);
    return status == RLB_OK
               ? status
               : host->fail(host, status, "no memory for %u features of %u states", dim, n);
}
