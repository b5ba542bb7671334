/* Alerts of a run: the rules of its recipe, held against its points as they come. Windows begin
 * anew with every attempt. */
#ifndef RLBENCH_SUPERVISOR_ALERTS_H
#define RLBENCH_SUPERVISOR_ALERTS_H

#include "plan/alert.h"

struct alert_point {
    uint64_t step;
    double value;
};

struct alert_watch {
    struct alert rule;
    uint64_t first, last; /* steps: of the first point of any metric, and of the metric's last */
    bool begun, seen;     /* a point of any metric, and of the metric, came */
    bool holds;           /* it did when last looked at */
    VEC(struct alert_point) window;
    size_t start; /* of the window in its points */
};

/* A point of some metric. True when the rule holds now and did not before; then what it found is in
 * `found` (size bytes): "-3.2". Non-finite values count for isnan alone. */
bool alert_take(struct alert_watch *w, const char *metric, uint64_t step, double value, char *found,
                size_t size);
void alert_watch_finish(struct alert_watch *w);

#endif
