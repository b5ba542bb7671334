/* Sweeps that go by results: the method bayes, which draws its trials one after the other, and
 * early_terminate, which ends those that fall behind. */
#include "plan/sweep.h"

#include "base/file.h"
#include "base/num.h"
#include "base/text.h"
#include "recipe/typed.h"
#include "sweep/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARALLEL_DEFAULT = 4, PARALLEL_MOST = 1000, ETA_DEFAULT = 3, ETA_MOST = 100 };
#define STEPS_MOST INT64_C(1000000000000000)

struct adaptive {
    bool draws;
    struct sweep_params params; /* of bayes; finished when the spec is made */
    struct sweep_spec spec;
    struct mark early_at; /* of early_terminate */
    bool early;
    int64_t min_iter, max_iter, brackets, eta;
};

static struct adaptive *adaptive_of(struct draft *d)
{
    if (!d->adaptive) {
        d->adaptive = arena_alloc(d->arena, sizeof *d->adaptive);
        d->adaptive->spec = (struct sweep_spec){.method = "list", .parallel = 1};
    }
    return d->adaptive;
}

/* ---- bayes ---- */

/* Choices in the words of the parameter; true when each can be one. */
static bool settle_choices(struct draft *d, struct sweep_param *p)
{
    const char **texts = arena_alloc(d->arena, (p->values.n + 1) * sizeof *texts);
    bool good = true;
    for (size_t i = 0; i < p->values.n; i++) {
        rlb_value v;
        char why[700], text[64];
        if (param_parse(p->row, p->values.data[i].text, &v, why, sizeof why)) {
            given_error(d, &p->values.data[i], hint_about(d, p->row), "%s %s", p->path, why);
            good = false;
            continue;
        }
        texts[i] = arena_strdup(d->arena, p->row->type == RLB_T_STR ? v.s
                                          : p->row->type == RLB_T_ENUM
                                              ? p->row->choices[v.i]
                                              : param_format(p->row, v, text, sizeof text));
    }
    p->dim.choices = texts;
    return good;
}

static bool can_model(struct draft *d, struct sweep_param *p)
{
    enum desc_kind kind;
    const char *name;
    if (!path_is_param(p->path, &kind, &name)) {
        recipe_error(d->recipe, p->key_at, "bayes draws algorithm.params and env.params",
                     "%s is not drawn by bayes", p->path);
        return false;
    }
    if (p->dim.as->shape == SWEEP_NORMAL) {
        recipe_error(d->recipe, p->at, "such as {min: 1e-4, max: 1, distribution: log_uniform}",
                     "bayes needs a min and a max: %s has none", p->dim.as->name);
        return false;
    }
    return p->row && (p->dim.as->shape != SWEEP_CHOICE || settle_choices(d, p));
}

/* One variant stands for all: the values of the trials are drawn when it is their turn. */
static void add_variant(struct draft *d, const struct sweep_params *params)
{
    struct variant v = {.at = d->sweep_at,
                        .givens = arena_alloc(d->arena, (params->len + 1) * sizeof *v.givens)};
    for (size_t i = 0; i < params->len; i++) {
        const struct sweep_param *p = &params->data[i];
        double low = p->dim.as->shape == SWEEP_CHOICE ? 0 : sweep_dim_round(&p->dim, p->dim.low);
        v.givens[v.num_givens++] = (struct given){.key = p->path,
                                                  .text = sweep_dim_text(&p->dim, low, d->arena),
                                                  .key_at = p->key_at,
                                                  .at = p->at,
                                                  .source = draft_source(d, p->at, true)};
    }
    vec_push(&d->variants, v);
}

void sweep_read_bayes(struct draft *d, const struct node *parameters)
{
    int64_t cap = 0, seed = 1, parallel = PARALLEL_DEFAULT;
    struct adaptive *a = adaptive_of(d);
    bool good = sweep_read_count(d, "run_cap", 1, PLAN_MAX_RUNS, &cap);
    good = sweep_read_count(d, "seed", 0, INT64_MAX, &seed) && good;
    good = sweep_read_count(d, "parallel", 1, PARALLEL_MOST, &parallel) && good;
    if (!node_get(d->sweep, "run_cap"))
        recipe_error(d->recipe, d->sweep_at, "write run_cap: 30",
                     "sweep.run_cap is missing: how many trials are made?");
    sweep_read_params(d, parameters, &a->params);
    for (size_t i = 0; i < a->params.len; i++)
        good = can_model(d, &a->params.data[i]) && good;
    a->draws = true;
    a->spec.method = "bayes";
    a->spec.trials = (uint32_t)cap;
    a->spec.seed = (uint64_t)seed;
    a->spec.parallel = (uint32_t)parallel;
    if (good && cap && a->params.len && sweep_check_number(d, (size_t)cap))
        add_variant(d, &a->params);
}

/* ---- early_terminate ---- */

static const char *const about =
    "write early_terminate: {type: hyperband, min_iter: 1000, eta: 3}, or {max_iter, s}";

