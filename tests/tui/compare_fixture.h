/* A model of the Compare screen without a database. */
#ifndef RLBENCH_TESTS_TUI_COMPARE_FIXTURE_H
#define RLBENCH_TESTS_TUI_COMPARE_FIXTURE_H

#include "golden.h"
#include "tui/compare.h"
#include <rlbench/plugin.h>

#include <math.h>

enum { COMPARE_SEEDS = 5, COMPARE_POINTS = 400 };

static inline void compare_fill_line(struct compare_run *r, size_t group, uint64_t seed)
{
    for (uint64_t i = 1; i <= COMPARE_POINTS; i++) {
        uint64_t step = 500 * i;
        double x = (double)i / COMPARE_POINTS;
        double wave = 0.04 * sin((double)((seed + 1) * i) / 17 + (double)group);
        double y = (0.5 + 0.15 * (double)group) * (1 - exp(-4 * x)) + wave * (1 + (double)seed / 5);
        series_append(&r->line, &step, &y, 1);
        r->last = y;
    }
}

/* groups: of five seeds each. */
static inline void compare_fill(struct app *a, size_t groups)
{
    static const char *const labels[] = {"n_agents=2", "n_agents=8", "n_agents=32", "n_agents=64"};
    struct compare *c = a->states[SCOPE_COMPARE - 1];
    struct compare_model *m = &c->model;
    const struct metric_row metric = {.id = 1,
                                      .name = "eval/return",
                                      .unit = "reward",
                                      .doc = "",
                                      .n = COMPARE_POINTS,
                                      .first_step = 500,
                                      .last_step = 500 * COMPARE_POINTS};
    for (size_t g = 0; g < groups; g++)
        for (uint64_t seed = 0; seed < COMPARE_SEEDS; seed++) {
            const struct run_row row = {.id = (int64_t)(g * COMPARE_SEEDS + seed + 1),
                                        .experiment_id = 1,
                                        .experiment = "fedsarsa-speedup",
                                        .label = labels[g % 4],
                                        .group = labels[g % 4],
                                        .step_unit = "round",
                                        .seed = seed,
                                        .steps = 500 * COMPARE_POINTS};
            struct compare_run *r = compare_add_run(m, &row);
            compare_add_metrics(m, r, &metric, 1);
            compare_fill_line(r, g, seed);
            r->last = r->line.values[r->line.len - 1];
        }
    compare_name_groups(m);
    compare_measure(m);
    m->columns = 60;
    m->measured = m->read = m->runs.len;
    list_set_count(&c->list, (int)m->groups.len);
}

static inline void compare_fill_settings(struct app *a)
{
    static const char *const texts[][3] = {{"algorithm.params.n_agents", "2", "8"},
                                           {"algorithm.params.alpha", "0.1", "0.05"},
                                           {"budget.steps", "200000", NULL}};
    struct compare *c = a->states[SCOPE_COMPARE - 1];
    c->diff.groups = c->diff.read = c->model.groups.len;
    for (size_t i = 0; i < 3; i++)
        for (size_t g = 0; g < c->diff.groups; g++)
            if (texts[i][1 + g % 2])
                compare_diff_set(&c->diff, g, texts[i][0], texts[i][1 + g % 2]);
    for (size_t g = 0; g < c->diff.groups; g++)
        compare_diff_set(&c->diff, g, "log.every", "500"); /* alike: not shown */
    compare_diff_conclude(&c->diff);
    c->want_diff = true;
}

#endif
