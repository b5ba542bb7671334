/* Rows of the metrics that the learners of this folder share. */
#ifndef FB_METRICS_H
#define FB_METRICS_H

#define FB_SHARED_METRICS                                                                          \
    [M_SCORE_GOAL_SOFT] = {"score/goal_soft",                                                      \
                           "Value of the softmax policy for a goal over the best value, exact, "   \
                           "mean over the goals.",                                                 \
                           "",                                                                     \
                           RLB_FOLD_LAST,                                                          \
                           RLB_GOAL_MAXIMIZE,                                                      \
                           RLB_M_HEADLINE,                                                         \
                           0},                                                                     \
    [M_SCORE_GOAL_GREEDY] = {"score/goal_greedy",                                                  \
                             "The same of the greedy policy, ties shared.",                        \
                             "",                                                                   \
                             RLB_FOLD_LAST,                                                        \
                             RLB_GOAL_MAXIMIZE,                                                    \
                             0,                                                                    \
                             0},                                                                   \
    [M_SCORE_MULTI] = {"score/multi",                                                              \
                       "Value over that of the uniform policy, as a share of what could be "       \
                       "gained, for sums of three goals with random weights.",                     \
                       "",                                                                         \
                       RLB_FOLD_LAST,                                                              \
                       RLB_GOAL_MAXIMIZE,                                                          \
                       RLB_M_HEADLINE,                                                             \
                       0},                                                                         \
    [M_SCORE_AVOID] = {"score/avoid",                                                              \
                       "The same for a goal and a door to be avoided.",                            \
                       "",                                                                         \
                       RLB_FOLD_LAST,                                                              \
                       RLB_GOAL_MAXIMIZE,                                                          \
                       RLB_M_HEADLINE,                                                             \
                       0},                                                                         \
    [M_SCORE_GOAL_GPI] = {"score/goal_gpi",                                                        \
                          "score/goal_soft with generalised policy improvement.",                  \
                          "",                                                                      \
                          RLB_FOLD_LAST,                                                           \
                          RLB_GOAL_MAXIMIZE,                                                       \
                          0,                                                                       \
                          0},                                                                      \
    [M_SUCCESS] = {"success",                                                                      \
                   "Share of the fixed pairs whose goal is reached in time.",                      \
                   "",                                                                             \
                   RLB_FOLD_LAST,                                                                  \
                   RLB_GOAL_MAXIMIZE,                                                              \
                   RLB_M_HEADLINE,                                                                 \
                   0},                                                                             \
    [M_FINAL_DISTANCE] = {"final_distance",                                                        \
                          "How far from the goal they end, largest coordinate, mean.",             \
                          "",                                                                      \
                          RLB_FOLD_LAST,                                                           \
                          RLB_GOAL_MINIMIZE,                                                       \
                          0,                                                                       \
                          0},                                                                      \
    [M_REF_UNIFORM] = {"ref/uniform",                                                              \
                       "score/goal_soft of the uniform policy: a level.",                          \
                       "",                                                                         \
                       RLB_FOLD_LAST,                                                              \
                       RLB_GOAL_NONE,                                                              \
                       0,                                                                          \
                       0},                                                                         \
    [M_REF_ONE_STEP] = {"ref/one_step",                                                            \
                        "The same of the policy that is greedy for the exact successor "           \
                        "representation of the uniform policy: a level (V* is 1).",                \
                        "",                                                                        \
                        RLB_FOLD_LAST,                                                             \
                        RLB_GOAL_NONE,                                                             \
                        0,                                                                         \
                        0},                                                                        \
    [M_ERR_BELLMAN] = {"err/bellman",                                                              \
                       "Largest error of F'E[r B] against one step of its own greedy policy, "     \
                       "mean over goals.",                                                         \
                       "reward",                                                                   \
                       RLB_FOLD_LAST,                                                              \
                       RLB_GOAL_MINIMIZE,                                                          \
                       RLB_M_LOG,                                                                  \
                       0},                                                                         \
    [M_ERR_M_REL] = {"err/m_rel",                                                                  \
                     "Relative error of F'B against the exact successor measure of pi_z, mean "    \
                     "over 16 fixed z.",                                                           \
                     "",                                                                           \
                     RLB_FOLD_LAST,                                                                \
                     RLB_GOAL_MINIMIZE,                                                            \
                     0,                                                                            \
                     0},                                                                           \
    [M_ORTHO_LINF] =                                                                               \
        {"ortho/linf", "Largest entry of E[B B'] - I.", "", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},   \
    [M_ORTHO_L2] = {"ortho/l2",                                                                    \
                    "Frobenius norm of E[B B'] - I over sqrt(d).",                                 \
                    "",                                                                            \
                    RLB_FOLD_LAST,                                                                 \
                    RLB_GOAL_NONE,                                                                 \
                    0,                                                                             \
                    0},                                                                            \
    [M_B_EFF_RANK] = {"b/eff_rank",                                                                \
                      "Exponential of the entropy of the eigenvalues of E[B B'].",                 \
                      "",                                                                          \
                      RLB_FOLD_LAST,                                                               \
                      RLB_GOAL_NONE,                                                               \
                      0,                                                                           \
                      0},                                                                          \
    [M_B_NORM] = {"b/norm", "Mean length of B.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},          \
    [M_F_NORM] = {"f/norm", "Mean length of F.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},          \
    [M_Z_NORM] =                                                                                   \
        {"z/norm", "Mean length of the task vectors.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},    \
    [M_Q_PRED] = {"q/pred",                                                                        \
                  "Mean predicted value of the greedy policies of goals.",                         \
                  "reward",                                                                        \
                  RLB_FOLD_LAST,                                                                   \
                  RLB_GOAL_NONE,                                                                   \
                  0,                                                                               \
                  0},                                                                              \
    [M_Q_REAL] =                                                                                   \
        {"q/real", "What they are worth, exactly.", "reward", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0}, \
    [M_PI_ENTROPY] = {"pi/entropy",                                                                \
                      "Mean entropy of the policies that are learned for.",                        \
                      "nat",                                                                       \
                      RLB_FOLD_MEAN,                                                               \
                      RLB_GOAL_NONE,                                                               \
                      0,                                                                           \
                      0},                                                                          \
    [M_GRAD_F] = {"grad/f", "Norm of F's gradient.", "", RLB_FOLD_MEAN, RLB_GOAL_NONE, RLB_M_LOG,  \
                  0},                                                                              \
    [M_COVERAGE] = {"data/coverage",                                                               \
                    "Share of the states that the data have seen.",                                \
                    "",                                                                            \
                    RLB_FOLD_LAST,                                                                 \
                    RLB_GOAL_NONE,                                                                 \
                    0,                                                                             \
                    0},                                                                            \
    [M_TRANSITIONS] = {                                                                            \
        "data/transitions", "Transitions held.", "", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0}

#endif
