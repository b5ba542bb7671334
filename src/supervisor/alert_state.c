#include "supervisor/alerts.h"

#include "base/num.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void alert_watch_finish(struct alert_watch *w)
{
    vec_finish(&w->window);
}

/* Keeps what is younger than the window and one point before, which tells that it is full. */
static void keep(struct alert_watch *w, uint64_t step, double value)
{
    struct alert_point p = {step, value};
    vec_push(&w->window, p);
    while (w->start + 1 < w->window.len &&
           w->window.data[w->start + 1].step + w->rule.steps <= step)
        w->start++;
    if (w->start > w->window.len / 2) {
        w->window.len -= w->start;
        memmove(w->window.data, w->window.data + w->start, w->window.len * sizeof *w->window.data);
        w->start = 0;
    }
}

/* Least squares, value per step. */
static double slope(const struct alert_point *p, size_t n)
{
    double x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        x += (double)(p[i].step - p[0].step) / (double)n;
        y += p[i].value / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        double dx = (double)(p[i].step - p[0].step) - x;
        xx += dx * dx;
        xy += dx * (p[i].value - y);
    }
    return xy / xx;
}

/* The number that the rule is about; false while the window is not full. */
static bool measure(const struct alert_watch *w, double value, double *out)
{
    const struct alert_point *p = w->window.data + w->start;
    size_t n = w->window.len - w->start;
    double sum = 0, least = INFINITY, most = -INFINITY;
    *out = value;
    if (w->rule.kind == ALERT_VALUE)
        return true;
    if (n < 2 || p[0].step + w->rule.steps > p[n - 1].step)
        return false;
    for (size_t i = 0; i < n; i++) {
        sum += p[i].value;
        least = fmin(least, p[i].value);
        most = fmax(most, p[i].value);
    }
    *out = w->rule.kind == ALERT_SLOPE  ? slope(p, n)
           : w->rule.kind == ALERT_MEAN ? sum / (double)n
           : w->rule.kind == ALERT_MIN  ? least
           : w->rule.kind == ALERT_MAX  ? most
                                        : most - least;
    return true;
}

static bool compare(const struct alert *a, double x)
{
    if (a->kind == ALERT_PLATEAU)
        return x <= a->bound;
    switch (a->relation) {
    case ALERT_LT: return x < a->bound;
    case ALERT_LE: return x <= a->bound;
    case ALERT_GT: return x > a->bound;
    default: return x >= a->bound;
    }
}

/* Whether the rule holds after this point; *known false when the point does not tell. */
static bool judge(struct alert_watch *w, bool mine, uint64_t step, double value, bool *known,
                  double *found)
{
    const struct alert *a = &w->rule;
    *known = true;
    *found = value;
    if (a->kind == ALERT_ISNAN) {
        *known = mine;
        return mine && !isfinite(value);
    }
    if (a->kind == ALERT_MISSING) {
        *found = (double)(step - (w->seen ? w->last : w->first));
        return *found >= (double)a->steps;
    }
    *known = mine && isfinite(value);
    if (*known && a->kind != ALERT_VALUE)
        keep(w, step, value);
    *known = *known && measure(w, value, found);
    return *known && compare(a, *found);
}

bool alert_take(struct alert_watch *w, const char *metric, uint64_t step, double value, char *found,
                size_t size)
{
    bool mine = !w->rule.metric || strcmp(w->rule.metric, metric) == 0, known;
    double what;
    if (!w->begun)
        w->first = step;
    w->begun = true;
    if (mine) {
        w->last = step;
        w->seen = true;
    }
    bool holds = judge(w, mine, step, value, &known, &what);
    bool now = known && holds && !w->holds;
    if (known)
        w->holds = holds;
    if (now)
        num_format_short(what, found, size);
    return now;
}
