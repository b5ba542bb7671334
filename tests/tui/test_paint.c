/* A reward painted onto a map: what is marked, what is said of it, what is shown. */
#include "check.h"
#include "golden.h"
#include "tui/live.h"
#include <rlbench/plugin.h>

static struct app app;

static struct live *live_of(void)
{
    return app.states[SCOPE_LIVE - 1];
}

static const char *text_of(const struct live_paint *p)
{
    static char text[400];
    struct buf out = {0};
    live_paint_text(p, &out);
    snprintf(text, sizeof text, "%s", buf_text(&out));
    buf_finish(&out);
    return text;
}

static void marks(void)
{
    struct live_paint p = {0};
    CHECK_TEXT(text_of(&p), "");
    live_paint_fit(&p, 3, 5);
    live_paint_mark(&p, 1);
    CHECK_TEXT(text_of(&p), "goal 1,2@3x5");
    live_paint_move(&p, 1, 0);
    live_paint_move(&p, 1, 0); /* the edge holds */
    live_paint_move(&p, 0, -1);
    live_paint_mark(&p, -1);
    CHECK_TEXT(text_of(&p), "goal 1,2@3x5; -1 goal 2,1@3x5");
    live_paint_mark(&p, 1); /* another weight */
    CHECK_TEXT(text_of(&p), "goal 1,2@3x5; goal 2,1@3x5");
    live_paint_mark(&p, 1); /* the same one again takes it away */
    CHECK_TEXT(text_of(&p), "goal 1,2@3x5");
    live_paint_fit(&p, 3, 5);
    CHECK_TEXT(text_of(&p), "goal 1,2@3x5");
    live_paint_fit(&p, 4, 5); /* another map */
    CHECK_TEXT(text_of(&p), "");
    live_paint_finish(&p);
}

/* One run with one map, alone on the screen. */
static void open_map(uint32_t flags)
{
    golden_app(&app, SCOPE_LIVE);
    struct live *l = live_of();
    const struct run_row row = {.id = 7,
                                .uid = "0123456789",
                                .experiment = "walk",
                                .group = "",
                                .label = "",
                                .socket = "",
                                .state = RUN_DONE};
    live_add_run(&l->model, &row);
    live_views_take_view(
        &l->views,
        &(struct wire_view){
            .run = 7, .name = "values", .doc = "", .kind = RLB_VIEW_FIELD, .flags = flags});
    l->views.run = 7;
    app.rows = 24;
    app.cols = 80;
    float values[15];
    for (size_t i = 0; i < 15; i++)
        values[i] = (float)i;
    union wire_any body = {.frame = {.run = 7,
                                     .step = 1,
                                     .kind = RLB_VIEW_FIELD,
                                     .rows = 3,
                                     .cols = 5,
                                     .a = {values, sizeof values},
                                     .text = "",
                                     .caption = "",
                                     .row_labels = "",
                                     .col_labels = ""}};
    app_update(&app, &(struct event){.kind = EVENT_MESSAGE, .message = {WIRE_FRAME, &body}});
    struct buf out = {0};
    golden_draw(&app, 80, 24, &out);
    app_act(&app, ACT_LIVE_FULL, "");
    golden_draw(&app, 80, 24, &out);
    buf_finish(&out);
}

static bool shows(const char *text)
{
    struct buf out = {0};
    app.look.glyphs = GLYPHS_ASCII;
    golden_draw(&app, 80, 24, &out);
    bool found = strstr(buf_text(&out), text) != NULL;
    buf_finish(&out);
    return found;
}

static void a_map_alone(void)
{
    open_map(RLB_V_PAINT);
    struct live_paint *p = &live_of()->paint;
    CU_ASSERT(shows("i paint a reward"));
    CU_ASSERT_FALSE(shows("[]"));
    app_act(&app, ACT_LIVE_GOAL, ""); /* shows where first */
    CU_ASSERT(shows("[]") && shows("row 1, column 2"));
    CU_ASSERT_EQUAL(p->marks.len, 0);
    app_act(&app, ACT_UP, "");
    app_act(&app, ACT_RIGHT, "");
    CU_ASSERT(shows("row 0, column 3"));
    app_act(&app, ACT_LIVE_GOAL, "");
    CHECK_TEXT(text_of(p), "goal 0,3@3x5");
    CU_ASSERT(shows("nothing is running here")); /* nobody to tell */
    app_act(&app, ACT_LIVE_AVOID, "");
    CHECK_TEXT(text_of(p), "-1 goal 0,3@3x5");
    app_act(&app, ACT_LIVE_UNMARK, "");
    CHECK_TEXT(text_of(p), "");
    app_act(&app, ACT_BACK, ""); /* first the cursor goes, then the map */
    CU_ASSERT(!shows("[]") && live_of()->full);
    app_act(&app, ACT_BACK, "");
    CU_ASSERT_FALSE(live_of()->full);
    app_act(&app, ACT_LIVE_GOAL, "");
    CU_ASSERT(shows("painted onto a map alone"));
    app_finish(&app);
}

static void a_view_that_takes_no_marks(void)
{
    open_map(0);
    app_act(&app, ACT_LIVE_GOAL, "");
    CU_ASSERT(shows("painted onto a map alone"));
    CU_ASSERT_FALSE(shows("[]"));
    app_finish(&app);
}

CHECK_MAIN("paint", {"marks", marks}, {"a map alone", a_map_alone},
           {"a view that takes no marks", a_view_that_takes_no_marks})
