#include "base/mem.h"
#include "stats/parts.h"

#include <math.h>
#include <stdlib.h>

/* Where every score of a task stands among the other algorithm's: in doubled units, 2 for each one
 * it beats and 1 for each tie, so that a resample's U is a sum of whole numbers. */
struct duel {
    size_t n, m;
    uint8_t *beats; /* [n][m] 0, 1 or 2 */
};

static void duel_init(struct duel *d, const struct stats_scores *a, const struct stats_scores *b,
                      size_t task)
{
    const double *x = a->values + a->start[task], *y = b->values + b->start[task];
    d->n = a->start[task + 1] - a->start[task];
    d->m = b->start[task + 1] - b->start[task];
    d->beats = mem_grow(NULL, d->n * d->m, sizeof *d->beats);
    for (size_t i = 0; i < d->n; i++)
        for (size_t j = 0; j < d->m; j++)
            d->beats[i * d->m + j] = (uint8_t)(x[i] > y[j] ? 2 : x[i] == y[j] ? 1 : 0);
}

/* Share of pairs, of all or of a resample. */
static double duel_share(const struct duel *d, const uint32_t *rows, const uint32_t *cols)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < d->n; i++) {
        const uint8_t *row = d->beats + (rows ? rows[i] : i) * d->m;
        for (size_t j = 0; j < d->m; j++)
            sum += row[cols ? cols[j] : j];
    }
    return (double)sum / (2.0 * (double)d->n * (double)d->m);
}

static void draw(rlb_rng *rng, uint32_t *index, size_t n)
{
    for (size_t i = 0; i < n; i++)
        index[i] = rlb_rng_below(rng, (uint32_t)n);
}

static double replicate_share(const struct duel *duels, size_t tasks, rlb_rng *rng, uint32_t *rows,
                              uint32_t *cols)
{
    double sum = 0;
    for (size_t t = 0; t < tasks; t++) {
        draw(rng, rows, duels[t].n);
        draw(rng, cols, duels[t].m);
        sum += duel_share(&duels[t], rows, cols);
    }
    return sum / (double)tasks;
}

double stats_improvement_replicates(const struct stats_scores *a, const struct stats_scores *b,
                                    uint64_t seed, uint32_t first, uint32_t count, double *out)
{
    size_t tasks = a->num_tasks;
    struct duel *duels = mem_grow(NULL, tasks, sizeof *duels);
    uint32_t *rows = mem_grow(NULL, a->start[tasks], sizeof *rows);
    uint32_t *cols = mem_grow(NULL, b->start[tasks], sizeof *cols);
    double point = 0;
    rlb_rng rng;
    for (size_t t = 0; t < tasks; t++) {
        duel_init(&duels[t], a, b, t);
        point += duel_share(&duels[t], NULL, NULL) / (double)tasks;
    }
    for (uint32_t k = 0; k < count; k++) {
        stats_stream(&rng, seed, first + k);
        out[k] = replicate_share(duels, tasks, &rng, rows, cols);
    }
    for (size_t t = 0; t < tasks; t++)
        free(duels[t].beats);
    free(duels);
    free(rows);
    free(cols);
    return point;
}

struct stats_interval stats_improvement(const struct stats_scores *a, const struct stats_scores *b,
                                        const struct stats_resampling *how)
{
    double *values = mem_grow(NULL, how->replicates + 1, sizeof *values);
    double point = stats_improvement_replicates(a, b, how->seed, 0, how->replicates, values);
    struct stats_interval i = stats_percentiles(values, how->replicates, how->confidence, point);
    free(values);
    return i;
}

struct stats_paired stats_paired(const double *a, const double *b, size_t n,
                                 const struct stats_resampling *how)
{
    struct stats_paired p = {{NAN, NAN, NAN}, NAN};
    if (n == 0)
        return p;
    double *differences = mem_grow(NULL, n, sizeof *differences);
    const size_t start[] = {0, n};
    p.wins = 0;
    for (size_t i = 0; i < n; i++) {
        differences[i] = a[i] - b[i];
        p.wins += (a[i] > b[i] ? 1 : a[i] == b[i] ? 0.5 : 0) / (double)n;
    }
    const struct stats_scores s = {1, start, differences};
    p.difference = stats_bootstrap(&s, STATS_MEAN, 0, how);
    free(differences);
    return p;
}
