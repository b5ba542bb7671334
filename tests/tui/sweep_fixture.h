/* Trials of a sweep without a database. */
#ifndef RLBENCH_TESTS_TUI_SWEEP_FIXTURE_H
#define RLBENCH_TESTS_TUI_SWEEP_FIXTURE_H

#include "golden.h"
#include "tui/sweep_model.h"

#include <math.h>

/* The rate matters most, the kind a little, the width not at all. The last two have not run. */
static inline void sweep_fill(struct app *a, size_t trials)
{
    static const char *const kinds[] = {"softmax", "greedy", "ucb"};
    struct sweep_model *m = a->states[SCOPE_SWEEP - 1];
    struct sweep_results *r = &m->results;
    struct err e = ERR_INIT;
    bool more;
    r->experiment = "sweep-random";
    r->metric = "eval/return";
    r->maximize = true;
    for (size_t i = 0; i < trials; i++) {
        size_t shuffled = 7 * i % trials;
        double rate = pow(10, -3 + 3 * (double)shuffled / (double)trials), width = 16 << (i % 3);
        double value = -10 * pow(log10(rate) + 1.2, 2) - 0.3 * (double)(i % 3);
        struct param_row *params = arena_alloc(&r->arena, 3 * sizeof *params);
        params[0] = (struct param_row){"algorithm.params.step_size",
                                       arena_printf(&r->arena, "%.6g", rate), rate, true};
        params[1] = (struct param_row){"algorithm.params.policy", kinds[i % 3], (double)NAN, false};
        params[2] = (struct param_row){"algorithm.params.width",
                                       arena_printf(&r->arena, "%.0f", width), width, true};
        struct sweep_group g = {.key = arena_printf(&r->arena, "%zu", i),
                                .label = "",
                                .run = (int64_t)(3 * i + 1),
                                .algo = "q-learning",
                                .env = "gridworld",
                                .params = params,
                                .num_params = 3,
                                .runs = 3,
                                .done = i + 2 < trials ? 3 : 0};
        for (int seed = 0; seed < 3 && g.done; seed++) {
            double x = value + 0.4 * (seed - 1);
            g.values++;
            g.sum += x;
            g.squares += x * x;
        }
        vec_push(&r->groups, g);
    }
    CU_ASSERT_EQUAL(sweep_go_on(NULL, r, INT64_MAX, &more, &e), OK); /* no rows: orders them */
    sweep_model_conclude(m, 0);
    list_act(&m->list, ACT_DOWN);
}

#endif
