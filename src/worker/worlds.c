#include "worker/internal.h"

#include <inttypes.h>
#include <string.h>

/* Evaluation worlds: the recipe's world under other parameters, and their metrics. */

enum { PER_WORLD = 3 };

static void add_row(struct worker *r, const char *name, const char *suffix, const rlb_metric *like)
{
    rlb_metric row = *like;
    row.name = arena_printf(&r->arena, "eval/%s/%s", name, suffix);
    row.doc = arena_printf(&r->arena, "%s World: %s.", like->doc, name);
    row.flags = 0;
    vec_push(&r->world_rows, row);
}

static int differ(const struct job_world *w, const char *what, uint32_t theirs, uint32_t ours,
                  struct err *e)
{
    return err_set(e, ERR_DATA,
                   "eval.worlds: in %s %s differ from those learnt with (%" PRIu32
                   " instead of %" PRIu32 "); leave out what changes them",
                   w->name, what, theirs, ours);
}

/* The policy must be able to act there. */
static int check_spaces(struct worker *r, const struct job_world *w, struct err *e)
{
    const rlb_venv *ours = &r->rig->env->table;
    struct host *h = &r->rig->env->host;
    rlb_env_spaces theirs;
    char text[1200];
    rlb_status status = venv_spaces(r->job->env, w->values, h, &theirs);
    if (status < 0)
        return err_set(e, ERR_DATA, "eval.worlds: %s: %s", w->name,
                       host_failure(&r->rig->report, r->job->env->id, status, text, sizeof text));
    if (theirs.obs.kind != ours->obs.kind || theirs.act.kind != ours->act.kind ||
        theirs.obs.dtype != ours->obs.dtype)
        return differ(w, "the kinds of observations or actions", theirs.obs.kind, ours->obs.kind,
                      e);
    if (theirs.num_agents != ours->num_agents)
        return differ(w, "the numbers of agents", theirs.num_agents, ours->num_agents, e);
    if (theirs.obs.width != ours->obs.width)
        return differ(w, "the widths of observations", theirs.obs.width, ours->obs.width, e);
    if (theirs.act.width != ours->act.width)
        return differ(w, "the widths of actions", theirs.act.width, ours->act.width, e);
    if (theirs.obs.kind == RLB_SPACE_DISCRETE && theirs.obs.n != ours->obs.n)
        return differ(w, "the numbers of observations", (uint32_t)theirs.obs.n,
                      (uint32_t)ours->obs.n, e);
    if (theirs.act.kind == RLB_SPACE_DISCRETE && theirs.act.n != ours->act.n)
        return differ(w, "the numbers of actions", (uint32_t)theirs.act.n, (uint32_t)ours->act.n,
                      e);
    return OK;
}

int worker_open_worlds(struct worker *r, struct err *e)
{
    static const char *const suffixes[PER_WORLD] = {"return", "length", "success"};
    const uint32_t first = r->job->algo->num_metrics + WORKER_EVAL_RETURN;
    int status = OK;
    for (uint32_t i = 0; i < r->job->num_worlds && status == OK; i++) {
        const struct job_world *w = &r->job->worlds[i];
        for (uint32_t k = 0; k < PER_WORLD; k++)
            add_row(r, w->name, suffixes[k], worker_metric_row(r, first + k));
        status = check_spaces(r, w, e);
    }
    return status;
}

void worker_add_world_points(struct worker *r, uint32_t world, const double means[3])
{
    uint32_t first = r->job->algo->num_metrics + WORKER_NUM_METRICS + PER_WORLD * world;
    for (uint32_t k = 0; k < PER_WORLD; k++)
        worker_add_checked_point(r, first + k, means[k]);
}
