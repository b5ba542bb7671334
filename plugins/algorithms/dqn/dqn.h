/* Deep Q-learning: the learner's state and who does what with it. */
#ifndef RLBENCH_PLUGINS_DQN_H
#define RLBENCH_PLUGINS_DQN_H

#include <rlbench/interfaces.h>
#include <rlbench/nn.h>
#include <rlbench/rl.h>
#include <rlbench/state_map.h>

#include <stdbool.h>

enum {
    P_LEARNING_RATE,
    P_DISCOUNT,
    P_HIDDEN,
    P_BATCH,
    P_BUFFER,
    P_WARMUP,
    P_TRAIN_EVERY,
    P_TARGET_EVERY,
    P_TARGET_RATE,
    P_EPSILON,
    P_EPSILON_FINAL,
    P_EPSILON_STEPS,
    P_DOUBLE,
    P_N_STEP,
    P_PRIORITY,
    P_PRIORITY_CORRECTION,
    P_HUBER,
    P_MAX_NORM,
    P_NORMALIZE_OBSERVATIONS,
    NUM_PARAMS
};
extern const rlb_param dqn_params[NUM_PARAMS];

enum { M_LOSS, M_VALUE, M_GRAD_NORM, M_EPSILON, M_UPDATES, M_CORRECTION, NUM_METRICS };
extern const rlb_metric dqn_metrics[NUM_METRICS];

enum { VIEW_VALUES, VIEW_ACTIONS, VIEW_PREFERENCES, NUM_VIEWS };
extern const rlb_view dqn_views[NUM_VIEWS];

/* Observations that are looked at together in act() and in pictures. */
enum { ASKED_ROWS = 32 };

/* Columns of the replay buffer. */
enum { COL_OBS, COL_ACTION, COL_REWARD, COL_NEXT, COL_TERMINATED, COL_TRUNCATED, NUM_COLUMNS };

/* The value network over a batch of observations that are not learned from. */
struct look {
    rlb_tape *tape;
    rlb_tensor *obs, *values; /* [n][obs width], [n][actions] */
};

/* Q(s, a) towards r + bootstrap max Q'(s', .), weighted. */
struct learning {
    rlb_tape *tape;
    rlb_tensor *obs, *action, *target, *weight, *taken, *loss;
    struct look next, next_online; /* of the target and (double Q-learning) the online network */
    rlb_optimizer *optimizer;
};

/* What a sample is gathered into. */
struct sample {
    uint64_t *index;
    float *reward, *bootstrap;
};

struct dqn {
    const rlb_host *host;
    rlb_venv *env;
    rlb_net *net, *target_net;
    rlb_mlp values, target_values;
    struct learning learning;
    struct look acting; /* one row per lane */
    struct look asked;  /* for act() and pictures */
    rlb_column columns[NUM_COLUMNS];
    rlb_replay replay;
    rlb_priority priority;
    rlb_moments obs_moments;
    struct sample sample;
    rlb_rng *rng;    /* [num_lanes] exploration */
    int32_t *action; /* [num_lanes] */
    float *before;   /* [num_lanes][obs width] the observation acted on */
    rlb_state_map map;
    float *bars; /* [num_actions] scratch of a view */
    rlb_results results;
    double learning_rate, discount, epsilon, epsilon_final, target_rate, priority_exponent,
        priority_correction;
    uint64_t epsilon_steps, warmup, train_every, target_every, total_steps, steps, updates;
    uint32_t num_actions, obs_width, num_lanes, batch, n_step;
    bool double_q, normalizes_obs;
};

/* learn.c */
rlb_status dqn_build(struct dqn *d, const rlb_value *v, uint64_t seed);
/* One update from one sample. */
rlb_status dqn_update(struct dqn *d);
/* The exponent of the importance weights now: linearly to 1 over the run's budget. */
double dqn_correction(const struct dqn *d);
/* act.c */
/* Which of n values is the largest, the first where several are. */
uint32_t dqn_best(const float *values, uint32_t n);
/* What the networks see of n raw observations; in place. */
void dqn_see(const struct dqn *d, float *obs, uint32_t n);
/* One transition in every lane, into the buffer. */
rlb_status dqn_interact(struct dqn *d);
/* Greedy actions of n observations, the lowest of the best, and their values; either may be NULL.
 */
void dqn_ask(struct dqn *d, const float *obs, uint32_t n, int32_t *actions, float *values);
double dqn_epsilon(const struct dqn *d);
/* views.c */
rlb_status dqn_pictures_build(struct dqn *d);
rlb_status dqn_view(void *self, uint32_t index, rlb_frame *out);
/* state.c */
rlb_status dqn_save(void *self, rlb_writer *w);
rlb_status dqn_load(void *self, rlb_reader *r);
/* The parameters of the network as the results of the run. */
const void *dqn_interface(void *self, const char *id);

#endif
