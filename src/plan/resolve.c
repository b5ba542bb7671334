/* One variant to one run: default < file < sweep < --set, every value checked where it was given,
 * the result loaded through libcyaml as a second opinion. */
#include "plan/draft.h"

#include "recipe/typed.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct given *lookup(const struct draft *d, const struct variant *v, const char *key)
{
    const struct given *g = givens_find(d->sets.data, d->sets.len, key);
    if (!g)
        g = givens_find(v->givens, v->num_givens, key);
    return g ? g : givens_find(d->file.data, d->file.len, key);
}

static const struct desc *find_desc(struct draft *d, const struct variant *v, enum desc_kind kind,
                                    const struct given **given)
{
    const char *key = kind == DESC_ALGORITHM ? "algorithm.name" : "env.name";
    const struct given *g = lookup(d, v, key);
    *given = g;
    if (!g)
        return NULL;
    const struct desc *desc = registry_find(d->registry, kind, g->text);
    if (!desc)
        given_error(d, g, hint_unknown_desc(d, kind, g->text), "there is no %s '%s'",
                    kind == DESC_ALGORITHM ? "algorithm" : "environment", g->text);
    return desc;
}

/* ---- parameters ---- */

static const char *parse_param(const rlb_param *p, const char *text, rlb_value *out, char *why,
                               size_t size)
{
    if (param_parse(p, text, out, why, size))
        return why;
    if (p->type == RLB_T_REAL && out->r != 0 && fabs(out->r) < DBL_MIN) {
        snprintf(why, size, "is too small for a number, found %s", text);
        return why;
    }
    return NULL;
}

static struct plan_value make_value(struct draft *d, const char *key, const rlb_param *p,
                                    rlb_value v, const char *source)
{
    char text[64];
    const char *kept = p->type == RLB_T_STR    ? v.s
                       : p->type == RLB_T_ENUM ? p->choices[v.i]
                                               : param_format(p, v, text, sizeof text);
    return (struct plan_value){.key = key,
                               .text = arena_strdup(d->arena, kept),
                               .is_num = p->type == RLB_T_INT || p->type == RLB_T_REAL,
                               .source = source};
}

/* Appends the values of desc's parameters; what each parsed to goes to parsed[]. */
static void resolve_params(struct draft *d, const struct variant *v, const struct desc *desc,
                           struct plan_run *run, rlb_value *parsed)
{
    const char **keys = param_keys(d, desc);
    for (size_t i = 0; i < desc->num_params; i++) {
        const rlb_param *p = &desc->params[i];
        const struct given *g = lookup(d, v, keys[i]);
        char why[700];
        rlb_value value = p->def;
        if (g && parse_param(p, g->text, &value, why, sizeof why)) {
            given_error(d, g, hint_about(d, p), "%s %s", keys[i], why);
            value = p->def;
        }
        if (g && p->type == RLB_T_STR && (p->flags & RLB_P_TABLE) && *value.s == '@') {
            const char *table = draft_read_table(d, g);
            value.s = table ? table : p->def.s;
        }
        parsed[run->num_values] = value;
        run->values[run->num_values++] =
            make_value(d, keys[i], p, value, g ? g->source : "default");
    }
}

/* In a list, a run that names its own parameters must have them. */
static void check_own_params(struct draft *d, const struct variant *v, const struct plan_run *run)
{
    for (size_t i = 0; d->is_list && i < v->num_givens; i++) {
        enum desc_kind kind;
        const char *name;
        if (!path_is_param(v->givens[i].key, &kind, &name))
            continue;
        const struct desc *desc = kind == DESC_ALGORITHM ? run->algo : run->env;
        struct given at_key = v->givens[i];
        at_key.at = at_key.key_at;
        if (desc && desc_param(desc, name) < 0)
            given_error(d, &at_key, hint_unknown_path(d, at_key.key), "%s is not a parameter of %s",
                        v->givens[i].key, desc->id);
    }
}

/* ---- settings ---- */

static uint64_t at_least(uint64_t value, uint64_t least)
{
    return value < least ? least : value;
}

/* Defaults that follow from the length of the run. */
static uint64_t default_of(const struct plan_key *k, const struct plan_settings *s)
{
    if (k->offset == offsetof(struct plan_settings, log_every))
        return s->steps ? at_least(s->steps / 1000, 1) : 1000;
    if (k->offset == offsetof(struct plan_settings, checkpoint_every))
        return s->steps ? at_least(s->steps / 10, 1) : 100000;
    return (uint64_t)k->as.def.i;
}

static bool is_about_env(const struct plan_key *k)
{
    return strncmp(k->path, "env.", 4) == 0;
}

