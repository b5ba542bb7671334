/* The last pictures of a view: kept within bounds, stepped through, played. */
#include "check.h"
#include "golden.h"
#include "tui/live.h"

static struct app app;

static struct live *live_of(void)
{
    return app.states[SCOPE_LIVE - 1];
}

/* One run with one view, alone on the screen. */
static void open_view(void)
{
    golden_app(&app, SCOPE_LIVE);
    struct live *l = live_of();
    const struct run_row row = {.id = 7,
                                .uid = "0123456789",
                                .experiment = "walk",
                                .step_unit = "step",
                                .group = "",
                                .label = "",
                                .socket = "",
                                .state = RUN_RUNNING};
    live_add_run(&l->model, &row);
    live_views_take_view(&l->views,
                         &(struct wire_view){.run = 7, .name = "values", .doc = "", .kind = 4});
    l->views.run = 7;
    app.rows = 24;
    app.cols = 80;
    struct buf out = {0};
    golden_draw(&app, 80, 24, &out);
    app_act(&app, ACT_LIVE_FULL, "");
    golden_draw(&app, 80, 24, &out);
    buf_finish(&out);
}

static void send(uint64_t step, size_t n)
{
    float *values = mem_alloc(n * sizeof *values);
    char caption[32];
    for (size_t i = 0; i < n; i++)
        values[i] = (float)step;
    snprintf(caption, sizeof caption, "at %llu", (unsigned long long)step);
    union wire_any body = {.frame = {.run = 7,
                                     .step = step,
                                     .kind = 4,
                                     .rows = (uint32_t)n,
                                     .cols = 1,
                                     .a = {values, n * sizeof *values},
                                     .text = "",
                                     .caption = caption,
                                     .row_labels = "",
                                     .col_labels = ""}};
    app_update(&app, &(struct event){.kind = EVENT_MESSAGE, .message = {WIRE_FRAME, &body}});
    free(values); /* what is kept is a copy */
}

static bool shows(const char *text)
{
    struct buf out = {0};
    app.look.glyphs = GLYPHS_ASCII;
    golden_draw(&app, 120, 30, &out);
    bool found = strstr(buf_text(&out), text) != NULL;
    if (!found)
        fprintf(stderr, "not there: %s\n%s", text, buf_text(&out));
    buf_finish(&out);
    return found;
}

static uint64_t step_shown(void)
{
    uint64_t step;
    const struct picture *p = live_picture(live_of(), &step);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    CU_ASSERT_EQUAL(p->a[0], (float)step); /* its own numbers, too */
    return step;
}

static void back_and_forth(void)
{
    open_view();
    for (uint64_t step = 100; step <= 1000; step += 100)
        send(step, 3);
    CU_ASSERT_EQUAL(step_shown(), 1000);
    CU_ASSERT(shows("newest of 10 pictures, step 1000"));
    app_act(&app, ACT_LIVE_PAN_LEFT, "");
    app_act(&app, ACT_LEFT, "");
    CU_ASSERT_EQUAL(step_shown(), 800);
    CU_ASSERT(shows("held: picture 8 of 10, step 800"));
    send(1100, 3); /* what comes does not move what is held */
    CU_ASSERT_EQUAL(step_shown(), 800);
    app_act(&app, ACT_RIGHT, "");
    CU_ASSERT_EQUAL(step_shown(), 900);
    app_act(&app, ACT_TOP, "");
    CU_ASSERT_EQUAL(step_shown(), 100);
    app_act(&app, ACT_LEFT, "");
    CU_ASSERT_EQUAL(step_shown(), 100);
    app_act(&app, ACT_LIVE_RESET, "");
    CU_ASSERT_EQUAL(step_shown(), 1100);
    app_act(&app, ACT_RIGHT, "");
    CU_ASSERT_EQUAL(step_shown(), 1100);
    send(1200, 3);
    CU_ASSERT_EQUAL(step_shown(), 1200); /* the newest follows */
    app_act(&app, ACT_LEFT, "");
    app_act(&app, ACT_LIVE_FULL, ""); /* among other panes a view is as it comes */
    CU_ASSERT_EQUAL(step_shown(), 1200);
    app_finish(&app);
}

