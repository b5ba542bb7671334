#include "pairs.h"

#include <stdlib.h>
#include <string.h>

static int letter(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? 26 + c - 'a' : -1;
}

/* "AB:4 AC:1": pairs of responses by letter, with weights. */
static rlb_status read_biased(const struct problem *pr, const char *text, double *weight)
{
    const char *s = text;
    while (*s) {
        if (*s == ' ' || *s == ',') {
            s++;
            continue;
        }
        int a = letter(s[0]), b = a < 0 ? -1 : letter(s[1]);
        char *end = NULL;
        double w = b >= 0 && s[2] == ':' ? strtod(s + 3, &end) : NAN;
        if (!(w >= 0 && w < 1e9) || (uint32_t)a >= pr->n || (uint32_t)b >= pr->n || a == b)
            return pr->host->fail(pr->host, RLB_E_INVAL,
                                  "pair_weights: '%.12s' is no pair of the %u responses with a "
                                  "weight, like 'AB:4'",
                                  s, pr->n);
        weight[(size_t)a * pr->n + (uint32_t)b] += w;
        s = end;
    }
    return RLB_OK;
}

rlb_status pairs_weights(const struct problem *pr, uint32_t kind, const char *text,
                         const double *pi, double *weight)
{
    size_t n = pr->n;
    double sum = 0;
    rlb_status status = RLB_OK;
    memset(weight, 0, n * n * sizeof *weight);
    if (kind == PAIRS_BIASED)
        status = read_biased(pr, text, weight);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double *w = &weight[i * n + j];
            if (kind == PAIRS_UNIFORM)
                *w = i != j;
            else if (kind == PAIRS_CHAIN)
                *w = j == i + 1;
            else if (kind == PAIRS_ON_POLICY)
                *w = i != j ? pi[i] * pi[j] : 0;
            sum += *w;
        }
    if (status == RLB_OK && !(sum > 0) && kind == PAIRS_BIASED)
        return pr->host->fail(pr->host, RLB_E_INVAL, "pair_weights: no pair has a weight");
    for (size_t i = 0; i < n * n; i++)
        weight[i] /= sum > 0 ? sum : 1;
    return status;
}

rlb_status pairs_draw(const struct problem *pr, uint64_t count, rlb_rng *rng, double *weight,
                      double *p)
{
    uint32_t n = pr->n;
    size_t cells = (size_t)n * n;
    double each = 1 / (double)count;
    double *shown = calloc(3 * cells, sizeof *shown);
    if (!shown)
        return pr->host->fail(pr->host, RLB_E_NOMEM, "no memory for the pairs of %u responses", n);
    double *won = shown + cells, *cumulative = shown + 2 * cells, sum = 0;
    for (size_t i = 0; i < cells; i++)
        cumulative[i] = sum += weight[i];
    for (uint64_t k = 0; k < count; k++) {
        double u = rlb_rng_uniform(rng) * sum;
        size_t low = 0, high = cells - 1;
        while (low < high) { /* the first cell whose cumulated weight exceeds u */
            size_t middle = (low + high) / 2;
            if (cumulative[middle] > u)
                high = middle;
            else
                low = middle + 1;
        }
        shown[low] += each;
        won[low] += rlb_rng_uniform(rng) < p[low] ? each : 0;
    }
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++) {
            size_t a = (size_t)i * n + j, b = (size_t)j * n + i;
            double all = shown[a] + shown[b];
            weight[a] = shown[a];
            weight[b] = shown[b];
            p[a] = all > 0 ? (won[a] + shown[b] - won[b]) / all : 0.5;
            p[b] = 1 - p[a];
        }
    free(shown);
    return RLB_OK;
}
