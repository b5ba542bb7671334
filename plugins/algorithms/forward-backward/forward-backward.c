/* Forward-backward representations (Touati and Ollivier 2021; Touati, Rapin and Ollivier 2023): its
 * tables. */
#include "fb.h"
#include "metrics.h"
#include "params.h"

static const char *const aggregates[] = {"min", "mean", NULL};
static const char *const forms[] = {"intended", "released", NULL};
static const char *const data_kinds[] = {"uniform", "exact", "collect", "dataset", NULL};
static const char *const gpi_laws[] = {"around", "anywhere", NULL};
static const char *const sights[] = {"observation", "goal", NULL};

static const rlb_param params[] = {
    FB_D,
    FB_GAMMA,
    FB_CONVENTION,
    FB_HIDDEN,
    FB_HIDDEN_B,
    FB_FIRST,
    FB_HEAD,
    FB_INIT,
    FB_TWIN,
    RLB_ENUM("target_agg", AGG_MIN, aggregates, 0,
             "What the targets of two heads become: their least, or their mean."),
    FB_NORM_B,
    FB_NORM_Z,
    RLB_BOOL("squash_z", 0, 0, "Show F z / sqrt(1 + |z|^2 / d) in place of z."),
    RLB_ENUM("b_sees", SEES_OBSERVATION, sights, 0,
             "What B is a function of: the observation, or, in worlds that say it, what it is as a "
             "goal."),
    FB_Z_LAW,
    FB_Z_SCALE,
    FB_MIX_RATIO,
    RLB_REAL("future_ratio", 0, 0, 1, "", RLB_P_EXPERT,
             "Share of those that are a later state of the row's own episode."),
    FB_POLICY,
    FB_TEMP,
    RLB_REAL("ortho_coef", 1, 0, 1e6, "", RLB_P_LOG,
             "Weight of the loss that makes B orthonormal; 0: none."),
    RLB_ENUM("ortho_form", ORTHO_FORM_INTENDED, forms, RLB_P_EXPERT,
             "With two_batches: that loss, or what the code released in 2021 computes, which is "
             "another thing. Without them there is one form."),
    RLB_REAL("q_loss", 0, 0, 1e6, "", RLB_P_EXPERT,
             "Weight of a temporal-difference loss along z; 0: none."),
    RLB_REAL("lr_f", 5e-4, 1e-8, 1, "", RLB_P_LOG | RLB_P_LIVE, "Step size of Adam for F."),
    RLB_REAL("lr_b", 5e-4, 0, 1, "", RLB_P_LOG | RLB_P_LIVE, "The same for B; 0: B stays."),
    FB_TAU,
    FB_TARGET_EVERY,
    FB_BATCH,
    RLB_BOOL("two_batches", 0, 0,
             "Pair transitions with the states of a second batch, as in 2021, in place of each "
             "other's."),
    RLB_ENUM("data", DATA_UNIFORM, data_kinds, 0,
             "uniform walks at random before the first update; exact takes expectations over the "
             "model; collect acts by random task vectors; dataset is the recipe's."),
    FB_EPISODES,
    FB_EPISODE_LENGTH,
    RLB_INT("rollouts", 4, 1, 1e6, "episodes", 0, "Episodes that each cycle of collect adds."),
    RLB_INT("updates_per_cycle", 40, 1, 1e6, "updates", 0,
            "Updates from one cycle of collect to the next."),
    RLB_REAL("epsilon", 1, 0, 1, "", RLB_P_LIVE, "Chance of a random action while collecting."),
    FB_TASK,
    FB_LOOK,
    FB_N_INFERENCE,
    RLB_INT("gpi", 0, 0, MOST_GPI, "", 0,
            "Task vectors besides the task's own whose policies are improved upon when acting "
            "(generalised policy improvement)."),
    RLB_ENUM("gpi_law", GPI_AROUND, gpi_laws, RLB_P_EXPERT,
             "Where these lie: around the task's, or anywhere."),
    FB_TEMP_EVAL,
    FB_EVAL_GOALS,
    FB_EVAL_OTHERS,
    FB_EVAL_PAIRS,
    FB_EVAL_STEPS,
    FB_EVAL_EPSILON,
};

static const rlb_metric metrics[NUM_FB_METRICS] = {
    FB_SHARED_METRICS,
    [M_FB_LOSS] = {"fb/loss", "Loss of F and B without orthonormality; it has no meaningful zero.",
                   "", RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},
    [M_FB_DIAG] = {"fb/diag", "Its part of matching pairs, a sum over heads.", "", RLB_FOLD_MEAN,
                   RLB_GOAL_NONE, 0, 0},
    [M_FB_OFFDIAG] = {"fb/offdiag",
                      "Its part of all pairs, a sum over heads; it grows while the loss falls.", "",
                      RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},
    [M_FB_Q] = {"fb/q", "The temporal-difference loss along z, weighted.", "", RLB_FOLD_MEAN,
                RLB_GOAL_NONE, 0, 0},
    [M_FB_M_MEAN] = {"fb/m_mean", "Mean of F'B over all pairs; about 1 / (1 - gamma) when learned.",
                     "", RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},
    [M_FB_MBAR_MEAN] = {"fb/mbar_mean", "The same of the targets, discounted.", "", RLB_FOLD_MEAN,
                        RLB_GOAL_NONE, 0, 0},
    [M_ORTHO_LOSS] = {"ortho/loss", "Loss of orthonormality, unweighted.", "", RLB_FOLD_MEAN,
                      RLB_GOAL_NONE, 0, 0},
    [M_GRAD_B] = {"grad/b", "Norm of B's gradient.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE, RLB_M_LOG,
                  0},
};

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out);

static const rlb_algo forward_backward = {
    .size = sizeof forward_backward,
    .id = "forward-backward",
    .title = "Forward-backward representations",
    .doc = "Learns from transitions without any reward two maps F(s, a, z) and B(s) whose product "
           "F'B is where the policy pi_z will be; pi_z is greedy for F'z. Afterwards any reward r "
           "is solved at once by z = E[r B], without learning or planning: change the parameter "
           "task while it runs and watch the arrows turn. On worlds with an exact model its "
           "policies are judged exactly, for every goal and for rewards it has never seen.",
    .citation = "Touati, Ollivier: Learning One Representation to Optimize All Rewards, NeurIPS "
                "2021; Touati, Rapin, Ollivier: Does Zero-Shot Reinforcement Learning Exist?, ICLR "
                "2023",
    .version = "1.0",
    .step_unit = "update",
    .params = params,
    .metrics = metrics,
    .views = fb_views,
    .num_params = sizeof params / sizeof params[0],
    .param_stride = sizeof(rlb_param),
    .num_metrics = NUM_FB_METRICS,
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
    return fb_create(host, setup, &forward_backward, METHOD_FORWARD_BACKWARD, out);
}

RLB_MODULE_ALGO(forward_backward)
