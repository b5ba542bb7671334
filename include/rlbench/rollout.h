/* Collecting experience with the newest policy: T steps of a vectorised environment in [T][N]
 * arrays, N = num_lanes * num_agents, ready for returns.h. */
#ifndef RLBENCH_ROLLOUT_H
#define RLBENCH_ROLLOUT_H

#include <rlbench/plugin.h>
#include <rlbench/returns.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The policy that collects. Both return RLB_OK or the status of a failure already reported. */
typedef struct rlb_actor {
    void *self;
    /* For n observations: an action, its log-probability and the value of the observation. obs:
     * [n][obs.width]; action: [n][act.width]; log_prob, value: [n]. */
    rlb_status (*act)(void *self, const void *obs, uint32_t n, void *action, float *log_prob,
                      float *value);
    /* Values alone; must draw nothing. */
    rlb_status (*value)(void *self, const void *obs, uint32_t n, float *value);
} rlb_actor;

typedef struct rlb_rollout {
    const rlb_host *host;
    rlb_venv *env;
    void *obs;           /* [T][N][obs.width], dtype of the space */
    void *action;        /* [T][N][act.width] */
    float *log_prob;     /* [T][N] */
    float *reward;       /* [T][N] */
    float *value;        /* [T + 1][N] */
    float *final_value;  /* [T][N] where truncated and not terminated */
    uint8_t *terminated; /* [T][N] */
    uint8_t *truncated;  /* [T][N] */
    float *bounded;      /* [N][act.width] what the environment is given; NULL: the action itself */
    size_t obs_bytes;    /* of one observation */
    size_t act_bytes;
    uint32_t num_steps, num_streams; /* T, N */
    uint32_t at;                     /* steps done */
    uint32_t reserved;
} rlb_rollout;

/* Memory is the host's. RLB_E_INVAL without steps, RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_rollout_init(rlb_rollout *r, const rlb_host *host, rlb_venv *env,
                                       uint32_t num_steps);
/* One step in every lane: acts on what the environment shows, steps it, writes row `at`; values the
 * last observations of truncated episodes at once, before they are gone. Where actions are vectors
 * with bounds, the environment is given them cut to the bounds; `action` keeps what the policy
 * drew, which is what log_prob belongs to. RLB_DONE when the T steps
 * are full, the last row of values included: learn from them, set `at` to 0, go on. So a slice of
 * rlb_algo.step may end anywhere in between. */
RLB_EXPORT rlb_status rlb_rollout_step(rlb_rollout *r, const rlb_actor *actor);
/* The steps as returns.h takes them. */
RLB_EXPORT rlb_steps rlb_rollout_steps(const rlb_rollout *r);
/* Steps collected and not yet learned from. RLB_E_FORMAT when what was saved has another shape. */
RLB_EXPORT rlb_status rlb_rollout_save(const rlb_rollout *r, rlb_writer *w);
RLB_EXPORT rlb_status rlb_rollout_load(rlb_rollout *r, rlb_reader *reader);

/* What each lane's transition led to: final_obs where the episode ended, else obs. out:
 * [num_lanes][num_agents][obs.width]. The next observation that a replay buffer stores. */
RLB_EXPORT void rlb_next_obs(const rlb_venv *env, void *out);

#ifdef __cplusplus
}
#endif
#endif
