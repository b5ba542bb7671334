#include "worker/team.h"

#include "base/clock.h"
#include "base/file.h"

#include <rlbench/rng.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A slice is about this long: what a command waits for at most. */
#define SLICE_NS INT64_C(20000000)
/* An algorithm that keeps doing nothing would keep the run here for ever. */
enum { IDLE_SLICES = 10000 };

int64_t worker_active_ns(const struct worker *r, int64_t now)
{
    now = r->pause_began_ns ? r->pause_began_ns : now;
    return r->before_ns + now - r->started_ns - r->paused_ns;
}

/* The first multiple of `every` after step; never when every is 0. */
static uint64_t next_point(uint64_t step, uint64_t every)
{
    uint64_t next;
    if (every == 0 || __builtin_mul_overflow(step / every + 1, every, &next))
        return UINT64_MAX;
    return next;
}

static bool is_finished(const struct worker *r)
{
    return r->algo_done || (r->job->msg.steps && r->step >= r->job->msg.steps);
}

/* ---- beginning and end */

/* After a rollback the same numbers would lead to the same end. */
static void reseed(struct worker *r)
{
    const struct wire_job *m = &r->job->msg;
    uint64_t seed = rlb_rng_derive(rlb_rng_derive(m->seed, RIG_SEED_ROLLBACK), m->rollback);
    struct venv *v;
    for (size_t i = 0; (v = rig_training_env(r->rig, i)); i++)
        venv_reseed(v, rlb_rng_derive(seed, v->id));
    r->saved = false;
}

static int begin(struct worker *r, struct err *e)
{
    const struct job *job = r->job;
    const struct wire_job *m = &job->msg;
    struct rig_setup setup = {.algo = job->algo,
                              .algo_params = job->algo_values,
                              .env = job->env,
                              .env_params = job->env_values,
                              .dataset = job->dataset.data.size ? &job->dataset.data : NULL,
                              .ranks = job->ranks,
                              .seed = m->seed,
                              .total_steps = m->steps,
                              .lanes = m->lanes,
                              .time_limit = m->time_limit,
                              .log = worker_log_line,
                              .log_ctx = r};
    int status = team_begin(job, e);
    if (status == OK)
        status = rig_create(&setup, &r->rig, e);
    if (status == OK)
        status = team_ready(job, e);
    if (status != OK)
        return status;
    r->can_act = job->algo->act && job->env && !(job->algo->flags & RLB_A_NO_ENV);
    r->evaluates = r->can_act && m->eval_every && m->eval_episodes;
    status = r->evaluates ? worker_open_worlds(r, e) : OK;
    r->bad_warned = mem_alloc(worker_num_metrics(r));
    if (status != OK)
        return status;
    r->window_transitions = rig_transitions(r->rig);
    char why[300];
    r->can_save = rig_can_save(r->rig, why, sizeof why);
    if (!r->can_save)
        worker_event(r, RLB_LOG_WARN, "checkpoint", "%s", why);
    if (m->eval_every && m->eval_episodes && !r->can_act)
        worker_event(r, RLB_LOG_WARN, "eval", "%s has no greedy policy to evaluate", job->algo->id);
    if (m->resume_from[0])
        status = worker_restore(r, m->resume_from, e);
    if (status == OK && m->rollback)
        reseed(r);
    r->finished = is_finished(r);
    r->next_log = next_point(r->step, m->log_every);
    r->next_checkpoint = next_point(r->step, m->checkpoint_every);
    r->next_eval = !r->evaluates ? UINT64_MAX
                   : r->eval_due ? r->step
                                 : next_point(r->step, m->eval_every);
    return status;
}

static void send_ready(struct worker *r)
{
    struct wire_ready m = {.protocol = WIRE_PROTOCOL, .step = r->step, .can_resume = r->can_save};
    wire_send(r->link, WIRE_READY, &m);
    worker_send_catalogue(r);
    worker_send_status(r, WORKER_RUNNING);
}

