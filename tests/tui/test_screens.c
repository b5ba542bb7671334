/* Every screen of the workbench from a fixed model, at every size and in every set of characters,
 * as text. */
#include "compare_fixture.h"
#include "live_fixture.h"
#include "query_fixture.h"
#include "stats_fixture.h"
#include "sweep_fixture.h"
#include "tui/log_model.h"
#include "tui/recipes_model.h"
#include "tui/runs_model.h"
#include <rlbench/plugin.h>

#include <math.h>
#include <signal.h>

#define NOW_US (INT64_C(1764000000) * 1000000)

static void *state(struct app *a)
{
    return a->states[a->screen->scope - 1];
}

/* ---- runs ---- */

struct shape {
    const char *experiment, *algo, *env, *label;
    int64_t id;
    int seeds;
    enum run_state state;
    double done, last, speed;
};

static void add_runs(struct arena *a, const struct shape *s, struct run_row *rows, size_t *n)
{
    for (int i = 0; i < s->seeds; i++) {
        struct run_row *r = &rows[(*n)++];
        *r = (struct run_row){.id = s->id * 100 + i,
                              .experiment_id = s->id,
                              .uid = "0123456789abcdef",
                              .experiment = s->experiment,
                              .describe = "",
                              .algo = s->algo,
                              .env = s->env,
                              .label = s->label,
                              .group = arena_strdup(a, s->label),
                              .message = s->state == RUN_CRASHED ? "segmentation fault" : "",
                              .socket = "",
                              .step_unit = "step",
                              .digest = "",
                              .headline = s->speed < 0 ? "" : "mse_star",
                              .seed = (uint64_t)(s->seeds == 1 ? 3 : i),
                              .total_steps = 300000,
                              .steps = (uint64_t)(300000 * s->done),
                              .state = s->state,
                              .created_us = NOW_US - s->id * 60000000,
                              .started_us = NOW_US - s->id * 60000000,
                              .steps_per_s = s->speed,
                              .last = s->last,
                              .best = s->last};
        if (s->state == RUN_CRASHED)
            r->exit_signal = SIGSEGV;
        if (s->state == RUN_DONE || s->state == RUN_STOPPED)
            r->ended_us = NOW_US - s->id * 1000000 * (s->id > 5 ? 2000 : 8);
    }
}

