#include "check.h"
#include "lib/rl/host.h"

#include <rlbench/schedule.h>

#include <math.h>

static void at(const rlb_schedule *s, uint64_t step, double expected)
{
    double value = rlb_schedule_at(s, step);
    if (fabs(value - expected) > 1e-12)
        fprintf(stderr, "kind %u, step %llu: %g, not %g\n", s->kind, (unsigned long long)step,
                value, expected);
    CU_ASSERT_DOUBLE_EQUAL(value, expected, 1e-12);
}

static void shapes(void)
{
    rlb_schedule s = {.kind = RLB_SCHEDULE_CONSTANT, .start = 0.3};
    at(&s, 0, 0.3);
    at(&s, UINT64_MAX, 0.3);
    s = (rlb_schedule){.kind = RLB_SCHEDULE_LINEAR, .start = 1, .end = 0.1, .steps = 9};
    for (uint64_t t = 0; t <= 12; t++)
        at(&s, t, t < 9 ? 1 - 0.1 * (double)t : 0.1);
    s = (rlb_schedule){.kind = RLB_SCHEDULE_COSINE, .start = 2, .end = 1, .steps = 6};
    at(&s, 0, 2);
    at(&s, 2, 1.75); /* cos 60 degrees */
    at(&s, 3, 1.5);
    at(&s, 6, 1);
    at(&s, 7, 1);
    s = (rlb_schedule){.kind = RLB_SCHEDULE_EXPONENTIAL, .start = 1, .end = 1.0 / 16, .steps = 4};
    for (uint64_t t = 0; t <= 6; t++)
        at(&s, t, pow(0.5, (double)(t < 4 ? t : 4)));
    s = (rlb_schedule){.kind = RLB_SCHEDULE_LINEAR, .start = 1, .end = 0.25}; /* at once */
    at(&s, 0, 0.25);
}

/* The warm-up rises to the start; the shape begins where it ends. */
static void warmup(void)
{
    rlb_schedule s = {.kind = RLB_SCHEDULE_LINEAR, .start = 8, .end = 0, .steps = 12, .warmup = 4};
    for (uint64_t t = 0; t <= 4; t++)
        at(&s, t, 2 * (double)t);
    for (uint64_t t = 4; t <= 14; t++)
        at(&s, t, t < 12 ? 12 - (double)t : 0);
    s.steps = 4; /* nothing after the warm-up */
    at(&s, 3, 6);
    at(&s, 4, 0);
    s = (rlb_schedule){.kind = RLB_SCHEDULE_CONSTANT, .start = 8, .warmup = 4};
    at(&s, 1, 2);
    at(&s, 5, 8);
}

static void piecewise(void)
{
    const rlb_knot knots[] = {{10, 1}, {20, 3}, {21, 0}, {40, 19}};
    rlb_schedule s = {.kind = RLB_SCHEDULE_PIECEWISE, .knots = knots, .num_knots = 4};
    for (uint64_t t = 0; t <= 50; t++) {
        double x = (double)t;
        at(&s, t, t <= 10 ? 1 : t <= 20 ? 1 + (x - 10) / 5 : t <= 40 ? x - 21 : 19);
    }
    s.num_knots = 1;
    at(&s, 0, 1);
    at(&s, 99, 1);
    s.warmup = 2;
    at(&s, 1, 0.5);
}

static void refusals(void)
{
    struct bare_host b;
    const rlb_knot twice[] = {{10, 1}, {10, 3}};
    rlb_schedule bad[] = {
        {.kind = 5},
        {.kind = RLB_SCHEDULE_PIECEWISE},
        {.kind = RLB_SCHEDULE_PIECEWISE, .knots = twice, .num_knots = 2},
        {.kind = RLB_SCHEDULE_EXPONENTIAL, .start = 1, .end = 0, .steps = 4},
        {.kind = RLB_SCHEDULE_LINEAR, .steps = 4, .warmup = 5},
    };
    rlb_schedule good = {.kind = RLB_SCHEDULE_CONSTANT, .warmup = 5};
    bare_start(&b);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        b.failure[0] = 0;
        CU_ASSERT_EQUAL(rlb_schedule_check(&bad[i], &b.host, "epsilon"), RLB_E_INVAL);
        CU_ASSERT_EQUAL(strncmp(b.failure, "epsilon: ", 9), 0);
    }
    CU_ASSERT_EQUAL(rlb_schedule_check(&good, &b.host, "epsilon"), RLB_OK);
    bare_finish(&b);
}

CHECK_MAIN("schedules", {"shapes", shapes}, {"warm-up", warmup}, {"piecewise", piecewise},
           {"what cannot be", refusals})
