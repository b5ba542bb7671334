/* The Compare screen: what is read is what all points would give, pictures, and keys hit at random.
 */
#include "../store/common.h"
#include "compare_fixture.h"

#include "base/clock.h"
#include "store/internal.h"

static uint64_t random_state = 88172645463325252u; /* Marsaglia's xorshift64 */
static uint64_t below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 20) % n;
}

static struct compare *compare_of(struct app *a)
{
    return a->states[SCOPE_COMPARE - 1];
}

/* ---- reading ---- */

enum { RUNS = 6, COLUMNS = 50 };

/* Runs of one group, of other lengths, logged at other steps. */
static struct store *write_runs(const char *path, int64_t *runs, int64_t ids[NUM_TEST_METRICS])
{
    struct store *w = make_store(path, RUNS, runs);
    make_metrics(w, ids);
    for (size_t r = 0; r < RUNS; r++) {
        MUST(store_begin_attempt(w, runs[r], 1, 0, "", NULL));
        MUST(store_begin(w, NULL));
        uint64_t step = below(40), end = 1000 + below(1500);
        for (; step < end; step += 1 + below(r == 2 ? 100 : 5)) {
            struct store_point p = {
                .metric = 1, .step = step, .value = (double)below(1000) / 100 - 3};
            if (below(200) == 0)
                p.value = NAN;
            MUST(store_add_points(w, runs[r], 1, ids, NUM_TEST_METRICS, &p, 1, NULL));
        }
        struct run_update u = {.set = RU_STATE | RU_STEPS, .state = RUN_DONE, .steps = end};
        MUST(store_update_run(w, runs[r], &u, NULL));
        MUST(store_commit(w, NULL));
    }
    return w;
}

