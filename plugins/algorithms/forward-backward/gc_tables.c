/* Parameters and metrics of goal-conditioned Q-learning. */
#include "gc.h"
#include "params.h"

static const char *const data_kinds[] = {"uniform", "collect", "dataset", NULL};

const rlb_param gc_params[GC_NUM_PARAMS] = {
    [GC_GAMMA] = FB_GAMMA,
    [GC_HIDDEN] = RLB_STR("hidden", "256 256 256", 0, "Widths of the hidden layers, with spaces."),
    [GC_FIRST] = RLB_ENUM("first", FIRST_RELU, fb_firsts, 0,
                          "The first hidden layer: like the others, or layer norm and tanh."),
    [GC_INIT] = FB_INIT,
    [GC_LEARNING_RATE] =
        RLB_REAL("learning_rate", 5e-4, 1e-8, 1, "", RLB_P_LOG | RLB_P_LIVE, "Step size of Adam."),
    [GC_TAU] = FB_TAU,
    [GC_TARGET_EVERY] = FB_TARGET_EVERY,
    [GC_BATCH] = FB_BATCH,
    [GC_HER] = RLB_REAL("her", 0.8, 0, 1, "", RLB_P_LIVE,
                        "Share of goals that are a later state of the same episode (hindsight "
                        "experience replay); the others are any state of the data."),
    [GC_CLIP] = RLB_BOOL("clip", 1, RLB_P_EXPERT, "Keep targets within [0, 1 / (1 - gamma)]."),
    [GC_DATA] = RLB_ENUM("data", FROM_WALK, data_kinds, 0,
                         "uniform walks at random before the first update; collect acts towards "
                         "random goals; dataset is the recipe's."),
    [GC_EPISODES] = FB_EPISODES,
    [GC_EPISODE_LENGTH] = FB_EPISODE_LENGTH,
    [GC_ROLLOUTS] =
        RLB_INT("rollouts", 4, 1, 1e6, "episodes", 0, "Episodes that each cycle of collect adds."),
    [GC_UPDATES_PER_CYCLE] = RLB_INT("updates_per_cycle", 40, 1, 1e6, "updates", 0,
                                     "Updates from one cycle of collect to the next."),
    [GC_EPSILON] = RLB_REAL("epsilon", 0.2, 0, 1, "", RLB_P_LIVE,
                            "Chance of a random action while collecting."),
    [GC_TASK] = RLB_STR("task", "", RLB_P_LIVE,
                        "The goal that is acted for, one place: \"goal 3,4\"; empty: the goal of "
                        "the world's running episode."),
    [GC_TEMP_EVAL] = RLB_REAL("temp_eval", 0.1, 1e-9, 1e9, "", RLB_P_LOG | RLB_P_LIVE,
                              "Temperature of the softmax policies that the scores judge."),
    [GC_EVAL_GOALS] = FB_EVAL_GOALS,
    [GC_EVAL_PAIRS] = FB_EVAL_PAIRS,
    [GC_EVAL_STEPS] = FB_EVAL_STEPS,
    [GC_EVAL_EPSILON] = FB_EVAL_EPSILON,
};

const rlb_metric gc_metrics[GM_NUM_METRICS] = {
    [GM_SCORE_SOFT] = {"score/goal_soft",
                       "Value of the softmax policy for a goal over the best value, exact, mean "
                       "over the goals.",
                       "", RLB_FOLD_LAST, RLB_GOAL_MAXIMIZE, RLB_M_HEADLINE, 0},
    [GM_SCORE_GREEDY] = {"score/goal_greedy", "The same of the greedy policy, ties shared.", "",
                         RLB_FOLD_LAST, RLB_GOAL_MAXIMIZE, 0, 0},
    [GM_SUCCESS] = {"success", "Share of the fixed pairs whose goal is reached in time.", "",
                    RLB_FOLD_LAST, RLB_GOAL_MAXIMIZE, RLB_M_HEADLINE, 0},
    [GM_FINAL_DISTANCE] = {"final_distance",
                           "How far from the goal they end, largest coordinate, mean.", "",
                           RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, 0, 0},
    [GM_REF_UNIFORM] = {"ref/uniform", "score/goal_soft of the uniform policy: a level.", "",
                        RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
    [GM_REF_ONE_STEP] = {"ref/one_step",
                         "The same of the policy that is greedy for the exact successor "
                         "representation of the uniform policy: a level (V* is 1).",
                         "", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
    [GM_LOSS] = {"loss", "Mean squared temporal-difference error.", "", RLB_FOLD_MEAN,
                 RLB_GOAL_NONE, RLB_M_LOG, 0},
    [GM_VALUE] = {"value", "Mean predicted value of the actions in the batches.", "reward",
                  RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},
    [GM_GRAD_NORM] = {"grad_norm", "Norm of the gradient.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE,
                      RLB_M_LOG, 0},
    [GM_TRANSITIONS] = {"data/transitions", "Transitions held.", "", RLB_FOLD_LAST, RLB_GOAL_NONE,
                        0, 0},
};
