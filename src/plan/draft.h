/* Inside src/plan: a recipe on its way to a plan. Each file of the folder takes the draft one step
 * further: players, file, set, seeds, sweep, resolve, label, emit. */
#ifndef RLBENCH_PLAN_DRAFT_H
#define RLBENCH_PLAN_DRAFT_H

#include "plan/keys.h"
#include "plan/plan.h"

/* A value somebody gave for a key. */
struct given {
    const char *key; /* whole dotted path */
    const char *text;
    struct mark key_at, at; /* in the file */
    const char *origin;     /* "--set alpha=x", NULL: the file */
    const char *source;     /* for struct plan_value */
};
struct givens {
    struct given *data;
    size_t len, cap;
};

/* What one entry of the sweep gives. A recipe without a sweep has one, empty. */
struct variant {
    const char *label; /* as given, NULL: derived */
    struct mark at;    /* of the label */
    struct given *givens;
    size_t num_givens;
};

/* A desc's parameter keys with their prefix, made once. */
struct desc_keys {
    const struct desc *desc;
    const char **keys;
};

/* What no recipe can do without. */
enum draft_section { SECTION_ALGORITHM, SECTION_ENV, SECTION_BUDGET };

/* A parameter of an evaluation world. */
struct world_value {
    const char *world, *key; /* "windy", "eval.worlds.windy.wind" */
    struct given given;      /* its key: the parameter's name alone */
};

struct draft {
    struct recipe *recipe;
    const struct registry *registry;
    struct plan *plan;
    struct arena *arena; /* of the plan */
    const char *duration;
    struct givens file, sets;
    VEC(const struct desc *) players; /* algorithms and environments that some run may use */
    VEC(const char *) names[2];       /* what they were called, by enum desc_kind, known or not */
    const struct node *sweep, *seeds; /* of the file, or NULL */
    struct mark sweep_at, seeds_at;
    bool is_list;              /* the sweep lists its runs */
    const char *metric, *goal; /* of the sweep, or NULL */
    bool unclear[3];           /* by enum draft_section: something there is wrong or misspelt */
    VEC(struct world_value) worlds; /* those of one world stand together */
    struct mark worlds_at;
    VEC(struct plan_value) alerts; /* "alerts.1", "stop: episode/return < -100" */
    VEC(struct variant) variants;
    VEC(const char *) swept;   /* keys, in order */
    struct adaptive *adaptive; /* of a sweep that goes by results (adaptive.c), else NULL */
    VEC(uint64_t) seed_values;
    VEC(struct mark) seed_marks; /* of each value, when it stands in the file */
    VEC(struct desc_keys) desc_keys;
};

