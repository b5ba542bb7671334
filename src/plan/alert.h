/* What a recipe's alerts watch for, as text and as a rule:
 *
 *     rule     = "isnan" "(" ("any" | METRIC) ")"
 *              | "missing" "(" METRIC "," STEPS ")"
 *              | "plateau" "(" METRIC "," STEPS "," NUMBER ")"
 *              | quantity ("<" | "<=" | ">" | ">=") NUMBER
 *     quantity = METRIC | ("slope" | "mean" | "min" | "max") "(" METRIC "," STEPS ")"
 *
 * METRIC is a word of letters, digits and _ / . : + -, or any text in single quotes. */
#ifndef RLBENCH_PLAN_ALERT_H
#define RLBENCH_PLAN_ALERT_H

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

enum alert_kind {
    ALERT_ISNAN,
    ALERT_MISSING,
    ALERT_PLATEAU,
    ALERT_VALUE,
    ALERT_SLOPE,
    ALERT_MEAN,
    ALERT_MIN,
    ALERT_MAX
};
enum alert_relation { ALERT_LT, ALERT_LE, ALERT_GT, ALERT_GE };
enum alert_action { ALERT_WARN, ALERT_STOP, ALERT_PAUSE, ALERT_NUM_ACTIONS };

struct alert {
    enum alert_kind kind;
    enum alert_relation relation; /* of VALUE, SLOPE, MEAN, MIN, MAX */
    enum alert_action action;
    const char *metric; /* NULL: any */
    uint64_t steps;     /* window; of MISSING: without a point */
    double bound;       /* of PLATEAU the tolerance */
    const char *text;   /* the rule as given */
};

extern const char *const alert_actions[]; /* "warn", "stop", "pause", NULL */

/* Reads a rule; texts live in the arena. NULL, or what is wrong at byte *at of the text. */
const char *alert_parse(const char *text, struct arena *arena, struct alert *out, size_t *at);

#endif
