/* rlbench bench: how fast this build is on this machine: environments, algorithms, the store. */
#include "cmd/runs.h"
#include "cmd/table.h"

#include "base/build.h"
#include "base/clock.h"
#include "base/num.h"
#include "base/sysinfo.h"
#include "module/bench.h"

#include <math.h>
#include <rlbench/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct opt opts[] = {
    {"seconds", 0, "S", "how long each is measured; 0.5 when not given"},
    {"lanes", 0, "N", "copies of an environment that step together; 16 when not given"},
    {"json", 0, NULL, "one JSON object per measurement"},
    {NULL, 0, NULL, NULL},
};

struct bench {
    const struct cli *cli;
    struct registry reg;
    double seconds;
    uint32_t lanes;
    size_t shown;
    struct table table;
    struct arena arena;
};

static void show(struct bench *b, const char *what, const char *on, uint32_t lanes,
                 const char *unit, const struct bench_result *r)
{
    double rate = r->seconds > 0 ? r->steps / r->seconds : 0;
    b->shown++;
    if (cli_has(b->cli, "json")) {
        char line[256], cpu[256];
        json_t *o = json_object();
        json_object_set_new(o, "v", json_integer(1));
        json_object_set_new(o, "what", json_string(what));
        json_object_set_new(o, "on", json_string(on));
        json_object_set_new(o, "lanes", json_integer(lanes));
        json_object_set_new(o, "unit", json_string(unit));
        json_object_set_new(o, "per_s", json_number(rate));
        json_object_set_new(o, "seconds", json_number(r->seconds));
        json_object_set_new(o, "build", json_string(build_line(line, sizeof line)));
        json_object_set_new(o, "cpu", json_string(sysinfo_cpu_name(cpu, sizeof cpu)));
        json_print(o);
        return;
    }
    table_add(&b->table, what);
    table_add(&b->table, on);
    table_add(&b->table, lanes ? arena_printf(&b->arena, "%u", lanes) : "");
    table_printf(&b->table, "%s %ss/s", number_text(rate, &b->arena), unit);
    table_printf(&b->table, "%s ns", rate > 0 ? number_text(1e9 / rate, &b->arena) : "inf");
}

/* ---- plugins ---- */

static int bench_env(struct bench *b, const struct desc *env, struct err *e)
{
    struct bench_result r;
    const struct bench_job job = {.env = env, .seconds = b->seconds, .lanes = b->lanes};
    int status = bench_run(&job, &r, e);
    if (status == OK)
        show(b, env->id, "", b->lanes, "step", &r);
    return status;
}

/* On the first environment that it takes, one lane. */
static int bench_algo(struct bench *b, const struct desc *algo, struct err *e)
{
    int status = err_set(e, ERR_DATA, "%s: there is no environment to run it on", algo->id);
    for (size_t i = 0; i < b->reg.descs.len; i++) {
        struct bench_result r;
        const struct desc *env = &b->reg.descs.data[i];
        if (env->kind != DESC_ENVIRONMENT)
            continue;
        const struct bench_job job = {.env = env, .algo = algo, .seconds = b->seconds, .lanes = 1};
        status = bench_run(&job, &r, e);
        if (status == OK) {
            show(b, algo->id, env->id, 1, algo->step_unit, &r);
            return OK;
        }
        if (status != ERR_DATA)
            break;
    }
    return err_prefix(e, "%s", algo->id);
}

static int bench_plugin(struct bench *b, const struct desc *d, struct err *e)
{
    return d->kind == DESC_ENVIRONMENT ? bench_env(b, d, e) : bench_algo(b, d, e);
}

/* ---- the store: points of three metrics into a new file, a commit every 10,000 ---- */

enum { BATCH = 10000, METRICS = 3 };

static int fill(struct store *s, double seconds, struct bench_result *out, struct err *e)
{
    static struct store_point points[BATCH];
    static const char *const names[METRICS] = {"a", "b", "c"};
    int64_t ids[METRICS], start = clock_mono_ns(), now = start;
    int status = OK;
    for (int i = 0; i < METRICS && status == OK; i++) {
        const rlb_metric m = {.name = names[i], .doc = "", .unit = "", .fold = RLB_FOLD_MEAN};
        status = store_metric_id(s, &m, &ids[i], e);
    }
    if (status == OK)
        status = store_begin_attempt(s, 1, 1, 0, "", e);
    for (uint64_t step = 0; status == OK && (double)(now - start) < seconds * 1e9;) {
        for (uint32_t i = 0; i < BATCH; i++)
            points[i] = (struct store_point){i % METRICS, 0, step + i / METRICS, sqrt(i)};
        step += BATCH / METRICS + 1;
        if ((status = store_begin(s, e)) == OK &&
            (status = store_add_points(s, 1, 1, ids, METRICS, points, BATCH, e)) == OK)
            status = store_commit(s, e);
        out->steps += BATCH;
        now = clock_mono_ns();
    }
    out->seconds = (double)(now - start) / 1e9;
    return status;
}

