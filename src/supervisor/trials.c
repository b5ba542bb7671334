#include "supervisor/internal.h"

#include "base/num.h"
#include "sweep/tpe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is known of a run ---- */

static bool seat_is_over(const struct seat *p)
{
    return !p->run || run_is_over(p->run);
}

static enum run_state seat_state(const struct seat *p)
{
    return p->run ? p->run->state : p->state;
}

static void seat_take(struct seat *p, uint64_t step, double value)
{
    const struct sweep_spec *spec = &p->sweep->spec;
    while (p->reached < spec->num_rungs && step >= spec->rungs[p->reached])
        p->at[p->reached++] = value;
    p->last = value;
    p->last_step = step;
}

/* ---- what follows for the trials ---- */

struct standing { /* of a trial, over its runs */
    size_t runs, over, done, bad;
    double last;
    uint64_t step;
};

/* Sums up every trial in one pass over the seats; means over the runs. */
static struct standing *sum_up(struct sweep *w)
{
    struct standing *all = mem_alloc(w->spec.trials * sizeof *all);
    for (uint32_t t = 0; t < w->spec.trials; t++)
        w->halving[t].reached = (uint32_t)w->spec.num_rungs;
    for (size_t i = 0; i < w->num_seats; i++) {
        const struct seat *p = &w->seats[i];
        struct standing *a = &all[p->trial];
        struct halving_trial *h = &w->halving[p->trial];
        enum run_state state = seat_state(p);
        if (a->runs++ == 0)
            memset(h->at, 0, sizeof h->at);
        for (uint32_t k = 0; k < p->reached; k++)
            h->at[k] += p->at[k];
        h->reached = p->reached < h->reached ? p->reached : h->reached;
        a->over += seat_is_over(p);
        a->done += state == RUN_DONE;
        a->bad += state == RUN_FAILED || (p->run && state == RUN_CRASHED);
        a->last += p->last;
        a->step = p->last_step > a->step ? p->last_step : a->step;
    }
    for (uint32_t t = 0; t < w->spec.trials; t++) {
        struct halving_trial *h = &w->halving[t];
        h->reached = all[t].runs ? h->reached : 0;
        h->over = all[t].over == all[t].runs;
        for (uint32_t k = 0; k < h->reached; k++)
            h->at[k] /= (double)all[t].runs;
        all[t].last /= (double)all[t].runs;
    }
    return all;
}

static void tell(struct supervisor *s, const struct sweep *w, uint32_t t, bool kept, uint32_t rank,
                 uint32_t n)
{
    for (size_t i = 0; i < w->num_seats; i++)
        if (w->seats[i].trial == t && w->seats[i].run)
            run_event(s, w->seats[i].run, RLB_LOG_INFO, "halving",
                      "number %u of %u at the rung of step %llu: it %s", rank, n,
                      (unsigned long long)w->spec.rungs[w->halving[t].kept],
                      kept ? "goes on" : "ends here");
}

static void drop(struct supervisor *s, struct sweep *w, uint32_t t)
{
    struct sweep_trial *trial = &w->trials[t];
    trial->state = TRIAL_DROPPED;
    trial->value = w->halving[t].at[w->halving[t].kept];
    trial->step = w->spec.rungs[w->halving[t].kept];
    w->halving[t].dropped = w->dirty[t] = true;
    for (size_t i = 0; i < w->num_seats; i++) {
        struct seat *p = &w->seats[i];
        if (p->trial != t || !p->run || run_is_over(p->run))
            continue;
        p->parked = false;
        run_stop(s, p->run, false);
    }
}

/* One trial at its rung; true when something was decided. */
static bool decide(struct supervisor *s, struct sweep *w, uint32_t t)
{
    uint32_t rank, n;
    enum halving_verdict v = halving_decide(&w->spec, w->halving, t, &rank, &n);
    if (v == HALVING_KEEP) {
        tell(s, w, t, true, rank, n);
        w->trials[t].rungs = ++w->halving[t].kept;
        w->dirty[t] = true;
    } else if (v == HALVING_DROP) {
        tell(s, w, t, false, rank, n);
        drop(s, w, t);
    }
    return v != HALVING_WAIT;
}

