/* rlbench show: everything known about one run. */
#include "cmd/provenance.h"
#include "cmd/runs.h"
#include "cmd/table.h"

#include "base/clock.h"
#include <rlbench/plugin.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_SHOWN 8 /* on the page; --events shows all */

static const struct opt opts[] = {
    {"config", 0, NULL, "every parameter and setting"},
    {"metrics", 0, NULL, "every metric: last, best, mean"},
    {"events", 0, NULL, "the whole log of the run"},
    {"provenance", 0, NULL,
     "what it was made with: commit, build, plugins, libraries, machine, digest"},
    {"recipe", 0, NULL, "the recipe as it was read"},
    {"json", 0, NULL, "as one JSON object"},
    {NULL, 0, NULL, NULL},
};

struct page {
    struct store *store;
    struct run_row run;
    struct arena arena;
};

/* One part of the page: what it prints and what it is in JSON. */
struct section {
    const char *name, *title; /* name: its option and JSON key */
    int (*print)(struct page *p, bool whole, struct err *e);
    int (*json)(struct page *p, json_t **out, struct err *e);
};

static void print_pair(const char *name, const char *text)
{
    if (*text)
        printf("  %-12s %s\n", name, text);
}

/* ---- config ---- */

static int print_config(struct page *p, bool whole, struct err *e)
{
    (void)whole;
    struct param_row *rows;
    size_t n;
    int status = store_run_params(p->store, p->run.id, &p->arena, &rows, &n, e);
    if (status != OK)
        return status;
    size_t width = 0;
    for (size_t i = 0; i < n; i++)
        width = strlen(rows[i].key) > width ? strlen(rows[i].key) : width;
    for (size_t i = 0; i < n; i++)
        printf("  %-*s  %s\n", (int)width, rows[i].key, text_printable(&p->arena, rows[i].text));
    return OK;
}

static int json_config(struct page *p, json_t **out, struct err *e)
{
    struct param_row *rows;
    size_t n;
    int status = store_run_params(p->store, p->run.id, &p->arena, &rows, &n, e);
    if (status != OK)
        return status;
    *out = json_object();
    for (size_t i = 0; i < n; i++)
        json_object_set_new(*out, rows[i].key,
                            rows[i].is_num ? json_number(rows[i].num) : json_string(rows[i].text));
    return OK;
}

/* ---- metrics ---- */

static int print_metrics(struct page *p, bool whole, struct err *e)
{
    struct metric_row *rows;
    size_t n;
    int status = store_run_metrics(p->store, p->run.id, &p->arena, &rows, &n, e);
    if (status != OK)
        return status;
    if (n == 0) {
        puts("  none yet");
        return OK;
    }
    struct table t;
    table_init(&t, "  METRIC|LAST|BEST|MEAN|POINTS|NAN|UNIT", "lrrrrrl");
    for (size_t i = 0; i < n; i++) {
        table_printf(&t, "  %s", rows[i].name);
        table_add(&t, isnan(rows[i].last) ? "nan" : number_text(rows[i].last, &p->arena));
        table_add(&t, number_text(rows[i].best, &p->arena));
        table_add(&t, number_text(rows[i].mean, &p->arena));
        table_printf(&t, "%llu", (unsigned long long)rows[i].n);
        table_add(&t, rows[i].nan_n ? number_text((double)rows[i].nan_n, &p->arena) : "");
        table_add(&t, rows[i].unit);
    }
    table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
    for (size_t i = 0; i < n && whole; i++)
        printf("%s  %s: %s\n", i ? "" : "\n", rows[i].name, rows[i].doc);
    return OK;
}

static int json_metrics(struct page *p, json_t **out, struct err *e)
{
    static const char *const goals[] = {"none", "minimize", "maximize"};
    struct metric_row *rows;
    size_t n;
    int status = store_run_metrics(p->store, p->run.id, &p->arena, &rows, &n, e);
    if (status != OK)
        return status;
    *out = json_array();
    for (size_t i = 0; i < n; i++) {
        const struct metric_row *m = &rows[i];
        json_t *o = json_object();
        json_object_set_new(o, "name", json_string(m->name));
        json_object_set_new(o, "unit", json_string(m->unit));
        json_object_set_new(o, "doc", json_string(m->doc));
        json_object_set_new(o, "goal", json_string(m->goal < 3 ? goals[m->goal] : "none"));
        json_object_set_new(o, "n", json_integer((json_int_t)m->n));
        json_object_set_new(o, "nan_n", json_integer((json_int_t)m->nan_n));
        json_object_set_new(o, "first_step", json_integer((json_int_t)m->first_step));
        json_object_set_new(o, "last_step", json_integer((json_int_t)m->last_step));
        json_object_set_new(o, "last", json_number(m->last));
        json_object_set_new(o, "best", json_number(m->best));
        json_object_set_new(o, "mean", json_number(m->mean));
        json_array_append_new(*out, o);
    }
    return OK;
}

