#include "module/conform_course.h"

#include "base/clock.h"
#include "base/sysinfo.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct course_how course_plain = {.seed = 1};
static const uint64_t most_memory = (uint64_t)1 << 30;

void course_init(struct course *s, const struct conform *c)
{
    *s = (struct course){.width = c->algo->num_metrics + 3, .steps = c->steps};
    s->points = mem_alloc((size_t)COURSE_WINDOWS * s->width * sizeof *s->points);
}

void course_finish(struct course *s)
{
    free(s->points);
    s->points = NULL;
}

/* ---- making ---- */

static int make(struct conform *c, const struct world *w, const struct course_how *how,
                struct rig **out)
{
    struct rig_setup setup = {.algo = c->algo,
                              .algo_params = c->params,
                              .env = w ? w->env : NULL,
                              .env_params = w ? w->params : NULL,
                              .seed = how->seed,
                              .total_steps = c->steps,
                              .lanes = how->lanes};
    return rig_create(&setup, out, &c->err);
}

bool course_rig(struct conform *c, const struct course_how *how, struct rig **out)
{
    static const struct world none = {.env = NULL};
    if (c->world)
        return make(c, c->world, how, out) == OK;
    if (c->algo->flags & RLB_A_NO_ENV) {
        c->world = &none;
        return make(c, c->world, how, out) == OK;
    }
    err_set(&c->err, ERR_NOINPUT, "there is no environment to try it with");
    for (size_t i = 0; i < c->num_worlds; i++)
        if (make(c, &c->worlds[i], how, out) == OK) {
            c->world = &c->worlds[i];
            return true;
        }
    return false;
}

/* ---- running ---- */

static bool failed(struct conform *c, const struct rig *r, const char *where, rlb_status status)
{
    char text[1200];
    host_failure(&r->report, c->algo->id, status, text, sizeof text);
    err_set(&c->err, ERR_FAILED, "%s %s", where, text);
    return false;
}

/* One slice, with everything that can be wrong about what it says it did. */
static bool slice(struct conform *c, struct rig *r, uint64_t most, struct course *s)
{
    uint64_t done = 0, rss;
    bool one_world = !(c->algo->flags & RLB_A_OWN_LANES) && r->num_made == 0 &&
                     (!r->env || r->env->table.num_lanes == 1);
    rlb_status status = rig_step(r, most, &done);
    if (status < 0)
        return failed(c, r, "step():", status);
    s->done += done;
    s->finished = status == RLB_DONE;
    if (done > most && one_world)
        return err_set(&c->err, ERR_FAILED, "step() did %" PRIu64 " steps on a budget of %" PRIu64,
                       done, most),
               false;
    if (done == 0 && most > 0 && !s->finished)
        return err_set(&c->err, ERR_FAILED, "step() did nothing on a budget of %" PRIu64 " steps",
                       most),
               false;
    if ((rss = sysinfo_rss_bytes()) > s->rss + most_memory)
        return err_set(&c->err, ERR_FAILED, "took %" PRIu64 " MiB within %" PRIu64 " steps",
                       (rss - s->rss) >> 20, s->done),
               false;
    return true;
}

/* Every picture of the algorithm and its world. */
static bool look(struct conform *c, struct rig *r)
{
    const rlb_algo *a = c->algo;
    for (uint32_t i = 0; i < a->num_views; i++) {
        const rlb_view *v = host_row(a->views, a->view_stride, i);
        rlb_frame f = {.size = sizeof f, .lo = NAN, .hi = NAN};
        rlb_status status = a->view(r->algo, i, &f);
        if (status == RLB_E_UNSUPPORTED)
            continue; /* this world has nothing to show */
        if (status < 0)
            return failed(c, r, "view():", status);
        const char *fault = conform_frame_fault(&f, v->kind);
        if (fault)
            return err_set(&c->err, ERR_FAILED, "view '%s': %s", v->name, fault), false;
    }
    for (uint32_t i = 0; r->env && r->env->env->view && i < r->env->env->num_views; i++) {
        rlb_frame f = {.size = sizeof f, .lo = NAN, .hi = NAN};
        r->env->env->view(r->env->self, i, 0, &f);
    }
    return true;
}

/* Greedy actions for what lane 0 sees: allowed ones, and the same when asked again. */
static bool act(struct conform *c, struct rig *r)
{
    struct venv *v = r->env;
    if (!c->algo->act || !v || !v->action_bytes)
        return true;
    char *first = mem_alloc(v->action_bytes), *again = mem_alloc(v->action_bytes);
    bool good = true;
    rlb_status status = c->algo->act(r->algo, v->batch.obs, 1, first);
    if (status >= 0)
        status = c->algo->act(r->algo, v->batch.obs, 1, again);
    if (status < 0 && status != RLB_E_UNSUPPORTED)
        good = failed(c, r, "act():", status);
    else if (status >= 0 && memcmp(first, again, v->action_bytes) != 0)
        good = (err_set(&c->err, ERR_FAILED, "act() gives two answers to one observation"), false);
    for (size_t i = 0; status >= 0 && good && v->num_actions && i < v->action_bytes / 4; i++)
        if ((uint32_t)((int32_t *)first)[i] >= v->num_actions)
            good = (err_set(&c->err, ERR_FAILED, "act() gives action %d of %u",
                            ((int32_t *)first)[i], v->num_actions),
                    false);
    free(first);
    free(again);
    return good;
}