/* A trial whose runs have ended has its result, but not before its last rung is decided. */
static void finish_trial(struct sweep *w, uint32_t t, const struct standing *a)
{
    struct sweep_trial *trial = &w->trials[t];
    if (trial->state != TRIAL_DRAWN || a->over < a->runs || a->done + a->bad < a->runs)
        return;
    if (a->bad == 0 && w->halving[t].kept < w->halving[t].reached)
        return;
    bool good = a->bad == 0 && isfinite(a->last);
    trial->state = good ? TRIAL_DONE : TRIAL_FAILED;
    trial->value = good ? a->last : (double)NAN;
    trial->step = a->step;
    w->dirty[t] = true;
}

/* Strict halving: who has reached its rung waits there, who was kept goes on. */
static void park(struct supervisor *s, struct sweep *w)
{
    for (size_t i = 0; w->spec.strict && i < w->num_seats; i++) {
        struct seat *p = &w->seats[i];
        bool waits = p->reached > w->halving[p->trial].kept;
        if (!p->run || w->trials[p->trial].state != TRIAL_DRAWN)
            continue;
        if (waits && run_is_live(p->run) && !p->run->stop_wanted) {
            p->parked = true;
            run_stop(s, p->run, false);
        } else if (waits && p->run->state == RUN_QUEUED) {
            p->parked = true; /* it had come so far under another supervisor */
            run_set_state(s, p->run, RUN_PAUSED);
        } else if (!waits && p->parked && !run_is_live(p->run) && p->run->state == RUN_PAUSED) {
            p->parked = p->run->stop_wanted = false;
            run_set_state(s, p->run, RUN_QUEUED);
        }
    }
}

static void settle(struct supervisor *s, struct sweep *w)
{
    struct standing *all = sum_up(w);
    for (bool again = true; again;) {
        again = false;
        for (uint32_t t = 0; t < w->spec.trials; t++)
            again = decide(s, w, t) || again;
    }
    for (uint32_t t = 0; t < w->spec.trials; t++)
        finish_trial(w, t, &all[t]);
    park(s, w);
    free(all);
}

/* ---- drawing ---- */

/* Into the database first: the run's job is read from there. */
static int put_values(struct supervisor *s, struct sweep *w, uint32_t t, struct err *e)
{
    struct arena a = {0};
    size_t n = w->spec.num_dims;
    struct param_row *set = arena_alloc(&a, (n + 1) * sizeof *set);
    struct plan_value *values = arena_alloc(&a, (n + 1) * sizeof *values);
    struct buf label = {0};
    char group[17], *settings = sweep_values_write(&w->spec, w->trials[t].values);
    for (size_t k = 0; k < n; k++) {
        const struct sweep_dim *d = &w->spec.dims[k];
        const char *text = sweep_dim_text(d, w->trials[t].values[k], &a);
        bool num = d->as->shape != SWEEP_CHOICE;
        double number = w->trials[t].values[k];
        set[k] = (struct param_row){d->path, text, number, num};
        if (!num) /* a choice among numbers is one, too */
            set[k].is_num = num_parse_real(text, &set[k].num) == NULL;
        values[k] = (struct plan_value){.key = d->path, .text = text};
        buf_printf(&label, "%s%s=%s", k ? " " : "", d->name, text);
    }
    plan_group_key(w->spec.group, values, n, group);
    const struct trial_row row = {.n = t + 1,
                                  .state = sweep_trial_states[TRIAL_DRAWN],
                                  .settings = settings,
                                  .known = w->trials[t].known,
                                  .value = (double)NAN};
    int status = store_begin(s->store, e);
    if (status == OK)
        status =
            store_set_trial(s->store, w->experiment, t + 1, set, n, buf_text(&label), group, e);
    if (status == OK)
        status = store_put_trial(s->store, w->experiment, &row, e);
    if (status == OK)
        status = store_commit(s->store, e);
    if (status != OK)
        store_rollback(s->store);
    free(settings);
    buf_finish(&label);
    arena_finish(&a);
    return status;
}

