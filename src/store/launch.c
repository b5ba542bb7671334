/* A plan into rows, and rows back into what a worker needs. */
#include "store/internal.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/sysinfo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Settings are kept as parameters under the recipe's own keys, so that one query finds everything
 * a run was made of. */
struct setting {
    const char *key;
    size_t offset, size;
    const char *const *names; /* words for small numbers, NULL: a number */
};
#define SETTING(key, field, names)                                                                 \
    {                                                                                              \
        key, offsetof(struct plan_settings, field), sizeof(((struct plan_settings *)0)->field),    \
            names                                                                                  \
    }
static const char *const on_nan_names[] = {
    [ON_NAN_STOP] = "stop", [ON_NAN_WARN] = "warn", [ON_NAN_ROLLBACK] = "rollback", NULL};
static const struct setting settings[] = {
    SETTING("budget.steps", steps, NULL),
    SETTING("budget.wall_ms", wall_ms, NULL),
    SETTING("log.every", log_every, NULL),
    SETTING("eval.every", eval_every, NULL),
    SETTING("eval.episodes", eval_episodes, NULL),
    SETTING("eval.budget", eval_budget, NULL),
    SETTING("checkpoint.every", checkpoint_every, NULL),
    SETTING("checkpoint.keep", checkpoint_keep, NULL),
    SETTING("env.lanes", lanes, NULL),
    SETTING("env.time_limit", time_limit, NULL),
    SETTING("on_nan", on_nan, on_nan_names),
    SETTING("limits.watchdog_s", watchdog_s, NULL),
    SETTING("limits.memory_bytes", memory_bytes, NULL),
};
#define NUM_SETTINGS (sizeof settings / sizeof settings[0])

#define RANKS                                                                                      \
    "ranks" /* only where there are several: how a run is spread is no part of its recipe */
#define WORLDS "eval.worlds." /* then a world's name and a parameter's, which has no '.' */

static uint64_t get_setting(const struct plan_settings *p, const struct setting *k)
{
    uint64_t wide = 0;
    uint32_t narrow = 0;
    if (k->size == sizeof wide)
        memcpy(&wide, (const char *)p + k->offset, sizeof wide);
    else {
        memcpy(&narrow, (const char *)p + k->offset, sizeof narrow);
        wide = narrow;
    }
    return wide;
}

static void set_setting(struct plan_settings *p, const struct setting *k, const char *text)
{
    uint64_t wide = strtoull(text, NULL, 10);
    for (uint32_t i = 0; k->names && k->names[i]; i++)
        if (strcmp(k->names[i], text) == 0)
            wide = i;
    uint32_t narrow = (uint32_t)wide;
    if (k->size == sizeof wide)
        memcpy((char *)p + k->offset, &wide, sizeof wide);
    else
        memcpy((char *)p + k->offset, &narrow, sizeof narrow);
}

/* A short name for people to type and for folders: a letter, then 11 of 32 letters and digits
 * without look-alikes (59 bits); the letter keeps it apart from a run's number. */
static void make_uid(char out[13])
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    uint8_t bytes[12];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(clock_mono_ns() >> (i % 4 * 8)) ^ (uint8_t)(i * 37);
    out[0] = letters[bytes[0] % 24];
    for (int i = 1; i < 12; i++)
        out[i] = letters[bytes[i] % 32];
    out[12] = '\0';
}

static int add_recipe(struct store *s, const struct plan *p, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ADD_RECIPE, e);
    if (!st)
        return ERR_INTERNAL;
    bind_text(st, 1, p->recipe_hash);
    bind_text(st, 2, p->resolved_text);
    return store_run(s, st, "cannot add the recipe", e);
}

static int add_experiment(struct store *s, const struct plan *p, int64_t now, int64_t *id,
                          struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ADD_EXPERIMENT, e);
    if (!st)
        return ERR_INTERNAL;
    bind_text(st, 1, p->name);
    bind_text(st, 2, p->describe);
    bind_text(st, 3, p->recipe_path);
    bind_text(st, 4, p->recipe_text);
    bind_text(st, 5, p->recipe_hash);
    sqlite3_bind_int64(st, 6, now);
    bind_text(st, 7, p->git_commit ? p->git_commit : "");
    if (p->git_commit && *p->git_commit)
        sqlite3_bind_int(st, 8, p->git_dirty);
    int status = store_run(s, st, "cannot add the experiment", e);
    *id = sqlite3_last_insert_rowid(s->db);
    return status;
}

