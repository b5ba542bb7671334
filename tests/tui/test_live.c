/* The Live screen: whole pictures from fixed models, what is read from the database and when,
 * layout at every size, and keys hit at random. */
#include "../store/common.h"
#include "base/clock.h"
#include "live_fixture.h"

static void start_bundles(struct app *a)
{
    golden_app(a, SCOPE_LIVE);
    live_fill(a);
}

static void bundles_of_seeds(void)
{
    struct app a;
    start_bundles(&a);
    struct live *l = live_of(&a);
    CU_ASSERT_STRING_EQUAL(l->model.metrics.data[0].name, "mse_star");
    CU_ASSERT_STRING_EQUAL(l->model.metrics.data[4].name, "perf/steps_per_s");
    app_act(&a, ACT_LIVE_SEEDS, "");
    app_act(&a, ACT_LIVE_SMOOTHER, "");
    app_act(&a, ACT_LIVE_SMOOTHER, "");
    a.message.text[0] = '\0';
    golden_check(&a, "live-seeds");
    app_finish(&a);
}

static void one_chart_alone(void)
{
    struct app a;
    start_bundles(&a);
    struct buf out = {0};
    golden_draw(&a, 80, 24, &out);
    app_act(&a, ACT_LIVE_FULL, "");
    app_act(&a, ACT_LIVE_CROSSHAIR, "");
    app_act(&a, ACT_LIVE_ZOOM_IN, "");
    golden_draw(&a, 80, 24, &out);
    app_act(&a, ACT_LEFT, "");
    golden_check(&a, "live-full");
    buf_finish(&out);
    app_finish(&a);
}

static void one_run_that_is_over(void)
{
    struct app a;
    golden_app(&a, SCOPE_LIVE);
    struct live *l = live_of(&a);
    add_run(l, 1, 7, "", RUN_DONE, 180000);
    size_t m = add_metric(l, 1, "mse_star", "", RLB_M_LOG | RLB_M_HEADLINE);
    random_state = 42;
    add_curve(l, m, 0, true);
    show_all(l);
    golden_check(&a, "live-one");
    app_finish(&a);
}

/* ---- what the runs say together ---- */

