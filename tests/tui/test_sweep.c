/* The Sweep screen: what follows from the trials, pictures, reading in parts, and keys at random.
 */
#include "../store/common.h"
#include "base/clock.h"
#include "sweep_fixture.h"

static uint64_t random_state = 88172645463325252u; /* Marsaglia's xorshift64 */
static uint64_t below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 20) % n;
}

static struct sweep_model *model_of(struct app *a)
{
    return a->states[SCOPE_SWEEP - 1]; /* its first member */
}

static void the_best_come_first(void)
{
    struct app a;
    golden_app(&a, SCOPE_SWEEP);
    sweep_fill(&a, 16);
    const struct sweep_model *m = model_of(&a);
    const struct sweep_results *r = &m->results;
    CU_ASSERT_EQUAL_FATAL(r->keys.len, 3);
    for (size_t i = 1; i < 14; i++)
        CU_ASSERT(sweep_mean(&r->groups.data[i - 1]) >= sweep_mean(&r->groups.data[i]));
    CU_ASSERT(isnan(sweep_mean(&r->groups.data[15])));
    CU_ASSERT_STRING_EQUAL(r->keys.data[sweep_model_first_key(m)], "algorithm.params.step_size");
    double best = -INFINITY; /* in the order of their numbers, whatever their rank */
    for (size_t n = 0; n < 14; n++) {
        for (size_t i = 0; i < r->groups.len; i++)
            if (r->groups.data[i].run == (int64_t)(3 * n + 1))
                best = fmax(best, sweep_mean(&r->groups.data[i]));
        CU_ASSERT_EQUAL(sweep_model_best(m, n), best);
    }
    CU_ASSERT_EQUAL(sweep_model_best(m, 15), sweep_mean(&r->groups.data[0]));
    app_finish(&a);
}

static void pictures(void)
{
    struct app a;
    golden_app(&a, SCOPE_SWEEP);
    sweep_fill(&a, 16);
    app_act(&a, ACT_SWEEP_PARAMETER, "policy");
    golden_check(&a, "sweep-words");
    app_act(&a, ACT_SWEEP_PARAMETER, "polici");
    CU_ASSERT(strstr(a.message.text, "no parameter polici in this sweep") != NULL);
    app_finish(&a);
}

static void any_keys_at_any_size(void)
{
    struct app a;
    golden_app(&a, SCOPE_SWEEP);
    sweep_fill(&a, 500);
    struct sweep_model *m = model_of(&a);
    for (int i = 0; i < 500; i++) {
        static const uint32_t keys[] = {'p', 'P', 'h', 'l', 'j', 'k', 'g', 'G', K_PAGE_DOWN};
        struct event ev = {.kind = EVENT_KEY, .key = keys[below(9)]};
        app_update(&a, &ev);
        CU_ASSERT(m->key <= m->results.keys.len);
        if (below(4) == 0) {
            struct buf out = {0};
            a.look.glyphs = (enum glyphs)below(3);
            ev = (struct event){.kind = EVENT_RESIZE,
                                .size = {24 + (int)below(40), 80 + (int)below(140)}};
            app_update(&a, &ev);
            golden_draw(&a, a.cols, a.rows, &out);
            buf_finish(&out);
        }
    }
    app_finish(&a);
}

/* As long as there is more to read at once. */
static void settle(struct app *a)
{
    const struct event tick = {.kind = EVENT_TICK};
    while (a->wake_ns == 1) {
        a->wake_ns = 0;
        app_update(a, &tick);
    }
}

