#include "worker/venv.h"

#include <string.h>

/* The state of a world in a checkpoint: counters, arrays, then whatever the plugin writes. */

#define TAG_COUNTERS RLB_TAG('V', 'C', 'N', 'T')
#define TAG_RETURNS RLB_TAG('V', 'R', 'E', 'T')
#define TAG_REWARDS RLB_TAG('V', 'R', 'W', 'D')
#define TAG_STARTED RLB_TAG('V', 'S', 'T', 'A')
#define TAG_RESEED RLB_TAG('V', 'R', 'S', 'D') /* only while lanes wait for a new stream */
#define TAG_WAITS RLB_TAG('V', 'W', 'A', 'I')
#define TAG_SLAB RLB_TAG('V', 'S', 'L', 'B')

struct venv_counters {
    uint64_t lanes, slab_size, steps, window_start, flags_set;
};

static rlb_status save_reseed(const struct venv *v, rlb_writer *w)
{
    if (!memchr(v->waits, 1, v->table.num_lanes))
        return RLB_OK;
    rlb_status status = w->put(w, TAG_RESEED, &v->reseed, sizeof v->reseed);
    return status == RLB_OK ? w->put(w, TAG_WAITS, v->waits, v->table.num_lanes) : status;
}

static rlb_status load_reseed(struct venv *v, rlb_reader *r)
{
    uint32_t tag, lanes = v->table.num_lanes;
    size_t n;
    memset(v->waits, 0, lanes);
    if (r->peek(r, &tag, &n) != RLB_OK || tag != TAG_RESEED)
        return RLB_OK;
    rlb_status status = r->get(r, TAG_RESEED, &v->reseed, sizeof v->reseed);
    if (status == RLB_OK)
        status = r->get(r, TAG_WAITS, v->waits, lanes);
    for (uint32_t l = 0; status == RLB_OK && l < lanes; l++)
        status = v->waits[l] > 1 ? RLB_E_FORMAT : RLB_OK;
    return status;
}

rlb_status venv_save(struct venv *v, rlb_writer *w)
{
    uint32_t lanes = v->table.num_lanes;
    struct venv_counters c = {lanes, v->slab_size, v->steps, v->window_start, v->flags_set};
    if (!v->env->save)
        return v->host.table.fail(&v->host.table, RLB_E_UNSUPPORTED,
                                  "this environment cannot be saved");
    rlb_status status = w->put(w, TAG_COUNTERS, &c, sizeof c);
    if (status == RLB_OK)
        status = w->put(w, TAG_RETURNS, v->returns, lanes * sizeof *v->returns);
    if (status == RLB_OK)
        status = w->put(w, TAG_REWARDS, v->rewards, lanes * sizeof *v->rewards);
    if (status == RLB_OK)
        status = w->put(w, TAG_STARTED, v->started, lanes * sizeof *v->started);
    if (status == RLB_OK)
        status = w->put(w, TAG_SLAB, v->slab, v->slab_size);
    if (status == RLB_OK)
        status = save_reseed(v, w);
    return status == RLB_OK ? v->env->save(v->self, w) : status;
}

static bool counters_fit(const struct venv *v, const struct venv_counters *c)
{
    return c->lanes == v->table.num_lanes && c->slab_size == v->slab_size && c->flags_set <= 1 &&
           c->window_start <= c->steps && c->steps < UINT64_MAX / 2;
}

static bool started_fit(const struct venv *v)
{
    for (uint32_t l = v->first; l < v->first + v->count; l++)
        if (v->started[l] > v->steps ||
            (v->time_limit && v->steps - v->started[l] >= v->time_limit))
            return false;
    return true;
}

/* Discrete observations index an algorithm's tables. */
static bool values_fit(const rlb_space *s, const int32_t *values, size_t n)
{
    for (size_t i = 0; values && s->dtype == RLB_I32 && i < n * s->width; i++)
        if (values[i] < 0 || values[i] >= s->n)
            return false;
    return true;
}

static bool slab_fits(const struct venv *v)
{
    size_t lanes = v->table.num_lanes, agents = lanes * v->table.num_agents;
    return values_fit(&v->table.obs, v->batch.obs, agents) &&
           values_fit(&v->table.obs, v->batch.final_obs, agents) &&
           values_fit(&v->table.state, v->batch.state, lanes) &&
           values_fit(&v->table.state, v->batch.final_state, lanes);
}

rlb_status venv_load(struct venv *v, rlb_reader *r)
{
    uint32_t lanes = v->table.num_lanes;
    struct venv_counters c;
    rlb_status status = r->get(r, TAG_COUNTERS, &c, sizeof c);
    if (status == RLB_OK && !counters_fit(v, &c))
        status = RLB_E_FORMAT;
    if (status == RLB_OK)
        status = r->get(r, TAG_RETURNS, v->returns, lanes * sizeof *v->returns);
    if (status == RLB_OK)
        status = r->get(r, TAG_REWARDS, v->rewards, lanes * sizeof *v->rewards);
    if (status == RLB_OK)
        status = r->get(r, TAG_STARTED, v->started, lanes * sizeof *v->started);
    if (status == RLB_OK)
        status = r->get(r, TAG_SLAB, v->slab, v->slab_size);
    if (status == RLB_OK)
        status = load_reseed(v, r);
    if (status != RLB_OK)
        return status;
    v->steps = c.steps;
    v->window_start = c.window_start;
    v->flags_set = c.flags_set != 0;
    if (!started_fit(v) || !slab_fits(v) || !v->env->load)
        return RLB_E_FORMAT;
    v->host.setting_up = true;
    status = v->env->load(v->self, r);
    v->host.setting_up = false;
    v->next_sample = v->steps + v->sample_every;
    venv_find_rare(v);
    return status < 0 ? status : RLB_OK;
}
