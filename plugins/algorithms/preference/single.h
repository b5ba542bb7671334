/* What rlhf and nlhf have in common: one policy for every context, and exact figures of it. */
#ifndef PREFERENCE_SINGLE_H
#define PREFERENCE_SINGLE_H

#include "solo.h"

enum {
    SINGLE_TOP,
    SINGLE_MODE,
    SINGLE_ENTROPY,
    SINGLE_KL,
    SINGLE_EXPLOITABILITY,
    SINGLE_AGAINST_REFERENCE,
    SINGLE_SCORE,
    SINGLE_SAMPLED_KL,
    NUM_SINGLE_METRICS
};
#define SINGLE_METRICS                                                                             \
    [SINGLE_TOP] = {"policy/top",                                                                  \
                    "Probability of the most probable response, mean over contexts.",              \
                    "",                                                                            \
                    RLB_FOLD_LAST,                                                                 \
                    RLB_GOAL_NONE,                                                                 \
                    RLB_M_HEADLINE,                                                                \
                    0},                                                                            \
    [SINGLE_MODE] = {"policy/mode",                                                                \
                     "Which response that is, from 0, in the first context.",                      \
                     "",                                                                           \
                     RLB_FOLD_LAST,                                                                \
                     RLB_GOAL_NONE,                                                                \
                     0,                                                                            \
                     0},                                                                           \
    [SINGLE_ENTROPY] = {"policy/entropy",                                                          \
                        "Entropy of the policy, exact.",                                           \
                        "nat",                                                                     \
                        RLB_FOLD_LAST,                                                             \
                        RLB_GOAL_NONE,                                                             \
                        0,                                                                         \
                        0},                                                                        \
    [SINGLE_KL] = {"policy/kl",                                                                    \
                   "KL divergence from the reference, exact.",                                     \
                   "nat",                                                                          \
                   RLB_FOLD_LAST,                                                                  \
                   RLB_GOAL_NONE,                                                                  \
                   0,                                                                              \
                   0},                                                                             \
    [SINGLE_EXPLOITABILITY] = {"game/exploitability",                                              \
                               "How far above 1/2 the best single response wins against the "      \
                               "policy, exact; 0 at a Nash equilibrium without temperature.",      \
                               "",                                                                 \
                               RLB_FOLD_LAST,                                                      \
                               RLB_GOAL_MINIMIZE,                                                  \
                               RLB_M_HEADLINE,                                                     \
                               0},                                                                 \
    [SINGLE_AGAINST_REFERENCE] = {"eval/rr/policy/ref",                                            \
                                  "Probability that a response is preferred to one of the "        \
                                  "reference, exact.",                                             \
                                  "",                                                              \
                                  RLB_FOLD_LAST,                                                   \
                                  RLB_GOAL_MAXIMIZE,                                               \
                                  RLB_M_HEADLINE,                                                  \
                                  0},                                                              \
    [SINGLE_SCORE] = {"loss/score",                                                                \
                      "Mean score or reward of a batch.",                                          \
                      "",                                                                          \
                      RLB_FOLD_MEAN,                                                               \
                      RLB_GOAL_NONE,                                                               \
                      0,                                                                           \
                      0},                                                                          \
    [SINGLE_SAMPLED_KL] = {"loss/kl",                                                              \
                           "Mean of log pi - log ref over a batch.",                               \
                           "nat",                                                                  \
                           RLB_FOLD_MEAN,                                                          \
                           RLB_GOAL_NONE,                                                          \
                           0,                                                                      \
                           0}

enum { SINGLE_VIEW_POLICY, SINGLE_VIEW_WINS, NUM_SINGLE_VIEWS };
extern const rlb_view single_views[NUM_SINGLE_VIEWS];

struct single {
    const rlb_host *host;
    struct problem problem;
    uint64_t steps;
    double step_size;
    bool sampled;
    struct solo solo; /* of sampled learners */
    double *pi;       /* [X][n] the policy; of sampled learners as last enumerated */
    double *row;      /* [n] scratch */
    float *picture;
    char labels[2000];
};

rlb_status single_init(struct single *s, const rlb_host *host, const rlb_algo_setup *setup,
                       const char *who);
/* Brings s->pi up to date. */
void single_policies(struct single *s);
/* Reports all metrics up to SINGLE_AGAINST_REFERENCE. */
void single_measure(struct single *s);
void single_sampled(struct single *s, const struct solo_report *r);
rlb_status single_act(void *self, const void *obs, uint32_t n, void *actions);
rlb_status single_view(void *self, uint32_t index, rlb_frame *out);
/* extra: bytes of the learner's own, saved beside. */
rlb_status single_save(struct single *s, rlb_writer *w, const void *extra, size_t bytes);
rlb_status single_load(struct single *s, rlb_reader *r, void *extra, size_t bytes);
void single_result(struct single *s, rlb_result *out);

#endif
