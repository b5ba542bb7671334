/* The games: p[i][j] is the probability that response i is preferred to j. */
#include "games.h"

#include <string.h>

static const struct {
    uint32_t n;
    double above[3]; /* p of (A, B), (A, C), (B, C) */
} small[] = {
    [GAME_CYCLE_ASYM] = {3, {0.6, 0.3, 0.9}},
    [GAME_CONDORCET_VS_BORDA] = {3, {0.51, 0.51, 0.99}},
};
/* Three groups of equal size whose majorities go in a circle. */
static const char condorcet[] = "ABC BCA CAB";

static const char *rankings_of(const struct game_spec *spec)
{
    return spec->kind == GAME_CONDORCET3 ? condorcet : spec->rankings;
}

rlb_status game_measure(const rlb_host *host, const struct game_spec *spec, struct game_shape *out)
{
    uint32_t rows, cols;
    rlb_status status = RLB_OK;
    *out = (struct game_shape){.responses = spec->responses};
    switch (spec->kind) {
    case GAME_CYCLE_ASYM:
    case GAME_CONDORCET_VS_BORDA: out->responses = small[spec->kind].n; break;
    case GAME_RPS:
        if (spec->responses % 2 == 0)
            return host->fail(host, RLB_E_INVAL, "responses: rps needs an odd number of them");
        break;
    case GAME_RANDOM_ATTRIBUTES: out->attributes = spec->attributes; break;
    case GAME_MATRIX:
        status = text_matrix(host, spec->matrix, &rows, &cols, NULL);
        out->responses = cols;
        break;
    default:
        status =
            text_rankings(host, rankings_of(spec), &out->attributes, &out->responses, NULL, NULL);
    }
    if (status == RLB_OK && (uint64_t)spec->contexts * out->responses * out->responses > MOST_CELLS)
        return host->fail(host, RLB_E_INVAL, "contexts: %u games of %u responses are too many",
                          spec->contexts, out->responses);
    return status;
}

static void set_pair(double *p, uint32_t n, uint32_t i, uint32_t j, double value)
{
    p[(size_t)i * n + j] = value;
    p[(size_t)j * n + i] = 1 - value;
}

static void fill_small(uint32_t kind, double *p)
{
    set_pair(p, 3, 0, 1, small[kind].above[0]);
    set_pair(p, 3, 0, 2, small[kind].above[1]);
    set_pair(p, 3, 1, 2, small[kind].above[2]);
}

/* i beats the (n - 1) / 2 that follow it in a circle. */
static void fill_rps(uint32_t n, double strength, double *p)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t step = 1; step <= (n - 1) / 2; step++)
            set_pair(p, n, i, (i + step) % n, strength);
}

/* p from scores [attributes][n]: the weighted share of attributes that i has more of, ties by
 * half. weight NULL: equal. */
static void fill_from_scores(uint32_t n, uint32_t attributes, const double *weight,
                             const double *scores, double *p)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++) {
            double sum = 0;
            for (uint32_t k = 0; k < attributes; k++) {
                double a = scores[(size_t)k * n + i], b = scores[(size_t)k * n + j];
                sum += (weight ? weight[k] : 1.0 / attributes) * (a > b ? 1 : a < b ? 0 : 0.5);
            }
            set_pair(p, n, i, j, fmin(1, fmax(0, sum)));
        }
}

static void fill_random(const struct game_spec *spec, uint32_t x, double *p, double *scores)
{
    rlb_rng rng;
    rlb_rng_init(&rng, spec->seed, x);
    for (uint32_t i = 0; i < spec->attributes * spec->responses; i++)
        scores[i] = rlb_rng_normal(&rng);
    fill_from_scores(spec->responses, spec->attributes, NULL, scores, p);
}

/* A ranking's score of a response: how many it places behind. */
static rlb_status fill_population(const rlb_host *host, const struct game_spec *spec,
                                  const struct game_shape *shape, double *p, double *scores)
{
    uint32_t n = shape->responses, rankings;
    uint32_t *place = host->alloc(host, (size_t)shape->attributes * n * sizeof *place);
    double *weight = host->alloc(host, shape->attributes * sizeof *weight);
    if (!place || !weight)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u rankings", shape->attributes);
    rlb_status status = text_rankings(host, rankings_of(spec), &rankings, &n, place, weight);
    if (status != RLB_OK)
        return status;
    for (uint32_t i = 0; i < rankings * n; i++)
        scores[i] = n - 1 - place[i];
    fill_from_scores(n, rankings, weight, scores, p);
    return RLB_OK;
}

static rlb_status fill_one(const rlb_host *host, const struct game_spec *spec,
                           const struct game_shape *shape, uint32_t x, double *p, double *scores)
{
    uint32_t n = shape->responses, rows, cols;
    for (uint32_t i = 0; i < n; i++)
        p[(size_t)i * n + i] = 0.5;
    switch (spec->kind) {
    case GAME_RPS: fill_rps(n, spec->strength, p); return RLB_OK;
    case GAME_RANDOM_ATTRIBUTES: fill_random(spec, x, p, scores); return RLB_OK;
    case GAME_MATRIX: {
        rlb_status status = text_matrix(host, spec->matrix, &rows, &cols, p);
        return status == RLB_OK ? rlb_preference_check(host, "matrix", rows, cols, p) : status;
    }
    case GAME_POPULATION:
    case GAME_CONDORCET3: return fill_population(host, spec, shape, p, scores);
    default: fill_small(spec->kind, p); return RLB_OK;
    }
}

rlb_status game_fill(const rlb_host *host, const struct game_spec *spec,
                     const struct game_shape *shape, double *p, double *scores)
{
    size_t n = shape->responses;
    for (uint32_t x = 0; x < spec->contexts; x++) {
        rlb_status status = fill_one(host, spec, shape, x, p + x * n * n,
                                     scores ? scores + x * n * shape->attributes : NULL);
        if (status != RLB_OK)
            return status;
    }
    return RLB_OK;
}
