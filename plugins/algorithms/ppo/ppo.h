/* Proximal policy optimisation: the learner's state and who does what with it. */
#ifndef RLBENCH_PLUGINS_PPO_H
#define RLBENCH_PLUGINS_PPO_H

#include <rlbench/interfaces.h>
#include <rlbench/nn.h>
#include <rlbench/rl.h>
#include <rlbench/state_map.h>

#include <stdbool.h>

enum {
    P_LEARNING_RATE,
    P_ANNEAL,
    P_DISCOUNT,
    P_GAE_LAMBDA,
    P_HIDDEN,
    P_ROLLOUT,
    P_EPOCHS,
    P_MINIBATCHES,
    P_CLIP,
    P_CLIP_VALUE,
    P_ENTROPY,
    P_VALUE_WEIGHT,
    P_MAX_NORM,
    P_TARGET_KL,
    P_NORMALIZE_ADVANTAGES,
    P_NORMALIZE_OBSERVATIONS,
    P_NORMALIZE_REWARDS,
    NUM_PARAMS
};
extern const rlb_param ppo_params[NUM_PARAMS];

enum {
    M_POLICY_LOSS,
    M_VALUE_LOSS,
    M_ENTROPY,
    M_KL,
    M_CLIPPED,
    M_EXPLAINED,
    M_GRAD_NORM,
    M_RATE,
    NUM_METRICS
};
extern const rlb_metric ppo_metrics[NUM_METRICS];

enum { VIEW_VALUES, VIEW_POLICY, VIEW_ADVANTAGES, NUM_VIEWS };
extern const rlb_view ppo_views[NUM_VIEWS];

/* Observations that are looked at together in act() and in pictures. */
enum { ASKED_ROWS = 32 };
enum { PICTURE_ROWS = 16, PICTURE_COLS = 32 };

/* Actor and critic over a batch of observations that are not learned from. */
struct look {
    rlb_tape *tape;
    rlb_tensor *obs, *policy, *value; /* [n][obs width], [n][logits or means], [n][1] */
};

/* One minibatch. */
struct learning {
    rlb_tape *tape;
    rlb_tensor *obs, *action, *old_log_prob, *advantage, *returns, *old_value, *entropy_weight;
    rlb_tensor *log_prob, *policy_loss, *value_loss, *entropy, *loss;
    rlb_optimizer *optimizer;
};

struct ppo {
    const rlb_host *host;
    rlb_venv *env;
    rlb_net *net;
    rlb_mlp actor, critic;
    uint32_t log_std; /* its parameter, where actions are continuous */
    bool discrete, anneal, clips_value, normalizes_advantages, normalizes_obs, normalizes_rewards;
    struct learning learning;
    struct look acting; /* one row per lane */
    struct look asked;
    rlb_rollout rollout;
    float *reward, *advantage, *returns; /* [rollout steps][num_lanes] */
    rlb_moments obs_moments;
    rlb_reward_scale reward_scale;
    rlb_rng act_rng, shuffle_rng;
    uint32_t *order; /* [rollout steps * num_lanes] the shuffled transitions */
    rlb_state_map map;
    void *map_actions; /* [PICTURE_COLS][act_width] scratch of a view */
    float *picture;    /* [num_lanes][rollout steps] scratch of a view */
    rlb_results results;
    double learning_rate, discount, gae_lambda, clip, entropy_weight, value_weight, target_kl;
    uint64_t steps, total_steps;
    uint32_t obs_width, act_width, policy_width, num_lanes, epochs, minibatches, minibatch;
};

/* build.c */
rlb_status ppo_build(struct ppo *p, const rlb_value *v, uint64_t seed);
/* collect.c */
/* The policy that a rollout is collected with. */
rlb_actor ppo_actor(struct ppo *p);
/* What the networks see of n raw observations; out may be obs. */
void ppo_see(const struct ppo *p, const float *obs, uint32_t n, float *out);
/* Greedy actions and values of n raw observations; either may be NULL. */
void ppo_ask(struct ppo *p, const float *obs, uint32_t n, void *actions, float *values);
/* learn.c: what a full rollout teaches; begins the next. */
void ppo_learn(struct ppo *p);
/* Adam's step size for the present rollout, by the steps done before it. */
double ppo_rate(const struct ppo *p);
/* views.c */
rlb_status ppo_view(void *self, uint32_t index, rlb_frame *out);
/* state.c */
rlb_status ppo_save(void *self, rlb_writer *w);
rlb_status ppo_load(void *self, rlb_reader *r);
const void *ppo_interface(void *self, const char *id);

#endif
