/* What the Stats screen knows: scores of contenders, and their intervals as far as the bootstrap
 * has come. It runs in slices, so that keys are never kept waiting. */
#ifndef RLBENCH_TUI_STATS_MODEL_H
#define RLBENCH_TUI_STATS_MODEL_H

#include "judge/judge.h"
#include "tui/list.h"

/* One number with its interval. */
struct stats_number {
    size_t a, b; /* contenders; b is that one it is compared with, or SIZE_MAX: an aggregate */
    size_t task; /* of an aggregate; tasks.len: the tasks that all contenders have */
    struct stats_scores of, against; /* in the arena */
    struct stats_interval value;     /* low and high are NaN until it is ready */
    double *replicates;              /* while it is being made */
    uint32_t done;
    bool ready;
};

/* What the recipe says the runs must show: P(improvement), in number, is at least the bound. */
struct stats_gate {
    const char *text; /* "sarsa > q-learning on episode/return" */
    const char *why;  /* it cannot be met, or NULL */
    bool judged;      /* text says all, and it holds or does not; else … */
    bool holds;
    size_t number; /* … this number's lower end is held against the bound */
    double bound;
};

/* Share of runs with a score above each threshold (below, of a metric to be minimised). */
enum { STATS_THRESHOLDS = 101, STATS_PROFILE_REPLICATES = 2000 };
struct stats_profile_line {
    size_t contender;
    struct stats_scores of;       /* in the arena */
    struct stats_interval *share; /* [STATS_THRESHOLDS], in the arena; NULL until it is ready */
};

/* A line of the list: the heading of a task, or an aggregate. */
struct stats_line {
    size_t task, number; /* SIZE_MAX: the heading */
};

struct stats_model {
    struct judge judge; /* of what was read last */
    bool there;         /* there is something to show */
    char why[2000];     /* there is not */
    struct arena arena; /* of the numbers and of the runs' rows */
    VEC(struct stats_number) numbers;
    size_t num_aggregates; /* those come first */
    VEC(struct stats_line) lines;
    size_t at; /* the number that is being made */
    VEC(struct stats_gate) gates;
    VEC(struct stats_profile_line) profile;
    double thresholds[STATS_THRESHOLDS]; /* scores, ascending */
    size_t profiles_done;
    struct list list;
    /* how */
    enum stats_aggregate aggregate;
    struct stats_resampling resampling;
    const char *rule; /* of the scores, in words */
};

void stats_model_init(struct stats_model *m);
void stats_model_finish(struct stats_model *m);
/* Begins with the scores in m->judge, which are normalised already. */
void stats_model_begin(struct stats_model *m);
/* Adds a gate, after begin; the scores must live as long as m. */
void stats_model_add_gate(struct stats_model *m, const char *text, struct stats_scores of,
                          struct stats_scores against, double bound);
/* One that has too few seeds, or names nobody. */
void stats_model_add_hopeless(struct stats_model *m, const char *text, const char *why);
/* Adds one that is judged already; text says what was found. */
void stats_model_add_verdict(struct stats_model *m, const char *text, bool holds);
/* What old has computed of the very same scores in the same way is not computed again. */
void stats_model_take_over(struct stats_model *m, struct stats_model *old);
/* Whether scores are negated for computing. */
bool stats_model_is_turned(const struct stats_model *m);
/* Goes on with the bootstrap until that monotonic time; true when there is more to do. */
bool stats_model_step(struct stats_model *m, int64_t until_ns);
/* Share of the work that is done, 0 to 1. */
double stats_model_progress(const struct stats_model *m);
/* P(a improves on b), NaN when no task has scores of both. */
struct stats_interval stats_model_improvement(const struct stats_model *m, size_t a, size_t b);

/* ---- stats_profiles.c ---- */
/* Profiles over the tasks that all contenders have. */
void stats_profiles_begin(struct stats_model *m, const bool *tasks);
/* The next contender's; false when all are there. */
bool stats_profiles_step(struct stats_model *m);

/* ---- stats_gates.c ---- */
/* The gates of the recipes of these runs, after begin. */
int stats_gates_read(struct stats_model *m, struct store *s, const struct run_row *rows, size_t n,
                     struct err *e);

/* ---- stats_copy.c ---- */
enum stats_copy { COPY_MARKDOWN, COPY_LATEX, COPY_CSV };
/* The table of aggregates, and P(improvement) below it, as they are now. Owned by the caller. */
char *stats_copy_text(struct stats_model *m, enum stats_copy format);

struct look;
/* profile: it takes the place of the intervals. Draws into r, the body of the screen. */
void stats_view(struct stats_model *m, const struct look *look, bool profile, struct grid *g,
                struct rect r);

#endif
