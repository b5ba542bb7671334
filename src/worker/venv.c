#include "worker/venv.h"

#include "base/clock.h"
#include "base/mem.h"
#include <rlbench/rng.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* About one step in SAMPLE_MOST is timed when steps are short, every one when they are long. */
enum { SAMPLE_MOST = 64, SAMPLE_NS = 6400 };

static struct venv *self_of(rlb_venv *table)
{
    return (struct venv *)table;
}

/* ---- ends of episodes */

void venv_find_rare(struct venv *v)
{
    uint64_t rare = v->flags_set ? v->steps + 1 : v->next_sample;
    for (uint32_t l = v->first; v->time_limit && l < v->first + v->count; l++)
        if (v->started[l] + v->time_limit < rare)
            rare = v->started[l] + v->time_limit;
    v->rare = rare;
}

/* Counts the episode that ended in `lane`, keeps its last observation and begins the next. */
static rlb_status end_lane(struct venv *v, uint32_t lane)
{
    const rlb_batch *b = &v->batch;
    if (v->obs_bytes)
        memcpy((char *)b->final_obs + lane * v->obs_bytes,
               (const char *)b->obs + lane * v->obs_bytes, v->obs_bytes);
    if (v->state_bytes)
        memcpy((char *)b->final_state + lane * v->state_bytes,
               (const char *)b->state + lane * v->state_bytes, v->state_bytes);
    if (v->episodes && v->tally) {
        const struct venv_episode ended = {.clock = v->episodes->clock,
                                           .at = v->steps,
                                           .length = v->steps - v->started[lane],
                                           .ret = v->returns[lane],
                                           .lane = lane,
                                           .world = v->id,
                                           .success = b->success[lane]};
        vec_push(&v->episodes->ended, ended);
    } else if (v->tally)
        tally_add(v->tally, v->id, v->steps, v->returns[lane], v->steps - v->started[lane],
                  b->success[lane]);
    v->returns[lane] = 0;
    v->started[lane] = v->steps;
    uint64_t seed = rlb_rng_derive(v->reseed, lane);
    bool fresh = v->waits[lane];
    v->waits[lane] = false;
    return v->env->reset(v->self, lane, fresh ? &seed : NULL);
}

void venv_reseed(struct venv *v, uint64_t seed)
{
    v->reseed = seed;
    memset(v->waits, 1, v->table.num_lanes);
}

static rlb_status end_lanes(struct venv *v)
{
    rlb_status status = RLB_OK;
    for (uint32_t l = v->first; l < v->first + v->count && status >= 0; l++)
        if (v->batch.terminated[l] | v->batch.truncated[l])
            status = end_lane(v, l);
    return status;
}

/* ---- one transition */

static bool any(const uint8_t *flags, uint32_t n)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < n; i++)
        found |= flags[i];
    return found != 0;
}

static void add_rewards(struct venv *v)
{
    for (uint32_t l = v->first; l < v->first + v->count; l++) {
        double r = venv_reward(v, l);
        v->returns[l] += r;
        v->rewards[l] += r;
    }
}

/* The plugin's transition and everything after it, in every lane. */
static rlb_status step_lanes(struct venv *v, bool at_limit)
{
    uint32_t first = v->first, lanes = v->count;
    rlb_status status = LIKELY(lanes) ? v->env->step(v->self, first, lanes) : RLB_OK;
    if (UNLIKELY(status < 0))
        return status;
    add_rewards(v);
    bool ended = any(v->batch.terminated + first, lanes);
    for (uint32_t l = first; at_limit && l < first + lanes; l++)
        if (v->steps - v->started[l] == v->time_limit && !v->batch.terminated[l])
            v->batch.truncated[l] = v->flags_set = ended = true;
    return UNLIKELY(ended) ? end_lanes(v) : RLB_OK;
}

/* A step at which something rare may be due. */
static rlb_status step_rare(struct venv *v)
{
    if (v->flags_set)
        memset(v->batch.truncated, 0, v->table.num_lanes);
    v->flags_set = false;
    rlb_status status;
    if (v->steps >= v->next_sample) {
        int64_t start = clock_mono_ns();
        status = step_lanes(v, v->time_limit != 0);
        int64_t took = clock_mono_ns() - start - v->clock_cost;
        took = took > 0 ? took : 0;
        v->busy_ns += took * (int64_t)v->sample_every;
        v->sample_every = took >= SAMPLE_NS                ? 1
                          : took * SAMPLE_MOST < SAMPLE_NS ? SAMPLE_MOST
                                                           : (uint64_t)(SAMPLE_NS / took);
        v->next_sample = v->steps + v->sample_every;
    } else {
        status = step_lanes(v, v->time_limit != 0);
    }
    venv_find_rare(v);
    return status;
}

/* An index outside the action space would make the plugin read or write anywhere. Agents that no
 * longer take part may hold anything. */
