#include "arena.h"

#include <string.h>

enum { MOST_ATTRIBUTES = 64, MOST_LENGTH = 64 };

const uint32_t arena_rounds[NUM_ROUNDS][2] = {
    {SOURCE_LEADER, SOURCE_REFERENCE}, {SOURCE_LEADER, SOURCE_RLHF},
    {SOURCE_LEADER, SOURCE_NASH},      {SOURCE_FOLLOWER, SOURCE_REFERENCE},
    {SOURCE_FOLLOWER, SOURCE_RLHF},    {SOURCE_FOLLOWER, SOURCE_NASH},
    {SOURCE_FOLLOWER, SOURCE_LEADER},  {SOURCE_NASH, SOURCE_REFERENCE},
    {SOURCE_RLHF, SOURCE_REFERENCE},   {SOURCE_NASH, SOURCE_RLHF},
};

rlb_status arena_init(struct arena *a, const struct problem *pr)
{
    a->marginal = pr->host->alloc(pr->host, pr->n * sizeof *a->marginal);
    a->work = pr->host->alloc(pr->host, 2 * (size_t)pr->n * sizeof *a->work);
    return a->marginal && a->work
               ? RLB_OK
               : pr->host->fail(pr->host, RLB_E_NOMEM, "no memory for %u responses", pr->n);
}

void arena_clear(struct arena *a)
{
    *a = (struct arena){.marginal = a->marginal, .work = a->work};
}

double arena_win(uint32_t n, const double *p, const double *a, const double *b)
{
    double sum = 0;
    for (uint32_t y = 0; y < n; y++) {
        double row = 0;
        if (a[y] <= 0)
            continue;
        for (uint32_t z = 0; z < n; z++)
            row += p[(size_t)y * n + z] * b[z];
        sum += a[y] * row;
    }
    return sum;
}

static double refined(uint32_t n, const double *p, const double *source, const double *omega)
{
    double sum = 0;
    for (uint32_t y = 0; y < n; y++) {
        const double *row = omega + (size_t)y * n;
        double lose = 0;
        for (uint32_t z = 0; z < n; z++)
            lose += row[z] * p[(size_t)y * n + z];
        sum += source[y] * (1 - lose);
    }
    return sum;
}

/* next = now moved by omega, without what is on `favourite`. */
static void move_on(uint32_t n, const double *now, const double *omega, uint32_t favourite,
                    double *next)
{
    memset(next, 0, n * sizeof *next);
    for (uint32_t y = 0; y < n; y++)
        for (uint32_t z = 0; now[y] > 0 && z < n; z++)
            next[z] += now[y] * omega[(size_t)y * n + z];
    next[favourite] = 0;
}

/* A user for each attribute, who likes best what has most of it: has that been seen? */
static void add_passes(struct arena *a, const struct problem *pr, uint32_t x,
                       const double *const sources[NUM_SOURCES], const double *omega)
{
    uint32_t n = pr->n, favourite[MOST_ATTRIBUTES] = {0};
    double best[MOST_ATTRIBUTES], score[MOST_ATTRIBUTES], share = pr->weight[x] / pr->K;
    int32_t tokens[MOST_LENGTH];
    for (uint32_t y = 0; y < n; y++) {
        problem_string(pr, y, tokens);
        pr->table->attributes(pr->self, x, tokens, score);
        for (uint32_t k = 0; k < pr->K; k++)
            if (y == 0 || score[k] > best[k]) {
                best[k] = score[k];
                favourite[k] = y;
            }
    }
    for (uint32_t k = 0; k < pr->K; k++) {
        double *now = a->work, *next = a->work + n, missed = 1 - sources[SOURCE_NASH][favourite[k]];
        memcpy(now, sources[SOURCE_LEADER], n * sizeof *now);
        now[favourite[k]] = 0;
        for (int N = 2; N <= 3; N++) {
            double left = 0, *swap = now;
            move_on(n, now, omega, favourite[k], next);
            now = next;
            next = swap;
            for (uint32_t y = 0; y < n; y++)
                left += now[y];
            a->pass_chain[N] += share * (1 - left);
            a->pass_nash[N] += share * (1 - pow(missed, N));
        }
    }
}

void arena_add(struct arena *a, const struct problem *pr, uint32_t x,
               const double *const sources[NUM_SOURCES], const double *omega)
{
    uint32_t n = pr->n;
    const double *p = problem_p(pr, x), *players[NUM_PLAYERS];
    memset(a->marginal, 0, n * sizeof *a->marginal);
    for (uint32_t y = 0; y < n; y++)
        for (uint32_t z = 0; sources[SOURCE_LEADER][y] > 0 && z < n; z++)
            a->marginal[z] += sources[SOURCE_LEADER][y] * omega[(size_t)y * n + z];
    for (uint32_t i = 0; i < NUM_SOURCES; i++) {
        players[i] = sources[i];
        a->refine[i] += pr->weight[x] * refined(n, p, sources[i], omega);
    }
    players[SOURCE_FOLLOWER] = a->marginal;
    for (uint32_t i = 0; i < NUM_ROUNDS; i++)
        a->rounds[i] += pr->weight[x] *
                        arena_win(n, p, players[arena_rounds[i][0]], players[arena_rounds[i][1]]);
    if (pr->K > 0 && pr->K <= MOST_ATTRIBUTES)
        add_passes(a, pr, x, sources, omega);
}
