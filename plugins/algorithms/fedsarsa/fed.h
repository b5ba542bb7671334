/* FedSARSA: N agents, each in its own kind of an environment, run SARSA with linear action values
 * and a policy of their own parameter; every H steps the parameters are averaged.
 *
 * Agents are kept in slots: those of kind 0 first, then kind 1, …; agent c has kind c mod K and is
 * lane c / K of its kind's vectorised environment, so agents of a kind step together. Everything
 * random about agent c comes from streams keyed by (seed, c) alone.
 *
 * Over ranks, each moves a range of slots of its own and keeps a copy of what the server and the
 * pictures need of the others', made anew at every round and at the end of every slice (ranks.c).
 * Whatever is added up over agents is kept for each agent first and added in the order of slots, so
 * that sums do not depend on who moved whom. */
#ifndef FEDSARSA_FED_H
#define FEDSARSA_FED_H

#include "exact.h"
#include "features.h"
#include "policy.h"

#include <rlbench/interfaces.h>
#include <rlbench/rng.h>

enum {
    P_N_AGENTS,
    P_LOCAL_STEPS,
    P_N_KINDS,
    P_MODE,
    P_STEP_SIZE,
    P_SCHEDULE,
    P_DISCOUNT,
    P_POLICY,
    P_TEMPERATURE,
    P_EPSILON,
    P_TARGET,
    P_CONTROL_VARIATES,
    P_PROJECTION,
    P_SYNC_PHASE,
    P_INIT,
    P_INIT_SCALE,
    NUM_PARAMS
};
enum {
    MODE_FEDERATED,
    MODE_INDEPENDENT,
    MODE_ONE_SHOT,
    MODE_AVERAGED_ENVIRONMENT,
    MODE_SINGLE,
    NUM_MODES
};
enum { SCHEDULE_CONSTANT, SCHEDULE_SQRT, SCHEDULE_PIECEWISE, SCHEDULE_LINEAR, NUM_SCHEDULES };
enum { PHASE_CLEAN, PHASE_OFFICIAL };
enum { INIT_AROUND_THETA_STAR, INIT_ZERO };

enum {
    M_MSE_STAR,
    M_DRIFT,
    M_N_MSE,
    M_TD_ERROR,
    M_MSE_LOCAL,
    M_MSE_AVGENV,
    M_MSE_FIRST,
    M_MSE_AVERAGE,
    M_REWARD_RATE,
    M_REWARD_RATE_EXACT,
    M_VALUE,
    M_POLICY_TV,
    M_POLICY_ENTROPY,
    M_BIAS_PRED,
    M_NOISE_FLOOR,
    M_ROUNDS,
    M_BYTES,
    M_EPS_KERNEL,
    M_EPS_REWARD,
    M_PLATEAU,
    M_PLATEAU_LOCAL,
    NUM_METRICS
};
enum { VIEW_AGENTS, VIEW_POLICY, VIEW_PCA, VIEW_OCCUPANCY, VIEW_VALUES, VIEW_SUMMARY, NUM_VIEWS };

/* What the world answers to the agents of a group, by lane. */
struct answer {
    const int32_t *state, *final_state;
    const float *reward;
    const uint8_t *terminated, *truncated;
};

/* The agents of one kind. */
struct group {
    rlb_venv *venv;
    struct answer answer;
    uint32_t first, count; /* slots */
    uint32_t own, own_end; /* of its lanes those that this rank moves: [own, own_end) */
};

/* A world of the algorithm's own, for mode averaged-environment: the averaged model, sampled. */
struct averaged {
    double *rows;    /* [S A][S + 1] cumulative; the last is 1, ending */
    double *rewards; /* [S A] */
    double *start;   /* [S] */
    rlb_rng *rng;    /* [N] */
    int32_t *state;  /* [N] */
    float *reward;   /* [N] */
    uint8_t *ended;  /* [N] */
};

/* What this window and the run so far have added up; saved as it is. */
struct sums {
    uint64_t steps; /* of each agent */
    uint64_t since; /* local steps since the last round */
    uint64_t rounds;
    uint64_t agent_steps; /* in this logging window */
    double drift;         /* just before a round, not long ago */
    double step_sizes;    /* sum over the steps since the last round */
    uint64_t samples;     /* of the plateau */
    double plateau, plateau_local;
    double average_weight; /* of the running average of schedule linear */
    uint64_t told_once;    /* metrics that never change were reported */
    uint64_t warned;       /* of truncation */
};

/* Parameters that may change while running. */
struct live {
    double step_size, temperature, epsilon;
    uint64_t local_steps, control_variates;
};

struct fed {
    const rlb_host *host;
    uint64_t seed, total_steps;

    /* parameters */
    uint32_t num_agents, num_kinds, mode, schedule, target, phase, init;
    struct live live;
    struct policy policy;
    double discount, projection, init_scale;