static void resolve_settings(struct draft *d, const struct variant *v, struct plan_run *run)
{
    for (size_t i = 0; i < num_plan_keys; i++) {
        const struct plan_key *k = &plan_keys[i];
        const struct given *g = lookup(d, v, k->path);
        char why[400], text[64];
        uint64_t value = default_of(k, &run->settings);
        if (g && plan_key_parse(k, g->text, &value, why, sizeof why)) {
            draft_doubt(d, k->path);
            given_error(d, g, hint_about_key(d, k), "%s %s", k->path, why);
        }
        plan_key_put(k, value, &run->settings);
        if (is_about_env(k) && !run->env)
            continue;
        run->choices[run->num_choices++] = (struct plan_value){
            .key = k->path,
            .text = arena_strdup(d->arena, plan_key_format(k, value, text, sizeof text)),
            .num = (double)value,
            .is_num = k->as.type == RLB_T_INT,
            .source = g ? g->source : "default"};
    }
}

/* ---- what does not go together ---- */

static void warn_given(struct draft *d, const struct given *g, const char *text)
{
    recipe_add_diag(
        d->recipe, &(struct diag){.warning = true, .at = g->at, .origin = g->origin, .text = text});
}

static void check_together(struct draft *d, const struct variant *v, struct plan_run *run)
{
    const struct plan_settings *s = &run->settings;
    const struct given *lanes = lookup(d, v, "env.lanes"), *eval = lookup(d, v, "eval.every");
    if (s->steps == 0 && s->wall_ms == 0 && !d->unclear[SECTION_BUDGET])
        recipe_error(d->recipe, node_key_mark(d->recipe->root, "budget"),
                     "write budget: {steps: 100k} or budget: {wall: 10m}",
                     "the budget is missing: how long is a run?");
    if (!run->algo)
        return;
    if (lanes && s->lanes > 1 && run->algo->flags & RLB_A_OWN_LANES)
        warn_given(d, lanes,
                   arena_printf(d->arena, "%s makes its own worlds: env.lanes changes nothing",
                                run->algo->id));
    const struct given *on_nan = lookup(d, v, "on_nan");
    if (on_nan && s->on_nan == ON_NAN_ROLLBACK && !run->algo->has_save)
        warn_given(
            d, on_nan,
            arena_printf(d->arena, "%s cannot be saved: on_nan: rollback is stop", run->algo->id));
    if (eval && s->eval_every && !run->algo->has_act)
        given_error(d, eval, "leave eval out", "%s cannot be evaluated", run->algo->id);
    static const char *const every[] = {"log.every", "eval.every", "checkpoint.every"};
    for (size_t i = 0; s->steps && i < 3; i++) {
        const struct given *g = lookup(d, v, every[i]);
        if (g && plan_key_get(plan_key_find(every[i]), s) > s->steps)
            warn_given(d, g, arena_printf(d->arena, "%s is larger than budget.steps", every[i]));
    }
}

/* ---- the second opinion ---- */

struct block { /* what libcyaml fills */
    struct plan_settings settings;
    rlb_value values[];
};

static enum typed_kind kind_of(uint32_t type)
{
    switch (type) {
    case RLB_T_BOOL: return TYPED_BOOL;
    case RLB_T_INT: return TYPED_INT;
    case RLB_T_REAL: return TYPED_REAL;
    case RLB_T_ENUM: return TYPED_ENUM;
    default: return TYPED_TEXT;
    }
}

static const rlb_param *param_at(const struct plan_run *run, size_t i)
{
    size_t n = run->algo->num_params;
    return i < n ? &run->algo->params[i] : &run->env->params[i - n];
}

static void put_line(struct buf *out, const char *key, const char *text)
{
    buf_printf(out, "%s: ", key);
    yaml_put_scalar(out, text);
    buf_putc(out, '\n');
}

static bool differs(const rlb_param *p, rlb_value a, rlb_value b)
{
    return p->type == RLB_T_STR ? strcmp(a.s, b.s) != 0 : memcmp(&a, &b, sizeof a) != 0;
}