/* Trials 1 to n - parallel have ended, as far as it depends on us. */
static bool may_draw(const struct sweep *w, uint32_t t)
{
    for (size_t i = 0; i < w->num_seats; i++) {
        const struct seat *p = &w->seats[i];
        if (p->trial + w->spec.parallel <= t && w->trials[p->trial].state <= TRIAL_DRAWN &&
            !seat_is_over(p))
            return false;
    }
    return true;
}

bool trials_may_start(struct supervisor *s, struct run *r)
{
    struct err e = ERR_INIT;
    if (!r->seat || r->seat->sweep->trials[r->seat->trial].state != TRIAL_WAITING)
        return true;
    struct sweep *w = r->seat->sweep;
    uint32_t t = r->seat->trial;
    if (!may_draw(w, t))
        return false;
    struct sweep_trial *trial = &w->trials[t];
    tpe_draw(&w->spec, w->trials, t + 1, trial->values, &trial->known);
    int status = put_values(s, w, t, &e);
    if (status == OK)
        trial->state = TRIAL_DRAWN;
    else if (status != ERR_BUSY)
        snprintf(s->notice, sizeof s->notice, "trial %u: %s", t + 1, e.text);
    return status == OK;
}

/* ---- what happens to the runs ---- */

void trials_take(struct supervisor *s, struct run *r, const struct store_point *p)
{
    struct seat *seat = r->seat;
    if (strcmp(r->metrics.data[p->metric].name, seat->sweep->spec.metric) != 0)
        return;
    uint32_t reached = seat->reached;
    seat_take(seat, p->step, p->value);
    if (seat->reached != reached)
        settle(s, seat->sweep);
}

void trials_ended(struct supervisor *s, struct run *r)
{
    if (r->seat)
        settle(s, r->seat->sweep);
}

bool trials_dropped(const struct run *r)
{
    return r->seat && r->seat->sweep->trials[r->seat->trial].state == TRIAL_DROPPED;
}

bool trials_parked(const struct run *r)
{
    return r->seat && r->seat->parked;
}

/* ---- the database ---- */

static int read_curve(struct supervisor *s, struct seat *p, struct err *e)
{
    struct arena a = {0};
    struct metric_row *rows = NULL;
    struct curve c = {0};
    size_t n = 0;
    int status = p->attempts ? store_run_metrics(s->store, p->id, &a, &rows, &n, e) : OK;
    for (size_t i = 0; i < n && status == OK; i++)
        if (strcmp(rows[i].name, p->sweep->spec.metric) == 0)
            status = store_read_curve(s->store, p->id, rows[i].id, -1, &c, e);
    for (size_t i = 0; i < c.len; i++)
        seat_take(p, c.steps[i], c.values[i]);
    curve_finish(&c);
    arena_finish(&a);
    return status;
}

static int read_seats(struct supervisor *s, struct sweep *w, struct err *e)
{
    struct run_row *rows;
    size_t n = 0;
    int status = store_experiment_runs(s->store, w->experiment, &w->arena, &rows, &n, e);
    w->seats = arena_alloc(&w->arena, (n + 1) * sizeof *w->seats);
    for (size_t i = 0; i < n && status == OK; i++) {
        if (rows[i].trial == 0 || rows[i].trial > w->spec.trials)
            continue;
        struct seat *p = &w->seats[w->num_seats++];
        *p = (struct seat){.sweep = w,
                           .run = supervisor_find(s, rows[i].id),
                           .state = rows[i].state,
                           .id = rows[i].id,
                           .trial = rows[i].trial - 1,
                           .attempts = rows[i].attempts,
                           .last = (double)NAN};
        if (p->run)
            p->run->seat = p;
        status = read_curve(s, p, e);
    }
    return status;
}

static void read_trial(struct sweep *w, const struct trial_row *row)
{
    struct sweep_trial *t = &w->trials[row->n - 1];
    struct halving_trial *h = &w->halving[row->n - 1];
    for (int k = 0; k < TRIAL_NUM_STATES; k++)
        if (strcmp(sweep_trial_states[k], row->state) == 0)
            t->state = (enum sweep_trial_state)k;
    if (t->state != TRIAL_WAITING && !sweep_values_read(&w->spec, row->settings, t->values))
        t->state = TRIAL_WAITING;
    t->known = row->known;
    t->value = row->value;
    t->step = row->step;
    t->rungs = h->kept = row->rungs;
    h->dropped = t->state == TRIAL_DROPPED;
}

