#include "data.h"

#include <rlbench/relabel.h>
#include <rlbench/rollout.h>

#include <string.h>

enum { STREAM_SAMPLES, STREAM_ACTIONS };

static rlb_status no_memory(const struct world *w)
{
    return w->host->fail(w->host, RLB_E_NOMEM, "no memory for the transitions");
}

/* ---------------------------------------------------------------- own data */

rlb_status data_room(struct data *d, const struct world *w, uint64_t episodes, uint64_t length,
                     uint64_t seed)
{
    const rlb_host *host = w->host;
    uint64_t rows = episodes * (length + 1);
    *d = (struct data){.world = w, .slot_rows = length + 1, .num_slots = episodes};
    d->obs = d->own_obs = host->alloc(host, rows * world_raw_bytes(w));
    d->actions = d->own_actions = host->alloc(host, rows * sizeof *d->actions);
    d->rewards = d->own_rewards = host->alloc(host, rows * sizeof *d->rewards);
    d->terminated = d->own_terminated = host->alloc(host, rows);
    d->ahead = host->alloc(host, rows * sizeof *d->ahead);
    d->state = w->num_states ? host->alloc(host, rows * sizeof *d->state) : NULL;
    rlb_rng_init(&d->rng, seed, STREAM_SAMPLES);
    return d->own_obs && d->own_actions && d->own_rewards && d->own_terminated && d->ahead &&
                   (d->state || !w->num_states)
               ? RLB_OK
               : no_memory(w);
}

/* The slot of a lane while a round is played. */
struct pen {
    uint64_t row, first, end; /* the next row, the first of the episode, the end of the slot */
};

static void put_obs(struct data *d, uint64_t row, const void *obs, uint32_t lane)
{
    size_t bytes = world_raw_bytes(d->world);
    memcpy(d->own_obs + row * bytes, (const char *)obs + lane * bytes, bytes);
}

/* The last observation of an episode; the next begins in the row after it. */
static void close_episode(struct data *d, struct pen *p, const void *obs, uint32_t lane)
{
    put_obs(d, p->row, obs, lane);
    for (uint64_t row = p->first; row <= p->row; row++)
        d->ahead[row] = (uint32_t)(p->row - row);
    d->transitions += p->row - p->first;
    p->first = ++p->row;
}

/* The state of a last observation; -1: not known, the lane is in the next episode already. */
static int32_t last_state(const struct data *d, const rlb_batch *b, uint32_t lane)
{
    return d->world->numbered ? ((const int32_t *)b->final_obs)[lane] : -1;
}

/* What the lane's step led to, into its slot. A transition needs a row and one for its end. */
static void put_step(struct data *d, struct pen *p, rlb_venv *env, uint32_t lane, int32_t action)
{
    const rlb_batch *b = env->batch;
    if (p->row + 1 >= p->end)
        return;
    d->own_actions[p->row] = action;
    d->own_rewards[p->row] = b->rewards[lane];
    d->own_terminated[p->row] = b->terminated[lane];
    p->row++;
    bool ended = b->terminated[lane] || b->truncated[lane];
    if (d->state)
        d->state[p->row] =
            ended ? last_state(d, b, lane) : (int32_t)world_state(d->world, env, lane);
    if (ended || p->row + 1 == p->end)
        close_episode(d, p, ended ? b->final_obs : b->obs, lane);
}

static void open_slots(struct data *d, uint32_t lanes, struct pen *pens)
{
    for (uint32_t lane = 0; lane < lanes; lane++) {
        struct pen *p = &pens[lane];
        p->row = p->first = d->rounds++ % d->num_slots * d->slot_rows;
        p->end = p->row + d->slot_rows;
        for (uint64_t row = p->row; row < p->end; row++) {
            d->transitions -= d->ahead[row] > 0;
            d->ahead[row] = 0;
        }
    }
    uint64_t slots = d->rounds < d->num_slots ? d->rounds : d->num_slots;
    d->num_rows = slots * d->slot_rows;
}

rlb_status data_round(struct data *d, rlb_venv *env, data_policy policy, void *self, uint64_t seed)
{
    struct pen pens[DATA_MOST_LANES];
    int32_t action[DATA_MOST_LANES];
    uint32_t lanes = env->num_lanes;
    rlb_status status = env->reset(env, seed);
    open_slots(d, lanes, pens);
    for (uint64_t t = 1; status == RLB_OK && t < d->slot_rows; t++) {
        policy(self, env->batch->obs, lanes, action);
        for (uint32_t lane = 0; lane < lanes; lane++) {
            if (pens[lane].row + 1 < pens[lane].end) {
                put_obs(d, pens[lane].row, env->batch->obs, lane);
                if (d->state)
                    d->state[pens[lane].row] = (int32_t)world_state(d->world, env, lane);
            }
        }
        status = env->step(env, action);
        for (uint32_t lane = 0; status == RLB_OK && lane < lanes; lane++)
            put_step(d, &pens[lane], env, lane, action[lane]);
    }
    return status;
}

