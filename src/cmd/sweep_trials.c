/* Sweeps that go by results: what will be tried, and what came of the trials so far. */
#include "cmd/sweep.h"

#include "base/num.h"
#include "cmd/launch.h"
#include "cmd/runs.h"
#include "cmd/table.h"
#include "sweep/tpe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct trials {
    struct arena arena;
    struct sweep_spec spec;
    struct sweep_trial *data; /* [spec.trials] */
};

static int open_trials(const char *spec, struct trials *t, struct err *e)
{
    *t = (struct trials){0};
    int status = sweep_spec_read(spec, &t->arena, &t->spec, e);
    if (status != OK)
        return status;
    t->data = arena_alloc(&t->arena, t->spec.trials * sizeof *t->data);
    for (uint32_t i = 0; i < t->spec.trials; i++) {
        t->data[i].values = arena_alloc(&t->arena, (t->spec.num_dims + 1) * sizeof(double));
        t->data[i].value = (double)NAN;
    }
    return OK;
}

static void put_rungs(const struct sweep_spec *s, struct buf *out)
{
    if (s->num_rungs == 0)
        return;
    buf_puts(out, s->num_rungs == 1 ? "rung at step" : "rungs at steps");
    for (size_t k = 0; k < s->num_rungs; k++)
        buf_printf(out, "%s %llu", k ? "," : "", (unsigned long long)s->rungs[k]);
    buf_printf(out, ": one in %u goes on%s\n", s->eta,
               s->strict ? ", when all have come so far" : ", compared with those before it");
}

/* ---- before ---- */

/* What does not depend on results: the trials that are drawn before enough of them are known. */
static uint32_t draw_first(struct trials *t)
{
    uint32_t n = TPE_STARTUP - 1 + t->spec.parallel;
    n = n < t->spec.trials ? n : t->spec.trials;
    for (uint32_t i = 0; i < n; i++) {
        tpe_draw(&t->spec, t->data, i + 1, t->data[i].values, &t->data[i].known);
        t->data[i].state = TRIAL_DRAWN;
    }
    return n;
}

static void print_first(struct trials *t, uint32_t n)
{
    struct table table;
    struct buf heads = {0};
    buf_puts(&heads, "trial");
    for (size_t k = 0; k < t->spec.num_dims; k++)
        buf_printf(&heads, "|%s", t->spec.dims[k].path);
    table_init(&table, buf_text(&heads), NULL);
    for (uint32_t i = 0; i < n; i++) {
        table_printf(&table, "%u", i + 1);
        for (size_t k = 0; k < t->spec.num_dims; k++)
            table_add(&table, sweep_dim_text(&t->spec.dims[k], t->data[i].values[k], &t->arena));
    }
    table_print(&table, TABLE_ALIGNED, stdout);
    table_finish(&table);
    buf_finish(&heads);
}

static json_t *values_json(const struct sweep_spec *s, const double *values)
{
    char *text = sweep_values_write(s, values);
    json_t *o = json_loads(text, 0, NULL);
    free(text);
    return o ? o : json_object();
}

int sweep_preview(const struct cli *cli, const struct plan *p, struct err *e)
{
    struct trials t;
    struct buf rungs = {0};
    int status = open_trials(p->sweep, &t, e);
    if (status != OK)
        return status;
    uint32_t n = p->draws ? draw_first(&t) : 0;
    put_rungs(&t.spec, &rungs);
    if (cli_has(cli, "json")) {
        json_print(json_pack("{s:i, s:s, s:o}", "v", 1, "type", "sweep", "spec",
                             json_loads(p->sweep, 0, NULL)));
        for (uint32_t i = 0; i < n; i++)
            json_print(json_pack("{s:i, s:s, s:i, s:o}", "v", 1, "type", "trial", "trial",
                                 (int)i + 1, "values", values_json(&t.spec, t.data[i].values)));
    } else if (p->draws) {
        printf("%s: %u trials, each with %zu seed%s, to %s %s\n%s\n", p->name, t.spec.trials,
               p->num_seeds, p->num_seeds == 1 ? "" : "s",
               t.spec.maximize ? "maximize" : "minimize", t.spec.metric, buf_text(&rungs));
        print_first(&t, n);
        if (n < t.spec.trials)
            printf("\n%u more are drawn by the results of all but the last %u before them\n",
                   t.spec.trials - n, t.spec.parallel - 1);
    } else {
        printf("\n%s", buf_text(&rungs));
    }
    buf_finish(&rungs);
    arena_finish(&t.arena);
    return OK;
}