static int read_sweep(struct supervisor *s, int64_t experiment, struct err *e)
{
    struct sweep *w = mem_alloc(sizeof *w);
    struct trial_row *rows = NULL;
    const char *spec = NULL;
    size_t n = 0;
    w->experiment = experiment;
    vec_push(&s->sweeps, w);
    int status = store_read_sweep(s->store, experiment, &w->arena, &spec, &rows, &n, e);
    if (status == OK && spec)
        status = sweep_spec_read(spec, &w->arena, &w->spec, e);
    if (status != OK || !spec)
        return status;
    uint32_t trials = w->spec.trials;
    w->trials = arena_alloc(&w->arena, trials * sizeof *w->trials);
    w->halving = arena_alloc(&w->arena, trials * sizeof *w->halving);
    w->dirty = arena_alloc(&w->arena, trials * sizeof *w->dirty);
    for (uint32_t t = 0; t < trials; t++)
        w->trials[t].values = arena_alloc(&w->arena, (w->spec.num_dims + 1) * sizeof(double));
    for (size_t i = 0; i < n; i++)
        if (rows[i].n >= 1 && rows[i].n <= trials)
            read_trial(w, &rows[i]);
    status = read_seats(s, w, e);
    if (status == OK)
        settle(s, w);
    return status;
}

int trials_open(struct supervisor *s, struct err *e)
{
    int status = OK;
    for (size_t i = 0; i < s->num_runs && status == OK; i++) {
        const struct run *r = &s->runs[i];
        bool known = r->trial == 0;
        for (size_t k = 0; k < s->sweeps.len && !known; k++)
            known = s->sweeps.data[k]->experiment == r->experiment;
        if (!known)
            status = read_sweep(s, r->experiment, e);
    }
    return status;
}

void trials_close(struct supervisor *s)
{
    for (size_t i = 0; i < s->sweeps.len; i++) {
        arena_finish(&s->sweeps.data[i]->arena);
        free(s->sweeps.data[i]);
    }
    vec_finish(&s->sweeps);
}

bool trials_wait(const struct supervisor *s)
{
    for (size_t i = 0; i < s->sweeps.len; i++)
        if (s->sweeps.data[i]->dirty &&
            memchr(s->sweeps.data[i]->dirty, 1, s->sweeps.data[i]->spec.trials))
            return true;
    return false;
}

static int put_trial(struct supervisor *s, const struct sweep *w, uint32_t t, struct err *e)
{
    const struct sweep_trial *trial = &w->trials[t];
    char *settings = sweep_values_write(&w->spec, trial->values);
    const struct trial_row row = {.n = t + 1,
                                  .state = sweep_trial_states[trial->state],
                                  .settings = settings,
                                  .known = trial->known,
                                  .rungs = trial->rungs,
                                  .value = trial->state > TRIAL_DRAWN ? trial->value : (double)NAN,
                                  .step = trial->step};
    int status = store_put_trial(s->store, w->experiment, &row, e);
    free(settings);
    return status;
}

int trials_commit(struct supervisor *s, struct err *e)
{
    if (!trials_wait(s))
        return OK;
    int status = store_begin(s->store, e);
    for (size_t i = 0; i < s->sweeps.len; i++)
        for (uint32_t t = 0; t < s->sweeps.data[i]->spec.trials && status == OK; t++)
            if (s->sweeps.data[i]->dirty[t])
                status = put_trial(s, s->sweeps.data[i], t, e);
    if (status == OK)
        status = store_commit(s->store, e);
    if (status != OK) {
        store_rollback(s->store);
        return status;
    }
    for (size_t i = 0; i < s->sweeps.len; i++)
        if (s->sweeps.data[i]->dirty)
            memset(s->sweeps.data[i]->dirty, 0, s->sweeps.data[i]->spec.trials);
    return OK;
}
