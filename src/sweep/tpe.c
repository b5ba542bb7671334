#include "sweep/tpe.h"

#include "sweep/parzen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REPEATS = 20 };
#define GOOD_SHARE 0.15

/* Trials with a result, the best first. */
struct ranked {
    const struct sweep_trial **trials;
    size_t n;
};

static void insert(const struct sweep_spec *s, struct ranked *r, const struct sweep_trial *t)
{
    size_t at = r->n++;
    for (; at > 0 && sweep_compare(s, t, r->trials[at - 1]) < 0; at--)
        r->trials[at] = r->trials[at - 1];
    r->trials[at] = t;
}

static double choose(const struct sweep_dim *d, const struct ranked *r, size_t good, size_t dim,
                     rlb_rng *rng)
{
    struct parzen l, g;
    double *x = mem_alloc((r->n + 1) * sizeof *x), best = 0, best_ratio = -INFINITY;
    for (size_t i = 0; i < r->n; i++)
        x[i] = r->trials[i]->values[dim];
    parzen_init(&l, d, x, good);
    parzen_init(&g, d, x + good, r->n - good);
    for (int i = 0; i < TPE_CANDIDATES; i++) {
        double v = parzen_draw(&l, rng);
        double ratio = parzen_log_density(&l, v) - parzen_log_density(&g, v);
        if (i == 0 || ratio > best_ratio) {
            best = v;
            best_ratio = ratio;
        }
    }
    parzen_finish(&l);
    parzen_finish(&g);
    free(x);
    return best;
}

static bool is_repeat(const struct sweep_spec *s, const struct sweep_trial *trials, uint32_t n,
                      const double *values)
{
    for (uint32_t i = 0; i + 1 < n; i++)
        if (trials[i].state != TRIAL_WAITING &&
            memcmp(trials[i].values, values, s->num_dims * sizeof *values) == 0)
            return true;
    return false;
}

void tpe_draw(const struct sweep_spec *s, const struct sweep_trial *trials, uint32_t n,
              double *values, uint32_t *known)
{
    uint32_t upto = n > s->parallel ? n - s->parallel : 0;
    struct ranked r = {mem_alloc((upto + 1) * sizeof *r.trials), 0};
    rlb_rng *streams = mem_alloc((s->num_dims + 1) * sizeof *streams);
    for (uint32_t i = 0; i < upto; i++)
        if (trials[i].state > TRIAL_DRAWN)
            insert(s, &r, &trials[i]);
    size_t good = (size_t)ceil(GOOD_SHARE * (double)r.n);
    good = good > TPE_MOST_GOOD ? TPE_MOST_GOOD : good;
    for (size_t k = 0; k < s->num_dims; k++)
        sweep_dim_stream(&s->dims[k], rlb_rng_derive(s->seed, n), &streams[k]);
    for (int i = 0; i < REPEATS && (i == 0 || is_repeat(s, trials, n, values)); i++)
        for (size_t k = 0; k < s->num_dims; k++) {
            const struct sweep_dim *d = &s->dims[k];
            values[k] = r.n < TPE_STARTUP || sweep_dim_is_fixed(d)
                            ? sweep_dim_draw(d, &streams[k])
                            : choose(d, &r, good, k, &streams[k]);
        }
    *known = (uint32_t)r.n;
    free(streams);
    free(r.trials);
}
