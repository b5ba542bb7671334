/* What the Runs screen shows: lines made of the database's rows. Plain data; a test fills it by
 * hand. */
#ifndef RLBENCH_TUI_RUNS_MODEL_H
#define RLBENCH_TUI_RUNS_MODEL_H

#include "store/store.h"
#include "tui/list.h"

enum { SPARK_SAMPLES = 32 };

enum runs_sort {
    SORT_START,
    SORT_STATE,
    SORT_RECIPE,
    SORT_ALGORITHM,
    SORT_WORLD,
    SORT_DONE,
    SORT_LAST,
    SORT_SPEED,
    SORT_COUNT
};
extern const char *const runs_sort_names[SORT_COUNT];

/* One line: a run, or the seeds of one bundle (same experiment, same group). */
struct runs_line {
    const struct run_row *first;       /* one that speaks for all of them */
    const struct run_row *const *runs; /* newest seed last */
    size_t num_runs;
    const char *label, *brief; /* its group among those of its experiment in the list */
    enum run_state state;      /* the liveliest of them */
    double done;               /* 0 to 1, NaN: no budget of steps */
    double eta_s;              /* NaN: none */
    double last;               /* mean over seeds */
    double speed;              /* steps/s of all that run */
    int64_t ended_us;          /* of the last one to end, 0: not all have */
    bool marked;
    int num_spark; /* -1: not read yet */
    double spark[SPARK_SAMPLES];
};

struct runs_model {
    struct arena arena; /* of rows and lines */
    struct run_row *rows;
    size_t num_rows;
    VEC(struct runs_line) lines;
    VEC(int64_t) marks; /* ids of runs */
    struct list list;
    enum runs_sort sort;
    bool reverse, bundle, archived;
    char filter[512];                        /* "" when there is none */
    int recipe_cols, label_cols, brief_cols; /* the widest; labels with their seeds */
};

void runs_model_init(struct runs_model *m);
void runs_model_finish(struct runs_model *m);
/* Makes the lines of rows, which lie in owner: emptied, as the model keeps them. The cursor stays
 * on its run, sparklines of runs that have not moved are kept. */
void runs_model_set_rows(struct runs_model *m, struct arena *owner, struct run_row *rows, size_t n);
/* Again, after sort, reverse, bundle or marks have changed. */
void runs_model_arrange(struct runs_model *m);
/* The line under the cursor, NULL when there is none. */
struct runs_line *runs_model_current(struct runs_model *m);
void runs_model_toggle_mark(struct runs_model *m);
/* "×10", or "seed 4" of a run alone; returns out. */
char *runs_seeds(const struct runs_line *l, char *out, size_t size);

struct app;
/* What is marked on the Runs screen; lives as long as the marks stay. */
const int64_t *runs_marked(const struct app *a, size_t *n);

struct look;
/* Draws into r, the body of the screen. */
void runs_view(struct runs_model *m, const struct look *look, struct grid *g, struct rect r);

#endif
