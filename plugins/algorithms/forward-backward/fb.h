/* A learner of representations that answer for any reward: forward-backward itself, and successor
 * features with the same networks, data and judges, whose B is a feature phi learned apart.
 *
 *   Q(s, a) = F(s, a, z)' z for the reward whose task vector is z
 *   z = E[r B] (forward-backward), z = E[phi phi']^-1 E[r phi] (successor features) */
#ifndef FB_FB_H
#define FB_FB_H

#include "config.h"
#include "data.h"
#include "judge.h"
#include "law.h"
#include "loss.h"
#include "pairs.h"
#include "task.h"

#include <rlbench/state_map.h>

/* Rows that are looked at together outside of learning. */
enum { LOOK_ROWS = 64, MOST_D = 256, MOST_GPI = 256, CHECKED = 16 };

enum { METHOD_FORWARD_BACKWARD, METHOD_SUCCESSOR_FEATURES };

/* Metrics of both, then those of each alone. */
enum {
    M_SCORE_GOAL_SOFT,
    M_SCORE_GOAL_GREEDY,
    M_SCORE_MULTI,
    M_SCORE_AVOID,
    M_SCORE_GOAL_GPI,
    M_SUCCESS,
    M_FINAL_DISTANCE,
    M_REF_UNIFORM,
    M_REF_ONE_STEP,
    M_ERR_BELLMAN,
    M_ERR_M_REL,
    M_ORTHO_LINF,
    M_ORTHO_L2,
    M_B_EFF_RANK,
    M_B_NORM,
    M_F_NORM,
    M_Z_NORM,
    M_Q_PRED,
    M_Q_REAL,
    M_PI_ENTROPY,
    M_GRAD_F,
    M_COVERAGE,
    M_TRANSITIONS,
    NUM_SHARED_METRICS
};
enum {
    M_FB_LOSS = NUM_SHARED_METRICS,
    M_FB_DIAG,
    M_FB_OFFDIAG,
    M_FB_Q,
    M_FB_M_MEAN,
    M_FB_MBAR_MEAN,
    M_ORTHO_LOSS,
    M_GRAD_B,
    NUM_FB_METRICS
};
enum { M_SF_LOSS = NUM_SHARED_METRICS, M_FEATURES_LOSS, NUM_SF_METRICS };

/* Inputs and results of an update; n rows of transitions, k rows of states. */
struct learning {
    rlb_tape *tape;
    rlb_tensor *fz;               /* [n][obs + d] */
    rlb_tensor *taken;            /* [n] row * actions + action */
    rlb_tensor *b_in;             /* [k][b_width] */
    rlb_tensor *p_in;             /* [n][b_width], two batches */
    rlb_tensor *p_row;            /* [n] rows of B, exact */
    rlb_tensor *push[MOST_HEADS]; /* [n][d] of the loss on Q: its derivative by F */
    struct loss_inputs in;
    struct loss_parts parts;
    rlb_tensor *z, *target; /* of successor features: [n][d], [n][1] or [n][d] */
    rlb_tensor *loss;
    uint32_t n, k;
};

/* The exact expectation: every action in every state with everything it leads to. */
struct outcomes {
    uint32_t n;
    uint32_t *from, *action, *next; /* [n] */
    float *weight, *going_on;       /* [n] */
};

enum {
    VIEW_VALUES,
    VIEW_OPTIMAL,
    VIEW_SUCCESSORS,
    VIEW_SUCCESSORS_EXACT,
    VIEW_EMBEDDING,
    VIEW_EIGENVALUES,
    VIEW_SIMILARITIES,
    VIEW_COVERAGE,
    NUM_VIEWS
};
extern const rlb_view fb_views[NUM_VIEWS];

enum { SF_LOSS_Q, SF_LOSS_VECTOR };
enum { FEATURES_RANDOM, FEATURES_LAPLACIAN_EXACT, FEATURES_LAPLACIAN };