/* ---- events ---- */

static const char *level_name(int level)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    return level >= 0 && level < 4 ? names[level] : "info";
}

static int print_events(struct page *p, bool whole, struct err *e)
{
    struct event_row *rows;
    size_t n;
    int status = store_read_events(p->store, p->run.id, 0, 0, &p->arena, &rows, &n, e);
    if (status != OK)
        return status;
    size_t first = !whole && n > EVENTS_SHOWN ? n - EVENTS_SHOWN : 0;
    if (first)
        printf("  … %zu earlier: --events\n", first);
    for (size_t i = first; i < n; i++)
        printf("  %s  %-5s  step %-10llu %s: %s\n", time_text(rows[i].t_us, &p->arena),
               level_name(rows[i].level), (unsigned long long)rows[i].step, rows[i].kind,
               text_printable(&p->arena, rows[i].text));
    if (n == 0)
        puts("  none");
    return OK;
}

static int json_events(struct page *p, json_t **out, struct err *e)
{
    struct event_row *rows;
    size_t n;
    int status = store_read_events(p->store, p->run.id, 0, 0, &p->arena, &rows, &n, e);
    if (status != OK)
        return status;
    *out = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *o = json_object();
        json_object_set_new(o, "id", json_integer(rows[i].id));
        json_object_set_new(o, "t_us", json_integer(rows[i].t_us));
        json_object_set_new(o, "step", json_integer((json_int_t)rows[i].step));
        json_object_set_new(o, "level", json_string(level_name(rows[i].level)));
        json_object_set_new(o, "kind", json_string(rows[i].kind));
        json_object_set_new(o, "text", json_string(rows[i].text));
        json_array_append_new(*out, o);
    }
    return OK;
}

/* ---- provenance ---- */

static int print_provenance(struct page *p, bool whole, struct err *e)
{
    struct facts facts;
    (void)whole;
    int status = facts_read(&facts, p->store, p->run.id, &p->arena, e);
    if (status == OK)
        facts_print(&facts, &p->arena);
    facts_finish(&facts);
    return status;
}

static int json_provenance(struct page *p, json_t **out, struct err *e)
{
    struct facts facts;
    int status = facts_read(&facts, p->store, p->run.id, &p->arena, e);
    if (status == OK)
        *out = facts_json(&facts);
    facts_finish(&facts);
    return status;
}

/* ---- gates ---- */

/* Verdicts are events of the experiment's first run; of several about a gate the last one counts.
 */
static int read_gates(struct page *p, json_t **out, struct err *e)
{
    struct run_row *runs;
    struct event_row *rows = NULL;
    size_t num_runs = 0, n = 0;
    json_t *gates = json_object();
    int status =
        store_experiment_runs(p->store, p->run.experiment_id, &p->arena, &runs, &num_runs, e);
    if (status == OK && num_runs)
        status = store_read_events(p->store, runs[0].id, 0, 0, &p->arena, &rows, &n, e);
    for (size_t i = 0; status == OK && i < n; i++) {
        const char *colon = strchr(rows[i].text, ':');
        if (strcmp(rows[i].kind, "gate") == 0 && colon)
            json_object_set_new(
                gates, arena_strndup(&p->arena, rows[i].text, (size_t)(colon - rows[i].text)),
                json_string(rows[i].text));
    }
    *out = gates;
    return status;
}

static void print_gates(struct page *p)
{
    json_t *gates = NULL;
    read_gates(p, &gates, NULL);
    for (void *i = json_object_iter(gates); i; i = json_object_iter_next(gates, i)) {
        const char *text = json_string_value(json_object_iter_value(i));
        print_pair("gate", text_printable(&p->arena, text + strlen("gate ")));
    }
    json_decref(gates);
}

static int json_gates(struct page *p, json_t **out, struct err *e)
{
    json_t *gates = NULL, *list = json_array();
    int status = read_gates(p, &gates, e);
    for (void *i = json_object_iter(gates); i; i = json_object_iter_next(gates, i))
        json_array_append(list, json_object_iter_value(i));
    json_decref(gates);
    *out = list;
    return status;
}

/* ---- recipe ---- */

static int print_recipe(struct page *p, bool whole, struct err *e)
{
    (void)whole;
    const char *text = "";
    int status = store_run_recipe(p->store, p->run.id, "text", &p->arena, &text, e);
    if (status == OK)
        fputs(text, stdout);
    return status;
}

static int json_recipe(struct page *p, json_t **out, struct err *e)
{
    const char *text = "";
    int status = store_run_recipe(p->store, p->run.id, "text", &p->arena, &text, e);
    if (status == OK)
        *out = json_string(text);
    return status;
}

