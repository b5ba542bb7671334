/* Successor features (Barreto et al. 2017) for any reward (Borsa et al. 2019; Touati, Rapin and
 * Ollivier 2023): the tables. Networks, data and judges are forward-backward's. */
#include "fb.h"
#include "metrics.h"
#include "params.h"

static const char *const features[] = {"random", "laplacian-exact", "laplacian", NULL};
static const char *const losses[] = {"q", "vector", NULL};
static const char *const data_kinds[] = {"uniform", "exact", "collect", "dataset", NULL};

static const rlb_param params[] = {
    FB_D,
    FB_GAMMA,
    RLB_ENUM("features", FEATURES_RANDOM, features, 0,
             "phi: a random network; the top eigenvectors of the uniform policy's chain, exactly "
             "(a random network where there is no model); or those as a network learns them."),
    RLB_ENUM("sf_loss", SF_LOSS_Q, losses, 0,
             "The squared error along z, or that of the whole vector."),
    FB_CONVENTION,
    FB_HIDDEN,
    FB_HIDDEN_B,
    FB_FIRST,
    FB_HEAD,
    FB_INIT,
    FB_TWIN,
    FB_NORM_B,
    FB_NORM_Z,
    FB_Z_LAW,
    FB_Z_SCALE,
    FB_MIX_RATIO,
    FB_POLICY,
    FB_TEMP,
    RLB_REAL("lr_f", 5e-4, 1e-8, 1, "", RLB_P_LOG | RLB_P_LIVE, "Step size of Adam for psi."),
    RLB_REAL("lr_b", 2.5e-3, 0, 1, "", RLB_P_LOG | RLB_P_LIVE,
             "The same for phi where it is learned."),
    FB_TAU,
    FB_TARGET_EVERY,
    FB_BATCH,
    RLB_ENUM("data", DATA_UNIFORM, data_kinds, 0,
             "uniform walks at random before the first update; exact takes expectations over the "
             "model; collect acts by random task vectors; dataset is the recipe's."),
    FB_EPISODES,
    FB_EPISODE_LENGTH,
    RLB_REAL("epsilon", 1, 0, 1, "", RLB_P_LIVE, "Chance of a random action while collecting."),
    FB_TASK,
    FB_LOOK,
    FB_N_INFERENCE,
    FB_TEMP_EVAL,
    FB_EVAL_GOALS,
    FB_EVAL_OTHERS,
    FB_EVAL_PAIRS,
    FB_EVAL_STEPS,
    FB_EVAL_EPSILON,
};

static const rlb_metric metrics[NUM_SF_METRICS] = {
    FB_SHARED_METRICS,
    [M_SF_LOSS] = {"sf/loss", "Loss of psi, a sum over heads.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE,
                   RLB_M_LOG, 0},
    [M_FEATURES_LOSS] = {"features/loss", "Loss of phi where it is learned.", "", RLB_FOLD_MEAN,
                         RLB_GOAL_NONE, 0, 0},
};

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out);

static const rlb_algo successor_features = {
    .size = sizeof successor_features,
    .id = "successor-features",
    .title = "Successor features for any reward",
    .doc = "Learns psi(s, a, z), the discounted sum of given features phi under the policy that is "
           "greedy for psi'z. A reward is solved by z = E[phi phi']^-1 E[r phi], as far as the "
           "features can express it. What forward-backward is compared with: it has networks, "
           "data, tasks and judges in common with it.",
    .citation = "Borsa, Barreto, Quan, Mankowitz, Munos, van Hasselt, Silver, Schaul: Universal "
                "Successor Features Approximators, ICLR 2019; Touati, Rapin, Ollivier: Does "
                "Zero-Shot Reinforcement Learning Exist?, ICLR 2023",
    .version = "1.0",
    .step_unit = "update",
    .params = params,
    .metrics = metrics,
    .views = fb_views,
    .num_params = sizeof params / sizeof params[0],
    .param_stride = sizeof(rlb_param),
    .num_metrics = NUM_SF_METRICS,
    .metric_stride = sizeof(rlb_metric),
    .num_views = NUM_VIEWS,
    .view_stride = sizeof(rlb_view),
    .create = create,
    .destroy = fb_destroy,
    .step = fb_step,
    .measure = fb_measure,
    .act = fb_act,
    .set_param = fb_set_param,
    .view = fb_view,
    .save = fb_save,
    .load = fb_load,
    .interface = fb_interface,
};

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    return fb_create(host, setup, &successor_features, METHOD_SUCCESSOR_FEATURES, out);
}

RLB_MODULE_ALGO(successor_features)
