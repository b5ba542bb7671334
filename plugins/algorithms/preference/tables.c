/* What the program, its forms and its manual know of slhf. */
#include "slhf.h"

static const char *const learners[] = {"simplex", "softmax", "sampled", "autoregressive", NULL};
static const char *const estimators[] = {"k1", "k2", "k3", NULL};

const rlb_param slhf_params[NUM_PARAMS] = {
    [P_LEARNER] =
        RLB_ENUM("learner", LEARNER_SOFTMAX, learners, 0,
                 "simplex: exact gradients, projected; softmax: exact gradients of logits; "
                 "sampled: a table over whole responses, from samples; autoregressive: a table "
                 "over the next token after every prefix, from samples."),
    [P_STEP_SIZE] =
        RLB_REAL("step_size", 2, 1e-6, 1e3, "", RLB_P_LOG | RLB_P_LIVE, "Step size of the Leader."),
    [P_FOLLOWER_WEIGHT] = RLB_REAL("follower_weight", 5, 0, 1e3, "", RLB_P_LIVE,
                                   "kappa: step size of the Follower over that of the Leader."),
    [P_TAU] =
        RLB_REAL("tau", 0.02, 1e-6, 1e9, "", RLB_P_LOG,
                 "Weight of the KL divergence from the reference (beta in the paper's code)."),
    [P_FOLLOWER_TAU] = RLB_REAL("follower_tau", -1, -1, 1e9, "", RLB_P_EXPERT,
                                "The same for the Follower; below 0: as tau."),
    [P_REFERENCE_KEEP] =
        RLB_REAL("reference_keep", 0, 0, 0.999, "", 0,
                 "The Follower's reference keeps every token that it sees with this probability, "
                 "else draws one uniformly; 0: uniform, like the Leader's."),
    [P_ROW_NORMALISED] = RLB_BOOL("row_normalised", 0, RLB_P_EXPERT,
                                  "Exact learners: leave the factor pi(y) out of the Follower's "
                                  "gradient, so that unplayed rows are trained, too."),
    [P_BATCH] = RLB_INT("batch", 32, 1, 65536, "", RLB_P_LOG, "Pairs of responses in a step."),
    [P_TEMPERATURE] = RLB_REAL("temperature", 1, 0.01, 100, "", RLB_P_EXPERT,
                               "Sampled learners: logits are divided by it."),
    [P_KL_ESTIMATOR] =
        RLB_ENUM("kl_estimator", KL_K1, estimators, 0,
                 "Cost of a token, of l = log ref - log pi: k1 = -l, k2 = l^2 / 2, k3 = exp(l) - 1 "
                 "- l. Only k1 has the gradient of the KL divergence."),
    [P_KL_RETURN_TO_GO] = RLB_BOOL("kl_return_to_go", 0, 0,
                                   "Charge a token with the costs of those that follow, too, which "
                                   "is exact; off, as published."),
    [P_SCORE_BASELINE] = RLB_REAL("score_baseline", 0.5, -10, 10, "", RLB_P_EXPERT,
                                  "Subtracted from scores; changes the variance of the gradient "
                                  "only."),
    [P_RLOO_BASELINE] = RLB_BOOL("rloo_baseline", 0, RLB_P_EXPERT,
                                 "Subtract the mean score of the rest of the batch instead."),
    [P_LEADER_UPDATE_FREQUENCY] =
        RLB_INT("leader_update_frequency", 1, 1, 1e6, "steps", RLB_P_EXPERT,
                "m > 1: every m-th step moves the Leader alone, the others the Follower alone."),
    [P_EXPLORATION_MIX] =
        RLB_REAL("exploration_mix", 0, 0, 1, "", RLB_P_EXPERT,
                 "Share of pairs whose first response is the reference's instead of the Leader's, "
                 "so that the Follower learns to improve what others say."),
    [P_CHARGE_LEADER] =
        RLB_BOOL("charge_leader", 0, RLB_P_EXPERT,
                 "Sampled learners: add tau times the Follower's divergence to the Leader's score, "
                 "as the objective has it; off, as in the published code."),
    [P_BERNOULLI] = RLB_BOOL("bernoulli", 0, 0, "Verdicts are draws of 0 or 1, not probabilities."),
    [P_RIDGE] = RLB_REAL("ridge", 1e-6, 0, 1, "", RLB_P_EXPERT,
                         "Ridge of the scores behind the reward-trained policy that is compared "
                         "with."),
};

