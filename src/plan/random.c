/* Random sweeps: every parameter is drawn from a distribution of its own, under the names that
 * Weights & Biases made known. Each parameter has its own stream of numbers, from sweep.seed and
 * its path: a larger run_cap goes on where a smaller one ended, and a new parameter changes no
 * other. */
#include "plan/sweep.h"

#include <stdlib.h>

static bool draw(struct draft *d, struct sweep_param *s, struct given *out)
{
    rlb_value v;
    char why[700];
    double drawn = sweep_dim_draw(&s->dim, &s->rng);
    if (s->dim.as->shape == SWEEP_CHOICE) {
        *out = s->values.data[(size_t)drawn];
        return true;
    }
    *out = (struct given){.key = s->path,
                          .text = sweep_dim_text(&s->dim, drawn, d->arena),
                          .key_at = s->key_at,
                          .at = s->at,
                          .source = draft_source(d, s->at, true)};
    if (!param_parse(s->row, out->text, &v, why, sizeof why))
        return true;
    given_error(d, out, "choose a distribution that stays within the parameter's range",
                "a value drawn for %s %s", s->path, why);
    return false;
}

static void expand(struct draft *d, struct sweep_param *params, size_t n, size_t cap)
{
    bool good = true;
    for (size_t i = 0; good && i < cap; i++) { /* one sentence about a bad draw is enough */
        struct variant v = {.at = d->sweep_at,
                            .givens = arena_alloc(d->arena, n * sizeof(struct given)),
                            .num_givens = n};
        for (size_t k = 0; k < n; k++)
            good = draw(d, &params[k], &v.givens[k]) && good;
        if (good)
            vec_push(&d->variants, v);
    }
}

void sweep_read_random(struct draft *d, const struct node *parameters)
{
    int64_t cap = 0, seed = 1;
    struct sweep_params params = {0};
    bool cap_is_good = sweep_read_count(d, "run_cap", 1, PLAN_MAX_RUNS, &cap);
    bool good = sweep_read_count(d, "seed", 0, INT64_MAX, &seed) && cap_is_good;
    if (!node_get(d->sweep, "run_cap"))
        recipe_error(d->recipe, d->sweep_at, "write run_cap: 20",
                     "sweep.run_cap is missing: how many groups are drawn?");
    sweep_read_params(d, parameters, &params);
    for (size_t i = 0; i < params.len; i++)
        sweep_dim_stream(&params.data[i].dim, (uint64_t)seed, &params.data[i].rng);
    if (good && cap && params.len && sweep_check_number(d, (size_t)cap))
        expand(d, params.data, params.len, (size_t)cap);
    vec_finish(&params);
}
