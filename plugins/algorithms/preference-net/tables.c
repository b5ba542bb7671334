/* What the program, its forms and its manual know of slhf-net. */
#include "net.h"

static const char *const estimators[] = {"k1", "k2", "k3", NULL};

const rlb_param net_params[NUM_PARAMS] = {
    [P_SEPARATE] = RLB_BOOL("separate_follower", 0, 0,
                            "A network for each player, the Follower's with kappa times the "
                            "learning rate; off: one network in both roles, the Follower's loss "
                            "weighted by kappa."),
    [P_RIVALS] = RLB_BOOL("rivals", 0, 0,
                          "Train Nash-MD-PG and RLOO (on the mean attribute) beside it, from the "
                          "same reference, and fill the matrix of who improves on whom."),
    [P_LEARNING_RATE] = RLB_REAL("learning_rate", 3e-4, 1e-7, 1, "", RLB_P_LOG, "Of AdamW."),
    [P_FOLLOWER_WEIGHT] = RLB_REAL("follower_weight", 5, 0, 1e3, "", RLB_P_LIVE, "kappa."),
    [P_TAU] = RLB_REAL("tau", 0.02, 0, 1e6, "", RLB_P_LOG,
                       "Weight of the KL cost of tokens (beta in the paper's code)."),
    [P_KL_ESTIMATOR] = RLB_ENUM("kl_estimator", KL_K1, estimators, 0,
                                "Cost of a token, of l = log ref - log pi: k1 = -l, k2 = l^2 / 2, "
                                "k3 = exp(l) - 1 - l."),
    [P_KL_RETURN_TO_GO] =
        RLB_BOOL("kl_return_to_go", 0, 0, "Charge a token with the costs of those that follow."),
    [P_STANDARD_FOLLOWER_KL] =
        RLB_BOOL("standard_follower_kl", 1, RLB_P_EXPERT,
                 "The Follower's reference sees what the Follower sees; off: the prompt alone."),
    [P_SCORE_BASELINE] =
        RLB_REAL("score_baseline", 0.5, -10, 10, "", RLB_P_EXPERT, "Subtracted from scores."),
    [P_RLOO_BASELINE] = RLB_BOOL("rloo_baseline", 0, RLB_P_EXPERT,
                                 "Subtract the mean score of the rest of the batch instead."),
    [P_LEADER_UPDATE_FREQUENCY] =
        RLB_INT("leader_update_frequency", 1, 1, 1e6, "steps", RLB_P_EXPERT,
                "m > 1: every m-th step moves the Leader alone, the others the Follower alone."),
    [P_MAX_NORM] = RLB_REAL("max_norm", 0, 0, 1e6, "", RLB_P_EXPERT,
                            "Gradients are cut to this norm; 0: never."),
    [P_BATCH] = RLB_INT("batch", 64, 2, 1024, "", RLB_P_LOG, "Pairs of responses in a step."),
    [P_TEMPERATURE] = RLB_REAL("temperature", 0.9, 0.01, 100, "", 0,
                               "Logits are divided by it, in drawing and in learning."),
    [P_BERNOULLI] = RLB_BOOL("bernoulli", 0, 0, "Verdicts are draws of 0 or 1, not probabilities."),
    [P_MIXTURE] = RLB_REAL("mixture", 0.125, 0, 1, "", 0,
                           "The opponent of Nash-MD-PG is pi^(1 - mixture) ref^mixture."),
    [P_GROUP] =
        RLB_INT("group", 4, 2, 1024, "", 0, "Responses of RLOO to one prompt; divides batch."),
    [P_PRETRAIN_STEPS] = RLB_INT("pretrain_steps", 2000, 0, 1e9, "steps", 0,
                                 "Steps of cross-entropy that make the reference: they count as "
                                 "steps of the run."),
    [P_PRETRAIN_RATE] =
        RLB_REAL("pretrain_rate", 1e-3, 1e-7, 1, "", RLB_P_LOG, "Learning rate of these."),
    [P_REFERENCE_KEEP] =
        RLB_REAL("reference_keep", 0.6, 0, 1, "", 0,
                 "The reference answers prompts with uniform strings, and improves "
                 "a response by keeping each token with this probability, else "
                 "drawing a uniform one."),
    [P_HEADS] = RLB_INT("heads", 3, 1, 16, "", 0, "Attention heads of the transformer."),
    [P_HEAD_WIDTH] =
        RLB_INT("head_width", 16, 1, 128, "", 0, "Width of a head; its width is heads times this."),
    [P_LAYERS] = RLB_INT("layers", 2, 1, 8, "", 0, "Blocks."),
    [P_HIDDEN] =
        RLB_INT("hidden", 0, 0, 4096, "", 0, "Width of their perceptrons; 0: four times width."),
    [P_EVAL_BATCHES] = RLB_INT("eval_batches", 4, 0, 10000, "", RLB_P_EXPERT,
                               "Batches drawn for every measurement; 0: none is taken."),
};

