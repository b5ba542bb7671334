/* What becomes of an alert whose rule holds: an event, and perhaps the run's stop or pause. */
#include "supervisor/internal.h"

#include <stdio.h>
#include <string.h>

/* "stop: episode/return < -100", as the database has it. */
static bool read_alert(struct run *r, const char *text, struct alert *out)
{
    const char *colon = strchr(text, ':');
    size_t at;
    if (!colon || alert_parse(colon + 1, &r->arena, out, &at))
        return false;
    for (int i = 0; i < ALERT_NUM_ACTIONS; i++)
        if (strncmp(text, alert_actions[i], (size_t)(colon - text)) == 0)
            out->action = (enum alert_action)i;
    return true;
}

void alerts_start(struct supervisor *s, struct run *r)
{
    alerts_finish(r);
    for (size_t i = 0; i < r->job.num_alerts; i++) {
        struct alert_watch w = {0};
        if (read_alert(r, r->job.alerts[i], &w.rule))
            vec_push(&r->alerts, w);
        else
            run_event(s, r, RLB_LOG_WARN, "alert", "not understood: %s", r->job.alerts[i]);
    }
    r->alerts_checked = false;
}

void alerts_finish(struct run *r)
{
    for (size_t i = 0; i < r->alerts.len; i++)
        alert_watch_finish(&r->alerts.data[i]);
    r->alerts.len = 0;
}

/* A rule about a metric that the run does not have would never hold. */
static void check_names(struct supervisor *s, struct run *r)
{
    for (size_t i = 0; i < r->alerts.len; i++) {
        const struct alert *a = &r->alerts.data[i].rule;
        bool known = a->metric == NULL;
        for (size_t k = 0; k < r->metrics.len; k++)
            known = known || strcmp(r->metrics.data[k].name, a->metric) == 0;
        if (!known)
            run_event(s, r, RLB_LOG_WARN, "alert", "%s: this run has no metric %s", a->text,
                      a->metric);
    }
    r->alerts_checked = true;
}

static void obey(struct supervisor *s, struct run *r, const struct alert *a, uint64_t step,
                 const char *found)
{
    run_event(s, r, RLB_LOG_WARN, "alert", "%s: %s at step %llu (do: %s)", a->text, found,
              (unsigned long long)step, alert_actions[a->action]);
    snprintf(s->notice, sizeof s->notice, "run %lld: alert: %s", (long long)r->id, a->text);
    if (a->action == ALERT_STOP && !r->stop_wanted)
        run_stop(s, r, false);
    else if (a->action == ALERT_PAUSE)
        run_pause(s, r, PAUSE_USER);
}

void alerts_take(struct supervisor *s, struct run *r, const struct store_point *p)
{
    char found[40];
    if (!r->alerts_checked)
        check_names(s, r);
    for (size_t i = 0; i < r->alerts.len; i++) {
        struct alert_watch *w = &r->alerts.data[i];
        if (alert_take(w, r->metrics.data[p->metric].name, p->step, p->value, found, sizeof found))
            obey(s, r, &w->rule, p->step, found);
    }
}
