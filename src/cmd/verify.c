/* rlbench verify: the same run again from what the database knows of it, and whether it measures
 * the same. */
#include "cmd/verify.h"

#include "cmd/progress.h"
#include "cmd/runs.h"
#include "cmd/table.h"

#include "base/file.h"
#include "module/registry.h"
#include "store/merge.h"
#include "supervisor/supervisor.h"

#include <ftw.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct opt opts[] = {
    {"keep", 0, NULL, "leave the second run's database where it was made, and say where"},
    {"quiet", 'q', NULL, "no progress, only the verdict"},
    {"json", 0, NULL, "one JSON object"},
    {NULL, 0, NULL, NULL},
};

struct verify {
    const struct cli *cli;
    struct arena arena;
    struct store *store; /* where the run is */
    struct run_row then;
    char *folder, *database; /* of the second run */
    struct store *scratch;
    struct run_row now;
    uint64_t reached; /* the last step at which it measured something */
    bool whole;       /* it ended by itself: its digest is that of all it could measure */
    struct comparison comparison;
    struct changes changes;
};

/* ---- what there is to verify ---- */

static int is_verifiable(struct verify *v, struct store_job *job, struct err *e)
{
    const struct run_row *r = &v->then;
    if ((r->state == RUN_QUEUED || r->state == RUN_RUNNING || r->state == RUN_PAUSED) &&
        r->attempts)
        return err_set(e, ERR_DATA, "run %s is %s: it can be verified when it has ended", r->uid,
                       run_state_name(r->state));
    struct metric_row *rows;
    size_t n;
    int status = store_run_metrics(v->store, r->id, &v->arena, &rows, &n, e);
    if (status == OK && n == 0)
        return err_set(e, ERR_DATA, "run %s has measured nothing", r->uid);
    for (size_t i = 0; i < n && status == OK; i++)
        v->reached = rows[i].last_step > v->reached ? rows[i].last_step : v->reached;
    if (status == OK)
        status = store_get_job(v->store, r->id, &v->arena, job, e);
    if (status != OK)
        return status;
    bool by_time = job->settings.wall_ms && (!r->total_steps || r->steps < r->total_steps);
    v->whole = r->state == RUN_DONE && !by_time;
    return OK;
}

/* ---- its plugins: the very file, else one with the same content, else one of the same name ----
 */

static int find_plugin(const struct registry *reg, enum desc_kind kind, const char *id,
                       const char *sha256, const char **path, struct err *e)
{
    char now[65];
    if (file_sha256(*path, now, NULL) == OK && strcmp(now, sha256) == 0)
        return OK;
    const struct desc *d = registry_find(reg, kind, id);
    bool there = file_exists(*path);
    if (d && (!there || strcmp(d->sha256, sha256) == 0))
        *path = d->path;
    else if (!there)
        return err_set(e, ERR_PLUGIN,
                       "the %s '%s' is not there any more: neither %s, nor in the "
                       "folders of plugins",
                       kind == DESC_ALGORITHM ? "algorithm" : "environment", id, *path);
    return OK;
}

static int find_plugins(struct verify *v, struct store_job *job, struct err *e)
{
    struct registry reg = {0};
    int status = registry_load(&reg, cli_get(v->cli, "plugin-path"), e);
    if (status == OK)
        status = find_plugin(&reg, DESC_ALGORITHM, job->algo, job->algo_sha256, &job->algo_path, e);
    if (status == OK && *job->env)
        status = find_plugin(&reg, DESC_ENVIRONMENT, job->env, job->env_sha256, &job->env_path, e);
    job->algo_path = arena_strdup(&v->arena, job->algo_path);
    job->env_path = arena_strdup(&v->arena, job->env_path);
    registry_finish(&reg);
    return status;
}

/* ---- again ---- */

static int make_scratch(struct verify *v, struct store_job *job, struct err *e)
{
    const char *tmp = getenv("TMPDIR");
    struct merge_result merged;
    const struct merge_options plan = {.runs = &v->then.id, .num_runs = 1, .as_planned = true};
    struct store *s = NULL;
    v->folder = mem_printf("%s/rlbench-verify-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(v->folder)) {
        int status = err_sys(e, ERR_CANTCREAT, "%s", v->folder);
        free(v->folder);
        v->folder = NULL;
        return status;
    }
    v->database = mem_printf("%s/verify.db", v->folder);
    int status = store_open_write(v->database, &s, e);
    if (status == OK)
        status = store_merge(s, store_path(v->store), &plan, &merged, e);
    if (status == OK)
        status = store_find_run(s, v->then.uid, &v->arena, &v->now, e);
    if (status == OK)
        status = store_plan_again(s, v->now.id, job->algo_path, job->env_path, e);
    store_close(s);
    return status;
}

static int run_again(struct verify *v, struct err *e)
{
    bool quiet = cli_has(v->cli, "quiet") || cli_has(v->cli, "json");
    struct progress progress;
    struct err why = ERR_INIT;
    const struct supervisor_options o = {.database = v->database,
                                         .runs = &v->now.id,
                                         .num_runs = 1,
                                         .jobs = 1,
                                         .stop_after = v->whole ? 0 : v->reached,
                                         .progress = progress_show,
                                         .ctx = &progress};
    progress_init(&progress, quiet, false, false);
    int status = supervisor_run(&o, &why);
    progress_finish(&progress);
    /* A run that failed fails again: that is for the comparison to judge. */
    if (status != OK && status != ERR_FAILED)
        return err_set(e, status, "%s", why.text[0] ? why.text : "interrupted");
    status = store_open_read(v->database, &v->scratch, e);
    if (status == OK)
        status = store_find_run(v->scratch, v->then.uid, &v->arena, &v->now, e);
    if (status == OK && v->now.steps == 0 && v->now.state == RUN_FAILED)
        return err_set(e, v->now.exit_code ? v->now.exit_code : ERR_FAILED,
                       "it cannot be run again: %s", v->now.message);
    return status;
}

