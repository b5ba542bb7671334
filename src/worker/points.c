#include "worker/team.h"

#include "base/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const rlb_metric host_metrics[WORKER_NUM_METRICS] = {
    [WORKER_EPISODE_RETURN] =
        {"episode/return", "Undiscounted sum of rewards of a training episode, mean over agents.",
         "", RLB_FOLD_MEAN, RLB_GOAL_MAXIMIZE, RLB_M_HEADLINE, 0},
    [WORKER_EPISODE_LENGTH] = {"episode/length", "Transitions of a training episode.", "step",
                               RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},
    [WORKER_EPISODE_SUCCESS] = {"episode/success",
                                "Share of training episodes that reached the goal.", "",
                                RLB_FOLD_MEAN, RLB_GOAL_MAXIMIZE, 0, 0},
    [WORKER_REWARD_RATE] = {"env/reward_rate", "Mean training reward per agent and transition.", "",
                            RLB_FOLD_MEAN, RLB_GOAL_MAXIMIZE, 0, 0},
    [WORKER_EVAL_RETURN] = {"eval/return", "Mean return of the evaluation episodes.", "",
                            RLB_FOLD_MEAN, RLB_GOAL_MAXIMIZE, RLB_M_HEADLINE, 0},
    [WORKER_EVAL_LENGTH] = {"eval/length", "Mean length of the evaluation episodes.", "step",
                            RLB_FOLD_MEAN, RLB_GOAL_NONE, 0, 0},
    [WORKER_EVAL_SUCCESS] = {"eval/success", "Share of evaluation episodes that reached the goal.",
                             "", RLB_FOLD_MEAN, RLB_GOAL_MAXIMIZE, 0, 0},
    [WORKER_STEPS_PER_S] = {"perf/steps_per_s", "Steps of the algorithm per second.", "1/s",
                            RLB_FOLD_MEAN, RLB_GOAL_NONE, RLB_M_CLOCK, 0},
    [WORKER_ENV_STEPS_PER_S] = {"perf/env_steps_per_s", "Training transitions per second.", "1/s",
                                RLB_FOLD_MEAN, RLB_GOAL_NONE, RLB_M_CLOCK, 0},
};

struct point {
    uint32_t metric, sub;
    uint64_t step;
    double value;
};
struct episode {
    uint64_t step;
    uint32_t kind, index;
    double ret, extra;
    uint64_t length;
};
_Static_assert(sizeof(struct point) == 24 && sizeof(struct episode) == 40,
               "records travel as they lie in memory");

uint32_t worker_num_metrics(const struct worker *r)
{
    return r->job->algo->num_metrics + WORKER_NUM_METRICS + (uint32_t)r->world_rows.len;
}

const rlb_metric *worker_metric_row(const struct worker *r, uint32_t index)
{
    const rlb_algo *algo = r->job->algo;
    if (index < algo->num_metrics)
        return host_row(algo->metrics, algo->metric_stride, index);
    index -= algo->num_metrics;
    return index < WORKER_NUM_METRICS ? &host_metrics[index]
                                      : &r->world_rows.data[index - WORKER_NUM_METRICS];
}

/* ---- non-finite values */

static void note_bad(struct worker *r, uint32_t index, double value, uint64_t from)
{
    const char *name = worker_metric_row(r, index)->name;
    char where[80];
    if (from < r->step)
        snprintf(where, sizeof where, "between steps %" PRIu64 " and %" PRIu64, from, r->step);
    else
        snprintf(where, sizeof where, "at step %" PRIu64, r->step);
    if (r->job->msg.on_nan == JOB_NAN_WARN) {
        if (!r->bad_warned[index])
            worker_event(r, RLB_LOG_WARN, "nan", "%s became %f %s; the run goes on (on_nan: warn)",
                         name, value, where);
        r->bad_warned[index] = 1;
    } else if (!r->diverged && r->saved_step != UINT64_MAX) {
        r->diverged =
            mem_printf("%s became %f %s; the last good checkpoint is of step %" PRIu64 " (%s)",
                       name, value, where, r->saved_step, r->saved_path);
    } else if (!r->diverged) {
        r->diverged =
            mem_printf("%s became %f %s; there is no earlier checkpoint", name, value, where);
    }
}

void worker_check_finite(struct worker *r, uint64_t from)
{
    struct host *h = &r->rig->host;
    if (h->bad == r->bad_seen)
        return;
    r->bad_seen = h->bad;
    for (uint32_t i = 0; i < h->num_folds; i++)
        if (h->folds[i].bad)
            note_bad(r, i, h->folds[i].bad_value, from);
}

/* ---- points and episodes */

static void digest_point(struct worker *r, const char *name, uint64_t step, double value)
{
    uint64_t words[2] = {step, UINT64_C(0x7ff8000000000000)}; /* every NaN is the same one */
    if (!isnan(value))
        memcpy(&words[1], &value, sizeof value);
    sha256_update(&r->digest, strlen(name) + 1, (const uint8_t *)name);
    sha256_update(&r->digest, sizeof words, (const uint8_t *)words);
}

