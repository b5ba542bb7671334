/* Fixed pairs of start and goal, played with the greedy policies of the goals. */
#include "fb.h"

#include <string.h>

enum { SEED_PAIRS = 20 };

rlb_status fb_pairs_build(struct fb *f)
{
    uint32_t n = f->c.eval_pairs;
    if (!f->world.tasks || !f->world.tasks->goal || !f->world.tasks->assign || f->world.numbered)
        return f->host->fail(f->host, RLB_E_UNSUPPORTED,
                             "eval_pairs needs a world with goals as tasks");
    f->pair_z = f->host->alloc(f->host, (size_t)n * f->c.d * sizeof *f->pair_z);
    f->pair_q = f->host->alloc(f->host, (size_t)n * f->num_actions * sizeof *f->pair_q);
    f->pair_action = f->host->alloc(f->host, n * sizeof *f->pair_action);
    f->pair_done = f->host->alloc(f->host, n);
    f->pair_goal = f->host->alloc(f->host, (size_t)n * f->obs_width * sizeof *f->pair_goal);
    if (!f->pair_goal || !f->pair_z || !f->pair_q || !f->pair_action || !f->pair_done)
        return f->host->fail(f->host, RLB_E_NOMEM, "no memory for the pairs");
    return f->host->make_env(f->host, NULL, 0, n, SEED_PAIRS, 0, &f->pairs);
}

static void act_on_pairs(struct fb *f, rlb_rng *rng)
{
    uint32_t n = f->c.eval_pairs, A = f->num_actions;
    fb_ask_q(f, f->pairs->batch->obs, n, f->pair_z, true, f->pair_q);
    for (uint32_t k = 0; k < n; k++)
        f->pair_action[k] = rlb_rng_uniform(rng) < f->c.eval_epsilon
                                ? (int32_t)rlb_rng_below(rng, A)
                                : (int32_t)fb_argmax(f->pair_q + (size_t)k * A, A);
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

/* Share of the fixed pairs whose goal is reached in eval_steps. */
rlb_status fb_pairs_play(struct fb *f)
{
    uint32_t n = f->c.eval_pairs, reached = 0;
    void *self;
    const rlb_tasks *tasks = f->pairs->interface(f->pairs, RLB_TASKS, &self);
    rlb_status status = RLB_OK;
    rlb_rng rng;
    rlb_rng_init(&rng, SEED_PAIRS, 0);
    for (uint32_t k = 0; status == RLB_OK && k < n; k++)
        status = tasks->assign(self, k, task_of(tasks, self, k, n), k);
    if (status == RLB_OK)
        status = f->pairs->reset(f->pairs, SEED_PAIRS);
    memset(f->pair_done, 0, n);
    for (uint32_t k = 0; status == RLB_OK && k < n; k++)
        tasks->goal(self, k, f->pair_goal + (size_t)k * f->obs_width, NULL);
    if (status == RLB_OK)
        fb_infer_goals(f, f->pair_goal, n, f->pair_z);
    for (uint32_t step = 0; status == RLB_OK && step < f->c.eval_steps; step++) {
        act_on_pairs(f, &rng);
        status = f->pairs->step(f->pairs, f->pair_action);
        const rlb_batch *b = f->pairs->batch;
        for (uint32_t k = 0; k < n; k++) {
            bool ended = b->terminated[k] || b->truncated[k];
            reached += !f->pair_done[k] && (b->rewards[k] > 0 || (ended && b->success[k]));
            f->pair_done[k] |= ended || b->rewards[k] > 0;
        }
    }
    if (status == RLB_OK)
        f->host->metric(f->host, M_SUCCESS, (double)reached / n);
    return status;
}