/* What is measured at a logging point. */
static bool log_point(struct conform *c, struct rig *r, const struct course_how *how,
                      struct course *s)
{
    double *row = s->points + (size_t)s->windows * s->width;
    for (int i = 0; c->algo->measure && i < (how->measure_twice ? 2 : 1); i++) {
        /* The second time its samples would fold with the first's; only its effects count. */
        struct host_fold *kept = mem_alloc((r->host.num_folds + 1) * sizeof *kept);
        memcpy(kept, r->host.folds, r->host.num_folds * sizeof *kept);
        rlb_status status = c->algo->measure(r->algo);
        if (i == 1)
            memcpy(r->host.folds, kept, r->host.num_folds * sizeof *kept);
        free(kept);
        if (status < 0)
            return failed(c, r, "measure():", status);
    }
    for (uint32_t i = 0; i < c->algo->num_metrics; i++)
        if (!host_fold_take(&r->host.folds[i], &row[i]))
            row[i] = NAN;
    double rewards = 0;
    for (size_t i = 0;; i++) {
        struct venv *v = rig_training_env(r, i);
        if (!v)
            break;
        rewards += venv_rewards(v);
        venv_next_window(v);
    }
    row[s->width - 3] = (double)rig_transitions(r);
    row[s->width - 2] = (double)r->tally.total;
    row[s->width - 1] = rewards;
    tally_next_window(&r->tally);
    s->windows++;
    return true;
}

bool course_run(struct conform *c, struct rig *r, const struct course_how *how, uint32_t windows,
                struct course *s)
{
    uint64_t tick = 0;
    if (!s->rss)
        s->rss = sysinfo_rss_bytes();
    while (s->windows < windows) {
        uint64_t goal = s->steps * (s->windows + 1) / COURSE_WINDOWS;
        while (s->done < goal && !s->finished) {
            uint64_t most = goal - s->done, small = 1 + tick++ * 5 % 7;
            if (!slice(c, r, how->cut && small < most ? small : most, s) ||
                (how->look && !look(c, r)) || (how->act && !act(c, r)))
                return false;
        }
        if (!log_point(c, r, how, s))
            return false;
    }
    return true;
}

bool course_whole(struct conform *c, const struct course_how *how, struct course *s)
{
    struct rig *r = NULL;
    course_init(s, c);
    bool good = course_rig(c, how, &r) && course_run(c, r, how, COURSE_WINDOWS, s);
    rig_destroy(r);
    return good;
}

bool course_length(struct conform *c)
{
    const int64_t start = clock_mono_ns(), aim_ns = 100000000;
    struct rig *r = NULL;
    struct course s = {.rss = sysinfo_rss_bytes()};
    uint64_t most = 1;
    if (c->steps)
        return true;
    if (!course_rig(c, &course_plain, &r))
        return false;
    bool good = true;
    while (good && !s.finished && clock_mono_ns() - start < aim_ns && s.done < 20000) {
        good = slice(c, r, most, &s);
        most = most < 256 ? most * 2 : most;
    }
    rig_destroy(r);
    c->steps = s.done < COURSE_WINDOWS ? COURSE_WINDOWS : s.done;
    return good;
}

/* ---- comparing ---- */

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

const char *course_difference(const struct conform *c, const struct course *a,
                              const struct course *b, char *out, size_t size)
{
    static const char *const more[] = {"the number of transitions", "the number of episodes",
                                       "the sum of rewards"};
    const rlb_algo *algo = c->algo;
    uint32_t n = algo->num_metrics;
    for (uint32_t w = 0; w < COURSE_WINDOWS; w++)
        for (uint32_t i = 0; i < a->width; i++) {
            double x = a->points[(size_t)w * a->width + i];
            double y = b->points[(size_t)w * b->width + i];
            const rlb_metric *m = i < n ? host_row(algo->metrics, algo->metric_stride, i) : NULL;
            if (same(x, y) || (m && (m->flags & RLB_M_CLOCK)))
                continue;
            snprintf(out, size, "%s at step %" PRIu64 " is %.17g in one run and %.17g in the other",
                     m ? m->name : more[i - n], a->steps * (w + 1) / COURSE_WINDOWS, x, y);
            return out;
        }
    return NULL;
}
