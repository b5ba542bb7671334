#include "worker/rig.h"

#include <rlbench/rng.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LANES = 1 << 20 };

/* ---- environments made by the algorithm */

/* Why a value does not fit a parameter's row, or NULL. */
static const char *value_fault(const rlb_param *p, rlb_value v)
{
    uint32_t choices = 0;
    switch (p->type) {
    case RLB_T_BOOL: return v.i == 0 || v.i == 1 ? NULL : "must be 0 or 1";
    case RLB_T_INT:
        return (double)v.i >= p->min && (double)v.i <= p->max ? NULL : "is out of range";
    case RLB_T_REAL: return v.r >= p->min && v.r <= p->max ? NULL : "is out of range";
    case RLB_T_ENUM:
        while (p->choices && p->choices[choices])
            choices++;
        return v.i >= 0 && v.i < choices ? NULL : "is not one of its choices";
    default: return v.s ? NULL : "must be a text";
    }
}

static rlb_status apply_override(struct rig *r, const rlb_override *o, rlb_value *params)
{
    const rlb_env *env = r->setup.env;
    const rlb_host *h = &r->host.table;
    for (uint32_t i = 0; i < env->num_params; i++) {
        const rlb_param *p = host_row(env->params, env->param_stride, i);
        if (strcmp(p->name, o->name) != 0)
            continue;
        const char *fault = value_fault(p, o->value);
        if (fault)
            return h->fail(h, RLB_E_INVAL, "make_env: parameter %s of %s %s", o->name, env->id,
                           fault);
        params[i] = o->value;
        return RLB_OK;
    }
    return h->fail(h, RLB_E_INVAL, "make_env: environment %s has no parameter %s", env->id,
                   o->name);
}

static rlb_status make_env(void *ctx, const rlb_override *overrides, uint32_t num_overrides,
                           uint32_t num_lanes, uint64_t seed, uint32_t counts, rlb_venv **out)
{
    struct rig *r = ctx;
    const rlb_env *env = r->setup.env;
    const rlb_host *h = &r->host.table;
    if (!env)
        return h->fail(h, RLB_E_INVAL, "make_env: the recipe has no environment");
    if (num_lanes < 1 || num_lanes > MAX_LANES)
        return h->fail(h, RLB_E_INVAL, "make_env: %" PRIu32 " lanes are out of range", num_lanes);
    rlb_value *params = mem_alloc((env->num_params + 1) * sizeof *params);
    if (env->num_params)
        memcpy(params, r->setup.env_params, env->num_params * sizeof *params);
    rlb_status status = RLB_OK;
    for (uint32_t i = 0; i < num_overrides && status == RLB_OK; i++)
        status = apply_override(r, &overrides[i], params);
    struct venv_spec spec = {.env = env,
                             .params = params,
                             .num_lanes = num_lanes,
                             .time_limit = r->setup.time_limit,
                             .tally = counts ? &r->tally : NULL,
                             .episodes = r->setup.ranks ? &r->episodes : NULL,
                             .id = (uint32_t)r->num_made + 1,
                             .report = &r->report};
    struct venv *made = NULL;
    if (status == RLB_OK)
        status = venv_create(&spec, seed, &made);
    free(params);
    if (status < 0)
        return status;
    r->made = mem_grow(r->made, r->num_made + 1, sizeof(*r->made));
    r->made[r->num_made++] = made;
    *out = &made->table;
    return RLB_OK;
}

static rlb_status keep_lanes(const rlb_host *h, rlb_venv *venv, uint32_t first, uint32_t count)
{
    struct host *host = h->ctx;
    struct rig *r = host->make_ctx;
    struct venv *v = NULL;
    for (size_t i = 0; i < r->num_made; i++)
        v = &r->made[i]->table == venv ? r->made[i] : v;
    if (!host->setting_up || !v || first > v->table.num_lanes || count > v->table.num_lanes - first)
        return h->fail(h, RLB_E_INVAL,
                       "keep() is for lanes of a world made by make_env(), during create()");
    venv_keep_lanes(v, first, count);
    return RLB_OK;
}
static const rlb_lanes lanes_service = {.size = sizeof lanes_service, .keep = keep_lanes};

/* ---- making */

