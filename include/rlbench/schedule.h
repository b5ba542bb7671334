/* A number that changes with the step: learning rates, epsilons, temperatures. */
#ifndef RLBENCH_SCHEDULE_H
#define RLBENCH_SCHEDULE_H

#include <rlbench/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* With x in [0, 1] the part done of the steps after the warm-up (1 when there are none). */
enum {
    RLB_SCHEDULE_CONSTANT = 0,    /* start */
    RLB_SCHEDULE_LINEAR = 1,      /* start + x (end - start) */
    RLB_SCHEDULE_COSINE = 2,      /* end + (start - end) (1 + cos(pi x)) / 2 */
    RLB_SCHEDULE_EXPONENTIAL = 3, /* start (end / start)^x; both positive */
    RLB_SCHEDULE_PIECEWISE = 4    /* straight lines between knots, constant outside of them */
};

typedef struct rlb_knot {
    uint64_t step;
    double value;
} rlb_knot;

/* A plain value: copy it, keep it in a struct, fill only what the kind uses. */
typedef struct rlb_schedule {
    uint32_t kind, num_knots;
    double start, end;
    uint64_t steps;        /* after which it stays at `end`, the warm-up included */
    uint64_t warmup;       /* steps over which it rises from 0 in a straight line */
    const rlb_knot *knots; /* [num_knots] rising steps, at least one; borrowed */
} rlb_schedule;

/* The value at a step, in O(log num_knots). */
RLB_EXPORT double rlb_schedule_at(const rlb_schedule *s, uint64_t step);
/* RLB_E_INVAL with a sentence about `name` when the schedule cannot be used. */
RLB_EXPORT rlb_status rlb_schedule_check(const rlb_schedule *s, const rlb_host *host,
                                         const char *name);

#ifdef __cplusplus
}
#endif
#endif