static void fill_runs(struct runs_model *m)
{
    static const struct shape shapes[] = {
        {"fedsarsa-speedup", "fedsarsa", "garnet", "n_agents=32", 9, 10, RUN_RUNNING, 0.617, 1.9e-4,
         2300},
        {"fedsarsa-speedup", "fedsarsa", "garnet", "n_agents=8", 9, 10, RUN_QUEUED, 0, NAN, 0},
        {"fb-fourrooms", "forward-backward", "four-rooms", "d=100", 8, 5, RUN_PAUSED, 0.4, 0.81, 0},
        {"slhf-cycle", "slhf", "cycle-asym", "", 7, 10, RUN_DONE, 1, 3e-5, 0},
        {"my-plugin-test", "mine", "chain", "", 6, 1, RUN_CRASHED, 0.12, NAN, -1},
        {"a-recipe-with-a-very-long-name-indeed", "an-algorithm-with-a-long-name",
         "a-world-with-a-long-name", "algorithm.params.learning_rate=0.001", 4, 50, RUN_DONE, 1,
         -12345.678, 0},
        {"unlucky", "q-learning", "gridworld", "", 3, 1, RUN_FAILED, 0.99, NAN, 0},
        {"enough", "sarsa", "gridworld", "", 2, 1, RUN_STOPPED, 0.5, 0.174, 0},
    };
    struct arena a = {0};
    struct run_row *rows = arena_alloc(&a, 200 * sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        add_runs(&a, &shapes[i], rows, &n);
    runs_model_set_rows(m, &a, rows, n);
    for (size_t i = 0; i < m->lines.len; i++) {
        struct runs_line *l = &m->lines.data[i];
        l->num_spark = 0;
        for (int k = 0; k < SPARK_SAMPLES && isfinite(l->last); k++)
            l->spark[l->num_spark++] = exp(-0.1 * k * (double)(i + 1)) + (k == 7 ? 0.2 : 0);
    }
}

static void runs(struct app *a)
{
    struct runs_model *m = state(a);
    fill_runs(m);
    m->list.at = 2;
    runs_model_toggle_mark(m);
    a->num_live = 20;
}

static void runs_by_seed(struct app *a)
{
    runs(a);
    struct runs_model *m = state(a);
    m->bundle = false;
    m->sort = SORT_LAST;
    m->reverse = true;
    snprintf(m->filter, sizeof m->filter, "algo=fedsarsa");
    runs_model_arrange(m);
    list_act(&m->list, ACT_BOTTOM);
}

/* ---- recipes ---- */

static void fill_recipes(struct recipes_model *m)
{
    static const struct recipes_item items[] = {
        {.origin = ORIGIN_OWN,
         .path = "/home/me/.config/rlbench/recipes/first.yaml",
         .name = "first",
         .describe = "",
         .algorithm = "",
         .env = "",
         .duration = "",
         .errors = 1,
         .line = 7,
         .column = 12},
        {.origin = ORIGIN_SHIPPED,
         .path = "/usr/share/rlbench/recipes/fedsarsa-speedup.yaml",
         .name = "fedsarsa-speedup",
         .describe =
             "Linear speed-up in agents: FedSARSA with M agents, each in its own version of "
             "the world, averages their value weights every H steps. Watch the error fall "
             "as 1/M until the agents differ too much.\nMangold, Berthier, Moulines 2025",
         .algorithm = "fedsarsa",
         .env = "garnet",
         .duration = "1 min",
         .runs = 40},
        {.origin = ORIGIN_SHIPPED,
         .path = "/usr/share/rlbench/recipes/quickstart.yaml",
         .name = "quickstart",
         .describe = "Q-learning on four rooms. The first thing to run.",
         .algorithm = "q-learning",
         .env = "gridworld",
         .duration = "15 s"},
        {.origin = ORIGIN_HERE,
         .path = "recipes/naïve-日本語.yaml",
         .name = "naïve-日本語",
         .describe = "Ein Versuch – mit Umlauten äöü",
         .algorithm = "sarsa",
         .env = "chain",
         .duration = "5 s"},
    };
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        recipes_model_add(m, &items[i]);
    recipes_model_arrange(m);
}

static void recipes(struct app *a)
{
    struct recipes_model *m = state(a);
    fill_recipes(m);
    m->list.at = 1;
    app_say(a, TONE_GOOD, "10 runs started; q leaves, they go on");
}

static void recipe_with_errors(struct app *a)
{
    recipes(a);
    struct recipes_model *m = state(a);
    for (int i = 0; i < 100; i++) {
        char name[32];
        snprintf(name, sizeof name, "zz-%03d", i);
        recipes_model_add(m, &(struct recipes_item){.origin = ORIGIN_HERE,
                                                    .path = name,
                                                    .name = name,
                                                    .describe = "One of many",
                                                    .algorithm = "sarsa",
                                                    .env = "chain",
                                                    .duration = "1 h"});
    }
    recipes_model_arrange(m);
    struct recipes_item *item =
        recipes_model_find(m, "/home/me/.config/rlbench/recipes/first.yaml");
    item->checked = mem_strdup("first.yaml:7:12: error: no such parameter\n"
                               "    7 |     learning_rte: 0.01\n"
                               "      |     ^~~~~~~~~~~~\n"
                               "      = did you mean learning_rate?\n1 error\n");
    m->list.at = 2;
    m->in_text = true;
    prompt_confirm(&a->prompt, "Stop fedsarsa-speedup (10 runs)?", NULL, NULL);
}

/* ---- log ---- */

static void add_line(struct log_model *m, int64_t s, int level, const char *run, uint64_t step,
                     const char *text)
{
    char copy[2][200], kind[] = "log";
    snprintf(copy[0], sizeof copy[0], "%s", run);
    snprintf(copy[1], sizeof copy[1], "%s", text);
    struct log_line l = {.t_us = NOW_US + s * 1000000,
                         .level = level,
                         .step = step,
                         .run = copy[0],
                         .kind = kind,
                         .text = copy[1]};
    log_model_add(m, &l);
}

static void log_lines(struct app *a)
{
    struct log_model *m = state(a);
    add_line(m, 5, RLB_LOG_WARN, "fedsarsa-speedup n_agents=32 seed 7", 84000,
             "mse_star is NaN, stopped (checkpoint at 80k kept)");
    add_line(m, 1, RLB_LOG_INFO, "fedsarsa-speedup n_agents=32 seed 7", 0, "started");
    add_line(m, 2, RLB_LOG_DEBUG, "fedsarsa-speedup n_agents=32 seed 8", 0, "not shown");
    add_line(m, 9, RLB_LOG_ERROR, "my-plugin-test seed 3", 12000,
             "died of a segmentation fault\nand said so in two lines");
    add_line(m, 10, LOG_COMMAND, "", 0, "rlbench stop 01234567");
    log_model_arrange(m);
}

/* ---- the others ---- */

static void stats(struct app *a)
{
    struct stats_model *m = state(a); /* its first member */
    stats_fill(m, 4, 1, 10, 1);
    stats_work(m);
    list_act(&m->list, ACT_DOWN);
}

static void compare(struct app *a)
{
    compare_fill(a, 4);
}

static void sweep(struct app *a)
{
    sweep_fill(a, 16);
}

static void help(struct app *a)
{
    a->screen = screens[SCOPE_RUNS - 1];
    app_act(a, ACT_HELP, "");
}

/* ---- the table: a row is golden/NAME.txt, nine pictures of it ---- */

static const struct pictured {
    const char *name;
    enum scope screen;
    void (*fill)(struct app *); /* NULL: as it is without anything */
} table[] = {
    {"recipes", SCOPE_RECIPES, recipes},
    {"recipes-checked", SCOPE_RECIPES, recipe_with_errors},
    {"runs", SCOPE_RUNS, runs},
    {"runs-seeds", SCOPE_RUNS, runs_by_seed},
    {"runs-none", SCOPE_RUNS, NULL},
    {"compare", SCOPE_COMPARE, compare},
    {"compare-none", SCOPE_COMPARE, NULL},
    {"stats", SCOPE_STATS, stats},
    {"stats-none", SCOPE_STATS, NULL},
    {"live", SCOPE_LIVE, live_fill},
    {"live-none", SCOPE_LIVE, NULL},
    {"sweep", SCOPE_SWEEP, sweep},
    {"sweep-none", SCOPE_SWEEP, NULL},
    {"log", SCOPE_LOG, log_lines},
    {"query", SCOPE_QUERY, query_fill},
    {"query-none", SCOPE_QUERY, NULL},
    {"help", SCOPE_HELP, help},
};
enum { NUM_PICTURES = sizeof table / sizeof table[0] };

static void pictures(void)
{
    for (size_t i = 0; i < NUM_PICTURES; i++) {
        struct app a;
        golden_app(&a, table[i].screen);
        if (table[i].fill)
            table[i].fill(&a);
        CU_ASSERT_EQUAL(a.screen->scope, table[i].screen);
        golden_check(&a, table[i].name);
        app_finish(&a);
    }
}

static void every_screen_has_one(void)
{
    for (int scope = SCOPE_GLOBAL + 1; scope < SCOPE_COUNT; scope++) {
        size_t found = 0;
        for (size_t i = 0; i < NUM_PICTURES; i++)
            found += table[i].screen == (enum scope)scope && table[i].fill != NULL;
        if (!found)
            fprintf(stderr, "no picture of the screen %s\n", screens[scope - 1]->name);
        CU_ASSERT(found > 0);
    }
}

static void small(void)
{
    struct app a;
    golden_app(&a, SCOPE_RUNS);
    a.num_live = 3;
    snprintf(a.newest, sizeof a.newest, "fedsarsa-speedup running 61 %%");
    struct buf out = {0};
    golden_draw(&a, 60, 3, &out);
    CHECK_TEXT(buf_text(&out), "rlbench: 3 live, newest fedsarsa-speedup running 61 %\n"
                               "needs 80x24, has 60x3; q leaves\n\n");
    buf_finish(&out);
    for (int rows = 1; rows < 26; rows++) /* whatever the size, nothing is drawn outside */
        for (int cols = 1; cols < 90; cols += rows < 24 ? 7 : 1)
            golden_draw(&a, cols, rows, &out);
    buf_finish(&out);
    app_finish(&a);
}

CHECK_MAIN("screens", {"pictures", pictures}, {"every screen has one", every_screen_has_one},
           {"too small a terminal", small})
