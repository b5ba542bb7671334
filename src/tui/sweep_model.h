/* What the Sweep screen knows: an experiment's groups, here trials, with what each came to. */
#ifndef RLBENCH_TUI_SWEEP_MODEL_H
#define RLBENCH_TUI_SWEEP_MODEL_H

#include "judge/sweep.h"
#include "tui/list.h"

struct sweep_model {
    struct sweep_results results;
    bool there;         /* all of it has been read */
    double *importance; /* [keys]; NaN: nothing can be said */
    size_t *order;      /* [groups] places in results.groups in the order the trials were planned */
    size_t key;         /* the parameter that is shown; keys.len: the best so far instead */
    struct list list;   /* of results.groups, the best first */
    char why[300];      /* there is nothing to show */
};

void sweep_model_finish(struct sweep_model *m);
/* All groups are in m->results: what follows from them. Keeps the trial under the cursor. */
void sweep_model_conclude(struct sweep_model *m, int64_t run_under_cursor);
/* The best mean among the first n + 1 trials that were planned; NaN: none has one yet. */
double sweep_model_best(const struct sweep_model *m, size_t n);
/* The best parameter by importance, to begin with. */
size_t sweep_model_first_key(const struct sweep_model *m);

struct look;
/* Draws into r, the body of the screen. */
void sweep_view(struct sweep_model *m, const struct look *look, struct grid *g, struct rect r);
/* Whether the best so far has no pane of its own and takes its turn among the parameters. */
bool sweep_view_is_narrow(int cols);

#endif