static void a_paused_run_fills_nothing(void)
{
    open_view();
    for (int i = 0; i < 50; i++)
        send(i < 25 ? 100 : 200, 3);
    CU_ASSERT_EQUAL(live_of()->replay.len, 2);
    app_finish(&app);
}

static void memory_is_bounded(void)
{
    open_view();
    struct live_replay *r = &live_of()->replay;
    for (uint64_t step = 1; step <= 1000; step++)
        send(step, 2);
    CU_ASSERT_EQUAL(r->len, REPLAY_PICTURES);
    app_act(&app, ACT_TOP, "");
    CU_ASSERT_EQUAL(step_shown(), 401);
    app_act(&app, ACT_RIGHT, "");
    send(1001, 2);
    CU_ASSERT_EQUAL(step_shown(), 402); /* the oldest went, this one stays */
    for (uint64_t step = 2000; step < 2040; step++)
        send(step, (1 << 20) / sizeof(float)); /* 1 MiB each */
    CU_ASSERT(r->bytes <= REPLAY_BYTES);
    CU_ASSERT(r->len >= 30 && r->len <= 32);
    CU_ASSERT_EQUAL(step_shown(), 2040 - r->len); /* what was held is gone: the oldest */
    app_finish(&app);
}

static void it_plays(void)
{
    struct live_replay r = {0};
    struct live_views v = {.run = 1};
    float value = 0;
    v.frame.there = true;
    v.frame.run = 1;
    buf_add(&v.frame.a, &value, sizeof value);
    v.frame.picture = (struct picture){.rows = 1, .cols = 1, .a = (float *)(void *)v.frame.a.data};
    for (v.frame.step = 1; v.frame.step <= 4; v.frame.step++)
        live_replay_take(&r, &v);
    CU_ASSERT_EQUAL(live_replay_speed(&r), 10);
    live_replay_play(&r, 0);
    CU_ASSERT(r.playing);
    CU_ASSERT_EQUAL(live_replay_shown(&r)->step, 1);
    CU_ASSERT_FALSE(live_replay_tick(&r, 99999999));
    CU_ASSERT(live_replay_tick(&r, 100000000)); /* a tenth of a second */
    CU_ASSERT_EQUAL(live_replay_shown(&r)->step, 2);
    live_replay_play(&r, 100000000); /* held */
    CU_ASSERT_FALSE(r.playing);
    CU_ASSERT_FALSE(live_replay_tick(&r, 900000000));
    CU_ASSERT_EQUAL(live_replay_shown(&r)->step, 2);
    for (int i = 0; i < 9; i++)
        live_replay_change_speed(&r, 1);
    CU_ASSERT_EQUAL(live_replay_speed(&r), 50);
    live_replay_play(&r, 0); /* on from here */
    CU_ASSERT(live_replay_tick(&r, 20000000));
    CU_ASSERT(live_replay_tick(&r, 40000000));
    CU_ASSERT_EQUAL(live_replay_shown(&r)->step, 4);
    CU_ASSERT(live_replay_tick(&r, 60000000)); /* caught up: as it comes */
    CU_ASSERT_PTR_NULL(live_replay_shown(&r));
    CU_ASSERT_FALSE(r.playing);
    for (int i = 0; i < 9; i++)
        live_replay_change_speed(&r, -1);
    CU_ASSERT_EQUAL(live_replay_speed(&r), 1);
    v.index = 1; /* another view: from the beginning */
    live_replay_take(&r, &v);
    CU_ASSERT_EQUAL(r.len, 1);
    live_replay_clear(&r);
    buf_finish(&v.frame.a);
}

static void pictures(void)
{
    open_view();
    for (uint64_t step = 100; step <= 4000; step += 100)
        send(step, 12);
    app_act(&app, ACT_UP, "");
    golden_check(&app, "live-replay");
    app_finish(&app);
}

CHECK_MAIN("tui/replay", {"back and forth", back_and_forth},
           {"a paused run fills nothing", a_paused_run_fills_nothing},
           {"memory is bounded", memory_is_bounded}, {"it plays", it_plays}, {"pictures", pictures})
