/* SLHF: a Leader and a Follower trained against each other on a preference problem. */
#ifndef PREFERENCE_SLHF_H
#define PREFERENCE_SLHF_H

#include "arena.h"
#include "duel.h"
#include "problem.h"

#include <rlbench/sketch.h>

enum {
    P_LEARNER,
    P_STEP_SIZE,
    P_FOLLOWER_WEIGHT,
    P_TAU,
    P_FOLLOWER_TAU,
    P_REFERENCE_KEEP,
    P_ROW_NORMALISED,
    P_BATCH,
    P_TEMPERATURE,
    P_KL_ESTIMATOR,
    P_KL_RETURN_TO_GO,
    P_SCORE_BASELINE,
    P_RLOO_BASELINE,
    P_LEADER_UPDATE_FREQUENCY,
    P_EXPLORATION_MIX,
    P_CHARGE_LEADER,
    P_BERNOULLI,
    P_RIDGE,
    NUM_PARAMS
};
enum { LEARNER_SIMPLEX, LEARNER_SOFTMAX, LEARNER_SAMPLED, LEARNER_AUTOREGRESSIVE, NUM_LEARNERS };

enum {
    M_GAP,
    M_GUARANTEE,
    M_CERTIFICATE,
    M_VALUE_STAR,
    M_KL_TO_SE,
    M_PAIRED,
    M_PREF,
    M_LOSS_LEADER,
    M_LOSS_FOLLOWER,
    M_SCORE_LEADER,
    M_SCORE_FOLLOWER,
    M_LOSS_KL_LEADER,
    M_LOSS_KL_FOLLOWER,
    M_ENTROPY_LEADER,
    M_ENTROPY_FOLLOWER,
    M_ENTROPY_NASH,
    M_KL_LEADER,
    M_KL_FOLLOWER,
    M_TOP,
    M_MODE,
    M_NASH_MODE,
    M_RLHF_MODE,
    M_TRANSFER, /* onto reference, rlhf, nash, leader */
    M_ROUND = M_TRANSFER + NUM_SOURCES,
    M_PASS = M_ROUND + NUM_ROUNDS, /* chain and nash at 2 and 3 */
    M_CYCLIC = M_PASS + 4,
    M_CONDORCET,
    NUM_METRICS
};
enum {
    VIEW_PREFERENCES,
    VIEW_POLICIES,
    VIEW_SIMPLEX,
    VIEW_CERTIFICATES,
    VIEW_TRANSFER,
    VIEW_REFINEMENT,
    NUM_VIEWS
};

enum { HISTORY = 256 };
/* What the pictures remember of earlier measurements; thinned to every second when full. */
struct history {
    uint32_t used, every, skipped;
    float guarantee[HISTORY], certificate[HISTORY], corner[3][HISTORY];
};

struct slhf {
    const rlb_host *host;
    uint64_t seed, steps;
    uint32_t learner, row_normalised, leader_every;
    double step_size, follower_weight, tau_leader, tau_follower;
    struct problem problem;
    struct solutions solutions;

    /* exact learners: logits or probabilities */
    double *leader;   /* [X][n] */
    double *follower; /* [X][n][n] */
    /* sampled learners */
    struct duel duel;

    /* scratch */
    double *pi;     /* [n] */
    double *omega;  /* [n][n] */
    double *values; /* [n] */
    struct arena arena;
    struct history history;
    float *picture;
    size_t picture_cells;
    double *result; /* [X][n] */
    rlb_sketch sketch;
    char text[3000], labels[2600], caption[300];
};

static inline bool slhf_is_exact(const struct slhf *s)
{
    return s->learner == LEARNER_SIMPLEX || s->learner == LEARNER_SOFTMAX;
}

/* exact.c */
rlb_status exact_init(struct slhf *s);
/* One step of gradient descent and ascent in every context. */
rlb_status exact_step(struct slhf *s);

/* The policies in a context as they are now, into s->pi and s->omega. slhf.c */
void slhf_policies(struct slhf *s, uint32_t x);

/* measure.c */
rlb_status slhf_measure(void *self);
/* views.c */
rlb_status slhf_view(void *self, uint32_t index, rlb_frame *out);
/* story.c */
void slhf_draw_refinement(struct slhf *s, rlb_frame *out);
/* tables.c */
extern const rlb_param slhf_params[NUM_PARAMS];
extern const rlb_metric slhf_metrics[NUM_METRICS];
extern const rlb_view slhf_views[NUM_VIEWS];
/* state.c */
rlb_status slhf_save(void *self, rlb_writer *w);
rlb_status slhf_load(void *self, rlb_reader *r);
extern const rlb_results slhf_results;

#endif
