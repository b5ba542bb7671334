/* A small algorithm that behaves: a random walk without an environment. Each hostile module takes
 * it and breaks one rule from step `after` on, in trouble(), or replaces one function. */
#ifndef RLBENCH_TESTS_HOSTILE_H
#define RLBENCH_TESTS_HOSTILE_H

#include <rlbench/plugin.h>
#include <rlbench/rng.h>

struct walk {
    const rlb_host *host;
    rlb_rng rng;
    uint64_t steps, after;
    double at;
};

/* What goes wrong at a step. */
static rlb_status trouble(struct walk *w);

static inline rlb_status walk_create(const rlb_host *h, const rlb_algo_setup *setup, void **out)
{
    struct walk *w = h->alloc(h, sizeof *w);
    if (!w)
        return h->fail(h, RLB_E_NOMEM, "no memory for the walk");
    w->host = h;
    w->after = (uint64_t)setup->params[0].i;
    rlb_rng_init(&w->rng, setup->seed, 0);
    *out = w;
    return RLB_OK;
}

static inline void walk_destroy(void *self)
{
    (void)self;
}

static inline rlb_status walk_step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct walk *w = self;
    rlb_status status = RLB_OK;
    uint64_t i = 0;
    for (; i < budget->max_steps && status == RLB_OK; i++) {
        w->at += rlb_rng_normal(&w->rng);
        if (w->steps++ >= w->after)
            status = trouble(w);
        w->host->metric(w->host, 0, w->at);
    }
    *done += i;
    return status;
}

static inline rlb_status walk_view(void *self, uint32_t index, rlb_frame *out)
{
    (void)self;
    (void)index;
    out->kind = RLB_VIEW_TEXT;
    out->text = "a walk";
    return RLB_OK;
}

static inline rlb_status walk_save(void *self, rlb_writer *out)
{
    struct walk *w = self;
    rlb_status status = out->put(out, RLB_TAG('r', 'n', 'g', ' '), &w->rng, sizeof w->rng);
    if (status == RLB_OK)
        status = out->put(out, RLB_TAG('s', 't', 'e', 'p'), &w->steps, sizeof w->steps);
    if (status == RLB_OK)
        status = out->put(out, RLB_TAG('a', 't', ' ', ' '), &w->at, sizeof w->at);
    return status;
}

static inline rlb_status walk_load(void *self, rlb_reader *in)
{
    struct walk *w = self;
    rlb_status status = in->get(in, RLB_TAG('r', 'n', 'g', ' '), &w->rng, sizeof w->rng);
    if (status == RLB_OK)
        status = in->get(in, RLB_TAG('s', 't', 'e', 'p'), &w->steps, sizeof w->steps);
    if (status == RLB_OK)
        status = in->get(in, RLB_TAG('a', 't', ' ', ' '), &w->at, sizeof w->at);
    return status;
}

static const rlb_param walk_params[] = {
    RLB_INT("after", 0, 0, 1e15, "steps", 0, "Steps that go well before the trouble starts."),
};
static const rlb_metric walk_metrics[] = {
    {.name = "walk/at",
     .doc = "Where the walk is.",
     .unit = "",
     .fold = RLB_FOLD_LAST,
     .flags = RLB_M_HEADLINE},
};
static const rlb_view walk_views[] = {
    {.name = "where", .doc = "Where the walk is.", .kind = RLB_VIEW_TEXT},
};

#define WALK_TABLE(ID, DOC, CREATE, STEP, VIEW, SAVE, LOAD)                                        \
    {                                                                                              \
        .size = sizeof(rlb_algo), .flags = RLB_A_NO_ENV, .id = (ID), .title = "Misbehaves",        \
        .doc = (DOC), .citation = "", .version = "1", .step_unit = "step", .params = walk_params,  \
        .metrics = walk_metrics, .views = walk_views, .num_params = 1,                             \
        .param_stride = sizeof(rlb_param), .num_metrics = 1, .metric_stride = sizeof(rlb_metric),  \
        .num_views = 1, .view_stride = sizeof(rlb_view), .create = (CREATE),                       \
        .destroy = walk_destroy, .step = (STEP), .view = (VIEW), .save = (SAVE), .load = (LOAD)    \
    }

/* A module whose only fault is in trouble(). */
#define HOSTILE(ID, DOC)                                                                           \
    static const rlb_algo table =                                                                  \
        WALK_TABLE(ID, DOC, walk_create, walk_step, walk_view, walk_save, walk_load);              \
    RLB_MODULE_ALGO(table)

#endif