static int add_param(struct store *s, int64_t run, size_t ord, const struct plan_value *v,
                     struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ADD_PARAM, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    bind_text(st, 2, v->key);
    sqlite3_bind_int64(st, 3, (int64_t)ord);
    if (v->is_num)
        bind_real(st, 4, v->num);
    bind_text(st, 5, v->text);
    bind_text(st, 6, v->source);
    return store_run(s, st, "cannot add a parameter", e);
}

static int add_params(struct store *s, int64_t run, const struct plan_run *r, struct err *e)
{
    int status = OK;
    for (size_t i = 0; i < r->num_values && status == OK; i++)
        status = add_param(s, run, i, &r->values[i], e);
    for (size_t i = 0; i < NUM_SETTINGS && status == OK; i++) {
        const struct setting *k = &settings[i];
        uint64_t value = get_setting(&r->settings, k);
        char text[32];
        snprintf(text, sizeof text, "%llu", (unsigned long long)value);
        struct plan_value v = {.key = k->key,
                               .text = k->names ? k->names[value] : text,
                               .num = (double)value,
                               .is_num = !k->names,
                               .source = "recipe"};
        status = add_param(s, run, r->num_values + i, &v, e);
    }
    for (size_t i = 0; i < r->num_choices && status == OK; i++)
        if (strncmp(r->choices[i].key, "dataset.", 8) == 0 ||
            strncmp(r->choices[i].key, "alerts.", 7) == 0 ||
            strncmp(r->choices[i].key, WORLDS, strlen(WORLDS)) == 0)
            status = add_param(s, run, r->num_values + NUM_SETTINGS + i, &r->choices[i], e);
    return status;
}

/* Names of the evaluation worlds; episodes played there carry the world's number as their kind. */
static int add_worlds(struct store *s, int64_t run, const struct plan_run *r, struct err *e)
{
    const char *last = "";
    size_t n = 0, last_len = 0;
    int status = OK;
    for (size_t i = 0; i < r->num_choices && status == OK; i++) {
        const char *key = r->choices[i].key, *name = key + strlen(WORLDS), *dot = strrchr(key, '.');
        if (strncmp(key, WORLDS, strlen(WORLDS)) != 0)
            continue;
        size_t len = (size_t)(dot - name);
        if (len == last_len && strncmp(name, last, len) == 0)
            continue;
        sqlite3_stmt *st = store_statement(s, ST_ADD_WORLD, e);
        if (!st)
            return ERR_INTERNAL;
        sqlite3_bind_int64(st, 1, run);
        sqlite3_bind_int64(st, 2, (int64_t)(2 + n++));
        sqlite3_bind_text(st, 3, name, (int)len, SQLITE_STATIC);
        status = store_run(s, st, "cannot add a world", e);
        last = name;
        last_len = len;
    }
    return status;
}

static int add_run(struct store *s, const struct plan_run *r, int64_t experiment,
                   const char *build_id, int64_t now, int64_t *id, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ADD_RUN, e);
    if (!st)
        return ERR_INTERNAL;
    char uid[13], cpu[256];
    make_uid(uid);
    bind_text(st, 1, uid);
    sqlite3_bind_int64(st, 2, experiment);
    bind_text(st, 3, r->algo->id);
    bind_text(st, 4, r->algo->version);
    bind_text(st, 5, r->algo->path);
    bind_text(st, 6, r->algo->sha256);
    bind_text(st, 7, r->env ? r->env->id : "");
    bind_text(st, 8, r->env ? r->env->version : "");
    bind_text(st, 9, r->env ? r->env->path : "");
    bind_text(st, 10, r->env ? r->env->sha256 : "");
    sqlite3_bind_int64(st, 11, (int64_t)r->seed);
    bind_text(st, 12, r->group);
    bind_text(st, 13, r->label);
    bind_text(st, 14, r->algo->step_unit);
    sqlite3_bind_int64(st, 15, (int64_t)r->settings.steps);
    sqlite3_bind_int64(st, 16, now);
    bind_text(st, 17, build_id);
    bind_text(st, 18, sysinfo_cpu_name(cpu, sizeof cpu));
    bind_text(st, 19, s->host);
    sqlite3_bind_int64(st, 20, r->trial);
    int status = store_run(s, st, "cannot add a run", e);
    *id = sqlite3_last_insert_rowid(s->db);
    if (status == OK)
        status = add_params(s, *id, r, e);
    return status == OK ? add_worlds(s, *id, r, e) : status;
}

