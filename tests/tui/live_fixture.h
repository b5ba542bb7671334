/* Runs with curves, a view and news on the Live screen, without a database. */
#ifndef RLBENCH_TESTS_TUI_LIVE_FIXTURE_H
#define RLBENCH_TESTS_TUI_LIVE_FIXTURE_H

#include "golden.h"
#include "tui/live.h"

#include <rlbench/plugin.h>

static uint64_t random_state = 88172645463325252u; /* Marsaglia's xorshift64 */
static inline uint64_t below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 20) % n;
}

static inline double noise(void)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += (double)below(1000000) * 1e-6;
    return sum - 6;
}

/* ---- fixed models ---- */

static inline int64_t a_moment(int64_t seconds)
{
    return (INT64_C(1764000000) + seconds) * 1000000;
}

static inline struct live *live_of(struct app *a)
{
    return a->states[SCOPE_LIVE - 1];
}

static inline void add_run(struct live *l, int64_t id, uint64_t seed, const char *label,
                           enum run_state state, uint64_t steps)
{
    struct run_row r = {.id = id,
                        .uid = "0123456789abcdef",
                        .experiment = "fedsarsa-speedup",
                        .label = label,
                        .group = label,
                        .socket = "",
                        .step_unit = "round",
                        .seed = seed,
                        .steps = steps,
                        .total_steps = 300000,
                        .state = state,
                        .started_us = a_moment(0),
                        .steps_per_s = 5000};
    if (live_is_over(state))
        r.ended_us = a_moment(61);
    live_add_run(&l->model, &r);
}

static inline size_t add_metric(struct live *l, int64_t id, const char *name, const char *unit,
                                uint32_t flags)
{
    struct metric_row m = {.id = id,
                           .name = name,
                           .unit = unit,
                           .doc = "",
                           .flags = flags,
                           .n = 600,
                           .first_step = 300,
                           .last_step = 180000};
    return live_add_metric(&l->model, &m);
}

/* Curves that fall or rise with the step, noisy, those of the second group better. */
static inline void add_curve(struct live *l, size_t metric, size_t run, bool falls)
{
    bool second = l->model.runs.data[run].group == 1;
    for (uint64_t step = 300; step <= l->model.runs.data[run].steps; step += 300) {
        double x = (double)step / 30000, y;
        if (falls)
            y = (exp(-x) + 0.01 / (second ? 6 : 1)) * exp(0.3 * noise());
        else
            y = 0.7 * (1 - exp(-x)) * (second ? 1.1 : 1) + 0.03 * noise();
        live_add_points(&l->model, metric, run, &step, &y, 1);
    }
}

static inline void add_view(struct live *l)
{
    static float drift[30];
    for (int i = 0; i < 30; i++)
        drift[i] = sinf((float)i * 0.5f);
    live_views_take_view(&l->views, &(struct wire_view){1, 0, 0, "policy", "", 5, 0});
    live_views_take_view(&l->views, &(struct wire_view){1, 0, 1, "clients", "", 1, 0});
    l->views.run = 1;
    l->views.index = 1;
    struct wire_frame f = {.run = 1,
                           .index = 1,
                           .kind = RLB_VIEW_HEATMAP,
                           .rows = 3,
                           .cols = 10,
                           .lo = NAN,
                           .hi = NAN,
                           .a = {drift, sizeof drift},
                           .text = "",
                           .caption = "drift of each client",
                           .row_labels = "",
                           .col_labels = ""};
    CU_ASSERT(live_views_take_frame(&l->views, &f));
}

static inline void show_all(struct live *l)
{
    live_sort_metrics(&l->model);
    l->charts.len = 0;
    for (size_t i = 0; i < l->model.metrics.len; i++)
        vec_push(&l->charts, i);
}

/* Two groups of five seeds, four of them running, with a view and a warning. */
static inline void live_fill(struct app *a)
{
    struct live *l = live_of(a);
    random_state = 88172645463325252u;
    for (int i = 0; i < 10; i++)
        add_run(l, i + 1, (uint64_t)i % 5, i < 5 ? "n_agents=2" : "n_agents=32",
                i < 4   ? RUN_RUNNING
                : i < 8 ? RUN_DONE
                        : RUN_QUEUED,
                i < 4   ? 180000
                : i < 8 ? 300000
                        : 0);
    size_t metrics[] = {
        add_metric(l, 5, "perf/steps_per_s", "1/s", RLB_M_CLOCK),
        add_metric(l, 3, "drift", "", 0),
        add_metric(l, 4, "eval/return", "", 0),
        add_metric(l, 1, "mse_star", "", RLB_M_LOG | RLB_M_HEADLINE),
        add_metric(l, 2, "reward_rate", "1/step", RLB_M_HEADLINE),
    };
    for (size_t k = 0; k < 5; k++)
        for (size_t r = 0; r < 8; r++)
            add_curve(l, metrics[k], r, k == 3);
    show_all(l);
    add_view(l);
    struct wire_status status = {.run = 1,
                                 .step = 180000,
                                 .state = 1,
                                 .steps_per_s = 5100,
                                 .env_fraction = 0.38,
                                 .learn_fraction = 0.57,
                                 .log_fraction = 0.02,
                                 .rss = 41000000,
                                 .next_checkpoint = 210000};
    live_take_status(&l->model, &status);
    l->event.t_us = a_moment(7);
    l->event.level = RLB_LOG_WARN;
    snprintf(l->event.text, sizeof l->event.text, "seed 3: mse_star is NaN at step 84k");
}

#endif