struct fb {
    const rlb_host *host;
    const rlb_algo *algo;
    const char *name;
    uint32_t method;
    struct config c;
    struct world world;
    struct data data;
    struct outcomes exact;
    uint32_t b_width, num_actions, obs_width;
    rlb_net *f_net, *b_net, *f_bar, *b_bar;
    struct tower f, b;
    struct learning learning;
    struct look ahead;        /* f_bar over what transitions lead to: [n][obs + d] */
    struct look ask_f, ask_b; /* the networks over LOOK_ROWS rows */
    rlb_optimizer *f_optimizer, *b_optimizer;
    struct feature_learning *features; /* of successor features */
    uint32_t sf_loss, feature_kind;
    rlb_rng z_rng;
    uint64_t seed, updates, cycles;
    /* scratch of an update */
    struct sample sample;
    uint64_t *row, *other; /* [max(n, k)] */
    float *z;              /* [n][d] */
    float *mix;            /* [n][b_width] */
    float *mix_out;        /* [n][d] */
    uint32_t *mixed;       /* [n] */
    uint32_t *own_row;     /* [n] the row of b_in that each transition's reward belongs to */
    double entropy;        /* of pi_z, mean over the rows looked ahead from */
    double *gram, *solved; /* [d][d], [n][d] of the loss on Q and of successor features */
    /* collecting */
    float *lane_z; /* [lanes][d] */
    rlb_rng act_rng;
    /* the task that is acted on */
    struct task task;
    float *task_z;    /* [d] */
    uint64_t task_at; /* updates when task_z was made; UINT64_MAX: never */
    float *gpi_z;     /* [gpi][d] candidates of generalised policy improvement */
    float *under_z;   /* [d] */
    float *row_q;     /* [LOOK_ROWS][A] */
    float *act_q;     /* [LOOK_ROWS][A] */
    uint32_t look_state;
    /* judging */
    bool has_truth;
    struct truth truth;
    struct judge judge;
    double *rho;     /* [S] share of the data in every state */
    float *state_b;  /* [S][d] B of every state */
    float *state_f;  /* [S][A][d] F of every state under some z */
    float *state_q;  /* [S][A] */
    double *state_m; /* [S][S] scratch */
    float *check_z;  /* [CHECKED][d] task vectors that the successor measure is checked for */
    struct pairs pairs;
    float *pair_z; /* [eval_pairs][d] */
    /* pictures; see views.c */
    struct pictures *pictures;
    rlb_results results;
};

/* run.c: the functions of the tables */
rlb_status fb_create(const rlb_host *host, const rlb_algo_setup *setup, const rlb_algo *algo,
                     uint32_t method, void **out);
void fb_destroy(void *self);
rlb_status fb_step(void *self, const rlb_budget *budget, uint64_t *done);
rlb_status fb_act(void *self, const void *raw, uint32_t n, void *actions);
rlb_status fb_set_param(void *self, uint32_t index, rlb_value value);
rlb_status fb_set_look(struct fb *f, const char *text);
/* build.c */
rlb_status fb_build(struct fb *f, const rlb_algo_setup *setup);
/* record.c */
rlb_status fb_learning_build(struct fb *f);
/* learn.c */
rlb_status fb_update(struct fb *f);
/* features.c, of successor features */
rlb_status fb_features_build(struct fb *f);
/* One step for phi; records what it costs. */
void fb_features_update(struct fb *f);
/* batch.c */
rlb_status fb_batch_build(struct fb *f);
/* Rows, task vectors and network inputs of the next update. */
void fb_draw_batch(struct fb *f);
/* g Fbar(s', pi_z(s'), z) for the update's rows, into the loss. */
void fb_look_ahead(struct fb *f);
/* ask.c */
/* What B sees of n observations (inputs): [n][b_width]. */
void fb_features(const struct fb *f, const float *obs, uint32_t n, float *out);
/* B of n features: [n][d]. */
void fb_ask_b(struct fb *f, const float *features, uint32_t n, float *out);
/* B of n observations. */
void fb_ask_obs(struct fb *f, const float *obs, uint32_t n, float *out);
/* F(s, a, z) of n observations, z [d] for all or (each) [n][d]; least of the heads' F' z. q:
 * [n][A]. */
void fb_ask_q(struct fb *f, const float *obs, uint32_t n, const float *z, bool each, float *q);
/* The same, max over the candidates of generalised policy improvement where there are any. */
void fb_ask_best(struct fb *f, const float *obs, uint32_t n, const float *z, float *q);
/* F of the first head for n observations under one z: [n][A][d]. */
void fb_ask_f(struct fb *f, const float *obs, uint32_t n, const float *z, float *out);
uint32_t fb_argmax(const float *q, uint32_t n);
/* infer.c */
/* E_rho[r B] of a reward of states [S] (whitened for successor features): sum [d]; state_b must be
 * current. */
void fb_infer_raw(struct fb *f, const double *reward, double *sum);
/* The task vector z of it: times S, or at length sqrt(d). */
void fb_infer_states(struct fb *f, const double *reward, float *z);
/* E[B B'] into gram: exactly, or over n rows of the data where there is no model. */
void fb_gram(struct fb *f, uint32_t n);
/* The task vector acted on, made again when the networks or the task have changed. */
const float *fb_task_z(struct fb *f);
/* rows [n][d] <- E[phi phi']^-1 rows, the mean over phi [all][d]. */
void fb_whiten(struct fb *f, const float *phi, uint32_t all, float *rows, uint32_t n);
/* The task vectors of n goals, given as observations: [n][d]. */
void fb_infer_goals(struct fb *f, const float *obs, uint32_t n, float *z);
/* The task vector of n places, given as observations, with weights. */
void fb_infer_places(struct fb *f, const float *obs, const float *weight, uint32_t n, float *z);
/* measure.c */
rlb_status fb_measure_build(struct fb *f);
rlb_status fb_measure(void *self);
/* B of all states into state_b. */
void fb_ask_states(struct fb *f);
/* views.c */
rlb_status fb_pictures_build(struct fb *f);
rlb_status fb_view(void *self, uint32_t index, rlb_frame *out);
/* state.c */
rlb_status fb_save(void *self, rlb_writer *w);
rlb_status fb_load(void *self, rlb_reader *r);
const void *fb_interface(void *self, const char *id);

#endif
