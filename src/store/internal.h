/* Between the files of the store; nobody else includes this (tests of the store do). */
#ifndef RLBENCH_STORE_INTERNAL_H
#define RLBENCH_STORE_INTERNAL_H

#include "store/store.h"

#include <sqlite3.h>

#define STORE_APPLICATION_ID 0x524C426E /* "RLBn", bytes 68..71 of the file */
#define STORE_BUSY_MS 5000

/* ---- schema and migrations (schema.c, migrate.c) ---- */
struct migration {
    const char *what;
    const char *sql[3]; /* run in order, NULL: no more */
};
/* Row i leads from version i to i + 1; store_schema_version is the number of rows. Both are
 * variables so that a test can append a step. */
extern const struct migration *store_migrations;
extern int store_schema_version;
int store_migrate(struct store *s, struct err *e);
/* Reads application_id and user_version and says what the file is: OK with *version (0: an empty
 * file), else ERR_DATA. */
int store_identify(struct store *s, int *version, struct err *e);

/* ---- cached statements (statement.c) ---- */
enum statement {
#define STATEMENT(name, sql) ST_##name,
#include "store/statements.def"
#undef STATEMENT
    ST_NUM
};

/* ---- summaries, kept in memory between commits (summary.c) ---- */
struct summary {
    int64_t run, metric;
    uint32_t ord, goal;
    uint64_t n, nan_n, inf_n, first_step, last_step, best_step;
    double last, best, mean, m2; /* mean and m2 (sum of squared deviations): of the finite values */
    bool has_best, dirty, stale; /* stale: rebuild from the points before writing */
};
struct run_cache {
    int64_t run;
    uint32_t attempt; /* the newest */
    uint64_t eval_every;
    int64_t progress_us; /* of the newest row of progress that this writer made */
    bool headline_known;
};
struct summaries {
    VEC(struct summary) rows;
    uint32_t *slots; /* hash table of row index + 1 */
    size_t num_slots;
    VEC(struct run_cache) runs;
};
/* One more visible point. Points come in the order of their steps. */
void summary_add(struct summary *m, uint64_t step, double value);
/* What the writer remembers of a run; valid until the next call. ERR_NOINPUT when there is no such
 * run. */
int summaries_run(struct store *s, int64_t run, struct run_cache **out, struct err *e);
int summaries_get(struct store *s, int64_t run, int64_t metric, uint32_t ord, struct summary **out,
                  struct err *e);
/* Marks the summaries of a run that reach beyond this step for rebuilding. */
int summaries_mark_stale(struct store *s, int64_t run, uint64_t beyond, struct err *e);
void summaries_forget(struct store *s);
int summaries_flush(struct store *s, struct err *e);

/* ---- a connection ---- */
struct store {
    sqlite3 *db;
    char *path; /* absolute */
    bool writable, disk_full;
    bool in_batch; /* between store_begin and store_commit or store_rollback */
    bool broken;   /* a call of this batch failed: it cannot be committed any more */
    char host[256];
    sqlite3_stmt *cached[ST_NUM];
    sqlite3_stmt *insert[2]; /* one point, many points (points.c) */
    struct summaries summaries;
    uint64_t random; /* jitter of the busy handler */
    int64_t busy_since_us;
};

/* The statement, reset and ready to bind; NULL with *e set when it cannot be prepared. */
sqlite3_stmt *store_statement(struct store *s, enum statement which, struct err *e);
/* Records what SQLite says about the last call as our error: "<what>: …". */
int store_fail(struct store *s, struct err *e, const char *what);
/* Runs a statement that gives no row and resets it. */
int store_run(struct store *s, sqlite3_stmt *st, const char *what, struct err *e);
int store_exec(struct store *s, const char *sql, struct err *e);
/* ---- transactions (transaction.c) ---- */
int store_transaction(struct store *s, struct err *e); /* BEGIN IMMEDIATE */
void store_abandon(struct store *s);                   /* ROLLBACK, if there is anything to */
/* Around every write: outside of a batch they make it a transaction of its own. scope_leave takes
 * the status so far and returns the final one; it must follow a scope_enter that gave OK. */
int scope_enter(struct store *s, struct err *e);
int scope_leave(struct store *s, int status, struct err *e);

/* Writes a trial inside a scope (trial.c). */
int trial_write(struct store *s, int64_t experiment, const struct trial_row *t, struct err *e);

void bind_text(sqlite3_stmt *st, int i, const char *text);
void bind_real(sqlite3_stmt *st, int i, double value); /* NaN: NULL */
const char *column_text(sqlite3_stmt *st, int i, struct arena *a);
double column_real(sqlite3_stmt *st, int i); /* NULL: NaN */

/* ---- opening (open.c) ---- */
/* For reading, of whatever schema. */
int store_open_as_is(const char *path, struct store **out, int *version, struct err *e);
/* "file:<path>?<options>" for SQLite; free with sqlite3_free. */
char *store_uri(const char *path, const char *options);

/* ---- curves (read.c) ---- */
/* Up to which step the points of each attempt are visible. Finish with vec_finish(&v.to). */
struct visible {
    VEC(int64_t) to; /* of attempt i + 1; -1 for one that is not there */
};
int visible_read(struct store *s, int64_t run, struct visible *v, struct err *e);
bool visible_has(const struct visible *v, int64_t step, size_t attempt);
void curve_push(struct curve *c, uint64_t step, double value);

/* ---- lists (list.c, filter.c) ---- */
struct filter;
int filter_parse(const char *text, struct arena *a, struct filter **out, struct err *e);
void filter_finish(struct filter *f);
bool filter_accepts(struct store *s, struct filter *f, const struct run_row *row);

/* Replaced by a test; sysinfo_is_network_fs otherwise. */
extern bool (*store_is_network_fs)(const char *path);

#endif