/* Writes the run as plain YAML, loads it through libcyaml and compares with what was parsed. */
static int load_typed(struct draft *d, struct plan_run *run, const rlb_value *parsed, struct err *e)
{
    size_t n = num_plan_keys + run->num_values, at = 0;
    size_t size = sizeof(struct block) + run->num_values * sizeof(rlb_value);
    struct typed_field *fields = mem_alloc(n * sizeof *fields);
    struct block *block = mem_alloc(size);
    struct buf yaml = {0};
    char text[64];
    for (size_t i = 0; i < num_plan_keys; i++) {
        const struct plan_key *k = &plan_keys[i];
        rlb_value v = {.i = (int64_t)plan_key_get(k, &run->settings)};
        put_line(&yaml, k->path, param_format(&k->as, v, text, sizeof text));
        fields[at++] =
            (struct typed_field){k->path, k->as.type == RLB_T_ENUM ? TYPED_ENUM : TYPED_UINT,
                                 k->offset, k->size, k->as.choices};
    }
    for (size_t i = 0; i < run->num_values; i++) {
        const rlb_param *p = param_at(run, i);
        put_line(&yaml, run->values[i].key, run->values[i].text);
        fields[at++] = (struct typed_field){run->values[i].key, kind_of(p->type),
                                            offsetof(struct block, values) + i * sizeof(rlb_value),
                                            sizeof(rlb_value), p->choices};
    }
    int status = typed_load(fields, n, buf_text(&yaml), block, size, d->arena, e);
    if (status == OK && memcmp(&block->settings, &run->settings, sizeof run->settings) != 0)
        status =
            err_set(e, ERR_INTERNAL, "the settings read back differently:\n%s", buf_text(&yaml));
    for (size_t i = 0; status == OK && i < run->num_values; i++) {
        const rlb_param *p = param_at(run, i);
        if (differs(p, block->values[i], parsed[i]))
            status = err_set(e, ERR_INTERNAL, "%s reads back differently from %s",
                             run->values[i].key, run->values[i].text);
        else if (run->values[i].is_num)
            run->values[i].num =
                p->type == RLB_T_INT ? (double)block->values[i].i : block->values[i].r;
    }
    buf_finish(&yaml);
    free(block);
    free(fields);
    return status;
}

/* ---- the whole ---- */

static void name_choice(struct draft *d, struct plan_run *run, const char *key,
                        const struct desc *desc, const struct given *g)
{
    if (desc)
        run->choices[run->num_choices++] = (struct plan_value){
            .key = key, .text = arena_strdup(d->arena, desc->id), .source = g->source};
}

static void find_descs(struct draft *d, const struct variant *v, struct plan_run *run)
{
    const struct given *algo, *env;
    run->algo = find_desc(d, v, DESC_ALGORITHM, &algo);
    run->env = find_desc(d, v, DESC_ENVIRONMENT, &env);
    if (!algo && !d->unclear[SECTION_ALGORITHM])
        recipe_error(d->recipe, node_key_mark(d->recipe->root, "algorithm"),
                     hint_unknown_desc(d, DESC_ALGORITHM, ""), "algorithm.name is missing");
    if (run->algo && run->algo->flags & RLB_A_NO_ENV) {
        if (env)
            warn_given(
                d, env,
                arena_printf(d->arena, "%s needs no environment; env is left out", run->algo->id));
        run->env = NULL;
    } else if (!env && !d->unclear[SECTION_ENV]) {
        recipe_error(d->recipe, node_key_mark(d->recipe->root, "env"),
                     hint_unknown_desc(d, DESC_ENVIRONMENT, ""), "env.name is missing");
    }
    name_choice(d, run, "algorithm.name", run->algo, algo);
    name_choice(d, run, "env.name", run->env, env);
}

bool draft_resolve(struct draft *d, const struct variant *v, struct plan_run *out, struct err *e)
{
    struct plan_run run = {.label = v->label ? v->label : ""};
    size_t errors = recipe_errors(d->recipe);
    run.choices = arena_alloc(d->arena, (num_plan_keys + 4 + d->worlds.len + d->alerts.len) *
                                            sizeof *run.choices);
    find_descs(d, v, &run);
    size_t most = (run.algo ? run.algo->num_params : 0) + (run.env ? run.env->num_params : 0);
    run.values = arena_alloc(d->arena, (most + 1) * sizeof *run.values);
    rlb_value *parsed = mem_alloc((most + 1) * sizeof *parsed);
    if (run.algo)
        resolve_params(d, v, run.algo, &run, parsed);
    if (run.env)
        resolve_params(d, v, run.env, &run, parsed);
    draft_resolve_dataset(d, lookup(d, v, "dataset.path"), lookup(d, v, "dataset.sha256"), &run);
    resolve_settings(d, v, &run);
    draft_resolve_worlds(d, &run);
    for (size_t i = 0; i < d->alerts.len; i++)
        run.choices[run.num_choices++] = d->alerts.data[i];
    check_own_params(d, v, &run);
    check_together(d, v, &run);
    bool good = recipe_errors(d->recipe) == errors && run.algo;
    if (good && recipe_errors(d->recipe) == 0)
        good = load_typed(d, &run, parsed, e) == OK;
    free(parsed);
    *out = run;
    return good;
}