static int send_done(struct worker *r, enum done_reason reason, int code, const char *message)
{
    char digest[65];
    worker_digest_text(r, digest);
    struct wire_done m = {.reason = reason,
                          .code = (uint32_t)code,
                          .step = r->step,
                          .digest = digest,
                          .message = message};
    worker_flush_points(r);
    wire_send(r->link, WIRE_DONE, &m);
    worker_drain(r);
    return code;
}

static int fail(struct worker *r, rlb_status status)
{
    char text[1400];
    host_failure(&r->rig->report, r->job->algo->id, status, text, sizeof text);
    size_t n = strlen(text);
    if (r->saved_step != UINT64_MAX)
        snprintf(text + n, sizeof text - n, "; the last good checkpoint is of step %" PRIu64,
                 r->saved_step);
    return send_done(r, status == RLB_E_NUMERIC ? DONE_DIVERGED : DONE_FAILED, ERR_FAILED, text);
}

/* ---- between slices */

/* What is due at this step: the point of the log, the evaluation, the checkpoint. The last step of
 * a finished run is due for all of them. A stop may break the evaluation off; it is then still due
 * when the run is resumed. */
static rlb_status do_due(struct worker *r)
{
    const struct wire_job *m = &r->job->msg;
    if (r->step >= r->next_log || (r->finished && r->step > r->window_step)) {
        rlb_status status = worker_log_point(r);
        if (status < 0)
            return status;
        r->next_log = next_point(r->step, m->log_every);
        r->saved = false;
    }
    bool evaluate = r->step >= r->next_eval || (r->finished && r->evaluates);
    if (evaluate && r->last_eval != r->step && !r->diverged) {
        rlb_status status = worker_evaluate(r);
        if (status < 0)
            return status;
        r->saved = false;
    }
    if (r->step >= r->next_eval && r->last_eval == r->step)
        r->next_eval = next_point(r->step, m->eval_every);
    if (r->step >= r->next_checkpoint) {
        r->next_checkpoint = next_point(r->step, m->checkpoint_every);
        if (!r->want_stop && !r->saved)
            worker_checkpoint(r);
    }
    return RLB_OK;
}

/* Waits, using no processor time, until the pause ends, the run is stopped or the other side goes.
 */