static bool alike(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

/* The group's line is that of a bundle of the whole curves in the same columns. */
static void a_look_up_per_column_is_enough(void)
{
    int64_t runs[RUNS], ids[NUM_TEST_METRICS];
    const char *path = scratch("compare.db");
    struct store *s = write_runs(path, runs, ids);
    struct err e = ERR_INIT;
    struct compare_model m;
    bool more = true;
    int slices = 0;
    compare_init(&m);
    MUST(compare_load(&m, s, runs, RUNS, "mse", ALIGN_STEP, &e));
    while (more) {
        MUST(compare_read(&m, s, COLUMNS, 0, &more, &e));
        slices++;
    }
    CU_ASSERT_EQUAL(slices, 2 * RUNS); /* no time: a run at a time in either round */
    CU_ASSERT(compare_is_whole(&m));
    struct series whole[RUNS];
    const struct series *list[RUNS];
    for (size_t r = 0; r < RUNS; r++) {
        struct curve c = {0};
        series_init(&whole[r]);
        MUST(store_read_curve(s, runs[r], ids[1], -1, &c, &e));
        series_append(&whole[r], c.steps, c.values, c.len);
        list[r] = &whole[r];
        curve_finish(&c);
        CU_ASSERT(m.runs.data[r].line.len <= COLUMNS);
    }
    struct bundle_column want[COLUMNS];
    struct plot_column got[COLUMNS];
    bundle_reduce(list, RUNS, m.lo, m.hi, COLUMNS, want);
    for (int band = 0; band < 2; band++) {
        compare_line(&m, 0, (enum compare_band)band, false, COLUMNS, got);
        for (size_t c = 0; c < COLUMNS; c++) {
            CU_ASSERT(alike(got[c].mean, want[c].mean));
            CU_ASSERT(alike(got[c].lo, band ? want[c].min : want[c].lo));
            CU_ASSERT(alike(got[c].hi, band ? want[c].max : want[c].hi));
        }
    }
    struct bundle_column last = compare_last(&m, 0);
    CU_ASSERT(alike(last.mean, want[COLUMNS - 1].mean) || last.n > want[COLUMNS - 1].n);
    for (size_t r = 0; r < RUNS; r++)
        series_finish(&whole[r]);
    compare_finish(&m);
    store_close(s);
}

/* Ten steps are a second of the first run and two of the others, and an episode. */
static void time_and_episodes(void)
{
    int64_t runs[RUNS], ids[NUM_TEST_METRICS];
    const char *path = scratch("align.db");
    struct store *s = make_store(path, RUNS, runs);
    struct err e = ERR_INIT;
    make_metrics(s, ids);
    for (size_t r = 0; r < RUNS; r++) {
        MUST(store_begin_attempt(s, runs[r], 1, 0, "", NULL));
        for (uint64_t step = 10; step <= 1000; step += 10) {
            struct store_point p = {.metric = 1, .step = step, .value = (double)step};
            struct store_episode ep = {.step = step, .index = (uint32_t)(step / 10 - 1)};
            MUST(store_add_points(s, runs[r], 1, ids, NUM_TEST_METRICS, &p, 1, NULL));
            MUST(store_add_episodes(s, runs[r], 1, &ep, 1, NULL));
        }
        struct run_update u = {.set = RU_STATE | RU_STEPS, .state = RUN_DONE, .steps = 1000};
        MUST(store_update_run(s, runs[r], &u, NULL));
    }
    char *sql = mem_printf("DELETE FROM progress; UPDATE attempt SET started_us = 1000000;"
                           "UPDATE run SET ended_us = 1000000 + 100000000 * (1 + (id > %lld))",
                           (long long)runs[0]);
    MUST(store_exec(s, sql, &e));
    free(sql);
    struct compare_model m;
    struct plot_column columns[100];
    bool more;
    compare_init(&m);
    MUST(compare_load(&m, s, runs, RUNS, "mse", ALIGN_EPISODE, &e));
    MUST(compare_read(&m, s, 100, INT64_MAX, &more, &e));
    CU_ASSERT_EQUAL(m.hi, 100);
    compare_line(&m, 0, BAND_INTERVAL, false, 100, columns);
    CU_ASSERT_DOUBLE_EQUAL(columns[49].mean, 500, 20);
    CU_ASSERT_DOUBLE_EQUAL(columns[99].mean, 1000, 0);
    compare_finish(&m);
    double scale;
    MUST(compare_load(&m, s, runs, RUNS, "mse", ALIGN_TIME, &e));
    MUST(compare_read(&m, s, 100, INT64_MAX, &more, &e));
    CU_ASSERT_EQUAL(m.lo, 1000);
    CU_ASSERT_EQUAL(m.hi, 200000); /* ms */
    CU_ASSERT_STRING_EQUAL(compare_unit(&m, &scale), "s");
    compare_line(&m, 0, BAND_RANGE, false, 100, columns);
    /* after a quarter of the time: 500 steps of the first, 250 of the others */
    CU_ASSERT_DOUBLE_EQUAL(columns[24].hi, 500, 20);
    CU_ASSERT_DOUBLE_EQUAL(columns[24].lo, 250, 20);
    CU_ASSERT_DOUBLE_EQUAL(columns[24].mean, (500 + 5 * 250) / 6.0, 20);
    /* after three quarters the first is over */
    CU_ASSERT_DOUBLE_EQUAL(columns[74].hi, 750, 20);
    compare_finish(&m);
    store_close(s);
}

/* ---- settings ---- */

static const char *setting(const struct compare_diff *d, const char *key, size_t group)
{
    for (size_t i = 0; i < d->settings.len; i++)
        if (strcmp(d->settings.data[i].key, key) == 0)
            return d->settings.data[i].texts[group] ? d->settings.data[i].texts[group] : "none";
    return "alike";
}

/* Two groups of one experiment that differ in a parameter, and one of another recipe. */
static void settings_come_from_recipes_and_parameters(void)
{
    static const char *const recipes[] = {
        "version: 1\nname: a\nbudget:\n  steps: 1000\nlog:\n  every: 10\n",
        "version: 1\nname: b\nbudget:\n  steps: 2000\nlog:\n  every: 10\nshape: [round, flat]\n"};
    int64_t runs[4], experiment;
    struct err e = ERR_INIT;
    struct store *s = NULL;
    struct plan_value values[] = {{"algorithm.params.alpha", "0.1", 0.1, true, "sweep"},
                                  {"algorithm.params.alpha", "0.2", 0.2, true, "sweep"}};
    MUST(store_open_write(scratch("settings.db"), &s, &e));
    for (size_t x = 0; x < 2; x++) {
        struct plan p;
        make_plan(&p, 2);
        p.resolved_text = recipes[x];
        snprintf(p.recipe_hash, sizeof p.recipe_hash, "%064zu", x);
        for (size_t i = 0; i < 2; i++) {
            p.runs.data[i].group = i ? "b" : "a";
            p.runs.data[i].values = &values[i];
            p.runs.data[i].num_values = 1;
        }
        MUST(store_add_plan(s, &p, "test build", &experiment, runs + 2 * x, &e));
        vec_finish(&p.runs);
    }
    struct compare_model m;
    struct compare_diff d = {0};
    bool more = true;
    int slices = 0;
    compare_init(&m);
    MUST(compare_load(&m, s, runs, 3, NULL, ALIGN_STEP, &e));
    CU_ASSERT_EQUAL(m.groups.len, 3);
    for (; more; slices++)
        MUST(compare_diff_read(&d, s, &m, 0, &more, &e));
    CU_ASSERT_EQUAL(slices, 3);
    CU_ASSERT_EQUAL(d.settings.len, 4);
    CHECK_TEXT(setting(&d, "algorithm.params.alpha", 0), "0.1");
    CHECK_TEXT(setting(&d, "algorithm.params.alpha", 1), "0.2");
    CHECK_TEXT(setting(&d, "budget.steps", 1), "1000");
    CHECK_TEXT(setting(&d, "budget.steps", 2), "2000");
    CHECK_TEXT(setting(&d, "shape[1]", 0), "none");
    CHECK_TEXT(setting(&d, "shape[1]", 2), "flat");
    CHECK_TEXT(setting(&d, "log.every", 0), "alike");
    CHECK_TEXT(setting(&d, "name", 0), "alike");
    compare_diff_finish(&d);
    compare_finish(&m);
    store_close(s);
}

/* ---- the screen ---- */

static bool shows(struct app *a, const char *text)
{
    struct buf out = {0};
    golden_draw(a, 120, 40, &out);
    bool found = strstr(buf_text(&out), text) != NULL;
    buf_finish(&out);
    return found;
}

static void tick(struct app *a)
{
    const struct event ev = {.kind = EVENT_TICK};
    for (int i = 0; i < 100; i++) {
        a->wake_ns = 0;
        app_update(a, &ev);
        if (a->wake_ns != 1)
            return;
    }
}

static void marked_runs_come_before_those_in_focus(void)
{
    int64_t runs[RUNS], ids[NUM_TEST_METRICS];
    const char *path = scratch("marked.db");
    store_close(write_runs(path, runs, ids));
    struct app a;
    app_init(&a, &(struct app_options){.database = path, .theme = "dark"});
    a.rows = 40;
    a.cols = 120;
    app_start(&a);
    app_go(&a, SCOPE_COMPARE);
    tick(&a);
    struct compare *c = compare_of(&a);
    CU_ASSERT_EQUAL(c->model.runs.len, RUNS);
    CU_ASSERT(compare_is_whole(&c->model) && !c->has_next);
    CU_ASSERT(shows(&a, "mse · mean of 6 seeds, 95 % band"));
    app_act(&a, ACT_COMPARE_DIFF, "");
    tick(&a);
    CU_ASSERT(shows(&a, "One group alone"));

    app_go(&a, SCOPE_RUNS);
    app_act(&a, ACT_RUN_BUNDLE, "");
    app_act(&a, ACT_TOP, "");
    app_act(&a, ACT_RUN_MARK, "");
    app_act(&a, ACT_RUN_MARK, "");
    app_act(&a, ACT_RUN_COMPARE, "");
    CU_ASSERT_EQUAL(a.screen->scope, SCOPE_COMPARE);
    tick(&a);
    CU_ASSERT_EQUAL(c->model.runs.len, 2);
    CU_ASSERT(shows(&a, "1 group · 2 marked runs"));
    app_command(&a, "compare speedup"); /* an experiment by its name, whatever is marked */
    tick(&a);
    CU_ASSERT_EQUAL(c->model.runs.len, RUNS);
    CU_ASSERT(shows(&a, "1 group · 6 runs · speedup"));
    app_act(&a, ACT_FILTER, "nobody");
    CU_ASSERT(strstr(a.message.text, "nobody") != NULL);
    CU_ASSERT_EQUAL(c->model.runs.len, 0);
    app_act(&a, ACT_BACK, ""); /* closes the differences */
    app_act(&a, ACT_BACK, ""); /* drops the words */
    tick(&a);
    CU_ASSERT_EQUAL(c->model.runs.len, 2);
    app_act(&a, ACT_COMPARE_METRIC, "msr");
    CU_ASSERT_STRING_EQUAL(a.message.text, "no metric msr here; did you mean mse?");
    app_act(&a, ACT_COMPARE_ALIGN, "year");
    CU_ASSERT_STRING_EQUAL(a.message.text, "no year: step, time or episode");
    app_act(&a, ACT_COMPARE_OPEN, "");
    CU_ASSERT_EQUAL(a.screen->scope, SCOPE_LIVE);
    CU_ASSERT_EQUAL(a.focus.len, 2);
    app_finish(&a);
}

static void pictures(void)
{
    struct app a;
    golden_app(&a, SCOPE_COMPARE);
    compare_fill(&a, 4);
    compare_fill_settings(&a);
    golden_check(&a, "compare-differences");
    app_finish(&a);
    golden_app(&a, SCOPE_COMPARE);
    compare_fill(&a, 2);
    app_act(&a, ACT_COMPARE_BAND, "seeds");
    app_act(&a, ACT_COMPARE_CROSSHAIR, "");
    a.message.text[0] = '\0';
    golden_check(&a, "compare-seeds");
    app_finish(&a);
}

static void any_keys_at_any_size(void)
{
    struct app a;
    golden_app(&a, SCOPE_COMPARE);
    compare_fill(&a, 4);
    compare_fill_settings(&a);
    struct compare *c = compare_of(&a);
    for (int i = 0; i < 2000; i++) {
        struct event ev = {.kind = EVENT_MOUSE};
        static const uint32_t keys[] = {'B', 'd', 'y',    'i',     'g',    'G',   K_LEFT, 'j',
                                        'k', 'h', K_LEFT, K_RIGHT, K_DOWN, K_ESC, K_TAB};
        if (below(3) == 0) {
            ev.mouse.row = (int)below((uint64_t)a.rows);
            ev.mouse.col = (int)below((uint64_t)a.cols);
            ev.mouse.act = (enum mouse_act)below(4);
        } else {
            ev.kind = EVENT_KEY;
            ev.key = keys[below(sizeof keys / sizeof keys[0])];
        }
        app_update(&a, &ev);
        a.screen = screens[SCOPE_COMPARE - 1]; /* Esc may have left it */
        CU_ASSERT(!c->has_cursor || (c->cursor >= c->model.lo && c->cursor <= c->model.hi));
        if (below(6) == 0) {
            struct buf out = {0};
            a.look.glyphs = (enum glyphs)below(3);
            golden_draw(&a, 80 + (int)below(140), 24 + (int)below(40), &out);
            buf_finish(&out);
        }
    }
    app_finish(&a);
}

/* The last line of each group is the mean of its seeds' last values; the picture has both lines. */
static void files(void)
{
    struct app a;
    struct buf csv = {0}, svg = {0};
    golden_app(&a, SCOPE_COMPARE);
    struct compare *c = compare_of(&a);
    CU_ASSERT_FALSE(a.screen->csv(&a, c, &csv)); /* nothing to write yet */
    compare_fill(&a, 2);
    csv.len = 0;
    CU_ASSERT_FATAL(a.screen->csv(&a, c, &csv) && a.screen->svg(&a, c, &svg));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&csv), "group,metric,"));
    for (size_t g = 0; g < 2; g++) {
        double mean = 0, x = 0, y = 0, low = 0, high = 0;
        for (size_t r = 0; r < c->model.runs.len; r++)
            if (c->model.runs.data[r].group == g)
                mean += c->model.runs.data[r].last / COMPARE_SEEDS;
        const char *line = NULL, *name = c->model.labels.full[g];
        for (const char *at = buf_text(&csv); (at = strstr(at, name)); at++)
            line = at;
        CU_ASSERT_PTR_NOT_NULL_FATAL(line);
        CU_ASSERT_EQUAL(sscanf(strstr(line, "eval/return,"), "eval/return,%lf,%lf,%lf,%lf", &x, &y,
                               &low, &high),
                        4);
        CU_ASSERT_DOUBLE_EQUAL(y, mean, 1e-9);
        CU_ASSERT(low < y && y < high);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&svg), name));
    }
    buf_finish(&csv);
    buf_finish(&svg);
    app_finish(&a);
}

CHECK_MAIN("tui/compare", {"a look-up per column is enough", a_look_up_per_column_is_enough},
           {"time and episodes", time_and_episodes},
           {"settings come from recipes and parameters", settings_come_from_recipes_and_parameters},
           {"marked runs come before those in focus", marked_runs_come_before_those_in_focus},
           {"pictures", pictures}, {"any keys at any size", any_keys_at_any_size}, {"files", files})
