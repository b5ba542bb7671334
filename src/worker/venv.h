/* The vectorised environment: turns an environment plugin, which only knows single transitions,
 * into what algorithms use: lanes that step together, start again in the same step when their
 * episode ends (the last observation goes to final_obs), are cut at a time limit, and are counted.
 *
 * The step of one lane costs a few nanoseconds above the plugin's own: everything rare (a time
 * limit reached, flags to clear, a sample of the clock) is found by comparing the step counter with
 * one number, `rare`. */
#ifndef RLBENCH_WORKER_VENV_H
#define RLBENCH_WORKER_VENV_H

#include "worker/host.h"
#include "worker/tally.h"

/* An episode that ended in a lane of this rank, for the rank that counts them all. `clock`, the
 * steps that all worlds of the run have done, and the lane put them in the order in which one
 * process would have met them. */
struct venv_episode {
    uint64_t clock, at, length;
    double ret;
    uint32_t lane, world, success, reserved;
};
struct venv_episodes {
    uint64_t clock;
    VEC(struct venv_episode) ended;
};

struct venv_spec {
    const rlb_env *env;
    const rlb_value *params; /* table order; copied (texts are borrowed) */
    uint32_t num_lanes;      /* >= 1 */
    uint32_t time_limit;     /* 0: the environment's own */
    struct tally *tally;     /* where finished episodes are counted; NULL: nowhere */
    /* Where they are noted instead in a run over ranks; NULL: one process. */
    struct venv_episodes *episodes;
    uint32_t id; /* name of this world in tally records and checkpoints */
    struct host_report *report;
};

struct venv {
    rlb_venv table; /* what an algorithm sees; first, so that the two pointers are one */
    const rlb_env *env;
    void *self; /* the plugin's object */
    rlb_batch batch;
    struct host host;
    rlb_value *params;
    struct tally *tally;
    struct venv_episodes *episodes;
    uint32_t id, time_limit; /* 0: none */
    uint32_t first, count;   /* the lanes that step() moves; all, unless others are other ranks' */

    /* counters of the whole run */
    uint64_t steps; /* transitions of each lane */
    uint64_t rare;  /* value of steps at which the slow path looks around */
    uint64_t next_sample;
    uint64_t reseed;   /* lanes that wait for a new stream get theirs from it at their next reset */
    uint8_t *waits;    /* [L] who does */
    double *returns;   /* [L] of the running episode, mean over agents */
    uint64_t *started; /* [L] value of steps when it began */
    bool flags_set;    /* truncated[] holds a 1 */
    /* of the logging window */
    double *rewards; /* [L] sum, mean over agents */
    uint64_t window_start;

    /* time inside the plugin, from samples (never part of a result) */
    int64_t clock_cost, busy_ns;
    uint64_t sample_every;

    void *slab; /* every array of batch, one allocation */
    size_t slab_size;
    size_t obs_bytes, state_bytes, action_bytes; /* of one lane */
    void *actions;                               /* batch.actions, writable */
    uint32_t num_actions;                        /* DISCRETE, MULTI: bound of each; 0: unchecked */
};

/* Makes the environment, binds it and resets every lane from `seed` (lane streams:
 * rlb_rng_derive(seed, lane)). On failure the sentence is in spec->report and *out untouched. */
rlb_status venv_create(const struct venv_spec *spec, uint64_t seed, struct venv **out);
void venv_destroy(struct venv *v);

/* What the world looks like under these parameters, verified: sizes, kinds, products that fit. */
rlb_status venv_spaces(const rlb_env *env, const rlb_value *params, struct host *h,
                       rlb_env_spaces *out);

static inline uint64_t venv_transitions(const struct venv *v)
{
    return v->steps * v->table.num_lanes;
}
/* Reward of the last transition of a lane, mean over its agents. */
static inline double venv_reward(const struct venv *v, uint32_t lane)
{
    const float *rewards = v->batch.rewards + (size_t)lane * v->table.num_agents;
    double sum = rewards[0];
    for (uint32_t g = 1; g < v->table.num_agents; g++)
        sum += rewards[g];
    return v->table.num_agents > 1 ? sum / v->table.num_agents : sum;
}
/* Rewards of the window, summed over the lanes in their order: the same however lanes are split
 * over ranks. */
double venv_rewards(const struct venv *v);
/* From here on step() moves these lanes alone. */
void venv_keep_lanes(struct venv *v, uint32_t first, uint32_t count);
/* Finds v->rare anew; whoever changes steps, started or flags_set calls it. */
void venv_find_rare(struct venv *v);
/* Other episodes from now on: every lane gets a new stream of random numbers when its running
 * episode has ended. */
void venv_reseed(struct venv *v, uint64_t seed);
/* Ends the window: rewards and window_start begin anew. */
void venv_next_window(struct venv *v);

/* Plugin, arrays and counters, as one chunk stream. RLB_E_UNSUPPORTED when the plugin cannot save.
 */
rlb_status venv_save(struct venv *v, rlb_writer *w);
rlb_status venv_load(struct venv *v, rlb_reader *r);

#endif