static rlb_status check_actions(struct venv *v)
{
    const int32_t *actions = v->actions;
    size_t agents = (size_t)v->table.num_lanes * v->table.num_agents;
    uint32_t width = v->table.act.width, worst = 0;
    for (size_t i = 0; i < agents * width; i++)
        worst = (uint32_t)actions[i] > worst ? (uint32_t)actions[i] : worst;
    if (LIKELY(worst < v->num_actions))
        return RLB_OK;
    for (size_t i = 0; i < agents * width; i++)
        if ((uint32_t)actions[i] >= v->num_actions && v->batch.alive[i / width])
            return v->host.table.fail(
                &v->host.table, RLB_E_INVAL,
                "action %" PRId32 " of lane %zu is outside 0 to %" PRIu32 ", the algorithm's fault",
                actions[i], i / width / v->table.num_agents, v->num_actions - 1);
    return RLB_OK;
}

static rlb_status venv_step(rlb_venv *table, const void *actions)
{
    struct venv *v = self_of(table);
    if (actions != v->actions)
        memcpy(v->actions, actions, v->action_bytes * table->num_lanes);
    rlb_status status = v->num_actions ? check_actions(v) : RLB_OK;
    if (UNLIKELY(status < 0))
        return status;
    if (UNLIKELY(v->episodes != NULL))
        v->episodes->clock++;
    return UNLIKELY(++v->steps == v->rare) ? step_rare(v) : step_lanes(v, false);
}

/* The same for one lane, one agent and one discrete action: the inner loop of every tabular
 * learner. */
static rlb_status venv_step_one(rlb_venv *table, const void *actions)
{
    struct venv *v = self_of(table);
    int32_t action;
    memcpy(&action, actions, sizeof action);
    memcpy(v->actions, &action, sizeof action);
    if (UNLIKELY((uint32_t)action >= v->num_actions))
        return check_actions(v);
    if (UNLIKELY(++v->steps == v->rare))
        return step_rare(v);
    rlb_status status = v->env->step(v->self, 0, 1);
    double reward = v->batch.rewards[0];
    v->returns[0] += reward;
    v->rewards[0] += reward;
    if (UNLIKELY((status < 0) | v->batch.terminated[0]))
        return status < 0 ? status : end_lane(v, 0);
    return RLB_OK;
}

static rlb_status venv_reset(rlb_venv *table, uint64_t seed)
{
    struct venv *v = self_of(table);
    uint32_t lanes = table->num_lanes;
    memset(v->batch.terminated, 0, lanes);
    memset(v->batch.truncated, 0, lanes);
    memset(v->batch.success, 0, lanes);
    memset(v->batch.rewards, 0, (size_t)lanes * table->num_agents * sizeof(float));
    v->flags_set = false;
    rlb_status status = RLB_OK;
    for (uint32_t l = 0; l < lanes && status >= 0; l++) {
        uint64_t lane_seed = rlb_rng_derive(seed, l);
        v->returns[l] = 0;
        v->started[l] = v->steps;
        status = v->env->reset(v->self, l, &lane_seed);
    }
    venv_find_rare(v);
    return status < 0 ? status : RLB_OK;
}

static const void *venv_interface(rlb_venv *table, const char *id, void **self)
{
    struct venv *v = self_of(table);
    const void *found = v->env->interface ? v->env->interface(v->self, id) : NULL;
    if (self)
        *self = found ? v->self : NULL;
    return found;
}

/* ---- making */

static size_t item_bytes(uint32_t dtype)
{
    return dtype == RLB_U8 ? 1 : 4;
}

static size_t space_bytes(const rlb_space *s, size_t agents)
{
    return s->kind == RLB_SPACE_NONE ? 0 : agents * s->width * item_bytes(s->dtype);
}

static size_t padded(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* The next array of the slab; NULL when it is empty. */
static void *take(char **at, size_t bytes)
{
    void *array = bytes ? *at : NULL;
    *at += padded(bytes);
    return array;
}

/* One allocation with every array 64-byte aligned and padded. False when memory cannot hold it. */
static bool make_slab(struct venv *v, const rlb_env_spaces *spaces)
{
    size_t lanes = v->table.num_lanes, agents = v->table.num_agents;
    v->obs_bytes = space_bytes(&spaces->obs, agents);
    v->state_bytes = space_bytes(&spaces->state, 1);
    v->action_bytes = space_bytes(&spaces->act, agents);
    size_t mask = spaces->has_action_mask ? agents * (size_t)spaces->act.n : 0;
    size_t rewards = agents * sizeof(float);
    if (2 * v->obs_bytes + 2 * v->state_bytes + v->action_bytes + mask + rewards >
        ((size_t)1 << 39) / lanes)
        return false;
    v->slab_size = 2 * padded(lanes * v->obs_bytes) + 2 * padded(lanes * v->state_bytes) +
                   padded(lanes * v->action_bytes) + padded(lanes * rewards) +
                   padded(lanes * agents) + padded(lanes * mask) + 3 * padded(lanes);
    v->slab = aligned_alloc(64, v->slab_size);
    if (!v->slab)
        return false;
    memset(v->slab, 0, v->slab_size);
    char *at = v->slab;
    v->batch.obs = take(&at, lanes * v->obs_bytes);
    v->batch.final_obs = take(&at, lanes * v->obs_bytes);
    v->batch.state = take(&at, lanes * v->state_bytes);
    v->batch.final_state = take(&at, lanes * v->state_bytes);
    v->batch.actions = v->actions = take(&at, lanes * v->action_bytes);
    v->batch.rewards = take(&at, lanes * rewards);
    v->batch.alive = take(&at, lanes * agents);
    v->batch.action_mask = take(&at, lanes * mask);
    v->batch.terminated = take(&at, lanes);
    v->batch.truncated = take(&at, lanes);
    v->batch.success = take(&at, lanes);
    memset(v->batch.alive, 1, agents * lanes);
    if (mask)
        memset(v->batch.action_mask, 1, mask * lanes);
    return true;
}

/* What two readings of the clock cost: taken off every sample. */
static int64_t measure_clock(void)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < 8; i++) {
        int64_t start = clock_mono_ns(), took = clock_mono_ns() - start;
        least = took < least ? took : least;
    }
    return least;
}