/* An error about a given: at its place in the file, or at the option it came from. */
void given_error(struct draft *d, const struct given *g, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void draft_warn(struct draft *d, struct mark at, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
const struct given *givens_find(const struct given *g, size_t n, const char *key);
/* Where a value came from, for struct plan_value. */
const char *draft_source(struct draft *d, struct mark at, bool swept);
/* True for a value left out: nothing, ~ or null. */
bool node_is_nothing(const struct node *n);
const char *node_kind_name(const struct node *n); /* "a list", "a mapping", "text" */
/* The place of a key in a mapping, {1, 1, 0} when it is not there. */
struct mark node_key_mark(const struct node *m, const char *key);

/* hint.c */
/* Full paths that a last component may mean ("alpha", "steps", "algorithm"); at most max. */
size_t paths_of(const struct draft *d, const char *name, const char **out, size_t max);
/* Hint for an unknown key at prefix ("" at the top); NULL when there is nothing to say. */
const char *hint_unknown_key(struct draft *d, const char *prefix, const char *key);
/* "did you mean alpha? (real, 1e-6 to 1, default 0.1: step size)" for a full path nobody knows. */
const char *hint_unknown_path(struct draft *d, const char *path);
/* The same for a path that is known, NULL when there is nothing to say. */
const char *hint_about_path(struct draft *d, const char *path);
/* "real, 1e-6 to 1, default 0.1: step size" */
const char *hint_about(struct draft *d, const rlb_param *p);
const char *hint_about_key(struct draft *d, const struct plan_key *k);
const char *hint_unknown_desc(struct draft *d, enum desc_kind kind, const char *id);
const char *hint_join(struct draft *d, const char *const *words, size_t n, const char *last);

/* players.c */
void draft_find_players(struct draft *d, const char *const *sets, size_t num_sets);
/* Kind and parameter name of "algorithm.params.x" / "env.params.x"; false for other paths. */
bool path_is_param(const char *path, enum desc_kind *kind, const char **name);
const char *kind_word(enum desc_kind kind); /* "algorithm", "env" */
/* Complains when none of the players has the parameter g is about; true when it is known or nothing
 * can be said because the player itself is unknown. */
bool check_param_known(struct draft *d, const struct given *g);
const char **param_keys(struct draft *d, const struct desc *desc);

/* file.c */
/* Notes that what stands at path may have been meant for a section: then nobody needs to hear that
 * the section is missing. */
void draft_doubt(struct draft *d, const char *path);
void draft_read_file(struct draft *d);
/* set.c */
void draft_read_sets(struct draft *d, const char *const *sets, size_t num_sets);
/* seeds.c */
void draft_read_seeds(struct draft *d, const char *override);
/* sweep.c */
void draft_read_sweep(struct draft *d);
/* adaptive.c */
void draft_check_adaptive(struct draft *d, const struct plan_run *groups, size_t n);
/* The sweep draws the values of its trials itself. */
bool draft_draws(const struct draft *d);
/* The trials of an adaptive sweep in place of n resolved groups; sets the plan's spec. */
struct plan_run *draft_make_trials(struct draft *d, const struct plan_run *groups, size_t *n);
void draft_emit_early(const struct draft *d, struct buf *out);
void draft_emit_bayes(const struct draft *d, struct buf *out);
void draft_finish_adaptive(struct draft *d);
/* group.c: what makes a group, a line for each key. */
void draft_group_text(const struct plan_run *run, struct buf *out);
/* resolve.c: one run of a variant without seed, group hash and label; false after complaints. */
bool draft_resolve(struct draft *d, const struct variant *v, struct plan_run *out, struct err *e);
/* dataset.c: the file that a given names; a path in the recipe starts from its folder. */
const char *draft_locate(struct draft *d, const struct given *g);
/* table.c: the table in the file that g names, "@FILE"; NULL after a complaint. */
const char *draft_read_table(struct draft *d, const struct given *g);
/* Adds the choices, or complains. Either given may be NULL. */
void draft_resolve_dataset(struct draft *d, const struct given *path, const struct given *sha256,
                           struct plan_run *run);
/* worlds.c */
void draft_read_worlds(struct draft *d, const struct node *list, struct mark at);
/* Adds the choices eval.worlds.NAME.PARAMETER, or complains. */
void draft_resolve_worlds(struct draft *d, struct plan_run *run);
/* The list as it stands in the resolved recipe, below "eval:". */
void draft_emit_worlds(const struct draft *d, const struct plan_run *run, struct buf *out);
/* alerts.c */
void draft_read_alerts(struct draft *d, const struct node *list);
void draft_emit_alerts(const struct draft *d, struct buf *out);
/* gates.c */
void draft_read_gates(struct draft *d, const struct node *list);
/* That the names mean some of the groups. */
void draft_check_gates(struct draft *d, const struct plan_run *groups, size_t n);
void draft_emit_gates(const struct draft *d, struct buf *out);
/* emit.c */
void draft_label(struct draft *d, struct plan_run *groups, size_t n);
/* The shortest name that only one swept key has: alpha, or algorithm.alpha. */
const char *draft_short_name(struct draft *d, const char *key);
void draft_emit(struct draft *d, const struct plan_run *groups, size_t n, struct buf *out);
/* The value of a key of a run, NULL when it has none. */
const struct plan_value *run_value(const struct plan_run *r, const char *key);

#endif