#define PROB(n, fl, text)                                                                          \
    {                                                                                              \
        n, text, "", RLB_FOLD_LAST, RLB_GOAL_NONE, fl, 0                                           \
    }
#define MEAN(n, unit, text)                                                                        \
    {                                                                                              \
        n, text, unit, RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0                                          \
    }
#define TRANSFER(r, s, row, column)                                                                \
    [M_TRANSFER + (r)*NUM_SOURCES + (s)] =                                                         \
        PROB("eval/transfer/" row "/" column, 0,                                                   \
             "Probability that the first improves a response of the second, from samples.")
#define TRANSFERS(r, row)                                                                          \
    TRANSFER(r, SOURCE_REFERENCE, row, "ref"), TRANSFER(r, SOURCE_RLOO, row, "rloo"),              \
        TRANSFER(r, SOURCE_NASH, row, "nash"), TRANSFER(r, SOURCE_LEADER, row, "leader")
#define ROUND(who, s, row, column)                                                                 \
    [M_ROUND + (who)*SOURCE_LEADER + (s)] =                                                        \
        PROB("eval/rr/" row "/" column, 0,                                                         \
             "Probability that a response of the first is preferred to one of the second, from "   \
             "samples.")

const rlb_metric net_metrics[NUM_METRICS] = {
    [M_PAIRED] = PROB("eval/paired_f_over_l", RLB_M_HEADLINE,
                      "Probability that the Follower's answer is preferred to the response of the "
                      "Leader's that it saw, from samples."),
    [M_PREF] = {"pref/prob", "Verdict for the Leader, mean over a batch.", "", RLB_FOLD_MEAN,
                RLB_GOAL_NONE, RLB_M_HEADLINE, 0},
    [M_PRETRAIN] = MEAN("pretrain/loss", "nat", "Cross-entropy of a token in pretraining."),
    [M_LOSS] = MEAN("loss/leader", "", "Loss of the Leader."),
    [M_LOSS + 1] = MEAN("loss/follower", "", "Loss of the Follower, without kappa."),
    [M_SCORE] = MEAN("loss/score_leader", "", "Mean score of the Leader."),
    [M_SCORE + 1] = MEAN("loss/score_follower", "", "Mean score of the Follower."),
    [M_KL] = MEAN("loss/kl_leader", "nat", "Mean of log pi - log ref over the Leader's responses."),
    [M_KL + 1] = MEAN("loss/kl_follower", "nat", "The same of the Follower."),
    [M_ENTROPY] = MEAN("policy/entropy_leader", "nat",
                       "Mean of -log p over the Leader's responses of a batch."),
    [M_ENTROPY + 1] = MEAN("policy/entropy_follower", "nat", "The same of the Follower."),
    [M_NORM] = MEAN("grad/norm", "", "Norm of the gradient of the (Leader's) network."),
    [M_NORM_FOLLOWER] = MEAN("grad/norm_follower", "", "Norm of that of a separate Follower."),
    TRANSFERS(REFINER_REFERENCE, "ref"),
    TRANSFERS(REFINER_RLOO, "rloo"),
    TRANSFERS(REFINER_NASH, "nash"),
    TRANSFERS(REFINER_FOLLOWER, "follower"),
    ROUND(0, SOURCE_REFERENCE, "leader", "ref"),
    ROUND(0, SOURCE_RLOO, "leader", "rloo"),
    ROUND(0, SOURCE_NASH, "leader", "nash"),
    ROUND(1, SOURCE_REFERENCE, "follower", "ref"),
    ROUND(1, SOURCE_RLOO, "follower", "rloo"),
    ROUND(1, SOURCE_NASH, "follower", "nash"),
};

const rlb_view net_views[NUM_VIEWS] = {
    [VIEW_TRANSFER] = {"transfer", "How often the row improves a response of the column's.",
                       RLB_VIEW_HEATMAP, 0},
    [VIEW_REFINEMENT] = {"refinement", "One response refined again and again, with its attributes.",
                         RLB_VIEW_TEXT, 0},
};
