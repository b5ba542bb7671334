/* Whatever the script: a parse or a sentence. Whatever the keys, in whatever size: no crash, and
 * nothing outside the grid. The app has no database and no recipes, so that keys start nothing. */
#include "fuzz.h"
#include "tui/log_model.h"
#include "tui/runs_model.h"
#include "tui/script.h"
#include "tui/tui.h"

#include <unistd.h>

enum { MOST_STEPS = 200 };

static void add_run(struct arena *a, struct run_row *r, int i)
{
    *r = (struct run_row){.id = i + 1,
                          .experiment_id = 1 + i / 3,
                          .uid = "0123456789abcdef",
                          .experiment = "fuzz",
                          .describe = "",
                          .algo = "algo",
                          .env = "env",
                          .label = i % 2 ? "n=1" : "",
                          .group = i % 2 ? "a" : "b",
                          .message = "",
                          .socket = "/nonexistent/socket",
                          .step_unit = "step",
                          .digest = "",
                          .headline = "m",
                          .seed = (uint64_t)i,
                          .steps = 10,
                          .total_steps = (uint64_t)(i % 4) * 10,
                          .state = (enum run_state)(i % RUN_NUM_STATES),
                          .last = i};
    (void)a;
}

static void fill(struct app *app)
{
    struct arena a = {0};
    struct run_row *rows = arena_alloc(&a, 20 * sizeof *rows);
    for (int i = 0; i < 20; i++)
        add_run(&a, &rows[i], i);
    runs_model_set_rows(app->states[SCOPE_RUNS - 1], &a, rows, 20);
    char run[] = "fuzz seed 1", kind[] = "log", text[] = "a line\nand another";
    struct log_line l = {.t_us = 1, .level = 1, .run = run, .kind = kind, .text = text};
    for (int i = 0; i < 50; i++)
        log_model_add(app->states[SCOPE_LOG - 1], &l);
}

static void play(const struct script *s)
{
    struct app app;
    struct grid g;
    app_init(&app, &(struct app_options){.database = "/proc/nonexistent/fuzz.db", .theme = "dark"});
    app_start(&app);
    fill(&app);
    grid_init(&g, app.rows, app.cols);
    for (size_t i = 0; i < s->steps.len && i < MOST_STEPS; i++) {
        const struct step *step = &s->steps.data[i];
        struct event ev = {.kind = EVENT_KEY, .key = step->key};
        if (step->kind == STEP_SIZE)
            ev = (struct event){.kind = EVENT_RESIZE, .size = {step->row, step->col}};
        else if (step->kind == STEP_MOUSE)
            ev = (struct event){.kind = EVENT_MOUSE, .mouse = {step->row, step->col, step->act}};
        else if (step->kind != STEP_KEY)
            continue;
        app_update(&app, &ev);
        if (g.rows != app.rows || g.cols != app.cols)
            grid_resize(&g, app.rows, app.cols);
        app_view(&app, &g);
    }
    grid_finish(&g);
    app_finish(&app);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static bool prepared;
    if (!prepared) {
        setenv("RLBENCH_RECIPES", "/nonexistent", 1);
        setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
        if (chdir("/proc/self/task") != 0) /* no recipes here */
            abort();
        prepared = true;
    }
    struct script s;
    struct err e = ERR_INIT;
    int status = script_parse("fuzz", (const char *)data, n, &s, &e);
    if (status != OK && (e.code != ERR_DATA || strncmp(e.text, "fuzz:", 5) != 0))
        abort();
    if (status == OK) {
        play(&s);
        script_finish(&s);
    }
    return 0;
}

#ifndef LIBFUZZER
static void make_seed(rlb_rng *rng, struct buf *out)
{
    static const char *const lines[] = {
        "size 120x40\n",
        "size 80x24\n",
        "size 20x5\n",
        "size 300x90\n",
        "keys jjkkgG\n",
        "keys 1\n",
        "keys 2\n",
        "keys 5\n",
        "keys 7\n",
        "keys ?\n",
        "key Ctrl-D\n",
        "key Enter\n",
        "key Esc\n",
        "keys :sort last<Enter>\n",
        "keys /a.*b<Enter>\n",
        "keys Sn\n",
        "keys xy\n",
        "keys sssrbA \n",
        "click 3 10\n",
        "click 23 5\n",
        "wheel-down 5 5\n",
        "keys :theme mono<Enter>\n",
        "keys :glyphs ascii<Enter>\n",
        "keys []i+-<Less><Greater>zvyFLa\n",
        "wait 1ms until x\n",
        "sleep 0\n",
        "# a comment\n",
        "key Tab\n",
    };
    for (uint32_t i = fuzz_below(rng, 20) + 1; i > 0; i--)
        buf_puts(out, lines[fuzz_below(rng, sizeof lines / sizeof lines[0])]);
}

FUZZ_MAIN(make_seed, 1500)
#endif
