#include <rlbench/rollout.h>

#include <string.h>

static size_t value_bytes(const rlb_space *s)
{
    return (size_t)s->width * (s->dtype == RLB_U8 ? 1 : 4);
}

static int has_bounds(const rlb_space *s)
{
    return s->kind == RLB_SPACE_BOX && s->dtype == RLB_F32 &&
           (s->low > -INFINITY || s->high < INFINITY);
}

rlb_status rlb_rollout_init(rlb_rollout *r, const rlb_host *host, rlb_venv *env, uint32_t num_steps)
{
    if (num_steps == 0)
        return host->fail(host, RLB_E_INVAL, "a rollout needs at least 1 step");
    *r = (rlb_rollout){.host = host,
                       .env = env,
                       .obs_bytes = value_bytes(&env->obs),
                       .act_bytes = value_bytes(&env->act),
                       .num_steps = num_steps,
                       .num_streams = env->num_lanes * env->num_agents};
    size_t row = r->num_streams, entries = row * num_steps;
    r->obs = host->alloc(host, entries * r->obs_bytes);
    r->action = host->alloc(host, entries * r->act_bytes);
    r->log_prob = host->alloc(host, entries * sizeof *r->log_prob);
    r->reward = host->alloc(host, entries * sizeof *r->reward);
    r->value = host->alloc(host, (entries + row) * sizeof *r->value);
    r->final_value = host->alloc(host, entries * sizeof *r->final_value);
    r->terminated = host->alloc(host, entries);
    r->truncated = host->alloc(host, entries);
    if (has_bounds(&env->act))
        r->bounded = host->alloc(host, row * r->act_bytes);
    if (!r->obs || !r->action || !r->log_prob || !r->reward || !r->value || !r->final_value ||
        !r->terminated || !r->truncated || (has_bounds(&env->act) && !r->bounded))
        return host->fail(host, RLB_E_NOMEM,
                          "no memory for rollouts of %u steps of %u lanes: lower either", num_steps,
                          env->num_lanes);
    return RLB_OK;
}

/* Episodes end by lane, for all its agents. Returns whether a value behind a cut is asked for. */
static int record(rlb_rollout *r, size_t row)
{
    const rlb_batch *b = r->env->batch;
    int wanted = 0;
    memcpy(r->reward + row, b->rewards, r->num_streams * sizeof *r->reward);
    for (uint32_t lane = 0; lane < r->env->num_lanes; lane++) {
        for (uint32_t agent = 0; agent < r->env->num_agents; agent++, row++) {
            r->terminated[row] = b->terminated[lane];
            r->truncated[row] = b->truncated[lane];
        }
        wanted |= b->truncated[lane] && !b->terminated[lane];
    }
    return wanted;
}

/* The actions as the environment takes them. */
static const void *bounded(const rlb_rollout *r, const void *actions)
{
    const float *from = actions, low = (float)r->env->act.low, high = (float)r->env->act.high;
    if (!r->bounded)
        return actions;
    for (size_t i = 0; i < (size_t)r->num_streams * r->env->act.width; i++)
        r->bounded[i] = from[i] < low ? low : from[i] > high ? high : from[i];
    return r->bounded;
}

rlb_status rlb_rollout_step(rlb_rollout *r, const rlb_actor *actor)
{
    const rlb_batch *b = r->env->batch;
    size_t N = r->num_streams, row = r->at * N;
    char *obs = (char *)r->obs + row * r->obs_bytes,
         *action = (char *)r->action + row * r->act_bytes;
    memcpy(obs, b->obs, N * r->obs_bytes);
    rlb_status status =
        actor->act(actor->self, obs, (uint32_t)N, action, r->log_prob + row, r->value + row);
    if (status == RLB_OK)
        status = r->env->step(r->env, bounded(r, action));
    if (status == RLB_OK && record(r, row))
        status = actor->value(actor->self, b->final_obs, (uint32_t)N, r->final_value + row);
    if (status == RLB_OK && r->at + 1 == r->num_steps)
        status = actor->value(actor->self, b->obs, (uint32_t)N, r->value + row + N);
    if (status != RLB_OK)
        return status;
    return ++r->at == r->num_steps ? RLB_DONE : RLB_OK;
}

rlb_steps rlb_rollout_steps(const rlb_rollout *r)
{
    return (rlb_steps){.num_steps = r->num_steps,
                       .num_streams = r->num_streams,
                       .reward = r->reward,
                       .value = r->value,
                       .final_value = r->final_value,
                       .terminated = r->terminated,
                       .truncated = r->truncated};
}

void rlb_next_obs(const rlb_venv *env, void *out)
{
    const rlb_batch *b = env->batch;
    size_t bytes = value_bytes(&env->obs) * env->num_agents;
    for (uint32_t lane = 0; lane < env->num_lanes; lane++) {
        const void *from = b->terminated[lane] || b->truncated[lane] ? b->final_obs : b->obs;
        memcpy((char *)out + lane * bytes, (const char *)from + lane * bytes, bytes);
    }
}
