#include "pairs.h"

#include <rlbench/rng.h>

#include <math.h>
#include <string.h>

enum { SEED_PAIRS = 20 };

rlb_status pairs_init(struct pairs *p, const struct world *w, uint32_t n, uint32_t steps,
                      double epsilon)
{
    const rlb_host *host = w->host;
    const rlb_tasks *tasks = w->tasks;
    *p = (struct pairs){0};
    if (!tasks || !tasks->goal || !tasks->assign || !tasks->represent || w->numbered)
        return RLB_OK;
    *p = (struct pairs){.world = w, .n = n, .steps = steps, .epsilon = epsilon};
    p->goal = host->alloc(host, (size_t)n * w->obs_width * sizeof *p->goal);
    p->where = host->alloc(host, (size_t)n * tasks->goal_width * sizeof *p->where);
    p->reached = host->alloc(host, (size_t)n * tasks->goal_width * sizeof *p->reached);
    p->q = host->alloc(host, (size_t)n * w->num_actions * sizeof *p->q);
    p->distance = host->alloc(host, n * sizeof *p->distance);
    p->action = host->alloc(host, n * sizeof *p->action);
    p->done = host->alloc(host, n);
    if (!p->goal || !p->where || !p->reached || !p->q || !p->distance || !p->action || !p->done)
        return host->fail(host, RLB_E_NOMEM, "no memory for the pairs");
    return host->make_env(host, NULL, 0, n, SEED_PAIRS, 0, &p->env);
}

/* The task of pair k: as often as it is drawn in training. */
static uint32_t task_of(const rlb_tasks *tasks, void *self, uint32_t k, uint32_t n)
{
    double at = (k + 0.5) / n;
    for (uint32_t task = 0; task < tasks->num_tasks; task++) {
        at -= tasks->weight(self, task);
        if (at < 0)
            return task;
    }
    return tasks->num_tasks - 1;
}

rlb_status pairs_begin(struct pairs *p)
{
    void *self;
    const rlb_tasks *tasks = p->env->interface(p->env, RLB_TASKS, &self);
    size_t width = p->world->obs_width, wide = tasks->goal_width;
    rlb_status status = RLB_OK;
    for (uint32_t k = 0; status == RLB_OK && k < p->n; k++)
        status = tasks->assign(self, k, task_of(tasks, self, k, p->n), k);
    if (status == RLB_OK)
        status = p->env->reset(p->env, SEED_PAIRS);
    for (uint32_t k = 0; status == RLB_OK && k < p->n; k++)
        tasks->goal(self, k, p->goal + k * width, p->where + k * wide);
    return status;
}

static void choose(struct pairs *p, rlb_rng *rng)
{
    uint32_t A = p->world->num_actions;
    for (uint32_t k = 0; k < p->n; k++) {
        const float *q = p->q + (size_t)k * A;
        uint32_t best = 0;
        for (uint32_t a = 1; a < A; a++)
            best = q[a] > q[best] ? a : best;
        bool random = rlb_rng_uniform(rng) < p->epsilon;
        p->action[k] = random ? (int32_t)rlb_rng_below(rng, A) : (int32_t)best;
    }
}

/* How far the lanes that still play are from their goals now, or were when they ended. */
static void find_distances(struct pairs *p)
{
    const rlb_batch *b = p->env->batch;
    const rlb_tasks *tasks = p->world->tasks;
    size_t width = p->world->obs_width, wide = tasks->goal_width;
    for (uint32_t k = 0; k < p->n; k++) {
        if (p->done[k])
            continue;
        bool ended = b->terminated[k] || b->truncated[k];
        const float *obs = (const float *)(ended ? b->final_obs : b->obs) + k * width;
        tasks->represent(p->world->tasks_self, obs, 1, p->reached);
        p->distance[k] = 0;
        for (size_t i = 0; i < wide; i++)
            p->distance[k] =
                fmax(p->distance[k], fabs((double)(p->reached[i] - p->where[k * wide + i])));
    }
}

rlb_status pairs_play(struct pairs *p, pairs_values values, void *self, double *success,
                      double *distance)
{
    rlb_status status = RLB_OK;
    rlb_rng rng;
    uint32_t reached = 0;
    rlb_rng_init(&rng, SEED_PAIRS, 0);
    memset(p->done, 0, p->n);
    for (uint32_t step = 0; status == RLB_OK && step < p->steps; step++) {
        const rlb_batch *b = p->env->batch;
        values(self, b->obs, p->n, p->q);
        choose(p, &rng);
        status = p->env->step(p->env, p->action);
        find_distances(p);
        for (uint32_t k = 0; k < p->n; k++) {
            bool ended = b->terminated[k] || b->truncated[k];
            bool there = b->rewards[k] > 0 || (ended && b->success[k]);
            reached += !p->done[k] && there;
            p->done[k] |= ended || there;
        }
    }
    *success = (double)reached / p->n;
    *distance = 0;
    for (uint32_t k = 0; k < p->n; k++)
        *distance += p->distance[k] / p->n;
    return status;
}
