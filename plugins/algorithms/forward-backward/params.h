/* Rows that the tables of this folder's algorithms share. */
#ifndef FB_PARAMS_H
#define FB_PARAMS_H

#include "config.h"

#define FB_CONVENTION                                                                              \
    RLB_ENUM("convention", CONVENTION_NEXT, fb_conventions, 0,                                     \
             "Visits counted from the present state on (current) or from the next one (next), "    \
             "and so which state a reward belongs to.")
#define FB_D                                                                                       \
    RLB_INT("d", 50, 1, 256, "", RLB_P_LOG, "Dimension of the representation and of task vectors.")
#define FB_GAMMA RLB_REAL("gamma", 0.99, 0, 0.9999, "", 0, "Discount factor.")
#define FB_HIDDEN RLB_STR("hidden", "256 256", 0, "Widths of the hidden layers of F, with spaces.")
#define FB_HIDDEN_B RLB_STR("hidden_b", "", 0, "Those of B; empty: as F's.")
#define FB_FIRST                                                                                   \
    RLB_ENUM("first", FIRST_NORM_TANH, fb_firsts, 0,                                               \
             "The first hidden layer: like the others, or layer norm and tanh.")
#define FB_HEAD                                                                                    \
    RLB_INT("head", 0, 0, 2048, "", RLB_P_EXPERT,                                                  \
            "Width of one more hidden layer in every head of F; 0: none.")
#define FB_INIT                                                                                    \
    RLB_ENUM("init", INIT_ORTHOGONAL, fb_inits, 0,                                                 \
             "Weights at the start: orthogonal with zero biases, or PyTorch's default.")
#define FB_TWIN RLB_BOOL("twin", 0, 0, "Two heads of F, both learned.")
#define FB_NORM_B RLB_BOOL("norm_b", 1, 0, "Bring every B to length sqrt(d).")
#define FB_NORM_Z                                                                                  \
    RLB_BOOL("norm_z", 1, 0, "Bring the task vectors of rewards and goals to length sqrt(d).")
#define FB_Z_LAW                                                                                   \
    RLB_ENUM("z_law", 0, fb_laws, 0,                                                               \
             "Task vectors in training: at length sqrt(d) in a random direction, or with a "       \
             "length of a Cauchy law, or uniform in [0, sqrt(d)].")
#define FB_Z_SCALE RLB_REAL("z_scale", 0.5, 0, 1e6, "", RLB_P_EXPERT, "Scale of the Cauchy law.")
#define FB_MIX_RATIO                                                                               \
    RLB_REAL("mix_ratio", 0.5, 0, 1, "", RLB_P_LIVE,                                               \
             "Share of task vectors that are those of a random state as goal instead.")
#define FB_POLICY                                                                                  \
    RLB_ENUM("policy", POLICY_SOFTMAX, fb_policies, 0, "The policy pi_z that F is learned for.")
#define FB_TEMP                                                                                    \
    RLB_REAL("temp", 20, 1e-6, 1e9, "", RLB_P_LOG | RLB_P_LIVE,                                    \
             "Temperature of its softmax, in units of F'z.")
#define FB_TAU                                                                                     \
    RLB_REAL("tau", 0.01, 0, 1, "", RLB_P_LOG | RLB_P_LIVE,                                        \
             "How far the target networks go towards the networks when renewed.")
#define FB_TARGET_EVERY                                                                            \
    RLB_INT("target_every", 1, 1, 1e6, "updates", RLB_P_EXPERT,                                    \
            "Updates from one renewal of the target networks to the next.")
#define FB_BATCH                                                                                   \
    RLB_INT("batch", 256, 2, 2048, "transitions", RLB_P_LOG, "Transitions of one update.")
#define FB_EPISODES                                                                                \
    RLB_INT("episodes", 2000, 1, 20000, "episodes", 0,                                             \
            "Episodes of the data; the newest so many are kept when the learner collects.")
#define FB_EPISODE_LENGTH                                                                          \
    RLB_INT("episode_length", 50, 1, 500, "steps", 0, "Steps of each, or less where it ends.")
#define FB_N_INFERENCE                                                                             \
    RLB_INT("n_inference", 10000, 1, 100000, "transitions", RLB_P_EXPERT,                          \
            "Transitions that a reward known only on samples is inferred from.")
#define FB_TEMP_EVAL                                                                               \
    RLB_REAL("temp_eval", 1, 1e-9, 1e9, "", RLB_P_LOG | RLB_P_LIVE | RLB_P_EXPERT,                 \
             "Temperature of the softmax policies that the scores judge.")
#define FB_TASK                                                                                    \
    RLB_STR(                                                                                       \
        "task", "", RLB_P_LIVE,                                                                    \
        "The reward that is acted on, in words: \"goal 3,4; -0.5 door 2,5; left\"; empty: the "    \
        "world's own.")
#define FB_LOOK                                                                                    \
    RLB_STR("look", "", RLB_P_LIVE,                                                                \
            "The cell (row,column) or state whose successors are drawn; empty: state 0.")
#define FB_EVAL_GOALS                                                                              \
    RLB_INT("eval_goals", 128, 1, 1024, "goals", RLB_P_EXPERT,                                     \
            "Goals that the scores are means over: all states, or so many evenly spread.")
#define FB_EVAL_OTHERS                                                                             \
    RLB_INT("eval_others", 40, 0, 1000, "rewards", RLB_P_EXPERT,                                   \
            "Rewards of each of the other kinds that are judged.")
#define FB_EVAL_PAIRS                                                                              \
    RLB_INT("eval_pairs", 0, 0, 10000, "pairs", 0,                                                 \
            "Fixed pairs of start and goal that successes are counted over, in worlds of goals; "  \
            "0: none.")
#define FB_EVAL_STEPS                                                                              \
    RLB_INT("eval_steps", 30, 1, 100000, "steps", RLB_P_EXPERT, "Steps given to reach the goal.")
#define FB_EVAL_EPSILON                                                                            \
    RLB_REAL("eval_epsilon", 0.02, 0, 1, "", RLB_P_EXPERT, "Chance of a random action in them.")

extern const char *const fb_conventions[],
    *const fb_firsts[], *const fb_inits[], *const fb_laws[], *const fb_policies[];

#endif
