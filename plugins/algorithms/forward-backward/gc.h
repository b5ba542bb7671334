/* Goal-conditioned Q-learning with a network, and hindsight: what forward-backward is compared with
 * where rewards are goals. */
#ifndef FB_GC_H
#define FB_GC_H

#include "config.h"
#include "data.h"
#include "judge.h"
#include "pairs.h"
#include "task.h"

enum { GC_LOOK_ROWS = 64 };
enum { FROM_WALK, FROM_LEARNER, FROM_DATASET };
enum {
    GC_GAMMA,
    GC_HIDDEN,
    GC_FIRST,
    GC_INIT,
    GC_LEARNING_RATE,
    GC_TAU,
    GC_TARGET_EVERY,
    GC_BATCH,
    GC_HER,
    GC_CLIP,
    GC_DATA,
    GC_EPISODES,
    GC_EPISODE_LENGTH,
    GC_ROLLOUTS,
    GC_UPDATES_PER_CYCLE,
    GC_EPSILON,
    GC_TASK,
    GC_TEMP_EVAL,
    GC_EVAL_GOALS,
    GC_EVAL_PAIRS,
    GC_EVAL_STEPS,
    GC_EVAL_EPSILON,
    GC_NUM_PARAMS
};
enum {
    GM_SCORE_SOFT,
    GM_SCORE_GREEDY,
    GM_SUCCESS,
    GM_FINAL_DISTANCE,
    GM_REF_UNIFORM,
    GM_REF_ONE_STEP,
    GM_LOSS,
    GM_VALUE,
    GM_GRAD_NORM,
    GM_TRANSITIONS,
    GM_NUM_METRICS
};

struct gc {
    const rlb_host *host;
    struct config c;
    struct world world;
    struct data data;
    rlb_net *net, *bar;
    struct tower q;
    rlb_tape *tape;
    rlb_tensor *in, *action, *target, *taken, *loss; /* [n][2 obs], [n], [n][1] */
    struct look ahead, ask;
    rlb_optimizer *optimizer;
    double learning_rate, her;
    bool clip;
    uint64_t seed, updates, cycles;
    rlb_rng goal_rng, act_rng;
    struct sample sample;
    uint64_t *row, *goal_row;
    float *goal;              /* [rows][obs_width] */
    float *achieved, *wanted; /* [rows][goal_width] */
    float *lane_goal;         /* [lanes][obs_width] */
    float *row_q;             /* [GC_LOOK_ROWS][A] */
    struct task task;
    bool has_truth;
    struct truth truth;
    struct judge judge;
    float *state_q; /* [S][A] */
    struct pairs pairs;
    rlb_results results;
};

extern const rlb_param gc_params[GC_NUM_PARAMS];
extern const rlb_metric gc_metrics[GM_NUM_METRICS];

/* gc_state.c */
rlb_status gc_save(void *self, rlb_writer *w);
rlb_status gc_load(void *self, rlb_reader *r);
const void *gc_interface(void *self, const char *id);
/* gc-dqn.c: the task's text, of one place or none. */
rlb_status gc_set_goal(struct gc *g, const char *text);
/* gc_learn.c */
rlb_status gc_learning_build(struct gc *g, uint64_t seed);
void gc_update(struct gc *g);
/* Values of n observations, a goal for all or (each) one of each: [n][A]. */
void gc_ask(struct gc *g, const float *obs, const float *goal, bool each, uint32_t n, float *q);

#endif
