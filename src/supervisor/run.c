#include "supervisor/internal.h"

#include "base/file.h"
#include "base/sysinfo.h"
#include "worker/worker.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void run_init(struct run *r, int64_t id)
{
    *r = (struct run){.id = id, .state = RUN_QUEUED};
    wire_link_init(&r->link, -1);
    lines_init(&r->lines, -1);
}

void run_finish(struct run *r)
{
    wire_link_finish(&r->link);
    lines_finish(&r->lines);
    batch_finish(&r->batch);
    arena_finish(&r->arena);
    vec_finish(&r->metrics);
    vec_finish(&r->metric_ids);
    buf_finish(&r->views);
    alerts_finish(r);
    vec_finish(&r->alerts);
    free(r->folder);
    free(r->verdict.text);
}

bool run_is_live(const struct run *r)
{
    return r->pid > 0;
}

bool run_is_over(const struct run *r)
{
    return !run_is_live(r) && r->state != RUN_QUEUED && r->state != RUN_PAUSED;
}

void run_send(struct run *r, enum wire_type type, const void *msg)
{
    if (r->link.fd >= 0) {
        wire_send(&r->link, type, msg);
        wire_flush(&r->link, NULL); /* the rest goes when poll says so */
    }
}

void run_event(struct supervisor *s, struct run *r, int level, const char *kind, const char *fmt,
               ...)
{
    char text[RUN_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    batch_event(&r->batch, r->status.step, level, kind, text);
    const struct wire_event event = {.run = (uint64_t)r->id,
                                     .step = r->status.step,
                                     .level = (uint32_t)level,
                                     .kind = kind,
                                     .text = text};
    control_forward(s, r->id, WIRE_EVENT, &event);
}

void run_set_state(struct supervisor *s, struct run *r, enum run_state state)
{
    r->state = state;
    const struct run_update u = {.set = RU_STATE | RU_STEPS | RU_SPEED,
                                 .state = state,
                                 .steps = r->status.step,
                                 .env_steps = r->status.env_steps,
                                 .steps_per_s = state == RUN_RUNNING ? r->status.steps_per_s : 0};
    batch_update(&r->batch, &u);
    s->commit_now = true;
}

/* ---- starting ---- */

/* The newest checkpoint whose file is there and unharmed; step 0 and "" when there is none. */
static int pick_checkpoint(struct supervisor *s, struct run *r, const char **path, uint64_t *step,
                           struct err *e)
{
    struct artifact_row *rows = NULL;
    size_t n = 0;
    *path = "";
    *step = 0;
    if (r->job.attempts == 0)
        return OK;
    int status = store_run_artifacts(s->store, r->id, &r->arena, &rows, &n, e);
    while (n-- > 0) { /* in the order they were saved */
        struct err why = ERR_INIT;
        char sha[65];
        if (strcmp(rows[n].kind, "checkpoint") != 0)
            continue;
        if (file_sha256(rows[n].path, sha, &why) == OK && strcmp(sha, rows[n].sha256) == 0) {
            *path = rows[n].path;
            *step = rows[n].step;
            break;
        }
        run_event(
            s, r, RLB_LOG_WARN, "checkpoint", "the checkpoint of step %llu cannot be used: %s",
            (unsigned long long)rows[n].step, why.text[0] ? why.text : "its content has changed");
    }
    return status;
}

static void check_plugin(struct supervisor *s, struct run *r, const char *path, const char *sha256)
{
    char sha[65];
    if (path && *path && sha256 && *sha256 && file_sha256(path, sha, NULL) == OK &&
        strcmp(sha, sha256) != 0)
        run_event(s, r, RLB_LOG_WARN, "plugin",
                  "%s has changed since this run was made; its results may differ", path);
}

static struct wire_bytes pack(struct buf *b, const char **texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wire_pack_text(b, texts[i]);
    return (struct wire_bytes){b->data, b->len};
}

static void send_job(struct run *r, const char *checkpoint)
{
    const struct store_job *j = &r->job;
    const struct plan_settings *p = &j->settings;
    struct buf algo = {0}, env = {0}, worlds = {0};
    const struct wire_job job = {
        .run = (uint64_t)r->id,
        .uid = j->uid,
        .attempt = r->attempt,
        .algo_path = j->algo_path,
        .algo = j->algo,
        .env_path = j->env_path,
        .env = j->env,
        .algo_params = pack(&algo, j->algo_params, 2 * j->num_algo_params),
        .env_params = pack(&env, j->env_params, 2 * j->num_env_params),
        .seed = j->seed,
        .steps = p->steps,
        .wall_ms = p->wall_ms,
        .log_every = p->log_every,
        .eval_every = p->eval_every,
        .eval_episodes = p->eval_episodes,
        .checkpoint_every = p->checkpoint_every,
        .lanes = p->lanes,
        .time_limit = p->time_limit,
        .on_nan = p->on_nan,
        .folder = r->folder,
        .resume_from = checkpoint,
        .dataset = j->dataset_path,
        .dataset_sha256 = j->dataset_sha256,
        .eval_budget = p->eval_budget,
        .rollback = r->job.rollbacks && r->job.rollback_step == r->status.step ? r->rollbacks : 0,
        .eval_worlds = pack(&worlds, j->worlds, 3 * j->num_worlds),
    };
    run_send(r, WIRE_JOB, &job);
    buf_finish(&algo);
    buf_finish(&env);
    buf_finish(&worlds);
}

/* What is left of an earlier attempt of this run. */
static void forget_attempt(struct run *r)
{
    arena_finish(&r->arena);
    r->metrics.len = r->metric_ids.len = 0;
    buf_clear(&r->views);
    r->ready = r->done = r->killed = r->gone = r->saved = false;
    r->silent_ns = r->dying_ns = 0;
    r->status = (struct wire_status){.run = (uint64_t)r->id};
}

/* Told when the attempt begins: a supervisor that is killed before finds the run as it diverged,
 * and one that is killed after finds where it went back to. */
static void note_rollback(struct supervisor *s, struct run *r, uint64_t step)
{
    r->rollbacks = r->job.rollbacks;
    if (r->rolls_back) {
        r->job.rollbacks = ++r->rollbacks;
        r->job.rollback_step = step;
        run_event(s, r, RLB_LOG_WARN, "rollback",
                  "goes back to the checkpoint of step %llu and on with other episodes (%u of %d)",
                  (unsigned long long)step, r->rollbacks, ROLLBACKS_MAX);
    }
    r->rolls_back = false;
}

static int start(struct supervisor *s, struct run *r, struct err *e)
{
    const char *checkpoint;
    uint64_t step;
    struct spawned worker;
    forget_attempt(r);
    int status = store_get_job(s->store, r->id, &r->arena, &r->job, e);
    if (status == OK)
        status = pick_checkpoint(s, r, &checkpoint, &step, e);
    if (status != OK)
        return status;
    if (r->job.settings.memory_bytes == 0)
        r->job.settings.memory_bytes = s->memory_bytes / (r->job.ranks > 1 ? r->job.ranks : 1);
    r->attempt = r->job.attempts + 1;
    r->status.step = step;
    r->status.total = r->job.settings.steps;
    free(r->folder);
    r->folder = place_run_folder(s->database, r->job.uid);
    check_plugin(s, r, r->job.algo_path, r->job.algo_sha256);
    check_plugin(s, r, r->job.env_path, r->job.env_sha256);
    if ((status = file_mkdirs(r->folder, e)) != OK ||
        (status = spawn_worker(r->job.settings.memory_bytes, r->job.ranks, &worker, e)) != OK)
        return status;
    note_rollback(s, r, step);
    alerts_start(s, r);
    r->pid = worker.pid;
    wire_link_init(&r->link, worker.wire_fd);
    lines_init(&r->lines, worker.stderr_fd);
    send_job(r, checkpoint);
    batch_attempt(&r->batch, r->attempt, step, checkpoint);
    control_watch_again(s, r);
    return OK;
}

bool run_start(struct supervisor *s, struct run *r, bool others)
{
    struct err e = ERR_INIT;
    int status = start(s, r, &e);
    if (status == ERR_BUSY && others)
        return false;
    if (status != OK) {
        run_abort(s, r, RUN_FAILED, status, "failed", e.text);
        return true;
    }
    run_set_state(s, r, RUN_RUNNING);
    if (r->attempt == 1)
        run_event(s, r, RLB_LOG_INFO, "started", "started");
    else
        run_event(s, r, RLB_LOG_INFO, "started", "attempt %u, from step %llu", r->attempt,
                  (unsigned long long)r->status.step);
    return true;
}

/* ---- asking it for something ---- */

void run_pause(struct supervisor *s, struct run *r, enum pause_reason why)
{
    bool running = r->pauses == 0;
    if (run_is_over(r) || (why == PAUSE_STORAGE && !run_is_live(r)))
        return;
    r->pauses |= why;
    if (run_is_live(r) && running)
        run_send(r, WIRE_PAUSE, NULL);
    else if (!run_is_live(r) && r->state == RUN_QUEUED)
        run_set_state(s, r, RUN_PAUSED);
}

void run_continue(struct supervisor *s, struct run *r, enum pause_reason why)
{
    bool paused = r->pauses != 0;
    r->pauses &= ~(unsigned)why;
    if (!paused || r->pauses != 0)
        return;
    if (run_is_live(r))
        run_send(r, WIRE_CONTINUE, NULL);
    else if (r->state == RUN_PAUSED)
        run_set_state(s, r, RUN_QUEUED);
}

void run_stop(struct supervisor *s, struct run *r, bool now)
{
    char text[128];
    bool asked = r->stop_wanted;
    if (run_is_over(r))
        return;
    r->stop_wanted = true;
    if (!run_is_live(r)) {
        run_abort(s, r, RUN_STOPPED, OK, "stopped",
                  r->attempt ? "stopped while it waited" : "stopped before it started");
    } else if (now) {
        snprintf(text, sizeof text,
                 "stopped at once after step %llu; it can go on from its last "
                 "checkpoint",
                 (unsigned long long)r->status.step);
        run_abort(s, r, RUN_STOPPED, OK, "stopped", text);
    } else if (!asked) {
        run_send(r, WIRE_STOP, NULL);
    }
}