/* From the database: two groups of two seeds, the second better. */
static void trials_open_on_live(void)
{
    int64_t runs[4], ids[NUM_TEST_METRICS];
    const char *path = scratch("sweep.db");
    struct err e = ERR_INIT;
    struct store *w = NULL;
    struct plan p;
    int64_t experiment;
    MUST(store_open_write(path, &w, &e));
    make_plan(&p, 4);
    struct plan_value values[] = {{"algorithm.params.alpha", "0.1", 0.1, true, "sweep"},
                                  {"algorithm.params.alpha", "0.2", 0.2, true, "sweep"}};
    for (size_t i = 0; i < 4; i++) {
        p.runs.data[i].seed = i / 2;
        p.runs.data[i].group = i % 2 ? "b" : "a";
        p.runs.data[i].values = &values[i % 2];
        p.runs.data[i].num_values = 1;
    }
    MUST(store_add_plan(w, &p, "test build", &experiment, runs, &e));
    vec_finish(&p.runs);
    make_metrics(w, ids);
    for (size_t i = 0; i < 4; i++) {
        struct store_point point = {.metric = 1, .step = 1, .value = i % 2 ? 1 : 2};
        struct run_update u = {.set = RU_STATE, .state = RUN_DONE};
        MUST(store_begin_attempt(w, runs[i], 1, 0, "", NULL));
        MUST(store_add_points(w, runs[i], 1, ids, NUM_TEST_METRICS, &point, 1, NULL));
        MUST(store_update_run(w, runs[i], &u, NULL));
    }
    struct sweep_results r; /* in parts: a run at a time */
    bool more = true;
    int parts = 0;
    MUST(sweep_begin(w, "@last", "mse", "minimize", &r, &e));
    while (more) {
        MUST(sweep_go_on(w, &r, 0, &more, &e));
        parts++;
    }
    CU_ASSERT_EQUAL(parts, 4);
    CU_ASSERT_EQUAL(r.groups.len, 2);
    sweep_finish(&r);
    store_close(w);

    struct app a;
    app_init(&a, &(struct app_options){.database = path, .theme = "dark"});
    app_start(&a);
    app_go(&a, SCOPE_SWEEP);
    settle(&a);
    const struct sweep_model *m = model_of(&a);
    CU_ASSERT_FATAL(m->there);
    CU_ASSERT_STRING_EQUAL(m->results.metric, "mse"); /* the headline, as its goal says */
    CU_ASSERT_FALSE(m->results.maximize);
    CU_ASSERT_STRING_EQUAL(m->results.groups.data[0].key, "b");
    app_act(&a, ACT_COPY, "");
    CU_ASSERT(strncmp(a.clipboard, "rlbench sweep --show 1 --metric mse --goal minimize", 51) == 0);
    app_act(&a, ACT_SWEEP_METRIC, "none");
    CU_ASSERT_STRING_EQUAL(a.message.text, "no metric none here");
    app_command(&a, "sweep nowhere");
    CU_ASSERT_FALSE(m->there);
    CU_ASSERT(strstr(m->why, "no run and no experiment 'nowhere'") != NULL);
    app_command(&a, "sweep speedup");
    settle(&a);
    CU_ASSERT(m->there && m->results.groups.len == 2);
    app_act(&a, ACT_BACK, "");
    settle(&a);
    CU_ASSERT(m->there);
    app_act(&a, ACT_SWEEP_OPEN, "");
    CU_ASSERT_EQUAL(a.screen->scope, SCOPE_LIVE);
    CU_ASSERT(a.focus.len == 2 && a.focus.data[0] == runs[1] && a.focus.data[1] == runs[3]);
    app_finish(&a);
}

static void a_file(void)
{
    struct app a;
    struct buf csv = {0};
    golden_app(&a, SCOPE_SWEEP);
    sweep_fill(&a, 16);
    CU_ASSERT_FATAL(a.screen->csv(&a, a.states[SCOPE_SWEEP - 1], &csv));
    const char *line = buf_text(&csv);
    CU_ASSERT(strncmp(line, "trial,", 6) == 0 && strstr(line, ",runs,values,mean,deviation\n"));
    size_t lines = 0, without = 0;
    double best = INFINITY;
    for (line = strchr(line, '\n') + 1; *line; line = strchr(line, '\n') + 1, lines++) {
        const char *end = strchr(line, '\n');
        double mean, deviation;
        const char *tail = strstr(line, ",3,3,");
        if (!tail || tail > end) {
            without++; /* those that have not run: no mean */
            continue;
        }
        CU_ASSERT_EQUAL(sscanf(tail, ",3,3,%lf,%lf", &mean, &deviation), 2);
        CU_ASSERT(mean <= best); /* the best first */
        CU_ASSERT_DOUBLE_EQUAL(deviation, 0.4, 1e-9);
        best = mean;
    }
    CU_ASSERT(lines == 16 && without == 2);
    buf_finish(&csv);
    app_finish(&a);
}

CHECK_MAIN("tui/sweep", {"the best come first", the_best_come_first}, {"pictures", pictures},
           {"any keys at any size", any_keys_at_any_size},
           {"trials open on Live", trials_open_on_live}, {"a file", a_file})