static void fill_tables(struct venv *v, const struct venv_spec *spec, const rlb_env_spaces *spaces)
{
    v->time_limit = spec->time_limit ? spec->time_limit : spaces->time_limit;
    v->table = (rlb_venv){.size = sizeof v->table,
                          .num_lanes = spec->num_lanes,
                          .num_agents = spaces->num_agents,
                          .ctx = v,
                          .obs = spaces->obs,
                          .act = spaces->act,
                          .state = spaces->state,
                          .batch = &v->batch,
                          .reset = venv_reset,
                          .step = venv_step,
                          .interface = venv_interface};
    v->batch.size = sizeof v->batch;
    v->batch.num_lanes = spec->num_lanes;
    v->batch.num_agents = spaces->num_agents;
    bool discrete = spaces->act.kind == RLB_SPACE_DISCRETE;
    if (discrete || spaces->act.kind == RLB_SPACE_MULTI)
        v->num_actions = (uint32_t)spaces->act.n;
    if (discrete && spec->num_lanes == 1 && spaces->num_agents == 1 && !spec->episodes)
        v->table.step = venv_step_one;
}

rlb_status venv_create(const struct venv_spec *spec, uint64_t seed, struct venv **out)
{
    struct venv *v = mem_alloc(sizeof *v);
    const rlb_env *env = v->env = spec->env;
    rlb_env_spaces spaces;
    host_init(&v->host, env->id, spec->report, NULL, 0, 0);
    v->tally = spec->tally;
    v->episodes = spec->episodes;
    v->count = spec->num_lanes;
    v->id = spec->id;
    v->params = mem_alloc((env->num_params + 1) * sizeof *v->params);
    if (env->num_params)
        memcpy(v->params, spec->params, env->num_params * sizeof *v->params);
    rlb_status status = venv_spaces(env, v->params, &v->host, &spaces);
    if (status < 0)
        goto destroy;
    fill_tables(v, spec, &spaces);
    v->returns = mem_alloc(spec->num_lanes * sizeof *v->returns);
    v->started = mem_alloc(spec->num_lanes * sizeof *v->started);
    v->waits = mem_alloc(spec->num_lanes);
    v->rewards = mem_alloc(spec->num_lanes * sizeof *v->rewards);
    if (!make_slab(v, &spaces)) {
        status = v->host.table.fail(&v->host.table, RLB_E_NOMEM,
                                    "not enough memory for the arrays of %" PRIu32 " lanes",
                                    spec->num_lanes);
        goto destroy;
    }
    v->clock_cost = measure_clock();
    v->sample_every = v->next_sample = SAMPLE_MOST;
    rlb_env_setup setup = {.size = sizeof setup, .num_lanes = spec->num_lanes, .params = v->params};
    v->host.setting_up = true;
    status = env->create(&v->host.table, &setup, &v->self);
    if (status >= 0)
        status = env->bind(v->self, &v->batch);
    v->host.setting_up = false;
    if (status >= 0)
        status = venv_reset(&v->table, seed);
    if (status < 0)
        goto destroy;
    *out = v;
    return RLB_OK;
destroy:
    venv_destroy(v);
    return status;
}

void venv_destroy(struct venv *v)
{
    if (!v)
        return;
    if (v->self)
        v->env->destroy(v->self);
    host_finish(&v->host);
    free(v->slab);
    free(v->started);
    free(v->returns);
    free(v->waits);
    free(v->rewards);
    free(v->params);
    free(v);
}

void venv_next_window(struct venv *v)
{
    memset(v->rewards, 0, v->table.num_lanes * sizeof *v->rewards);
    v->window_start = v->steps;
}

double venv_rewards(const struct venv *v)
{
    double sum = 0;
    for (uint32_t l = 0; l < v->table.num_lanes; l++)
        sum += v->rewards[l];
    return sum;
}

void venv_keep_lanes(struct venv *v, uint32_t first, uint32_t count)
{
    v->first = first;
    v->count = count;
    venv_find_rare(v);
}