static int create_env(struct rig *r, struct err *e)
{
    const struct rig_setup *s = &r->setup;
    bool own_lanes = s->algo->flags & RLB_A_OWN_LANES;
    uint32_t lanes = own_lanes || s->lanes == 0 ? 1 : s->lanes;
    if (lanes > MAX_LANES)
        return err_set(e, ERR_DATA, "env.lanes: %" PRIu32 " lanes are more than %d", lanes,
                       MAX_LANES);
    struct venv_spec spec = {.env = s->env,
                             .params = s->env_params,
                             .num_lanes = lanes,
                             .time_limit = s->time_limit,
                             .tally = own_lanes ? NULL : &r->tally,
                             .episodes = s->ranks ? &r->episodes : NULL,
                             .report = &r->report};
    rlb_status status = venv_create(&spec, rlb_rng_derive(s->seed, RIG_SEED_TRAIN), &r->env);
    if (status >= 0)
        return OK;
    char text[1200];
    return err_set(e, ERR_FAILED, "%s",
                   host_failure(&r->report, s->env->id, status, text, sizeof text));
}

static int create_algo(struct rig *r, struct err *e)
{
    const struct rig_setup *s = &r->setup;
    rlb_algo_setup setup = {.size = sizeof setup,
                            .params = s->algo_params,
                            .env = r->env ? &r->env->table : NULL,
                            .seed = s->seed,
                            .total_steps = s->total_steps};
    r->host.setting_up = true;
    rlb_status status = s->algo->create(&r->host.table, &setup, &r->algo);
    r->host.setting_up = false;
    if (status >= 0)
        return OK;
    char text[1200];
    return err_set(e, ERR_FAILED, "%s",
                   host_failure(&r->report, s->algo->id, status, text, sizeof text));
}

int rig_create(const struct rig_setup *setup, struct rig **out, struct err *e)
{
    struct rig *r = mem_alloc(sizeof *r);
    const rlb_algo *algo = setup->algo;
    int status = OK;
    r->setup = *setup;
    r->report.log = setup->log;
    r->report.ctx = setup->log_ctx;
    tally_init(&r->tally);
    host_init(&r->host, algo->id, &r->report, algo->metrics, algo->num_metrics,
              algo->metric_stride);
    r->host.make_env = make_env;
    r->host.make_ctx = r;
    r->host.dataset = setup->dataset;
    r->host.ranks = setup->ranks;
    r->host.lanes = &lanes_service;
    if (setup->env)
        status = create_env(r, e);
    else if (!(algo->flags & RLB_A_NO_ENV))
        status = err_set(e, ERR_DATA, "%s needs an environment: add env: {name: ...} to the recipe",
                         algo->id);
    if (status == OK)
        status = create_algo(r, e);
    if (status == OK)
        *out = r;
    else
        rig_destroy(r);
    return status;
}

void rig_destroy(struct rig *r)
{
    if (!r)
        return;
    if (r->algo)
        r->setup.algo->destroy(r->algo);
    for (size_t i = 0; i < r->num_made; i++)
        venv_destroy(r->made[i]);
    free(r->made);
    vec_finish(&r->episodes.ended);
    venv_destroy(r->env);
    host_finish(&r->host);
    free(r);
}

rlb_status rig_step(struct rig *r, uint64_t max_steps, uint64_t *done)
{
    rlb_budget budget = {.size = sizeof budget, .max_steps = max_steps};
    return r->setup.algo->step(r->algo, &budget, done);
}

/* ---- worlds */

struct venv *rig_training_env(const struct rig *r, size_t i)
{
    if (r->env && r->env->tally && i-- == 0)
        return r->env;
    for (size_t k = 0; k < r->num_made; k++)
        if (r->made[k]->tally && i-- == 0)
            return r->made[k];
    return NULL;
}

struct venv *rig_world(const struct rig *r, uint32_t id)
{
    return id == 0 ? r->env : id <= r->num_made ? r->made[id - 1] : NULL;
}

uint64_t rig_transitions(const struct rig *r)
{
    uint64_t sum = 0;
    if (r->env && r->env->tally)
        sum = venv_transitions(r->env);
    for (size_t k = 0; k < r->num_made; k++)
        if (r->made[k]->tally)
            sum += venv_transitions(r->made[k]);
    return sum;
}

int64_t rig_env_ns(const struct rig *r)
{
    int64_t sum = r->env ? r->env->busy_ns : 0;
    for (size_t k = 0; k < r->num_made; k++)
        sum += r->made[k]->busy_ns;
    return sum;
}

rlb_status rig_make_eval(struct rig *r, const rlb_value *params, uint32_t num_lanes,
                         uint32_t time_limit, struct tally *tally, uint64_t seed, struct venv **out)
{
    struct venv_spec spec = {.env = r->setup.env,
                             .params = params ? params : r->setup.env_params,
                             .num_lanes = num_lanes,
                             .time_limit = time_limit,
                             .tally = tally,
                             .report = &r->report};
    return venv_create(&spec, seed, out);
}
