#include "lib/nn/gradcheck.h"

#include "fixture.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *host_alloc(const rlb_host *host, size_t bytes)
{
    struct nn_host *h = host->ctx;
    if (h->refuses || (h->allowed && h->num_blocks >= h->allowed))
        return NULL;
    size_t rounded = (bytes + 63) / 64 * 64 + (bytes == 0 ? 64 : 0);
    void *block = aligned_alloc(64, rounded);
    h->blocks = realloc(h->blocks, (h->num_blocks + 1) * sizeof *h->blocks);
    if (!block || !h->blocks)
        exit(99);
    h->blocks[h->num_blocks++] = block;
    return memset(block, 0, rounded);
}

RLB_PRINTF(3, 4)
static rlb_status host_fail(const rlb_host *host, rlb_status status, const char *fmt, ...)
{
    struct nn_host *h = host->ctx;
    va_list args;
    va_start(args, fmt);
    vsnprintf(h->failure, sizeof h->failure, fmt, args);
    va_end(args);
    return status;
}

void nn_host_init(struct nn_host *h)
{
    *h = (struct nn_host){.host = {.size = sizeof h->host,
                                   .abi_major = RLB_ABI_MAJOR,
                                   .abi_minor = RLB_ABI_MINOR,
                                   .ctx = h,
                                   .fail = host_fail,
                                   .alloc = host_alloc}};
}

void nn_host_finish(struct nn_host *h)
{
    for (size_t i = 0; i < h->num_blocks; i++)
        free(h->blocks[i]);
    free(h->blocks);
}

void fill_normal(rlb_rng *rng, float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)rlb_rng_normal(rng);
}

void fill_uniform(rlb_rng *rng, float *values, size_t n, double low, double high)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)(low + (high - low) * rlb_rng_uniform(rng));
}

void fill_index(rlb_rng *rng, int32_t *values, size_t n, uint32_t below)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (int32_t)rlb_rng_below(rng, below);
}

/* The loss, added up in double so that its rounding does not drown the difference. */
static double loss_of(const struct gradcheck *g, const float *weights)
{
    rlb_forward(g->tape);
    double sum = 0;
    for (size_t i = 0; i < g->out->size; i++)
        sum += (double)g->out->data[i] * (double)weights[i];
    return sum;
}

/* One coordinate; false at a kink, where differences of the two step sizes disagree. */
static bool difference(const struct gradcheck *g, const float *weights, float *x, double *slope)
{
    float at = *x;
    double step = g->step > 0 ? g->step : 1.0 / 64, value[4];
    const double where[4] = {-2, -1, 1, 2};
    for (int k = 0; k < 4; k++) {
        *x = (float)((double)at + where[k] * step);
        value[k] = loss_of(g, weights);
    }
    *x = at;
    double narrow = (value[2] - value[1]) / (2 * step), wide = (value[3] - value[0]) / (4 * step);
    *slope = (4 * narrow - wide) / 3;
    double forward = (value[3] - value[2]) / step, backward = (value[1] - value[0]) / step;
    double size = fmax(0.1, fmax(fabs(forward), fabs(backward)));
    return fabs(narrow - wide) < 2e-3 * size;
}

double gradcheck(const struct gradcheck *g)
{
    if (g->out->size == 0)
        return 1;
    rlb_tensor *w = rlb_input_shaped(g->tape, g->out->rank, g->out->shape);
    rlb_tensor *loss = rlb_sum(g->tape, rlb_mul(g->tape, g->out, w));
    if (rlb_tape_finish(g->tape, loss) != RLB_OK) {
        fprintf(stderr, "gradcheck: %s\n", g->host->failure);
        return 1;
    }
    if (g->fill)
        g->fill(g->ctx);
    fill_normal(g->rng, w->data, w->size);
    rlb_forward(g->tape);
    rlb_backward(g->tape);
    double worst = 0, largest = 1e-3;
    size_t checked = 0, kinks = 0, blocks = g->num_inputs + (g->net ? 1 : 0);
    for (size_t b = 0; b < blocks; b++) {
        bool is_net = b == g->num_inputs;
        size_t n = is_net ? rlb_net_size(g->net) : g->inputs[b]->size;
        float *x = is_net ? rlb_net_values(g->net) : g->inputs[b]->data;
        const float *grad = is_net ? rlb_net_grads(g->net) : g->inputs[b]->grad;
        if (!grad)
            return 1;
        for (size_t i = 0; i < n; i++) {
            double slope;
            checked++;
            largest = fmax(largest, fabs((double)grad[i]));
            if (!isfinite((double)grad[i]))
                return 1;
            if (difference(g, w->data, &x[i], &slope))
                worst = fmax(worst, fabs(slope - (double)grad[i]));
            else
                kinks++;
        }
    }
    double most = g->most_kinks > 0 ? g->most_kinks : 0.1;
    return (double)kinks > most * (double)checked ? 1 : worst / largest;
}

double off(const float *a, const double *b, size_t n)
{
    double worst = 0, largest = 1e-30;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite((double)a[i]) && !(isinf(b[i]) && (double)a[i] == b[i]))
            return INFINITY;
        if (isfinite(b[i])) {
            worst = fmax(worst, fabs((double)a[i] - b[i]));
            largest = fmax(largest, fabs(b[i]));
        }
    }
    return worst / largest;
}

double off_fixture(const float *a, const char *file, const char *name, size_t n)
{
    return off(a, fixture(file, name, n), n);
}

void load_fixture(float *to, const char *file, const char *name, size_t n)
{
    const double *values = fixture(file, name, n);
    for (size_t i = 0; i < n; i++)
        to[i] = (float)values[i];
}

void load_fixture_index(int32_t *to, const char *file, const char *name, size_t n)
{
    const double *values = fixture(file, name, n);
    for (size_t i = 0; i < n; i++)
        to[i] = (int32_t)values[i];
}