    /* the problem */
    uint32_t S, A, d, stride; /* stride of a parameter vector: d rounded up to whole cache lines */
    struct features phi;
    struct group *groups; /* [num_kinds] */
    struct averaged averaged;

    /* the agents, by slot */
    double *theta;           /* [N][stride] */
    double *control;         /* [N][stride] control variates xi */
    int32_t *state, *action; /* [N] */
    rlb_rng *rng;            /* [N] action draws */
    double *td_errors;       /* [N] sums over the steps of the window */
    double *rewards;         /* [N] */

    /* the ranks of the run; NULL: one process */
    const rlb_allreduce *ranks;
    uint32_t own, own_end; /* slots that this one moves: [own, own_end) */
    double *shared;        /* what is exchanged: see ranks.c */

    /* the server */
    double *mean;    /* [stride] average of theta when it was last computed */
    double *average; /* [stride] weighted average of schedule linear */
    struct sums sums;
    uint64_t sample_every, sample_from; /* of the plateau */

    /* ground truth; see truth.c */
    bool has_truth; /* theta_star and all of the following exist */
    bool has_exact; /* the models are small enough for exact figures of any policy */
    struct exact exact;
    double *shares;                    /* [K] of agents */
    double *theta_star;                /* [d] */
    double *theta_avg;                 /* [d] of the averaged environment */
    double *theta_kinds;               /* [K][d] */
    double *pi_star;                   /* [S][A] */
    double *occupancy;                 /* [K][S] under pi_star */
    double *bias;                      /* [d] predicted offset per (H - 1) */
    double bias_per_step, noise_floor; /* squared norm of bias; alpha tr(C); NAN: not known */
    double eps_kernel, eps_reward;

    /* scratch */
    double *q, *probs;                       /* [A] */
    double *work;                            /* [max(stride, S A)] */
    double *axes;                            /* [2][d] of the plane drawn */
    double *jacobian, *jacobian_sum, *sigma; /* [d][d] */
    uint64_t *visits;                        /* [K][S] of the slots that this rank moves */
    uint64_t *seen;                          /* [K][S] of all, for pictures */
    float *picture;
    size_t picture_cells;
    char text[1600];
    double plateau_result[2];
    double *clients; /* [N][d] in agent order */
};

static inline uint32_t fed_agent_of(const struct fed *f, uint32_t slot, uint32_t kind)
{
    return (slot - f->groups[kind].first) * f->num_kinds + kind;
}
static inline double *fed_theta(const struct fed *f, uint32_t slot)
{
    return f->theta + (size_t)slot * f->stride;
}

/* setup.c */
uint32_t fed_num_agents(const rlb_value *params);
uint32_t fed_num_kinds(const rlb_value *params);
rlb_status fed_create(const rlb_host *host, const rlb_algo_setup *setup, void **out);

/* walk.c */
rlb_status fed_step(void *self, const rlb_budget *budget, uint64_t *done);
/* The first action of every agent, from the policy of its parameter. */
void fed_first_actions(struct fed *f);

/* round.c */
/* Average over the agents into f->mean. */
void fed_average(struct fed *f);
/* Root mean square distance of the agents from f->mean. */
double fed_spread(const struct fed *f);
/* One communication round. */
rlb_status fed_round(struct fed *f);
double fed_sqdist(const double *a, const double *b, uint32_t n);
/* Error now, as mse_star and mse_local are defined for the mode; f->mean is made current. */
void fed_errors(struct fed *f, double *star, double *local);

/* ranks.c; everything here does nothing in one process */
/* Which slots this rank moves; needs the groups. */
rlb_status fed_ranks_init(struct fed *f);
rlb_status fed_ranks_arrays(struct fed *f);
/* The first parameter of all agents is rank 0's. */
rlb_status fed_ranks_start(struct fed *f);
/* Everybody's parameters, on every rank. */
rlb_status fed_ranks_meet(struct fed *f);
/* The same with the window's sums and the visits. */
rlb_status fed_ranks_report(struct fed *f);

/* averaged.c */
rlb_status fed_averaged_init(struct fed *f);
void fed_averaged_reset(struct fed *f);
void fed_averaged_step(struct fed *f);

/* truth.c */
rlb_status fed_truth_init(struct fed *f, const rlb_model **models, void **selves);
/* Fixed points and what follows from them, for the parameters as they are now. */
void fed_truth_solve(struct fed *f);

/* measure.c */
rlb_status fed_measure(void *self);

/* picture.c */
rlb_status fed_view(void *self, uint32_t index, rlb_frame *out);
/* pca.c */
void fed_draw_pca(struct fed *f, rlb_frame *out);

/* state.c */
rlb_status fed_save(void *self, rlb_writer *w);
rlb_status fed_load(void *self, rlb_reader *r);
rlb_status fed_set_param(void *self, uint32_t index, rlb_value value);

/* results.c */
extern const rlb_results fed_results;
extern const rlb_clients fed_clients;

#endif
