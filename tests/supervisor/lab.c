#include "supervisor/fake.h"

#include "base/clock.h"
#include "base/file.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct desc algo = {.kind = DESC_ALGORITHM,
                                 .id = "fake",
                                 .title = "Fake",
                                 .doc = "Learns nothing.",
                                 .citation = "",
                                 .version = "1",
                                 .step_unit = "step",
                                 .path = "/nowhere/fake.so",
                                 .sha256 = "",
                                 .build = ""};

static void add_value(struct arena *a, struct plan_run *r, const char *key, const char *text,
                      double num, bool is_num)
{
    const struct plan_value v = {arena_strdup(a, key), arena_strdup(a, text), num, is_num, "test"};
    r->values[r->num_values++] = v;
}

static void make_run(struct arena *a, const struct fake_run *f, uint64_t seed, struct plan_run *r)
{
    char text[64];
    *r = (struct plan_run){.algo = &algo, .seed = seed, .group = "00000000000000ff", .label = ""};
    r->values = arena_alloc(a, 3 * sizeof *r->values);
    add_value(a, r, "algorithm.params.mode", f->mode, 0, false);
    snprintf(text, sizeof text, "%llu", (unsigned long long)f->at);
    add_value(a, r, "algorithm.params.at", text, (double)f->at, true);
    snprintf(text, sizeof text, "%llu", (unsigned long long)f->delay_us);
    add_value(a, r, "algorithm.params.delay_us", text, (double)f->delay_us, true);
    r->settings = (struct plan_settings){.steps = f->steps,
                                         .log_every = 1,
                                         .checkpoint_keep = 2,
                                         .checkpoint_every = f->checkpoint_every,
                                         .lanes = 1,
                                         .watchdog_s = f->watchdog_s,
                                         .on_nan = f->on_nan,
                                         .memory_bytes = f->memory_bytes};
}

void lab_open(struct lab *l, const struct fake_run *runs, size_t n)
{
    static int number;
    const char *scratch = getenv("SCRATCH"), *runtime = getenv("XDG_RUNTIME_DIR");
    struct plan plan = {.name = "fake", .describe = "", .recipe_path = "fake.yaml"};
    struct store *s = NULL;
    struct err e = ERR_INIT;
    int64_t experiment;
    if (runtime)
        file_mkdirs(runtime, NULL);
    *l = (struct lab){.n = n};
    l->database =
        mem_printf("%s/lab-%ld-%d.db", scratch ? scratch : "/tmp", (long)getpid(), number++);
    plan.recipe_text = "name: fake\n";
    plan.resolved_text = "name: fake\n";
    snprintf(plan.recipe_hash, sizeof plan.recipe_hash, "%064d", 0);
    for (size_t i = 0; i < n; i++) {
        struct plan_run r;
        make_run(&l->arena, &runs[i], i + 1, &r);
        vec_push(&plan.runs, r);
    }
    if (store_open_write(l->database, &s, &e) != OK ||
        store_add_plan(s, &plan, "test", &experiment, l->ids, &e) != OK)
        fprintf(stderr, "lab: %s\n", e.text);
    CU_ASSERT_EQUAL_FATAL(e.code, OK);
    store_close(s);
    CU_ASSERT_EQUAL_FATAL(store_open_read(l->database, &l->reader, &e), OK);
    vec_finish(&plan.runs);
}

void lab_close(struct lab *l)
{
    store_close(l->reader);
    arena_finish(&l->arena);
    free(l->database);
}

int lab_run(struct lab *l, int jobs, struct err *e)
{
    const struct supervisor_options o = {
        .database = l->database, .runs = l->ids, .num_runs = l->n, .jobs = jobs};
    return supervisor_run(&o, e);
}

void lab_spawn(struct lab *l, int jobs)
{
    struct err e = ERR_INIT;
    int status = supervisor_spawn(l->database, l->ids, l->n, jobs, &e);
    if (status != OK)
        fprintf(stderr, "lab: %s\n", e.text);
    CU_ASSERT_EQUAL_FATAL(status, OK);
}