/* ---- the page ---- */

static const struct section sections[] = {
    {"config", "Configuration", print_config, json_config},
    {"metrics", "Metrics", print_metrics, json_metrics},
    {"events", "Events", print_events, json_events},
    {"provenance", "Provenance", print_provenance, json_provenance},
    {"recipe", NULL, print_recipe, json_recipe}, /* NULL: not on the page */
};
#define NUM_SECTIONS (sizeof sections / sizeof sections[0])

static void print_head(struct page *p)
{
    const struct run_row *r = &p->run;
    struct arena *a = &p->arena;
    char text[32];
    printf("%s  %s%s%s\n", r->uid, r->experiment, *r->label ? "  " : "", r->label);
    if (*r->describe)
        printf("%s\n", text_printable(a, r->describe));
    putchar('\n');
    print_pair("state", arena_printf(a, "%s%s%s", run_state_name(r->state), *r->message ? ": " : "",
                                     text_printable(a, r->message)));
    if (r->exit_signal)
        print_pair("signal", arena_printf(a, "%d (%s)", r->exit_signal, strsignal(r->exit_signal)));
    print_pair("what", arena_printf(a, "%s%s%s, seed %llu", r->algo, *r->env ? " on " : "", r->env,
                                    (unsigned long long)r->seed));
    print_pair("progress",
               r->total_steps
                   ? arena_printf(a, "%s: %llu of %llu %ss", run_progress(r, a),
                                  (unsigned long long)r->steps, (unsigned long long)r->total_steps,
                                  r->step_unit)
                   : arena_printf(a, "%llu %ss", (unsigned long long)r->steps, r->step_unit));
    if (r->steps_per_s > 0)
        print_pair("speed",
                   arena_printf(a, "%s %ss/s", number_text(r->steps_per_s, a), r->step_unit));
    if (*r->headline)
        print_pair("result", arena_printf(a, "%s %s, best %s", r->headline,
                                          isnan(r->last) ? "nan" : number_text(r->last, a),
                                          isnan(r->best) ? "none" : number_text(r->best, a)));
    print_pair("started", time_text(r->started_us, a));
    print_pair("ended", time_text(r->ended_us, a));
    if (r->started_us && r->ended_us)
        print_pair("took", clock_format_duration((double)(r->ended_us - r->started_us) / 1e6, text,
                                                 sizeof text));
    if (r->attempts > 1)
        print_pair("attempts",
                   arena_printf(a, "%u (resumed %u times)", r->attempts, r->attempts - 1));
    if (r->trial)
        print_pair("trial", arena_printf(a, "%u", r->trial));
    print_gates(p);
}

static int print_page(struct page *p, struct err *e)
{
    int status = OK;
    print_head(p);
    for (size_t i = 0; i < NUM_SECTIONS && status == OK; i++) {
        if (!sections[i].title)
            continue;
        printf("\n%s\n", sections[i].title);
        status = sections[i].print(p, false, e);
    }
    return status;
}

static int show(struct page *p, const struct cli *c, struct err *e)
{
    bool json = cli_has(c, "json"), any = false;
    int status = OK;
    json_t *object = json ? run_json(&p->run) : NULL;
    for (size_t i = 0; i < NUM_SECTIONS; i++)
        any = any || cli_has(c, sections[i].name);
    for (size_t i = 0; i < NUM_SECTIONS && status == OK; i++) {
        json_t *part = NULL;
        bool asked = cli_has(c, sections[i].name);
        if (json && (asked || !any)) {
            status = sections[i].json(p, &part, e);
            json_object_set_new(object, sections[i].name, part ? part : json_null());
        } else if (!json && asked)
            status = sections[i].print(p, true, e);
    }
    if (json && !any && status == OK) {
        json_t *gates = NULL;
        status = json_gates(p, &gates, e);
        json_object_set_new(object, "gates", gates);
    }
    if (!json && !any)
        return print_page(p, e);
    if (json && status == OK)
        json_print(object);
    else
        json_decref(object);
    return status;
}

static int run(struct cli *c, struct err *e)
{
    struct page p = {0};
    int status = cli_open_store(c, &p.store, e);
    if (status == OK)
        status = cli_find_run(c, p.store, &p.arena, &p.run, e);
    if (status == OK)
        status = show(&p, c, e);
    store_close(p.store);
    arena_finish(&p.arena);
    return status;
}

const struct verb verb_show = {
    .name = "show",
    .args = "RUN [OPTION]...",
    .doc = "everything known about a run",
    .examples = "rlbench show @last\n"
                "rlbench show k3f --config\n"
                "rlbench show @last --recipe > again.yaml\n"
                "rlbench show @live --json --metrics\n",
    .opts = opts,
    .run = run,
};