static void remaining_time_and_share(void)
{
    struct app a;
    start_bundles(&a);
    struct live_summary s = live_summarize(&live_of(&a)->model);
    CU_ASSERT_EQUAL(s.count[RUN_RUNNING], 4);
    CU_ASSERT_EQUAL(s.count[RUN_DONE], 4);
    CU_ASSERT_EQUAL(s.count[RUN_QUEUED], 2);
    /* 4 x 180k and 4 x 300k of 10 x 300k; 1.08 M steps left at 5100 + 3 x 5000 a second */
    CU_ASSERT_DOUBLE_EQUAL(s.done, 0.64, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(s.steps_per_s, 20100, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(s.seconds_left, 1080000.0 / 20100, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(s.checkpoint_in, 30000.0 / 5100, 1e-9);
    app_finish(&a);
}

/* ---- layout ---- */

static void panes_tile_the_body(void)
{
    struct app a;
    golden_app(&a, SCOPE_LIVE);
    struct live *l = live_of(&a);
    int overlaps = 0, outside = 0, tiny = 0, lost = 0;
    for (int trial = 0; trial < 20000; trial++) {
        struct rect r = {1, 0, 18 + (int)below(80), 80 + (int)below(200)};
        size_t charts = below(40);
        l->charts.len = 0;
        for (size_t i = 0; i < charts; i++)
            vec_push(&l->charts, i);
        l->views.all.len = below(2); /* only counted here */
        l->first = below(60);
        l->pane = below(60);
        live_lay_out(l, r);
        const struct live_layout *o = &l->layout;
        lost += charts > 0 && o->charts == 0;
        lost += o->view != (l->views.all.len > 0);
        lost += o->panes && l->pane >= o->panes;
        for (size_t i = 0; i < o->panes; i++) {
            struct rect p = o->at[i];
            tiny += p.rows < 8 || p.cols < 36;
            outside += p.row < r.row || p.col < r.col || p.row + p.rows > r.row + r.rows ||
                       p.col + p.cols > r.col + r.cols;
            for (size_t k = 0; k < i; k++) {
                struct rect q = rect_clip(p, o->at[k]);
                overlaps += q.rows > 0 && q.cols > 0;
            }
        }
    }
    l->views.all.len = 0;
    l->charts.len = 0;
    CU_ASSERT_EQUAL(overlaps, 0);
    CU_ASSERT_EQUAL(outside, 0);
    CU_ASSERT_EQUAL(tiny, 0);
    CU_ASSERT_EQUAL(lost, 0);
    app_finish(&a);
}

/* ---- keys ---- */

static void any_keys_at_any_size(void)
{
    struct app a;
    start_bundles(&a);
    struct live *l = live_of(&a);
    int bad = 0;
    for (int i = 0; i < 4000; i++) {
        struct event ev = {.kind = EVENT_MOUSE};
        if (below(3) == 0) {
            ev.mouse.row = (int)below((uint64_t)a.rows);
            ev.mouse.col = (int)below((uint64_t)a.cols);
            ev.mouse.act = (enum mouse_act)below(4);
        } else {
            static const uint32_t keys[] = {
                '+',    '-',       '<',         '>', '0',   'y',       '[',    ']',     'i',
                'z',    'b',       'v',         'V', K_TAB, K_BACKTAB, K_LEFT, K_RIGHT, K_UP,
                K_DOWN, K_PAGE_UP, K_PAGE_DOWN, 'g', 'G',   'p',       'S',    'n',     K_ESC};
            ev.kind = EVENT_KEY;
            ev.key = keys[below(sizeof keys / sizeof keys[0])];
        }
        app_update(&a, &ev);
        if (a.screen->scope != SCOPE_LIVE) /* Esc left it */
            a.screen = screens[SCOPE_LIVE - 1];
        uint64_t lo, hi, first, last;
        if (live_window(l, &lo, &hi) && live_extent(&l->model, &first, &last))
            bad += lo < first || hi > last || lo > hi || (l->has_cursor && l->cursor > last);
        if (below(8) == 0) {
            a.look.glyphs = (enum glyphs)below(3);
            struct buf out = {0};
            golden_draw(&a, 80 + (int)below(140), 24 + (int)below(40), &out);
            buf_finish(&out);
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
    app_finish(&a);
}

/* ---- views ---- */

static void odd_frames_are_left_out(void)
{
    struct live_views v = {.run = 1};
    float values[6] = {0};
    live_views_take_view(&v, &(struct wire_view){1, 0, 0, "one", "", 1, 0});
    live_views_take_view(&v, &(struct wire_view){1, 0, 0, "one", "", 1, 0});
    live_views_take_view(&v, &(struct wire_view){1, 1, 0, "world", "", 6, 0});
    size_t at, count;
    const struct live_view *chosen = live_views_chosen(&v, &at, &count);
    CU_ASSERT(chosen && at == 1 && count == 2);
    struct wire_frame f = {.run = 1, .kind = 1, .rows = 2, .cols = 3, .a = {values, sizeof values}};
    f.text = f.caption = f.row_labels = f.col_labels = "";
    CU_ASSERT(live_views_take_frame(&v, &f));
    f.cols = 4; /* says 8 values and carries 6 */
    CU_ASSERT_FALSE(live_views_take_frame(&v, &f));
    f.cols = UINT32_MAX;
    f.rows = UINT32_MAX;
    CU_ASSERT_FALSE(live_views_take_frame(&v, &f));
    f.rows = 2;
    f.cols = 3;
    f.b = (struct wire_bytes){values, 4};
    CU_ASSERT_FALSE(live_views_take_frame(&v, &f));
    f.b.len = 0;
    f.source = 1; /* not the one that is watched */
    CU_ASSERT_FALSE(live_views_take_frame(&v, &f));
    f.source = 0;
    f.run = 2;
    CU_ASSERT_FALSE(live_views_take_frame(&v, &f));
    live_views_finish(&v);
}

/* ---- reading ---- */

static void write_points(struct store *s, int64_t run, uint32_t attempt, const int64_t *ids,
                         uint64_t from, uint64_t to, double value)
{
    MUST(store_begin(s, NULL));
    for (uint64_t step = from; step <= to; step += 10)
        for (uint32_t m = 0; m < NUM_TEST_METRICS; m++) {
            struct store_point p = {.metric = m, .step = step, .value = value + (double)step};
            MUST(store_add_points(s, run, attempt, ids, NUM_TEST_METRICS, &p, 1, NULL));
        }
    MUST(store_commit(s, NULL));
}

static void set_state(struct store *s, int64_t run, enum run_state state)
{
    struct run_update u = {.set = RU_STATE, .state = state};
    MUST(store_update_run(s, run, &u, NULL));
}

static void reads_what_is_in_sight_and_only_what_is_new(void)
{
    int64_t runs[2], ids[NUM_TEST_METRICS];
    const char *path = scratch("live.db");
    struct store *w = make_store(path, 2, runs), *s = NULL;
    struct live_model m;
    struct err e = ERR_INIT;
    bool more;
    make_metrics(w, ids);
    for (int i = 0; i < 2; i++) {
        MUST(store_begin_attempt(w, runs[i], 1, 0, "", NULL));
        set_state(w, runs[i], RUN_QUEUED);
        write_points(w, runs[i], 1, ids, 10, 500, i);
    }
    MUST(store_open_read(path, &s, NULL));
    live_init(&m);
    MUST(live_load(&m, s, runs, 2, &e));
    CU_ASSERT_EQUAL(m.runs.len, 2);
    CU_ASSERT_EQUAL(m.groups.len, 1);
    CU_ASSERT_EQUAL(m.metrics.len, 3);
    CU_ASSERT_STRING_EQUAL(m.metrics.data[0].name, "mse"); /* the headline */
    size_t sight = 0;
    MUST(live_load_curves(&m, s, &sight, 1, INT64_MAX, &more, &e));
    CU_ASSERT_FALSE(more);
    CU_ASSERT_EQUAL(m.metrics.data[0].curves[0].raw.len, 50);
    CU_ASSERT_EQUAL(m.metrics.data[1].curves[0].raw.len, 0); /* nobody has looked */

    /* the second reading appends: what is in memory is not read again */
    m.metrics.data[0].curves[1].raw.values[0] = 12345;
    write_points(w, runs[1], 1, ids, 510, 600, 1);
    MUST(live_load(&m, s, runs, 2, &e));
    MUST(live_load_curves(&m, s, &sight, 1, INT64_MAX, &more, &e));
    CU_ASSERT_EQUAL(m.metrics.data[0].curves[1].raw.len, 60);
    CU_ASSERT_EQUAL(m.metrics.data[0].last_step, 600);
    CU_ASSERT_DOUBLE_EQUAL(m.metrics.data[0].curves[1].raw.values[0], 12345, 0);
    CU_ASSERT_DOUBLE_EQUAL(m.metrics.data[0].curves[1].raw.values[59], 601, 0);

    /* a run that went back to a checkpoint is read anew */
    MUST(store_begin_attempt(w, runs[1], 2, 300, "ckpt", NULL));
    set_state(w, runs[1], RUN_QUEUED);
    write_points(w, runs[1], 2, ids, 310, 400, 1000);
    MUST(live_load(&m, s, runs, 2, &e));
    MUST(live_load_curves(&m, s, &sight, 1, INT64_MAX, &more, &e));
    const struct series *again = &m.metrics.data[0].curves[1].raw;
    CU_ASSERT_EQUAL(again->len, 40);
    CU_ASSERT_DOUBLE_EQUAL(again->values[0], 11, 0);
    CU_ASSERT_DOUBLE_EQUAL(again->values[39], 1400, 0);

    /* time is up: at least one curve is read, the rest later */
    live_finish(&m);
    MUST(live_load(&m, s, runs, 2, &e));
    MUST(live_load_curves(&m, s, &sight, 1, 0, &more, &e));
    CU_ASSERT(more);
    CU_ASSERT_EQUAL(m.metrics.data[0].curves[0].raw.len, 50);
    CU_ASSERT_EQUAL(m.metrics.data[0].curves[1].raw.len, 0);
    MUST(live_load_curves(&m, s, &sight, 1, INT64_MAX, &more, &e));
    CU_ASSERT_EQUAL(m.metrics.data[0].curves[1].raw.len, 40);

    /* over: read once more, then never again */
    set_state(w, runs[0], RUN_DONE);
    MUST(live_load(&m, s, runs, 2, &e));
    MUST(live_load_curves(&m, s, &sight, 1, INT64_MAX, &more, &e));
    CU_ASSERT(m.metrics.data[0].curves[0].complete);
    CU_ASSERT_FALSE(m.metrics.data[0].curves[1].complete);

    int64_t nobody = 9999;
    CU_ASSERT_EQUAL(live_load(&m, s, &nobody, 1, &e), ERR_NOINPUT);
    live_finish(&m);
    store_close(s);
    store_close(w);
}

static void smoothing_follows_new_points(void)
{
    struct live_model m;
    live_init(&m);
    struct run_row r = {.id = 1, .uid = "a", .experiment = "x", .group = "", .label = ""};
    live_add_run(&m, &r);
    struct metric_row row = {.id = 1, .name = "v", .unit = "", .doc = "", .n = 1};
    size_t k = live_add_metric(&m, &row);
    live_add_points(&m, k, 0, (uint64_t[]){10, 20, 30}, (double[]){1, 4, 2}, 3);
    live_set_smoothing(&m, 0.6);
    live_add_points(&m, k, 0, (uint64_t[]){40, 50, 60}, (double[]){8, 5, 7}, 3);
    /* TensorBoard's debiased average of 1 4 2 8 5 7 */
    CU_ASSERT_EQUAL(m.metrics.data[k].curves[0].smooth.len, 6);
    CU_ASSERT_DOUBLE_EQUAL(m.metrics.data[k].curves[0].smooth.values[5], 5.835526315789474, 1e-12);
    live_set_smoothing(&m, 0);
    CU_ASSERT_EQUAL(m.metrics.data[k].curves[0].smooth.len, 0);
    live_finish(&m);
}

/* ---- groups ---- */

static bool shows(struct app *a, int cols, int rows, const char *text)
{
    struct buf out = {0};
    a->look.glyphs = GLYPHS_BLOCK;
    golden_draw(a, cols, rows, &out);
    bool found = strstr(buf_text(&out), text) != NULL;
    buf_finish(&out);
    return found;
}

static void one_group_stands_out_or_alone(void)
{
    struct app a;
    start_bundles(&a);
    struct live *l = live_of(&a);
    CU_ASSERT(shows(&a, 120, 40, "n_agents  ● 2 "));
    app_act(&a, ACT_LIVE_GROUP, "");
    CU_ASSERT_EQUAL(l->group, 0);
    app_act(&a, ACT_LIVE_GROUP, "");
    CU_ASSERT_EQUAL(l->group, 1);
    CU_ASSERT(shows(&a, 120, 40, "n_agents  ■ 32 ")); /* first, with its own marker */
    app_act(&a, ACT_LIVE_ONLY, "");
    CU_ASSERT_FALSE(shows(&a, 120, 40, "● 2 "));
    CU_ASSERT(shows(&a, 120, 40, "· n_agents=32"));
    app_act(&a, ACT_LIVE_GROUP, ""); /* alone, they take turns */
    CU_ASSERT(shows(&a, 120, 40, "· n_agents=2 "));
    app_act(&a, ACT_LIVE_ONLY, "");
    app_act(&a, ACT_LIVE_GROUP, "");
    app_act(&a, ACT_LIVE_GROUP, "");
    CU_ASSERT_EQUAL(l->group, SIZE_MAX);
    app_finish(&a);
}

static void the_last_picture_stays(void)
{
    struct app a;
    start_bundles(&a);
    struct live *l = live_of(&a);
    l->views.frame.step = 180000;
    CU_ASSERT_FALSE(shows(&a, 80, 24, "last picture"));
    l->model.runs.data[0].state = RUN_DONE;
    CU_ASSERT(shows(&a, 80, 24, "last picture, step 180k"));
    /* nobody sends another one: the next run's has not come */
    live_views_subscribe(&a, &l->views, &l->model);
    CU_ASSERT(shows(&a, 80, 24, "last picture, step 180k"));
    /* there never was one */
    l->views.frame.there = false;
    CU_ASSERT(shows(&a, 80, 24, "Pictures come while a run runs"));
    app_finish(&a);
}

/* What comes into sight, by a new size or from Runs, is read at once. */
static void a_larger_window_reads_more(void)
{
    int64_t runs[4], ids[NUM_TEST_METRICS];
    const char *path = scratch("sight.db");
    struct store *w = make_store(path, 4, runs);
    make_metrics(w, ids);
    for (int i = 0; i < 4; i++) {
        MUST(store_begin_attempt(w, runs[i], 1, 0, "", NULL));
        write_points(w, runs[i], 1, ids, 10, 500, i);
        set_state(w, runs[i], RUN_DONE);
    }
    store_close(w);
    struct app a;
    app_init(&a, &(struct app_options){.database = path, .theme = "dark"});
    a.rows = 14; /* one row of two panes */
    a.cols = 80;
    app_start(&a);
    struct live *l = live_of(&a);
    CU_ASSERT_EQUAL_FATAL(l->charts.len, 3);
    CU_ASSERT_EQUAL(l->model.metrics.data[0].curves[3].raw.len, 50);
    CU_ASSERT_EQUAL(l->model.metrics.data[2].curves[3].raw.len, 0);
    struct event size = {.kind = EVENT_RESIZE, .size = {45, 160}};
    app_update(&a, &size);
    struct event tick = {.kind = EVENT_TICK};
    for (int i = 0; i < 50 && l->loading; i++)
        app_update(&a, &tick);
    CU_ASSERT_EQUAL(l->model.metrics.data[2].curves[3].raw.len, 50);

    app_go(&a, SCOPE_RUNS);
    app_act(&a, ACT_RUN_OPEN, "");
    CU_ASSERT_EQUAL(a.screen->scope, SCOPE_LIVE);
    CU_ASSERT_EQUAL(l->model.runs.len, 4);
    app_go(&a, SCOPE_RUNS);
    app_act(&a, ACT_RUN_BUNDLE, "");
    app_act(&a, ACT_RUN_OPEN, ""); /* a seed alone */
    CU_ASSERT_EQUAL(l->model.runs.len, 1);
    app_finish(&a);
}

/* What is kept of a line equals a reduction from nothing, whatever changed since. */
static void lines_kept_are_never_stale(void)
{
    struct live l = {0};
    enum { COLUMNS = 40 };
    live_init(&l.model);
    for (uint64_t seed = 1; seed <= 6; seed++)
        add_run(&l, (int64_t)seed, seed, seed % 2 ? "n=2" : "n=8", RUN_RUNNING, 60000);
    size_t metric = add_metric(&l, 1, "loss", "", 0);
    for (size_t run = 0; run < l.model.runs.len; run++)
        add_curve(&l, metric, run, true);
    for (int round = 0; round < 300; round++) {
        uint64_t step = 60300 + (uint64_t)round * 300, lo = 0, hi = 200000;
        double y = noise();
        if (below(3) == 0)
            live_add_points(&l.model, metric, below(6), &step, &y, 1);
        if (below(10) == 0)
            live_set_smoothing(&l.model, below(2) ? 0.9 : 0);
        if (below(10) == 0)
            l.model.metrics.data[metric].log_y = !l.model.metrics.data[metric].log_y;
        if (below(10) == 0)
            hi = 100000;
        for (size_t group = 0; group < 2; group++) {
            struct plot_column kept[COLUMNS], fresh[COLUMNS];
            double last[2], half[2];
            memset(kept, 0, sizeof kept);
            memset(fresh, 0, sizeof fresh);
            live_kept_group(&l.kept, &l.model, metric, group, lo, hi, COLUMNS, kept, &last[0],
                            &half[0]);
            live_reduce_group(&l.model, metric, group, lo, hi, COLUMNS, fresh, &last[1], &half[1]);
            CU_ASSERT_EQUAL(last[0], last[1]);
            for (int i = 0; i < COLUMNS; i++) {
                CU_ASSERT(kept[i].mean == fresh[i].mean ||
                          (isnan(kept[i].mean) && isnan(fresh[i].mean)));
                CU_ASSERT(kept[i].lo == fresh[i].lo || (isnan(kept[i].lo) && isnan(fresh[i].lo)));
            }
        }
    }
    live_kept_finish(&l.kept);
    live_finish(&l.model);
}

CHECK_MAIN("tui/live", {"bundles of seeds", bundles_of_seeds}, {"one chart alone", one_chart_alone},
           {"one run that is over", one_run_that_is_over},
           {"remaining time and share", remaining_time_and_share},
           {"panes tile the body", panes_tile_the_body},
           {"any keys at any size", any_keys_at_any_size},
           {"one group stands out or alone", one_group_stands_out_or_alone},
           {"the last picture stays", the_last_picture_stays},
           {"a larger window reads more", a_larger_window_reads_more},
           {"odd frames are left out", odd_frames_are_left_out},
           {"reads what is in sight and only what is new",
            reads_what_is_in_sight_and_only_what_is_new},
           {"smoothing follows new points", smoothing_follows_new_points},
           {"lines kept are never stale", lines_kept_are_never_stale})
