/* Parameters, metrics and views of deep Q-learning. The defaults are those of CleanRL's dqn.py. */
#include "dqn.h"

const rlb_param dqn_params[NUM_PARAMS] = {
    [P_LEARNING_RATE] = RLB_REAL("learning_rate", 2.5e-4, 1e-8, 1e6, "", RLB_P_LOG | RLB_P_LIVE,
                                 "Step size of Adam."),
    [P_DISCOUNT] = RLB_REAL("discount", 0.99, 0, 1, "", 0, "Weight of the next state's value."),
    [P_HIDDEN] = RLB_STR("hidden", "120 84", 0, "Widths of the hidden layers, with spaces."),
    [P_BATCH] =
        RLB_INT("batch", 128, 1, 65536, "transitions", RLB_P_LOG, "Transitions of one update."),
    [P_BUFFER] = RLB_INT("buffer", 10000, 1, 1e9, "transitions", RLB_P_LOG,
                         "Transitions the replay buffer holds."),
    [P_WARMUP] = RLB_INT("warmup", 10000, 1, 1e9, "steps", 0, "Steps before the first update."),
    [P_TRAIN_EVERY] =
        RLB_INT("train_every", 10, 1, 1e6, "steps", 0, "Steps from one update to the next."),
    [P_TARGET_EVERY] = RLB_INT("target_every", 500, 1, 1e9, "steps", 0,
                               "Steps from one renewal of the target network to the next."),
    [P_TARGET_RATE] = RLB_REAL("target_rate", 1.0, 0, 1, "", RLB_P_LOG | RLB_P_LIVE,
                               "How far the target network goes towards the network when renewed; "
                               "1: a copy."),
    [P_EPSILON] = RLB_REAL("epsilon", 1.0, 0, 1, "", RLB_P_LIVE,
                           "Chance of a random action at the start of the run."),
    [P_EPSILON_FINAL] = RLB_REAL("epsilon_final", 0.05, 0, 1, "", RLB_P_LIVE,
                                 "Chance of a random action once epsilon_steps have passed."),
    [P_EPSILON_STEPS] = RLB_INT("epsilon_steps", 250000, 0, 1e15, "steps", 0,
                                "Steps over which epsilon goes linearly to epsilon_final."),
    [P_DOUBLE] =
        RLB_BOOL("double_q", 0, 0,
                 "Let the online network choose the action that the target network values."),
    [P_N_STEP] = RLB_INT("n_step", 1, 1, 1000, "steps", 0, "Rewards summed before bootstrapping."),
    [P_PRIORITY] = RLB_REAL("priority", 0, 0, 1, "", 0,
                            "Exponent of the priority by temporal-difference error; 0: uniform."),
    [P_PRIORITY_CORRECTION] = RLB_REAL(
        "priority_correction", 0.4, 0, 1, "", 0,
        "Exponent of the importance weights that make up for the priorities, at the start; it "
        "rises linearly to 1 over the run's budget."),
    [P_HUBER] = RLB_REAL(
        "huber", 0, 0, 1e9, "", 0,
        "Errors up to this count as half their square, beyond it linearly (Huber's loss); 0: "
        "all are squared, without the half."),
    [P_MAX_NORM] =
        RLB_REAL("max_norm", 0, 0, 1e9, "", 0, "The gradient is cut to this norm; 0: never."),
    [P_NORMALIZE_OBSERVATIONS] =
        RLB_BOOL("normalize_observations", 0, 0,
                 "Observations by the mean and deviation of all seen so far, cut at 10."),
};

const rlb_metric dqn_metrics[NUM_METRICS] = {
    [M_LOSS] = {"loss", "Loss of the updates.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_VALUE] = {"value", "Mean predicted value of the actions in the batches.", "reward",
                 RLB_FOLD_MEAN, RLB_GOAL_NONE, RLB_M_HEADLINE, 0},
    [M_GRAD_NORM] = {"grad_norm", "Norm of the gradient before it is cut.", "", RLB_FOLD_MEAN,
                     RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_EPSILON] = {"epsilon", "Chance of a random action.", "", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
    [M_UPDATES] = {"updates", "Updates of the network so far.", "", RLB_FOLD_LAST, RLB_GOAL_NONE, 0,
                   0},
    [M_CORRECTION] = {"priority_correction",
                      "Exponent of the importance weights, where there are priorities.", "",
                      RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
};

const rlb_view dqn_views[NUM_VIEWS] = {
    [VIEW_VALUES] = {"values", "The greedy value over the plane of states, with the agents.",
                     RLB_VIEW_FIELD, 0},
    [VIEW_ACTIONS] = {"actions", "The greedy action over the plane of states, as its number.",
                      RLB_VIEW_FIELD, 0},
    [VIEW_PREFERENCES] = {"preferences", "The value of every action where the first agent is.",
                          RLB_VIEW_BARS, 0},
};