static int bench_store(struct bench *b, struct err *e)
{
    static const struct desc nobody = {.kind = DESC_ALGORITHM,
                                       .id = "none",
                                       .version = "",
                                       .step_unit = "step",
                                       .path = "",
                                       .sha256 = ""};
    struct plan_run run = {.algo = &nobody, .group = "", .label = ""};
    struct plan plan = {.name = "bench",
                        .describe = "",
                        .recipe_path = "",
                        .recipe_text = "",
                        .resolved_text = "",
                        .runs = {&run, 1, 1}};
    const char *tmp = getenv("TMPDIR");
    char *folder = mem_printf("%s/rlbench-bench-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    struct store *s = NULL;
    struct bench_result r = {0};
    int64_t experiment, id;
    if (!mkdtemp(folder)) {
        int status = err_sys(e, ERR_CANTCREAT, "%s", folder);
        free(folder);
        return status;
    }
    char *path = mem_printf("%s/bench.db", folder);
    int status = store_open_write(path, &s, e);
    if (status == OK)
        status = store_add_plan(s, &plan, "bench", &experiment, &id, e);
    if (status == OK)
        status = fill(s, b->seconds, &r, e);
    store_close(s);
    if (status == OK)
        show(b, "store", "", 0, "point", &r);
    unlink(path);
    rmdir(folder);
    free(path);
    free(folder);
    return status;
}

/* ---- the verb ---- */

static int read_options(struct bench *b, struct err *e)
{
    const char *seconds = cli_get(b->cli, "seconds"), *lanes = cli_get(b->cli, "lanes"), *why;
    int64_t n = 16;
    b->seconds = 0.5;
    if (seconds && (why = num_parse_real(seconds, &b->seconds)))
        return err_set(e, ERR_USAGE, "--seconds %s %s", seconds, why);
    if (!(b->seconds > 0 && b->seconds <= 600))
        return err_set(e, ERR_USAGE, "--seconds %s: more than 0, at most 600", seconds);
    if (lanes && (why = num_parse_int(lanes, &n)))
        return err_set(e, ERR_USAGE, "--lanes %s %s", lanes, why);
    if (n < 1 || n > UINT16_MAX)
        return err_set(e, ERR_USAGE, "--lanes %s: between 1 and %d", lanes, UINT16_MAX);
    b->lanes = (uint32_t)n;
    return OK;
}

static int bench_named(struct bench *b, const char *name, struct err *e)
{
    const struct desc *d = registry_find(&b->reg, DESC_ENVIRONMENT, name);
    if (strcmp(name, "store") == 0)
        return bench_store(b, e);
    if (!d)
        d = registry_find(&b->reg, DESC_ALGORITHM, name);
    if (d)
        return bench_plugin(b, d, e);
    return err_set(e, ERR_PLUGIN,
                   "no plugin '%s'; rlbench plugins lists them, 'store' is the store", name);
}

/* A plugin that cannot be measured with its defaults (it may need a dataset) is told, not fatal. */
static int bench_all(struct bench *b, struct err *e)
{
    for (int kind = DESC_ENVIRONMENT; kind >= DESC_ALGORITHM; kind--)
        for (size_t i = 0; i < b->reg.descs.len; i++) {
            struct err why = ERR_INIT;
            if ((int)b->reg.descs.data[i].kind == kind &&
                bench_plugin(b, &b->reg.descs.data[i], &why) != OK)
                fprintf(stderr, "rlbench bench: %s\n", why.text);
        }
    return bench_store(b, e);
}

static int run(struct cli *c, struct err *e)
{
    struct bench b = {.cli = c};
    char line[256], cpu[256];
    int status = read_options(&b, e);
    if (status == OK)
        status = registry_load(&b.reg, cli_get(c, "plugin-path"), e);
    if (status != OK)
        return status;
    table_init(&b.table, "WHAT|ON|LANES|RATE|EACH", "llrrr");
    for (size_t i = 0; i < c->num_args && status == OK; i++)
        status = bench_named(&b, c->args[i], e);
    if (c->num_args == 0)
        status = bench_all(&b, e);
    if (b.shown && !cli_has(c, "json")) {
        table_print(&b.table, TABLE_ALIGNED, stdout);
        printf("\n%s\n%s, one process each\n", build_line(line, sizeof line),
               sysinfo_cpu_name(cpu, sizeof cpu));
    }
    table_finish(&b.table);
    registry_finish(&b.reg);
    arena_finish(&b.arena);
    return status;
}

const struct verb verb_bench = {
    .name = "bench",
    .args = "[NAME]...",
    .doc = "how fast environments, algorithms and the store are here",
    .examples = "rlbench bench\n"
                "rlbench bench gridworld --lanes 64 --seconds 2\n"
                "rlbench bench q-learning store --json\n",
    .opts = opts,
    .run = run,
};