static bool read_steps(struct draft *d, const struct node *m, const char *key, int64_t least,
                       int64_t most, int64_t *out)
{
    const struct node *n = node_get(m, key);
    const char *problem = !n                       ? NULL
                          : n->kind != NODE_SCALAR ? "must be a whole number"
                                                   : num_parse_int(n->text, out);
    if (!problem && (!n || (*out >= least && *out <= most)))
        return true;
    if (problem)
        recipe_error(d->recipe, n->at, about, "early_terminate.%s %s", key, problem);
    else
        recipe_error(d->recipe, n->at, about, "early_terminate.%s must be from %lld to %lld", key,
                     (long long)least, (long long)most);
    return false;
}

static void check_early_keys(struct draft *d, const struct node *m)
{
    static const char *const keys[] = {"type", "min_iter", "max_iter", "s", "eta", "strict"};
    for (size_t i = 0; i < m->num_items; i++) {
        bool known = strncmp(m->items[i].key, "x-", 2) == 0;
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
            known = known || strcmp(m->items[i].key, keys[k]) == 0;
        if (!known)
            recipe_error(d->recipe, m->items[i].key_at, about, "%s is not a key of early_terminate",
                         m->items[i].key);
    }
}

static void check_early(struct draft *d, const struct node *m, const struct adaptive *a)
{
    const struct node *min = node_get(m, "min_iter"), *max = node_get(m, "max_iter");
    const struct node *s = node_get(m, "s");
    if (!min && !max)
        recipe_error(d->recipe, m->at, about, "early_terminate needs min_iter, or max_iter and s");
    else if (min && max)
        recipe_error(d->recipe, max->at, about, "early_terminate has both min_iter and max_iter");
    else if (max && !s)
        recipe_error(d->recipe, max->at, about, "max_iter needs s, the number of rungs");
    else if (s && !max)
        recipe_error(d->recipe, s->at, about, "s goes with max_iter");
    if (a->spec.strict && a->draws)
        recipe_error(d->recipe, a->early_at, "bayes goes with strict: false",
                     "strict halving waits for all trials, bayes for their results");
}

void sweep_read_early(struct draft *d, const struct node *m, struct mark at)
{
    struct adaptive *a = adaptive_of(d);
    const struct node *type = node_get(m, "type"), *strict = node_get(m, "strict");
    a->early = true;
    a->early_at = at;
    a->eta = ETA_DEFAULT;
    if (m->kind != NODE_MAPPING) {
        recipe_error(d->recipe, m->at, about, "early_terminate must be a mapping, found %s",
                     node_kind_name(m));
        return;
    }
    check_early_keys(d, m);
    if (!type || type->kind != NODE_SCALAR || strcmp(type->text, "hyperband") != 0)
        recipe_error(d->recipe, type ? type->at : m->at, about,
                     "early_terminate.type must be hyperband");
    read_steps(d, m, "min_iter", 1, STEPS_MOST, &a->min_iter);
    read_steps(d, m, "max_iter", 1, STEPS_MOST, &a->max_iter);
    read_steps(d, m, "s", 1, SWEEP_MAX_RUNGS, &a->brackets);
    read_steps(d, m, "eta", 2, ETA_MOST, &a->eta);
    const char *problem = !strict ? NULL
                          : strict->kind != NODE_SCALAR
                              ? "must be true or false"
                              : num_parse_bool(strict->text, &a->spec.strict);
    if (problem)
        recipe_error(d->recipe, strict->at, about, "early_terminate.strict %s", problem);
    check_early(d, m, a);
}

void sweep_check_adaptive(struct draft *d)
{
    if (d->adaptive && !d->metric && !node_get(d->sweep, "metric"))
        recipe_error(d->recipe, d->sweep_at, "write metric: {name: eval/return, goal: maximize}",
                     "sweep.metric is missing: what do the trials go by?");
}

/* ---- when the groups are known ---- */

static void make_rungs(struct draft *d, struct adaptive *a, const struct plan_run *groups, size_t n)
{
    uint64_t budget = 0;
    if (!a->early)
        return;
    for (size_t i = 0; i < n; i++) {
        const struct plan_run *g = &groups[i];
        budget = g->settings.steps > budget ? g->settings.steps : budget;
        if (a->spec.strict && !g->algo->has_save)
            recipe_error(d->recipe, a->early_at, "leave strict out",
                         "%s cannot be saved: it cannot wait at a rung", g->algo->id);
    }
    a->spec.eta = (uint32_t)a->eta;
    sweep_make_rungs(&a->spec, (uint64_t)a->min_iter, (uint64_t)a->max_iter, (uint32_t)a->brackets,
                     budget);
    if (a->spec.num_rungs == 0)
        draft_warn(d, a->early_at, NULL,
                   "early_terminate changes nothing: no rung lies below "
                   "budget.steps");
}