/* ---- after ---- */

static void fill(struct trials *t, const struct trial_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (rows[i].n < 1 || rows[i].n > t->spec.trials)
            continue;
        struct sweep_trial *one = &t->data[rows[i].n - 1];
        for (int k = 0; k < TRIAL_NUM_STATES; k++)
            if (strcmp(sweep_trial_states[k], rows[i].state) == 0)
                one->state = (enum sweep_trial_state)k;
        if (one->state != TRIAL_WAITING)
            sweep_values_read(&t->spec, rows[i].settings, one->values);
        one->value = rows[i].value;
        one->step = rows[i].step;
        one->rungs = rows[i].rungs;
        one->known = rows[i].known;
    }
}

/* Numbers of the trials, the best first; those at work, then those that wait, last. */
static uint32_t *rank(const struct trials *t)
{
    uint32_t *order = mem_alloc((t->spec.trials + 1) * sizeof *order), n = 0;
    for (uint32_t i = 0; i < t->spec.trials; i++) {
        const struct sweep_trial *one = &t->data[i];
        uint32_t at = n++;
        for (; at > 0; at--) {
            const struct sweep_trial *other = &t->data[order[at - 1]];
            bool ended = one->state > TRIAL_DRAWN, theirs = other->state > TRIAL_DRAWN;
            bool before = ended != theirs ? ended
                          : ended         ? sweep_compare(&t->spec, one, other) < 0
                                          : one->state > other->state;
            if (!before)
                break;
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
    return order;
}

static const char *label_of(const struct sweep_results *r, uint32_t trial, int64_t *run)
{
    for (size_t i = 0; i < r->num_rows; i++)
        if (r->rows[i].trial == trial) {
            *run = r->rows[i].id;
            return r->rows[i].label;
        }
    *run = 0;
    return "";
}

static void print_ranked(const struct trials *t, const struct sweep_results *r,
                         const uint32_t *order)
{
    struct table table;
    char text[40];
    int64_t run;
    const struct sweep_spec *s = &t->spec;
    bool halving = s->num_rungs > 0;
    char *heads =
        mem_printf("#|%s|state|step%s|trial|run|values", s->metric, halving ? "|rungs" : "");
    table_init(&table, heads, halving ? "rrlrrrrl" : "rrlrrrl");
    for (uint32_t i = 0; i < s->trials; i++) {
        const struct sweep_trial *one = &t->data[order[i]];
        bool ended = one->state > TRIAL_DRAWN;
        const char *label = label_of(r, order[i] + 1, &run);
        table_printf(&table, "%.*u", ended ? 1 : 0, ended ? i + 1 : 0);
        table_add(&table,
                  isnan(one->value) ? "-" : num_format_short(one->value, text, sizeof text));
        table_add(&table, one->state == TRIAL_DRAWN ? "running" : sweep_trial_states[one->state]);
        table_printf(&table, "%.*llu", ended ? 1 : 0, ended ? (unsigned long long)one->step : 0);
        if (halving)
            table_printf(&table, "%u/%zu", one->rungs, s->num_rungs);
        table_printf(&table, "%u", order[i] + 1);
        table_printf(&table, "%lld", (long long)run);
        table_add(&table, one->state == TRIAL_WAITING ? "" : label);
    }
    table_print(&table, TABLE_ALIGNED, stdout);
    table_finish(&table);
    free(heads);
}

static void print_json(const struct trials *t, const struct sweep_results *r, const uint32_t *order)
{
    int64_t run;
    for (uint32_t i = 0; i < t->spec.trials; i++) {
        const struct sweep_trial *one = &t->data[order[i]];
        const char *label = label_of(r, order[i] + 1, &run);
        json_print(json_pack(
            "{s:i, s:s, s:i, s:i, s:s, s:s, s:I, s:s, s:o, s:I, s:i, s:i, s:o}", "v", 1, "type",
            "trial", "rank", (int)i + 1, "trial", (int)order[i] + 1, "state",
            sweep_trial_states[one->state], "label", label, "run", (json_int_t)run, "metric",
            t->spec.metric, "value", json_number(one->value), "step", (json_int_t)one->step,
            "rungs", (int)one->rungs, "known", (int)one->known, "values",
            one->state == TRIAL_WAITING ? json_object() : values_json(&t->spec, one->values)));
    }
}

int sweep_print_trials(struct store *s, const struct sweep_results *r, bool json, bool *any,
                       struct err *e)
{
    struct trials t = {0};
    struct arena a = {0};
    struct trial_row *rows = NULL;
    const char *spec = NULL;
    size_t n = 0;
    int64_t run;
    int status = store_read_sweep(s, r->rows[0].experiment_id, &a, &spec, &rows, &n, e);
    *any = status == OK && spec;
    if (*any)
        status = open_trials(spec, &t, e);
    if (status == OK && *any) {
        fill(&t, rows, n);
        uint32_t *order = rank(&t);
        if (json) {
            print_json(&t, r, order);
        } else {
            struct buf rungs = {0};
            put_rungs(&t.spec, &rungs);
            printf("%s: %u trials, %s %s, mean over seeds of the last value\n%s\n", r->experiment,
                   t.spec.trials, t.spec.maximize ? "maximize" : "minimize", t.spec.metric,
                   buf_text(&rungs));
            print_ranked(&t, r, order);
            if (t.data[order[0]].state == TRIAL_DONE) {
                const char *label = label_of(r, order[0] + 1, &run);
                printf("\nbest so far: %s (rlbench show %lld)\n", label, (long long)run);
            }
            buf_finish(&rungs);
        }
        free(order);
    }
    arena_finish(&t.arena);
    arena_finish(&a);
    return status;
}

/* ---- going on ---- */

int sweep_resume(const struct cli *cli, struct err *e)
{
    struct sweep_results r = {0};
    struct store *s = NULL;
    struct trial_row *rows = NULL;
    const char *spec = NULL;
    size_t n = 0;
    int64_t *again = NULL;
    char *database = cli_database(cli);
    int jobs, status = cli_open_store(cli, &s, e);
    if (status == OK)
        status = sweep_find(s, cli_get(cli, "resume"), &r, e);
    if (status == OK)
        status = store_read_sweep(s, r.rows[0].experiment_id, &r.arena, &spec, &rows, &n, e);
    again = mem_alloc((r.num_rows + 1) * sizeof *again);
    size_t left = 0;
    for (size_t i = 0; status == OK && i < r.num_rows; i++) {
        const struct run_row *row = &r.rows[i];
        bool dropped = row->trial && row->trial <= n &&
                       strcmp(rows[row->trial - 1].state, sweep_trial_states[TRIAL_DROPPED]) == 0;
        bool ended = row->state == RUN_DONE || row->state == RUN_FAILED || dropped;
        bool fresh = row->state == RUN_QUEUED && row->pid == 0;
        if (!ended && (row->state == RUN_STOPPED || row->state == RUN_CRASHED || fresh))
            again[left++] = row->id;
    }
    store_close(s);
    if (status == OK && left == 0)
        status = err_set(e, ERR_DATA, "%s: no run is left to go on with", r.experiment);
    if (status == OK)
        status = launch_jobs(cli, left, &jobs, e);
    if (status == OK)
        status = launch_runs(cli, database, again, left, jobs, e);
    free(again);
    free(database);
    sweep_finish(&r);
    return status;
}