#define PROB(n, goal, fl, text)                                                                    \
    {                                                                                              \
        n, text, "", RLB_FOLD_LAST, goal, fl, 0                                                    \
    }
#define MEAN(n, text)                                                                              \
    {                                                                                              \
        n, text, "", RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0                                            \
    }
#define NATS(n, text)                                                                              \
    {                                                                                              \
        n, text, "nat", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0                                         \
    }
#define ROUND(i, a, b)                                                                             \
    [M_ROUND + (i)] = PROB("eval/rr/" a "/" b, RLB_GOAL_NONE, 0,                                   \
                           "Probability that a response of the first is preferred to one of the "  \
                           "second, exact.")

const rlb_metric slhf_metrics[NUM_METRICS] = {
    [M_GAP] = {"game/gap",
               "Duality gap: certificate minus guarantee, exact; 0 at the equilibrium alone.", "",
               RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, RLB_M_LOG | RLB_M_HEADLINE, 0},
    [M_GUARANTEE] = PROB("game/leader_guarantee", RLB_GOAL_MAXIMIZE, RLB_M_HEADLINE,
                         "What the Leader gets against the best Follower, exact."),
    [M_CERTIFICATE] = PROB("game/follower_certificate", RLB_GOAL_MINIMIZE, 0,
                           "What the best Leader gets against this Follower, exact."),
    [M_VALUE_STAR] = PROB("game/value_star", RLB_GOAL_NONE, 0, "Value of the equilibrium, exact."),
    [M_KL_TO_SE] = {"kl_to_se/leader", "KL divergence of the Leader from the equilibrium's.", "nat",
                    RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, RLB_M_LOG | RLB_M_NAN_OK, 0},
    [M_PAIRED] = PROB("eval/paired_f_over_l", RLB_GOAL_NONE, RLB_M_HEADLINE,
                      "Probability that the Follower's answer is preferred to the very response "
                      "of the Leader's that it saw, exact."),
    [M_PREF] = MEAN("pref/prob", "Verdict for the Leader, mean over a batch."),
    [M_LOSS_LEADER] = MEAN("loss/leader", "Loss of the Leader."),
    [M_LOSS_FOLLOWER] = MEAN("loss/follower", "Loss of the Follower, without kappa."),
    [M_SCORE_LEADER] = MEAN("loss/score_leader", "Mean score of the Leader."),
    [M_SCORE_FOLLOWER] = MEAN("loss/score_follower", "Mean score of the Follower."),
    [M_LOSS_KL_LEADER] =
        MEAN("loss/kl_leader", "Mean of log pi - log ref over the Leader's responses of a batch."),
    [M_LOSS_KL_FOLLOWER] = MEAN("loss/kl_follower", "The same of the Follower."),
    [M_ENTROPY_LEADER] = NATS("policy/entropy_leader", "Entropy of the Leader, exact."),
    [M_ENTROPY_FOLLOWER] = NATS("policy/entropy_follower",
                                "Entropy of the Follower, mean over what the Leader says, exact."),
    [M_ENTROPY_NASH] = NATS("policy/entropy_nash", "Entropy of the exact Nash policy."),
    [M_KL_LEADER] =
        NATS("policy/kl_leader", "KL divergence of the Leader from its reference, exact."),
    [M_KL_FOLLOWER] = NATS("policy/kl_follower",
                           "KL divergence of the Follower from its reference, mean over what the "
                           "Leader says, exact."),
    [M_TOP] = PROB("policy/leader_top", RLB_GOAL_NONE, 0,
                   "Probability of the Leader's most probable response."),
    [M_MODE] = PROB("policy/leader_mode", RLB_GOAL_NONE, 0,
                    "Which response that is, from 0, in the first context."),
    [M_NASH_MODE] = PROB("policy/nash_mode", RLB_GOAL_NONE, 0,
                         "The most probable response of the exact Nash policy, from 0."),
    [M_RLHF_MODE] =
        PROB("policy/rlhf_mode", RLB_GOAL_NONE, 0, "The same of the exact reward-trained policy."),
    [M_TRANSFER + SOURCE_REFERENCE] =
        PROB("eval/transfer/follower/ref", RLB_GOAL_NONE, 0,
             "Probability that the Follower improves a response of the reference."),
    [M_TRANSFER + SOURCE_RLHF] = PROB("eval/transfer/follower/rlhf", RLB_GOAL_NONE, 0,
                                      "The same for responses of the exact reward-trained policy."),
    [M_TRANSFER + SOURCE_NASH] = PROB("eval/transfer/follower/nash", RLB_GOAL_NONE, 0,
                                      "The same for responses of the exact Nash policy."),
    [M_TRANSFER + SOURCE_LEADER] = PROB("eval/transfer/follower/leader", RLB_GOAL_NONE, 0,
                                        "The same for responses of the Leader."),
    ROUND(0, "leader", "ref"),
    ROUND(1, "leader", "rlhf"),
    ROUND(2, "leader", "nash"),
    ROUND(3, "follower", "ref"),
    ROUND(4, "follower", "rlhf"),
    ROUND(5, "follower", "nash"),
    ROUND(6, "follower", "leader"),
    ROUND(7, "nash", "ref"),
    ROUND(8, "rlhf", "ref"),
    ROUND(9, "nash", "rlhf"),
    [M_PASS] = PROB("eval/pass_at_2/chain", RLB_GOAL_MAXIMIZE, 0,
                    "Chance that a user has seen the favourite among the Leader's response and one "
                    "refinement, mean over users (one for each attribute)."),
    [M_PASS + 1] = PROB("eval/pass_at_2/nash", RLB_GOAL_NONE, 0,
                        "The same among two responses of the exact Nash policy."),
    [M_PASS + 2] = PROB("eval/pass_at_3/chain", RLB_GOAL_MAXIMIZE, 0,
                        "The same as eval/pass_at_2/chain with two refinements."),
    [M_PASS + 3] = PROB("eval/pass_at_3/nash", RLB_GOAL_NONE, 0,
                        "The same among three responses of the exact Nash policy."),
    [M_CYCLIC] = PROB("intransitivity/cyclic_frac", RLB_GOAL_NONE, 0,
                      "Share of the contexts whose majorities go in a circle somewhere."),
    [M_CONDORCET] = PROB("intransitivity/condorcet_frac", RLB_GOAL_NONE, 0,
                         "Share of the contexts where one response beats all others."),
};

const rlb_view slhf_views[NUM_VIEWS] = {
    [VIEW_PREFERENCES] = {"preferences",
                          "The preferences of the first context, the Follower's best answer marked "
                          "in every row; beside them how often the Leader plays the row.",
                          RLB_VIEW_FIELD, 0},
    [VIEW_POLICIES] = {"policies",
                       "The Leader's probabilities beside those of the exact Stackelberg, Nash and "
                       "reward-trained policies.",
                       RLB_VIEW_BARS, 0},
    [VIEW_SIMPLEX] = {"simplex",
                      "The Leader's way through the triangle of three responses, with the exact "
                      "solutions and the Follower's answers.",
                      RLB_VIEW_SCATTER, 0},
    [VIEW_CERTIFICATES] = {"certificates", "Guarantee and certificate closing on the value.",
                           RLB_VIEW_LINES, 0},
    [VIEW_TRANSFER] = {"transfer",
                       "How often the row is preferred to the column; last, refined by the "
                       "Follower.",
                       RLB_VIEW_HEATMAP, 0},
    [VIEW_REFINEMENT] = {"refinement", "One response refined again and again, with its attributes.",
                         RLB_VIEW_TEXT, 0},
};
