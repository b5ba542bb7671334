/* What the tables of forward-backward and of successor features have in common. */
#include "fb.h"

const rlb_view fb_views[NUM_VIEWS] = {
    [VIEW_VALUES] = {"values", "The learner's value of the task and its greedy action.",
                     RLB_VIEW_FIELD, RLB_V_PAINT},
    [VIEW_OPTIMAL] = {"optimal", "The exact optimal value of the task and a best action.",
                      RLB_VIEW_FIELD, RLB_V_PAINT},
    [VIEW_SUCCESSORS] = {"successors",
                         "Where the task's policy will be, discounted, from the cell looked at, by "
                         "F and B.",
                         RLB_VIEW_FIELD, 0},
    [VIEW_SUCCESSORS_EXACT] = {"successors_exact", "The same, exactly.", RLB_VIEW_FIELD, 0},
    [VIEW_EMBEDDING] = {"embedding", "B of every state in the plane it varies most in, by room.",
                        RLB_VIEW_SCATTER, 0},
    [VIEW_EIGENVALUES] = {"eigenvalues", "Eigenvalues of E[B B'].", RLB_VIEW_BARS, 0},
    [VIEW_SIMILARITIES] = {"similarities", "Histogram of B(s)' B(s') over pairs of states.",
                           RLB_VIEW_BARS, 0},
    [VIEW_COVERAGE] = {"coverage", "The share of the data in every cell.", RLB_VIEW_FIELD, 0},
};
