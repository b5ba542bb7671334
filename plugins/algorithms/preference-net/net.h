/* slhf-net: Leader and Follower as transformers, with rivals trained beside them from the same
 * reference. */
#ifndef PREFERENCE_NET_H
#define PREFERENCE_NET_H

#include "speaker.h"

enum {
    P_SEPARATE,
    P_RIVALS,
    P_LEARNING_RATE,
    P_FOLLOWER_WEIGHT,
    P_TAU,
    P_KL_ESTIMATOR,
    P_KL_RETURN_TO_GO,
    P_STANDARD_FOLLOWER_KL,
    P_SCORE_BASELINE,
    P_RLOO_BASELINE,
    P_LEADER_UPDATE_FREQUENCY,
    P_MAX_NORM,
    P_BATCH,
    P_TEMPERATURE,
    P_BERNOULLI,
    P_MIXTURE,
    P_GROUP,
    P_PRETRAIN_STEPS,
    P_PRETRAIN_RATE,
    P_REFERENCE_KEEP,
    P_HEADS,
    P_HEAD_WIDTH,
    P_LAYERS,
    P_HIDDEN,
    P_EVAL_BATCHES,
    NUM_PARAMS
};

/* Who speaks first, and who improves on it. */
enum { SOURCE_REFERENCE, SOURCE_RLOO, SOURCE_NASH, SOURCE_LEADER, NUM_SOURCES };
enum { REFINER_REFERENCE, REFINER_RLOO, REFINER_NASH, REFINER_FOLLOWER, NUM_REFINERS };

enum {
    M_PAIRED,
    M_PREF,
    M_PRETRAIN,
    M_LOSS,
    M_SCORE = M_LOSS + NUM_ROLES,
    M_KL = M_SCORE + NUM_ROLES,
    M_ENTROPY = M_KL + NUM_ROLES,
    M_NORM = M_ENTROPY + NUM_ROLES,
    M_NORM_FOLLOWER,
    M_TRANSFER,                                        /* [NUM_REFINERS][NUM_SOURCES] */
    M_ROUND = M_TRANSFER + NUM_REFINERS * NUM_SOURCES, /* Leader and Follower against sources */
    NUM_METRICS = M_ROUND + 2 * (NUM_SOURCES - 1)
};
enum { VIEW_TRANSFER, VIEW_REFINEMENT, NUM_VIEWS };

enum { KL_K1, KL_K2, KL_K3 };

struct net {
    const rlb_host *host;
    const rlb_preference *table;
    void *self;
    uint32_t X, V, L, K, B;
    uint64_t seed, steps, pretrain_steps;

    /* parameters */
    uint32_t separate, rivals, kl_estimator, kl_return_to_go, standard_kl, rloo_baseline;
    uint32_t leader_every, bernoulli, group, eval_batches;
    double learning_rate, follower_weight, tau, baseline, mixture, keep;

    struct speaker reference, leader, own_follower, nash, rloo;
    struct speaker *follower; /* the Leader's network, or its own */
    rlb_optimizer *pretrain, *leader_opt, *follower_opt, *nash_opt, *rloo_opt;
    rlb_rng rng;

    /* a batch */
    int32_t *prompts;         /* [B] */
    int32_t *said[NUM_ROLES]; /* [B][L] */
    double *log_p[NUM_ROLES]; /* [B][L] */
    double *win;              /* [B] */
    bool measured;            /* the following are of some step */
    double transfer[NUM_REFINERS][NUM_SOURCES];
    double rounds[2][NUM_SOURCES];
    float picture[NUM_REFINERS * NUM_SOURCES];
    char text[3000];
};

/* learn.c: one step of each kind. */
rlb_status net_pretrain(struct net *n);
rlb_status net_duel(struct net *n);
rlb_status net_nash(struct net *n);
rlb_status net_rloo(struct net *n);
/* All start from the reference as it is. */
void net_adopt(struct net *n);
void net_prompts(struct net *n, rlb_rng *rng);
double net_prefer(const struct net *n, uint32_t b, const int32_t *y, const int32_t *z);

/* judge.c */
rlb_status net_measure(void *self);
rlb_status net_view(void *self, uint32_t index, rlb_frame *out);
extern const rlb_results net_results;

/* tables.c */
extern const rlb_param net_params[NUM_PARAMS];
extern const rlb_metric net_metrics[NUM_METRICS];
extern const rlb_view net_views[NUM_VIEWS];

#endif
