/* Attributes of strings and the judge that counts them. */
#include "judge.h"

#include <string.h>

#define PAIR_WEIGHT 0.7
#define PLACE_DEVIATION 0.5 /* the square root of the variance 0.25 */
enum { MOST_KEPT = 1 << 22, SAMPLES = 4096 };

static size_t table_size(const struct judge *j)
{
    size_t V = j->vocabulary;
    return V + V * V + j->length * V;
}

static void draw_tables(struct judge *j, uint64_t seed)
{
    size_t V = j->vocabulary, size = table_size(j);
    for (uint32_t x = 0; x < j->contexts; x++)
        for (uint32_t k = 0; k < j->drawn; k++) {
            double *table = j->tables + ((size_t)x * j->drawn + k) * size;
            rlb_rng rng;
            rlb_rng_init(&rng, rlb_rng_derive(seed, x), k);
            for (size_t i = 0; i < size; i++)
                table[i] = rlb_rng_normal(&rng) * (i < V + V * V ? 1 : PLACE_DEVIATION);
        }
}

static void compute(const struct judge *j, uint32_t x, const int32_t *y, double *out)
{
    size_t V = j->vocabulary;
    uint32_t used = 0;
    while (used < j->length && y[used] != j->end)
        used++;
    uint32_t tokens = used < j->length ? used + 1 : used; /* the end token is one of them */
    for (uint32_t k = 0; k < j->drawn; k++) {
        const double *u = j->tables + ((size_t)x * j->drawn + k) * table_size(j);
        const double *pairs = u + V, *places = pairs + V * V;
        double sum = 0;
        for (uint32_t t = 0; t < tokens; t++) {
            sum += u[y[t]] + places[t * V + (uint32_t)y[t]];
            if (t + 1 < tokens)
                sum += PAIR_WEIGHT * pairs[(uint32_t)y[t] * V + (uint32_t)y[t + 1]];
        }
        out[k] = sum;
    }
    if (j->end >= 0)
        out[j->drawn] = -(double)used;
}

static uint64_t index_of(const struct judge *j, const int32_t *y)
{
    uint64_t index = 0;
    for (uint32_t t = 0; t < j->length; t++)
        index = index * j->vocabulary + (uint32_t)y[t];
    return index;
}

static void string_at(const struct judge *j, uint64_t index, int32_t *y)
{
    for (uint32_t t = j->length; t-- > 0; index /= j->vocabulary)
        y[t] = (int32_t)(index % j->vocabulary);
}

void judge_scores(const struct judge *j, uint32_t x, const int32_t *y, double *out)
{
    if (!j->scores) {
        compute(j, x, y, out);
        return;
    }
    memcpy(out, j->scores + (x * j->strings + index_of(j, y)) * j->attributes,
           j->attributes * sizeof *out);
}

/* Mean and deviation of every attribute over all strings, or over many drawn ones. */
static void measure_spread(struct judge *j, uint64_t seed, int32_t *y)
{
    double score[MOST_ATTRIBUTES + 1];
    uint64_t n = j->scores ? j->strings : SAMPLES;
    for (uint32_t x = 0; x < j->contexts; x++) {
        double *mean = j->mean + (size_t)x * j->attributes;
        double *square = j->deviation + (size_t)x * j->attributes;
        rlb_rng rng;
        rlb_rng_init(&rng, rlb_rng_derive(seed, x), UINT32_MAX);
        for (uint64_t i = 0; i < n; i++) {
            if (j->scores)
                string_at(j, i, y);
            for (uint32_t t = 0; !j->scores && t < j->length; t++)
                y[t] = (int32_t)rlb_rng_below(&rng, j->vocabulary);
            judge_scores(j, x, y, score);
            for (uint32_t k = 0; k < j->attributes; k++) {
                mean[k] += score[k] / (double)n;
                square[k] += score[k] * score[k] / (double)n;
            }
        }
        for (uint32_t k = 0; k < j->attributes; k++)
            square[k] = sqrt(fmax(square[k] - mean[k] * mean[k], 1e-12));
    }
}

rlb_status judge_init(struct judge *j, const rlb_host *host, uint64_t seed)
{
    size_t spreads = (size_t)j->contexts * j->attributes;
    int32_t *y = host->alloc(host, j->length * sizeof *y);
    j->strings = 1;
    for (uint32_t t = 0; t < j->length && j->strings; t++)
        j->strings =
            j->strings * spreads * j->vocabulary > MOST_KEPT ? 0 : j->strings * j->vocabulary;
    j->tables =
        host->alloc(host, (size_t)j->contexts * j->drawn * table_size(j) * sizeof *j->tables);
    j->mean = host->alloc(host, spreads * sizeof *j->mean);
    j->deviation = host->alloc(host, spreads * sizeof *j->deviation);
    double *scores = host->alloc(host, (j->strings * spreads + 1) * sizeof *scores);
    if (!y || !j->tables || !j->mean || !j->deviation || !scores)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u contexts", j->contexts);
    draw_tables(j, seed);
    for (uint64_t i = 0; i < j->contexts * j->strings; i++) {
        string_at(j, i % j->strings, y);
        compute(j, (uint32_t)(i / j->strings), y, scores + i * j->attributes);
    }
    j->scores = j->strings ? scores : NULL;
    if (j->oracle == ORACLE_SOFT)
        measure_spread(j, seed, y);
    return RLB_OK;
}

double judge_prefer(const struct judge *j, uint32_t x, const int32_t *y, const int32_t *z)
{
    double a[MOST_ATTRIBUTES + 1], b[MOST_ATTRIBUTES + 1], sum = 0;
    const double *deviation = j->deviation + (size_t)x * j->attributes;
    judge_scores(j, x, y, a);
    judge_scores(j, x, z, b);
    if (j->oracle == ORACLE_HARD) { /* whole halves, so that the sum of both orders is exactly 1 */
        for (uint32_t k = 0; k < j->attributes; k++)
            sum += a[k] > b[k] ? 1 : a[k] < b[k] ? 0 : 0.5;
        return sum / j->attributes;
    }
    for (uint32_t k = 0; k < j->attributes; k++)
        sum += 1 / (1 + exp(-j->slope * (a[k] - b[k]) / deviation[k]));
    return sum / j->attributes;
}