struct uniform {
    rlb_rng rng;
    uint32_t num_actions;
};

static void act_uniformly(void *self, const void *obs, uint32_t n, int32_t *action)
{
    struct uniform *u = self;
    (void)obs;
    for (uint32_t i = 0; i < n; i++)
        action[i] = (int32_t)rlb_rng_below(&u->rng, u->num_actions);
}

rlb_status data_walk(struct data *d, uint64_t seed)
{
    struct uniform u = {.num_actions = d->world->num_actions};
    rlb_rng_init(&u.rng, seed, STREAM_ACTIONS);
    rlb_status status = RLB_OK;
    while (status == RLB_OK && d->rounds < d->num_slots)
        status = data_round(d, d->world->walk, act_uniformly, &u, rlb_rng_derive(seed, d->rounds));
    d->fixed = true;
    return status;
}

/* ---------------------------------------------------------------- the recipe's dataset */

static bool same_space(const rlb_space *a, const rlb_space *b)
{
    return a->kind == b->kind && a->width == b->width && a->dtype == b->dtype && a->n == b->n;
}

rlb_status data_given(struct data *d, const struct world *w, const char *who, uint64_t seed)
{
    const rlb_host *host = w->host;
    const rlb_dataset *set = host->interface(host, RLB_DATASET);
    if (!set)
        return host->fail(host, RLB_E_INVAL,
                          "%s with data: dataset needs the recipe's key dataset.path", who);
    if (!set->obs_data || !set->actions || set->num_agents != 1 ||
        !same_space(&set->obs, &w->env->obs) || !same_space(&set->act, &w->env->act))
        return host->fail(host, RLB_E_INVAL,
                          "the dataset does not have this world's observations and actions");
    *d = (struct data){.world = w,
                       .obs = set->obs_data,
                       .actions = set->actions,
                       .rewards = set->rewards,
                       .terminated = set->terminated,
                       .num_rows = set->num_rows,
                       .fixed = true};
    rlb_rng_init(&d->rng, seed, STREAM_SAMPLES);
    d->ahead = host->alloc(host, set->num_rows * sizeof *d->ahead);
    if (!d->ahead)
        return no_memory(w);
    for (uint64_t e = 0; e < set->num_episodes; e++)
        for (uint64_t row = set->start[e]; row + 1 < set->start[e + 1]; row++, d->transitions++)
            d->ahead[row] = (uint32_t)(set->start[e + 1] - 1 - row);
    return d->transitions ? RLB_OK
                          : host->fail(host, RLB_E_INVAL, "the dataset has no transitions");
}

/* ---------------------------------------------------------------- samples */

void data_draw(struct data *d, uint32_t n, uint64_t *row)
{
    for (uint32_t i = 0; i < n; i++)
        do
            row[i] = rlb_rng_below64(&d->rng, d->num_rows);
        while (!d->ahead[row[i]]);
}

void data_obs(const struct data *d, uint32_t n, const uint64_t *row, float *out)
{
    size_t bytes = world_raw_bytes(d->world), width = d->world->obs_width;
    for (uint32_t i = 0; i < n; i++)
        world_see(d->world, d->obs + row[i] * bytes, 1, out + i * width);
}

void data_gather(const struct data *d, uint32_t n, const uint64_t *row, const struct sample *out)
{
    size_t bytes = world_raw_bytes(d->world), width = d->world->obs_width;
    const rlb_goals *goals = d->world->goals;
    /* Reaching a goal ends an episode, not the world: for other rewards it goes on. */
    const uint8_t *terminated = goals && goals->ends ? NULL : d->terminated;
    if (out->obs)
        data_obs(d, n, row, out->obs);
    for (uint32_t i = 0; i < n; i++) {
        if (out->next)
            world_see(d->world, d->obs + (row[i] + 1) * bytes, 1, out->next + i * width);
        if (out->action)
            out->action[i] = d->actions[row[i]];
        if (out->reward)
            out->reward[i] = d->rewards ? d->rewards[row[i]] : 0;
        if (out->going_on)
            out->going_on[i] = terminated && terminated[row[i]] ? 0 : 1;
    }
}

uint64_t data_later(struct data *d, uint64_t row, double discount)
{
    uint32_t kind = discount < 1 ? RLB_GOAL_GEOMETRIC : RLB_GOAL_UNIFORM;
    return row + rlb_goal_offset(&d->rng, kind, discount, d->ahead[row]);
}

void data_shares(const struct data *d, double *share)
{
    double sum = 0;
    memset(share, 0, d->world->num_states * sizeof *share);
    for (uint64_t row = 0; row < d->num_rows; row++)
        if (d->ahead[row] && d->state[row] >= 0) {
            share[d->state[row]]++;
            sum++;
        }
    for (uint32_t s = 0; s < d->world->num_states; s++)
        share[s] = sum > 0 ? share[s] / sum : 0;
}