struct run_row lab_row(struct lab *l, size_t i)
{
    struct run_row row = {0};
    char ref[32];
    struct err e = ERR_INIT;
    snprintf(ref, sizeof ref, "%lld", (long long)l->ids[i]);
    CU_ASSERT_EQUAL_FATAL(store_find_run(l->reader, ref, &l->arena, &row, &e), OK);
    return row;
}

struct run_row lab_await(struct lab *l, size_t i, enum run_state state)
{
    int64_t end = clock_mono_ns() + INT64_C(20000000000);
    struct run_row row = lab_row(l, i);
    while (row.state != state && clock_mono_ns() < end) {
        usleep(5000);
        row = lab_row(l, i);
    }
    if (row.state != state)
        fprintf(stderr, "run %lld is %s (%s), not %s\n", (long long)row.id,
                run_state_name(row.state), row.message, run_state_name(state));
    CU_ASSERT_EQUAL(row.state, state);
    return row;
}

int lab_command(struct lab *l, size_t i, const char *verb, const char *arg)
{
    struct client c;
    struct buf answer = {0};
    struct err e = ERR_INIT;
    struct run_row row = lab_row(l, i);
    int status = client_connect(&c, row.socket, &e);
    if (status == OK) {
        status = client_command(&c, row.id, verb, arg, &answer, &e);
        client_close(&c);
    }
    if (status != OK)
        fprintf(stderr, "%s: %s\n", verb, e.text);
    buf_finish(&answer);
    return status;
}

size_t lab_events(struct lab *l, size_t i, const char *kind, const char *part)
{
    struct event_row *rows;
    size_t n, found = 0;
    CU_ASSERT_EQUAL_FATAL(
        store_read_events(l->reader, l->ids[i], 0, 100000, &l->arena, &rows, &n, NULL), OK);
    for (size_t k = 0; k < n; k++)
        found += strcmp(rows[k].kind, kind) == 0 && strstr(rows[k].text, part) != NULL;
    return found;
}

static int take_number(void *ctx, int n, const char *types, const char *const *texts)
{
    double *out = ctx;
    if (n > 0 && types[0] != 'n')
        *out = strtod(texts[0], NULL);
    return 1;
}

double lab_query(struct lab *l, const char *fmt, ...)
{
    char sql[2000];
    double out = (double)NAN;
    struct err e = ERR_INIT;
    const struct store_sink sink = {.ctx = &out, .row = take_number};
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(sql, sizeof sql, fmt, ap);
    va_end(ap);
    if (store_query(l->reader, sql, &sink, &e) != OK)
        fprintf(stderr, "%s: %s\n", sql, e.text);
    return out;
}

#define POINTS " FROM v_point WHERE run_id = %lld AND metric = '%s'"

void lab_check_whole(struct lab *l, size_t i, uint64_t steps)
{
    struct buf problems = {0};
    struct err e = ERR_INIT;
    long long id = (long long)l->ids[i];
    CU_ASSERT_EQUAL(store_check(l->reader, &problems, &e), OK);
    if (problems.len)
        fprintf(stderr, "%s\n", problems.data);
    CU_ASSERT_EQUAL(problems.len, 0);
    buf_finish(&problems);
    for (int m = 0; m < 2; m++) {
        const char *name = m ? "fake/other" : "fake/value";
        CU_ASSERT_EQUAL(lab_query(l, "SELECT count(*)" POINTS, id, name), (double)steps);
        CU_ASSERT_EQUAL(
            lab_query(l, "SELECT count(DISTINCT step)" POINTS " AND step BETWEEN 1 AND %llu", id,
                      name, (unsigned long long)steps),
            (double)steps);
        /* The worker's value_of(), written down again in SQL: the seed counts the runs from 1. */
        CU_ASSERT_EQUAL(lab_query(l,
                                  "SELECT count(*)" POINTS " AND value <> "
                                  "((%zu * 7919 + step * 104729 + %d) %% 100003) / 7.0",
                                  id, name, i + 1, m),
                        0);
    }
    CU_ASSERT_EQUAL(lab_query(l, "SELECT count(*) FROM v_episode WHERE run_id = %lld", id),
                    (double)steps);
}