static int compare(struct verify *v, struct err *e)
{
    int status = comparison_make(v->store, v->then.id, v->scratch, v->now.id, !v->whole, &v->arena,
                                 &v->comparison, e);
    if (status == OK)
        status =
            changes_find(v->store, v->then.id, v->scratch, v->now.id, &v->arena, &v->changes, e);
    if (v->whole && v->comparison.equal) /* the digest also sees an order and what was superseded */
        v->comparison.equal = strcmp(v->then.digest, v->now.digest) == 0;
    return status;
}

/* ---- the verdict ---- */

static const char *value_text(double value, char *out, size_t size)
{
    snprintf(out, size, "%.17g", value);
    return out;
}

static void print_why(struct verify *v)
{
    const struct comparison *c = &v->comparison;
    char then[32], now[32];
    if (*c->metric)
        printf("  first at step %" PRIu64 " of %s: %s then, %s now\n", c->step, c->metric,
               c->missing && isnan(c->then) ? "nothing" : value_text(c->then, then, sizeof then),
               c->missing && isnan(c->now) ? "nothing" : value_text(c->now, now, sizeof now));
    if (v->changes.rows.len == 0 && !c->equal)
        puts("  nothing is known to have changed: a plugin, or rlbench, is not deterministic");
    for (size_t i = 0; i < v->changes.rows.len; i++) {
        const struct change *x = &v->changes.rows.data[i];
        const char *was = *x->then ? x->then : "none", *is = *x->now ? x->now : "none";
        if (strcmp(x->key, "parameter") == 0)
            printf("  changed: %s\n", text_printable(&v->arena, x->then));
        else
            printf("  changed: %s: %s then, %s now\n", x->key, text_printable(&v->arena, was),
                   text_printable(&v->arena, is));
    }
}

static void print_text(struct verify *v)
{
    const struct run_row *r = &v->then;
    const struct comparison *c = &v->comparison;
    printf("run %" PRId64 " (%s, %s, seed %" PRIu64 "): ", r->id, r->uid, r->experiment, r->seed);
    if (c->equal && v->whole)
        printf("equal: digest %.12s again, %" PRIu64 " points\n", r->digest, c->points);
    else if (c->equal)
        printf("equal as far as it went: %" PRIu64 " points up to step %" PRIu64 "\n", c->points,
               v->reached);
    else if (v->whole)
        printf("different: digest %.12s then, %.12s now\n", r->digest, v->now.digest);
    else
        printf("different: %" PRIu64 " points are equal\n", c->points);
    print_why(v);
}

static void print_json(struct verify *v)
{
    const struct comparison *c = &v->comparison;
    json_t *o = json_object(), *changed = json_array();
    json_object_set_new(o, "v", json_integer(1));
    json_object_set_new(o, "run", json_integer(v->then.id));
    json_object_set_new(o, "uid", json_string(v->then.uid));
    json_object_set_new(o, "equal", json_boolean(c->equal));
    json_object_set_new(o, "whole", json_boolean(v->whole));
    json_object_set_new(o, "points", json_integer((json_int_t)c->points));
    json_object_set_new(o, "digest_then", json_string(v->then.digest));
    json_object_set_new(o, "digest_now", json_string(v->now.digest));
    if (*c->metric) {
        json_t *first = json_object();
        json_object_set_new(first, "metric", json_string(c->metric));
        json_object_set_new(first, "step", json_integer((json_int_t)c->step));
        json_object_set_new(first, "then", json_number(c->then));
        json_object_set_new(first, "now", json_number(c->now));
        json_object_set_new(o, "first", first);
    }
    for (size_t i = 0; i < v->changes.rows.len; i++) {
        const struct change *x = &v->changes.rows.data[i];
        json_t *row = json_object();
        json_object_set_new(row, "key", json_string(x->key));
        json_object_set_new(row, "then", json_string(x->then));
        json_object_set_new(row, "now", json_string(x->now));
        json_array_append_new(changed, row);
    }
    json_object_set_new(o, "changed", changed);
    json_print(o);
}

/* ---- all of it ---- */

static int unlink_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static void finish(struct verify *v)
{
    store_close(v->scratch);
    store_close(v->store);
    if (v->folder && cli_has(v->cli, "keep"))
        fprintf(stderr, "kept: %s\n", v->database);
    else if (v->folder)
        nftw(v->folder, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
    vec_finish(&v->changes.rows);
    free(v->folder);
    free(v->database);
    arena_finish(&v->arena);
}

static int run(struct cli *c, struct err *e)
{
    struct verify v = {.cli = c};
    struct store_job job;
    int status = cli_open_store(c, &v.store, e);
    if (status == OK)
        status = cli_find_run(c, v.store, &v.arena, &v.then, e);
    if (status == OK)
        status = is_verifiable(&v, &job, e);
    if (status == OK)
        status = find_plugins(&v, &job, e);
    if (status == OK)
        status = make_scratch(&v, &job, e);
    if (status == OK)
        status = run_again(&v, e);
    if (status == OK)
        status = compare(&v, e);
    if (status == OK && cli_has(c, "json"))
        print_json(&v);
    else if (status == OK)
        print_text(&v);
    if (status == OK && !v.comparison.equal)
        status = ERR_FAILED;
    finish(&v);
    return status;
}

const struct verb verb_verify = {
    .name = "verify",
    .args = "RUN",
    .doc = "run it again from the database alone and compare what it measures",
    .examples = "rlbench verify @last\n"
                "rlbench verify k3f --json      equal or not, where first, and what changed\n",
    .opts = opts,
    .run = run,
};