/* The sweep, and its trials before anything is known of them. */
static int add_sweep(struct store *s, const struct plan *p, int64_t experiment, struct err *e)
{
    sqlite3_stmt *st = p->sweep ? store_statement(s, ST_ADD_SWEEP, e) : NULL;
    if (!st)
        return p->sweep ? ERR_INTERNAL : OK;
    sqlite3_bind_int64(st, 1, experiment);
    bind_text(st, 2, p->sweep);
    int status = store_run(s, st, "cannot add the sweep", e);
    for (uint32_t n = 1; status == OK && n <= p->num_groups; n++) {
        const struct trial_row t = {.n = n,
                                    .state = p->draws ? "waiting" : "drawn",
                                    .settings = "{}",
                                    .value = (double)NAN};
        status = trial_write(s, experiment, &t, e);
    }
    return status;
}

static int add_ranks(struct store *s, int64_t run, uint32_t ranks, struct err *e)
{
    enum { LAST = 1 << 20 }; /* after every other parameter */
    char text[16];
    snprintf(text, sizeof text, "%u", ranks);
    const struct plan_value v = {
        .key = RANKS, .text = text, .num = ranks, .is_num = true, .source = "--ranks"};
    return add_param(s, run, LAST, &v, e);
}

int store_add_plan(struct store *s, const struct plan *p, const char *build_id,
                   int64_t *experiment_id, int64_t *run_ids, struct err *e)
{
    int64_t now = clock_wall_us();
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    status = add_recipe(s, p, e);
    if (status == OK)
        status = add_experiment(s, p, now, experiment_id, e);
    if (status == OK)
        status = add_sweep(s, p, *experiment_id, e);
    for (size_t i = 0; i < p->runs.len && status == OK; i++) {
        status = add_run(s, &p->runs.data[i], *experiment_id, build_id, now, &run_ids[i], e);
        if (status == OK && p->ranks > 1)
            status = add_ranks(s, run_ids[i], p->ranks, e);
    }
    return scope_leave(s, status, e);
}

int store_plan_again(struct store *s, int64_t run, const char *algo_path, const char *env_path,
                     struct err *e)
{
    int status = scope_enter(s, e);
    if (status != OK)
        return status;
    char *sql = sqlite3_mprintf(
        "UPDATE run SET algo_path = %Q, env_path = %Q WHERE id = %lld;"
        "UPDATE param SET num = 0, txt = '0' WHERE run_id = %lld AND key = 'budget.wall_ms'",
        algo_path, env_path, (long long)run, (long long)run);
    status = store_exec(s, sql, e);
    sqlite3_free(sql);
    return scope_leave(s, status, e);
}

/* ---- back ---- */

static int read_job_run(struct store *s, int64_t run, struct arena *a, struct store_job *out,
                        struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_GET_JOB, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    int code = sqlite3_step(st), status = OK;
    if (code == SQLITE_ROW)
        *out = (struct store_job){.run_id = run,
                                  .uid = column_text(st, 0, a),
                                  .algo = column_text(st, 1, a),
                                  .algo_path = column_text(st, 2, a),
                                  .algo_sha256 = column_text(st, 3, a),
                                  .env = column_text(st, 4, a),
                                  .env_path = column_text(st, 5, a),
                                  .env_sha256 = column_text(st, 6, a),
                                  .database = arena_strdup(a, s->path),
                                  .seed = (uint64_t)sqlite3_column_int64(st, 7),
                                  .attempts = (uint32_t)sqlite3_column_int64(st, 8),
                                  .checkpoint_path = ""};
    else
        status = code == SQLITE_DONE
                     ? err_set(e, ERR_NOINPUT, "%s has no run %lld", s->path, (long long)run)
                     : store_fail(s, e, "cannot read a run");
    sqlite3_reset(st);
    return status;
}

