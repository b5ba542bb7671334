#include "world.h"

#include <rlbench/rng.h>

#include <string.h>

enum { STREAM_WALK = 1, MOST_WALK = 2000000 };

static rlb_status check(const rlb_host *host, const rlb_venv *env, const char *who)
{
    bool numbers = env->obs.kind == RLB_SPACE_BOX && env->obs.dtype == RLB_F32;
    if ((numbers || env->obs.kind == RLB_SPACE_DISCRETE) && env->act.kind == RLB_SPACE_DISCRETE &&
        env->num_agents == 1 && !env->batch->action_mask)
        return RLB_OK;
    return host->fail(host, RLB_E_UNSUPPORTED,
                      "%s needs one agent with a vector of numbers or the number of a state as "
                      "observation, and discrete actions that are always allowed",
                      who);
}

static const void *ask(rlb_venv *env, const char *id, void **self)
{
    void *ignored;
    return env->interface(env, id, self ? self : &ignored);
}

size_t world_raw_bytes(const struct world *w)
{
    return w->numbered ? sizeof(int32_t) : w->obs_width * sizeof(float);
}

void world_see(const struct world *w, const void *raw, uint32_t n, float *out)
{
    if (!w->numbered) {
        memcpy(out, raw, (size_t)n * w->obs_width * sizeof *out);
        return;
    }
    const int32_t *number = raw;
    memset(out, 0, (size_t)n * w->obs_width * sizeof *out);
    for (uint32_t i = 0; i < n; i++)
        out[(size_t)i * w->obs_width + (uint32_t)number[i]] = 1;
}

uint32_t world_state(const struct world *w, rlb_venv *env, uint32_t lane)
{
    void *self;
    ask(env, RLB_MODEL, &self);
    return w->model->state(self, lane);
}

int32_t world_cell(const struct world *w, int32_t row, int32_t col)
{
    const rlb_grid *g = w->grid;
    if (!g || row < 0 || col < 0 || row >= (int32_t)g->rows || col >= (int32_t)g->cols)
        return -1;
    for (uint32_t s = 0; s < g->num_states; s++)
        if (g->cell[s] == row * (int32_t)g->cols + col)
            return (int32_t)s;
    return -1;
}

/* Every state's observation, by a random walk with fresh starts now and then. */
static rlb_status see_states(struct world *w, uint64_t seed)
{
    uint32_t S = w->model->num_states, seen = 0;
    uint8_t *known = w->host->alloc(w->host, S);
    w->state_obs = w->host->alloc(w->host, (size_t)S * w->obs_width * sizeof *w->state_obs);
    if (!known || !w->state_obs)
        return w->host->fail(w->host, RLB_E_NOMEM, "no memory for the observations of states");
    rlb_rng rng;
    rlb_rng_init(&rng, seed, STREAM_WALK);
    rlb_status status = RLB_OK;
    for (uint32_t step = 0; status == RLB_OK && seen < S && step < MOST_WALK; step++) {
        uint32_t s = world_state(w, w->walk, 0);
        if (!known[s]) {
            world_see(w, w->walk->batch->obs, 1, w->state_obs + (size_t)s * w->obs_width);
            known[s] = 1;
            seen++;
        }
        int32_t action = (int32_t)rlb_rng_below(&rng, w->num_actions);
        status = step % 200 == 199 ? w->walk->reset(w->walk, rlb_rng_derive(seed, step))
                                   : w->walk->step(w->walk, &action);
    }
    w->num_states = seen == S ? S : 0;
    if (status == RLB_OK && !w->num_states)
        w->host->log(
            w->host, RLB_LOG_WARN,
            "a random walk saw %u of the world's %u states: nothing is compared with exact "
            "values",
            seen, S);
    return status;
}

/* Numbers of states are their own observations, also of those where episodes end. */
static rlb_status number_states(struct world *w)
{
    uint32_t S = w->num_states = w->model->num_states;
    w->state_obs = w->host->alloc(w->host, (size_t)S * S * sizeof *w->state_obs);
    if (!w->state_obs)
        return w->host->fail(w->host, RLB_E_NOMEM, "no memory for the observations of states");
    for (uint32_t s = 0; s < S; s++)
        w->state_obs[(size_t)s * S + s] = 1;
    return RLB_OK;
}

/* Exact figures are for worlds of this many states. */
enum { MOST_STATES = 1024 };

rlb_status world_init(struct world *w, const rlb_host *host, rlb_venv *env, const char *who,
                      uint64_t seed)
{
    rlb_status status = check(host, env, who);
    if (status != RLB_OK)
        return status;
    w->host = host;
    w->env = env;
    w->num_actions = (uint32_t)env->act.n;
    w->numbered = env->obs.kind == RLB_SPACE_DISCRETE;
    w->obs_width = w->numbered ? (uint32_t)env->obs.n : env->obs.width;
    w->tasks = ask(env, RLB_TASKS, &w->tasks_self);
    w->goals = ask(env, RLB_GOALS, &w->goals_self);
    w->plane = ask(env, RLB_PLANE, &w->plane_self);
    w->grid = ask(env, RLB_GRID, NULL);
    w->model = ask(env, RLB_MODEL, &w->model_self);
    status = host->make_env(host, NULL, 0, 1, seed, 0, &w->walk);
    bool small = w->model && w->model->horizon == 0 && w->model->num_states <= MOST_STATES;
    if (status != RLB_OK || !small)
        return status;
    return w->numbered && w->obs_width == w->model->num_states ? number_states(w)
                                                               : see_states(w, seed);
}