void worker_add_point(struct worker *r, uint32_t metric, double value)
{
    const rlb_metric *row = worker_metric_row(r, metric);
    struct point p = {.metric = metric, .step = r->step, .value = value};
    if (!(row->flags & RLB_M_CLOCK))
        digest_point(r, row->name, r->step, value);
    buf_add(&r->points, &p, sizeof p);
    if (r->points.len >= 1000 * sizeof p)
        worker_flush_points(r);
}

void worker_add_checked_point(struct worker *r, uint32_t metric, double value)
{
    if (!isfinite(value))
        note_bad(r, metric, value, r->step);
    worker_add_point(r, metric, value);
}

void worker_add_host_point(struct worker *r, enum worker_metric metric, double value)
{
    worker_add_checked_point(r, r->job->algo->num_metrics + metric, value);
}

void worker_add_episode(struct worker *r, uint64_t step, uint32_t kind, uint32_t index, double ret,
                        uint64_t length, bool success)
{
    struct episode ep = {.step = step,
                         .kind = kind,
                         .index = index,
                         .ret = ret,
                         .extra = success ? 1.0 : 0.0,
                         .length = length};
    buf_add(&r->episodes, &ep, sizeof ep);
    if (r->episodes.len >= 1000 * sizeof ep)
        worker_flush_points(r);
}

void worker_flush_points(struct worker *r)
{
    if (r->points.len) {
        struct wire_points m = {{r->points.data, r->points.len}};
        wire_send(r->link, WIRE_POINTS, &m);
        buf_clear(&r->points);
    }
    if (r->episodes.len) {
        struct wire_episodes m = {{r->episodes.data, r->episodes.len}};
        wire_send(r->link, WIRE_EPISODES, &m);
        buf_clear(&r->episodes);
    }
}

void worker_digest_text(const struct worker *r, char out[65])
{
    struct sha256_ctx copy = r->digest;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&copy, sizeof digest, digest);
    for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* ---- the logging point */

/* The algorithm's step at which an episode ended, from where in the window's transitions of its
 * world it did: exact when every step is one transition of each lane. */
static uint64_t episode_step(const struct worker *r, const struct tally_episode *t)
{
    const struct venv *v = rig_world(r->rig, t->world);
    unsigned __int128 n = v->steps - v->window_start, k = t->at - v->window_start;
    return r->window_step + (uint64_t)((k * (r->step - r->window_step) + n - 1) / n);
}

static void add_episodes(struct worker *r)
{
    struct tally *t = &r->rig->tally;
    if (t->count) {
        double n = (double)t->count;
        worker_add_host_point(r, WORKER_EPISODE_RETURN, t->returns / n);
        worker_add_host_point(r, WORKER_EPISODE_LENGTH, (double)t->lengths / n);
        worker_add_host_point(r, WORKER_EPISODE_SUCCESS, (double)t->successes / n);
    }
    for (uint32_t i = 0; i < t->num_kept; i++)
        worker_add_episode(r, episode_step(r, &t->kept[i]), 0, t->kept[i].index, t->kept[i].ret,
                           t->kept[i].length, t->kept[i].success != 0);
    tally_next_window(t);
}

static void add_rewards(struct worker *r)
{
    double rewards = 0;
    uint64_t transitions = 0;
    struct venv *v;
    for (size_t i = 0; (v = rig_training_env(r->rig, i)); i++) {
        rewards += venv_rewards(v);
        transitions += (v->steps - v->window_start) * v->table.num_lanes;
    }
    if (transitions)
        worker_add_host_point(r, WORKER_REWARD_RATE, rewards / (double)transitions);
}

static void add_speed(struct worker *r)
{
    int64_t active = worker_active_ns(r, clock_mono_ns());
    uint64_t transitions = rig_transitions(r->rig);
    double seconds = (double)(active - r->window_ns) * 1e-9;
    if (seconds > 0) {
        worker_add_host_point(r, WORKER_STEPS_PER_S, (double)(r->step - r->window_step) / seconds);
        if (transitions > r->window_transitions)
            worker_add_host_point(r, WORKER_ENV_STEPS_PER_S,
                                  (double)(transitions - r->window_transitions) / seconds);
    }
    r->window_ns = active;
    r->window_transitions = transitions;
}

rlb_status worker_log_point(struct worker *r)
{
    struct host *h = &r->rig->host;
    const rlb_algo *algo = r->job->algo;
    team_log(r);
    if (algo->measure) {
        rlb_status status = algo->measure(r->rig->algo);
        if (status < 0)
            return status;
        worker_check_finite(r, r->step);
    }
    double value;
    for (uint32_t i = 0; i < h->num_folds; i++)
        if (host_fold_take(&h->folds[i], &value))
            worker_add_point(r, i, value);
    add_episodes(r);
    add_rewards(r);
    add_speed(r);
    struct venv *v;
    for (size_t i = 0; (v = rig_training_env(r->rig, i)); i++)
        venv_next_window(v);
    r->window_step = r->step;
    return RLB_OK;
}