static bool take_pair(struct param_row *row, const char *prefix, const char **pairs, size_t *n)
{
    size_t len = strlen(prefix);
    if (strncmp(row->key, prefix, len) != 0)
        return false;
    pairs[2 * *n] = row->key + len;
    pairs[2 * *n + 1] = row->text;
    (*n)++;
    return true;
}

static bool take_world(const struct param_row *row, struct arena *a, struct store_job *out)
{
    const char *name = row->key + strlen(WORLDS), *dot = strrchr(row->key, '.');
    if (strncmp(row->key, WORLDS, strlen(WORLDS)) != 0 || dot < name)
        return false;
    const char **at = out->worlds + 3 * out->num_worlds++;
    at[0] = arena_strndup(a, name, (size_t)(dot - name));
    at[1] = dot + 1;
    at[2] = row->text;
    return true;
}

static int read_job_params(struct store *s, int64_t run, struct arena *a, struct store_job *out,
                           struct err *e)
{
    struct param_row *rows;
    size_t n;
    int status = store_run_params(s, run, a, &rows, &n, e);
    if (status != OK)
        return status;
    out->algo_params = arena_alloc(a, (2 * n + 1) * sizeof *out->algo_params);
    out->env_params = arena_alloc(a, (2 * n + 1) * sizeof *out->env_params);
    out->worlds = arena_alloc(a, (3 * n + 1) * sizeof *out->worlds);
    out->alerts = arena_alloc(a, (n + 1) * sizeof *out->alerts);
    out->dataset_path = out->dataset_sha256 = "";
    for (size_t i = 0; i < n; i++) {
        if (take_pair(&rows[i], "algorithm.params.", out->algo_params, &out->num_algo_params) ||
            take_pair(&rows[i], "env.params.", out->env_params, &out->num_env_params) ||
            take_world(&rows[i], a, out))
            continue;
        if (strncmp(rows[i].key, "alerts.", 7) == 0)
            out->alerts[out->num_alerts++] = rows[i].text;
        if (strcmp(rows[i].key, RANKS) == 0)
            out->ranks = (uint32_t)strtoul(rows[i].text, NULL, 10);
        if (strcmp(rows[i].key, "dataset.path") == 0)
            out->dataset_path = rows[i].text;
        if (strcmp(rows[i].key, "dataset.sha256") == 0)
            out->dataset_sha256 = rows[i].text;
        for (size_t k = 0; k < NUM_SETTINGS; k++)
            if (strcmp(settings[k].key, rows[i].key) == 0)
                set_setting(&out->settings, &settings[k], rows[i].text);
    }
    return OK;
}

static int read_rollbacks(struct store *s, int64_t run, struct store_job *out, struct err *e)
{
    sqlite3_stmt *st = store_statement(s, ST_ROLLBACKS, e);
    if (!st)
        return ERR_INTERNAL;
    sqlite3_bind_int64(st, 1, run);
    int status = sqlite3_step(st) == SQLITE_ROW ? OK : store_fail(s, e, "cannot read a run");
    out->rollbacks = (uint32_t)sqlite3_column_int64(st, 0);
    out->rollback_step = (uint64_t)sqlite3_column_int64(st, 1);
    sqlite3_reset(st);
    return status;
}

int store_get_job(struct store *s, int64_t run_id, struct arena *a, struct store_job *out,
                  struct err *e)
{
    int status = read_job_run(s, run_id, a, out, e);
    if (status == OK)
        status = read_job_params(s, run_id, a, out, e);
    if (status == OK)
        status = read_rollbacks(s, run_id, out, e);
    sqlite3_stmt *st = status == OK ? store_statement(s, ST_CHECKPOINTS, e) : NULL;
    if (!st)
        return status == OK ? ERR_INTERNAL : status;
    sqlite3_bind_int64(st, 1, run_id);
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *path = column_text(st, 1, a);
        if (!file_exists(path))
            continue;
        out->checkpoint_path = path;
        out->checkpoint_step = (uint64_t)sqlite3_column_int64(st, 2);
        break;
    }
    sqlite3_reset(st);
    return OK;
}
