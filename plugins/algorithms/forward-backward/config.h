/* What the recipe's parameters say, read by name: the algorithms of this folder have tables of
 * their own, with the same names for the same things. */
#ifndef FB_CONFIG_H
#define FB_CONFIG_H

#include "nets.h"

#include <rlbench/plugin.h>

enum { CONVENTION_CURRENT, CONVENTION_NEXT };
enum { DATA_UNIFORM, DATA_EXACT, DATA_COLLECT, DATA_GIVEN };
enum { POLICY_SOFTMAX, POLICY_GREEDY };
enum { ORTHO_FORM_INTENDED, ORTHO_FORM_RELEASED };
enum { SEES_OBSERVATION, SEES_GOAL };
enum { GPI_AROUND, GPI_ANYWHERE };

struct config {
    const rlb_algo *algo;
    /* the representation */
    uint32_t convention, d, b_sees;
    double gamma;
    /* networks */
    struct net_spec f, b;
    bool norm_b, norm_z, squash_z;
    /* task vectors */
    uint32_t z_law;
    double z_scale, mix_ratio, future_ratio;
    /* learning */
    uint32_t policy, aggregate, batch, two_batches, ortho_form;
    double temp, ortho_coef, q_loss, lr_f, lr_b, tau;
    uint64_t target_every;
    /* data */
    uint32_t data;
    uint64_t episodes, episode_length, rollouts, updates_per_cycle;
    double epsilon;
    /* using it */
    uint32_t n_inference, gpi, gpi_law, eval_goals, eval_others, eval_pairs, eval_steps;
    double temp_eval, eval_epsilon;
};

/* v: in the order of algo's table. RLB_E_INVAL, with a sentence, for widths that are none. */
rlb_status config_read(struct config *c, const rlb_host *host, const rlb_algo *algo,
                       const rlb_value *v);
/* The value called name; NULL: this algorithm has no such parameter. */
const rlb_value *config_value(const rlb_algo *algo, const rlb_value *v, const char *name);
/* Where a live number of this name is kept; NULL: it is not one. */
double *config_live(struct config *c, const char *name);
const rlb_param *config_param(const rlb_algo *algo, uint32_t index);

#endif
