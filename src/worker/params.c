#include "worker/team.h"

#include "module/registry.h"

#include <stdio.h>
#include <string.h>

/* Live parameters: changed between two slices, remembered for checkpoints. */

static const rlb_param *find(const rlb_algo *algo, const char *name, uint32_t *index)
{
    for (uint32_t i = 0; i < algo->num_params; i++) {
        const rlb_param *p = host_row(algo->params, algo->param_stride, i);
        if (strcmp(p->name, name) == 0) {
            *index = i;
            return p;
        }
    }
    return NULL;
}

static void remember(struct worker *r, const char *name, const char *text)
{
    struct worker_param p = {name, text};
    for (size_t i = 0; i < r->live.len; i++)
        if (strcmp(r->live.data[i].name, name) == 0) {
            r->live.data[i] = p;
            return;
        }
    vec_push(&r->live, p);
}

bool worker_set_param(struct worker *r, const char *name, const char *text, char *why, size_t size)
{
    const rlb_algo *algo = r->job->algo;
    uint32_t index;
    rlb_value value;
    const rlb_param *p = find(algo, name, &index);
    if (!p) {
        snprintf(why, size, "%s has no parameter '%s'", algo->id, name);
        return false;
    }
    if (!(p->flags & RLB_P_LIVE) || !algo->set_param) {
        snprintf(why, size, "%s cannot change while the run goes on", name);
        return false;
    }
    /* The plugin may keep a text, so it stays as long as the run. */
    const char *kept = arena_strdup(&r->arena, text);
    char sentence[400];
    const char *fault = param_parse(p, kept, &value, sentence, sizeof sentence);
    if (fault) {
        snprintf(why, size, "%s %s", name, fault);
        return false;
    }
    rlb_status status = algo->set_param(r->rig->algo, index, value);
    if (status < 0) {
        host_failure(&r->rig->report, algo->id, status, why, size);
        return false;
    }
    remember(r, p->name, kept);
    r->saved = false;
    if (r->link)
        team_set_param(r, p->name, kept);
    return true;
}

void worker_set_params(struct worker *r)
{
    char why[1200];
    for (size_t i = 0; i < r->want_params.len; i++) {
        const struct worker_param *p = &r->want_params.data[i];
        if (worker_set_param(r, p->name, p->value, why, sizeof why))
            worker_event(r, RLB_LOG_INFO, "param", "%s set to %s", p->name, p->value);
        else
            worker_event(r, RLB_LOG_WARN, "param", "not set: %s", why);
    }
    r->want_params.len = 0;
    arena_finish(&r->want_arena);
}