void draft_check_adaptive(struct draft *d, const struct plan_run *groups, size_t n)
{
    struct adaptive *a = d->adaptive;
    if (!a)
        return;
    a->spec.metric = d->metric;
    a->spec.maximize = d->goal && strcmp(d->goal, "maximize") == 0;
    make_rungs(d, a, groups, n);
}

bool draft_draws(const struct draft *d)
{
    return d->adaptive && d->adaptive->draws;
}

static void make_dims(struct draft *d, struct adaptive *a, const struct plan_run *base)
{
    struct buf text = {0};
    a->spec.num_dims = a->params.len;
    a->spec.dims = arena_alloc(d->arena, (a->params.len + 1) * sizeof *a->spec.dims);
    for (size_t i = 0; i < a->params.len; i++) {
        a->spec.dims[i] = a->params.data[i].dim;
        a->spec.dims[i].name = draft_short_name(d, a->params.data[i].path);
    }
    draft_group_text(base, &text);
    a->spec.group = arena_strdup(d->arena, buf_text(&text));
    buf_finish(&text);
}

/* Trials that nobody has drawn yet are told apart by their number. */
static struct plan_run undrawn(struct draft *d, const struct plan_run *base, uint32_t n)
{
    struct plan_run r = *base;
    char digest[65], *text = mem_printf("%strial: %u\n", d->adaptive->spec.group, n);
    r.label = arena_printf(d->arena, "trial %u", n);
    file_sha256_bytes(text, strlen(text), digest);
    r.group = arena_strndup(d->arena, digest, 16);
    free(text);
    return r;
}

struct plan_run *draft_make_trials(struct draft *d, const struct plan_run *groups, size_t *n)
{
    struct adaptive *a = d->adaptive;
    if (a->draws)
        make_dims(d, a, &groups[0]);
    else
        a->spec.trials = (uint32_t)*n;
    size_t all = a->spec.trials;
    struct plan_run *trials = arena_alloc(d->arena, (all + 1) * sizeof *trials);
    for (uint32_t i = 0; i < all; i++) {
        trials[i] = a->draws ? undrawn(d, &groups[0], i + 1) : groups[i];
        trials[i].trial = i + 1;
    }
    char *spec = sweep_spec_write(&a->spec);
    d->plan->sweep = arena_strdup(d->arena, spec);
    d->plan->draws = a->draws;
    free(spec);
    *n = all;
    return trials;
}

void draft_finish_adaptive(struct draft *d)
{
    if (d->adaptive)
        vec_finish(&d->adaptive->params);
}

/* ---- back ---- */

void draft_emit_early(const struct draft *d, struct buf *out)
{
    const struct adaptive *a = d->adaptive;
    if (!a || !a->early)
        return;
    buf_puts(out, "  early_terminate: {type: hyperband, ");
    if (a->max_iter)
        buf_printf(out, "max_iter: %lld, s: %lld", (long long)a->max_iter, (long long)a->brackets);
    else
        buf_printf(out, "min_iter: %lld", (long long)a->min_iter);
    buf_printf(out, ", eta: %lld, strict: %s}\n", (long long)a->eta,
               a->spec.strict ? "true" : "false");
}

static void emit_param(const struct sweep_param *p, struct buf *out)
{
    char low[40], high[40];
    const struct sweep_dim *m = &p->dim;
    buf_printf(out, "    %s:\n      distribution: %s\n", p->path, m->as->name);
    if (m->as->shape != SWEEP_CHOICE) {
        buf_printf(out, "      min: %s\n      max: %s\n", num_format_real(m->low, low, sizeof low),
                   num_format_real(m->high, high, sizeof high));
        if (m->as->flags & SWEEP_STEPS)
            buf_printf(out, "      q: %s\n", num_format_real(m->step, low, sizeof low));
        return;
    }
    bool one = strcmp(m->as->name, "constant") == 0;
    buf_puts(out, one ? "      value: " : "      values:\n");
    for (size_t i = 0; i < m->num_choices; i++) {
        buf_puts(out, one ? "" : "        - ");
        yaml_put_scalar(out, m->choices[i]);
        buf_putc(out, '\n');
    }
    for (size_t i = 0; m->probabilities && i < m->num_choices; i++)
        buf_printf(out, "%s%s%s", i ? ", " : "      probabilities: [",
                   num_format_real(m->probabilities[i], low, sizeof low),
                   i + 1 == m->num_choices ? "]\n" : "");
}

void draft_emit_bayes(const struct draft *d, struct buf *out)
{
    const struct adaptive *a = d->adaptive;
    buf_puts(out, "sweep:\n  method: bayes\n  metric:\n    name: ");
    yaml_put_scalar(out, d->metric);
    buf_printf(out, "\n    goal: %s\n  run_cap: %u\n  seed: %llu\n  parallel: %u\n", d->goal,
               a->spec.trials, (unsigned long long)a->spec.seed, a->spec.parallel);
    draft_emit_early(d, out);
    buf_puts(out, "  parameters:\n");
    for (size_t i = 0; i < a->params.len; i++)
        emit_param(&a->params.data[i], out);
}