static void pause_run(struct worker *r)
{
    r->pause_began_ns = clock_mono_ns();
    if (!r->saved)
        worker_checkpoint(r);
    worker_flush_points(r);
    worker_send_status(r, WORKER_PAUSED);
    while (r->want_pause && !r->want_stop && !r->gone) {
        worker_show_views(r, clock_mono_ns());
        worker_wait(r);
        worker_set_params(r);
        if (r->want_checkpoint) {
            worker_checkpoint(r);
            worker_send_status(r, WORKER_PAUSED);
        }
        r->want_checkpoint = false;
    }
    r->want_pause = false;
    r->paused_ns += clock_mono_ns() - r->pause_began_ns;
    r->pause_began_ns = 0;
    worker_send_status(r, WORKER_RUNNING);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The steps until something is due. */
static uint64_t room(const struct worker *r)
{
    uint64_t end = least(least(r->next_log, r->next_eval), r->next_checkpoint);
    if (r->job->msg.steps)
        end = least(end, r->job->msg.steps);
    return end - r->step;
}

/* One slice; the next one's length follows from how long this one took. */
static rlb_status do_slice(struct worker *r, uint64_t *did)
{
    uint64_t wanted = least(room(r), r->slice), from = r->step;
    *did = 0;
    int64_t start = clock_mono_ns();
    rlb_status status = team_step(r, wanted, did);
    int64_t took = clock_mono_ns() - start;
    r->slices_ns += took;
    r->step += *did;
    r->saved = r->saved && *did == 0;
    r->algo_done = status == RLB_DONE;
    r->finished = is_finished(r);
    if (took < SLICE_NS / 2 && wanted == r->slice && r->slice < UINT64_MAX / 4)
        r->slice *= took < SLICE_NS / 16 ? 4 : 2;
    else if (took > 2 * SLICE_NS && r->slice > 1)
        r->slice /= 2;
    if (r->max_slice)
        r->slice = least(r->slice, r->max_slice);
    worker_check_finite(r, from);
    return status;
}

static bool wall_spent(const struct worker *r)
{
    uint64_t limit = r->job->msg.wall_ms;
    return limit && (uint64_t)worker_active_ns(r, clock_mono_ns()) / 1000000 >= limit;
}

/* ---- the loop */

static int end_stopped(struct worker *r)
{
    if (!r->saved)
        worker_checkpoint(r);
    worker_write_results(r);
    return send_done(r, DONE_STOPPED, OK,
                     r->can_save ? "stopped; it can be resumed" : "stopped; it cannot be resumed");
}

static int end_finished(struct worker *r, const char *message)
{
    if (!r->saved)
        worker_checkpoint(r);
    worker_write_results(r);
    return send_done(r, DONE_FINISHED, OK, message);
}

/* Nobody listens any more. What has been learnt is kept. */
static int end_alone(struct worker *r)
{
    if (!r->saved)
        worker_checkpoint(r);
    return ERR_IO;
}

/* Obeys what came in between two slices. */
static void obey(struct worker *r)
{
    worker_set_params(r);
    if (r->want_checkpoint)
        worker_checkpoint(r);
    r->want_checkpoint = false;
    if (r->want_pause && !r->want_stop)
        pause_run(r);
    if (r->watches.len)
        worker_show_views(r, clock_mono_ns());
}

/* Whatever is due at a step is done before a command is obeyed there, so that a checkpoint of that
 * step never makes the resumed run repeat a point. */
static int loop(struct worker *r)
{
    uint64_t did, idle = 0;
    for (;;) {
        worker_service(r, false);
        rlb_status status = do_due(r);
        if (status < 0)
            return fail(r, status);
        if (r->diverged)
            return send_done(r, DONE_DIVERGED, ERR_FAILED, r->diverged);
        obey(r);
        if (r->gone)
            return end_alone(r);
        if (r->finished && (!r->evaluates || r->last_eval == r->step))
            return end_finished(r, "");
        if (r->want_stop)
            return end_stopped(r);
        if (wall_spent(r))
            return end_finished(r, "the time of its budget is spent");
        status = do_slice(r, &did);
        if (status < 0)
            return fail(r, status);
        if (r->diverged)
            return send_done(r, DONE_DIVERGED, ERR_FAILED, r->diverged);
        idle = did || r->finished ? 0 : idle + 1;
        if (idle > IDLE_SLICES)
            return send_done(r, DONE_FAILED, ERR_FAILED,
                             "the algorithm makes no progress: its step() keeps doing nothing");
    }
}

static void finish(struct worker *r)
{
    team_end(r);
    rig_destroy(r->rig);
    free(r->bad_warned);
    free(r->saved_path);
    free(r->diverged);
    buf_finish(&r->points);
    buf_finish(&r->episodes);
    vec_finish(&r->live);
    vec_finish(&r->world_rows);
    vec_finish(&r->want_params);
    vec_finish(&r->watches);
    arena_finish(&r->want_arena);
    arena_finish(&r->arena);
}

int worker_run(const struct job *job, struct wire_link *link, uint64_t max_slice)
{
    struct err e = ERR_INIT;
    struct worker r = {.job = job,
                       .link = link,
                       .slice = 1,
                       .max_slice = max_slice,
                       .last_eval = UINT64_MAX,
                       .saved_step = UINT64_MAX,
                       .started_ns = clock_mono_ns()};
    sha256_init(&r.digest);
    int code = begin(&r, &e);
    if (code == OK) {
        send_ready(&r);
        code = loop(&r);
    } else {
        code = send_done(&r, DONE_FAILED, code, e.text);
    }
    finish(&r);
    return code;
}
