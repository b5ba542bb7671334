/* Parameters, metrics and views of proximal policy optimisation. The defaults are those of
 * CleanRL's ppo.py. */
#include "ppo.h"

const rlb_param ppo_params[NUM_PARAMS] = {
    [P_LEARNING_RATE] = RLB_REAL("learning_rate", 2.5e-4, 1e-8, 1e6, "", RLB_P_LOG | RLB_P_LIVE,
                                 "Step size of Adam at the start."),
    [P_ANNEAL] =
        RLB_BOOL("anneal", 1, 0, "Let the learning rate fall linearly to 0 over the run's budget."),
    [P_DISCOUNT] = RLB_REAL("discount", 0.99, 0, 1, "", 0, "Weight of the next state's value."),
    [P_GAE_LAMBDA] = RLB_REAL("gae_lambda", 0.95, 0, 1, "", 0,
                              "Decay of generalised advantage estimation; 1: Monte Carlo returns."),
    [P_HIDDEN] = RLB_STR("hidden", "64 64", 0,
                         "Widths of the hidden layers of actor and critic, with spaces."),
    [P_ROLLOUT] = RLB_INT("rollout", 128, 1, 1e6, "steps", 0,
                          "Steps of every lane from one policy update to the next."),
    [P_EPOCHS] = RLB_INT("epochs", 4, 1, 1000, "", 0, "Passes over a rollout."),
    [P_MINIBATCHES] = RLB_INT("minibatches", 4, 1, 10000, "", 0, "Updates of one pass."),
    [P_CLIP] = RLB_REAL("clip", 0.2, 1e-6, 10, "", 0,
                        "How far the probability ratio may go before it stops paying."),
    [P_CLIP_VALUE] = RLB_BOOL("clip_value", 1, 0, "Clip the change of the values likewise."),
    [P_ENTROPY] = RLB_REAL("entropy", 0.01, 0, 10, "", RLB_P_LIVE, "Weight of the entropy bonus."),
    [P_VALUE_WEIGHT] = RLB_REAL("value_weight", 0.5, 0, 100, "", 0, "Weight of the value loss."),
    [P_MAX_NORM] =
        RLB_REAL("max_norm", 0.5, 0, 1e9, "", 0, "The gradient is cut to this norm; 0: never."),
    [P_TARGET_KL] = RLB_REAL("target_kl", 0, 0, 10, "", 0,
                             "No further pass once the policy has moved this far; 0: all of them."),
    [P_NORMALIZE_ADVANTAGES] = RLB_BOOL("normalize_advantages", 1, 0,
                                        "Advantages of a minibatch to mean 0 and deviation 1."),
    [P_NORMALIZE_OBSERVATIONS] =
        RLB_BOOL("normalize_observations", 0, 0,
                 "Observations by their running mean and deviation, cut at 10."),
    [P_NORMALIZE_REWARDS] = RLB_BOOL("normalize_rewards", 0, 0,
                                     "Rewards by the running deviation of the discounted return, "
                                     "cut at 10, for learning only."),
};

const rlb_metric ppo_metrics[NUM_METRICS] = {
    [M_POLICY_LOSS] = {"policy_loss", "Clipped surrogate loss.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE,
                       0, 0},
    [M_VALUE_LOSS] = {"value_loss", "Loss of the critic.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE,
                      RLB_M_LOG, 0},
    [M_ENTROPY] = {"entropy", "Entropy of the policy where it was.", "nats", RLB_FOLD_MEAN,
                   RLB_GOAL_NONE, RLB_M_HEADLINE, 0},
    [M_KL] = {"kl", "Divergence of the policy from the one that collected, estimated.", "nats",
              RLB_FOLD_MEAN, RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_CLIPPED] = {"clipped", "Share of samples whose ratio lies beyond the clip.", "",
                   RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},
    [M_EXPLAINED] = {"explained_variance",
                     "Share of the returns' variance that the values explain; below 0 they are "
                     "worse than none.",
                     "", RLB_FOLD_MEAN, RLB_GOAL_MAXIMIZE, RLB_M_HEADLINE | RLB_M_NAN_OK, 0},
    [M_GRAD_NORM] = {"grad_norm", "Norm of the gradient before it is cut.", "", RLB_FOLD_MEAN,
                     RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_RATE] = {"learning_rate", "Step size of Adam.", "", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
};

const rlb_view ppo_views[NUM_VIEWS] = {
    [VIEW_VALUES] = {"values", "The critic's value over the plane of states, with the agents.",
                     RLB_VIEW_FIELD, 0},
    [VIEW_POLICY] = {"policy",
                     "The likeliest action (its number or, continuous, its first coordinate) over "
                     "the plane of states.",
                     RLB_VIEW_FIELD, 0},
    [VIEW_ADVANTAGES] = {"advantages",
                         "The advantages of the last rollout: a row per lane, a column per step.",
                         RLB_VIEW_HEATMAP, 0},
};
