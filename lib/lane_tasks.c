#include <rlbench/lane_tasks.h>

rlb_status rlb_lane_tasks_init(rlb_lane_tasks *t, const rlb_host *host, uint32_t num_lanes,
                               uint32_t num_tasks)
{
    t->host = host;
    t->num_lanes = num_lanes;
    t->num_tasks = num_tasks;
    t->variation = host->alloc(host, num_lanes * sizeof *t->variation);
    t->assigned = host->alloc(host, num_lanes * sizeof *t->assigned);
    t->current = host->alloc(host, num_lanes * sizeof *t->current);
    if (!t->variation || !t->assigned || !t->current)
        return host->fail(host, RLB_E_NOMEM, "no memory for the tasks of %u lanes", num_lanes);
    for (uint32_t lane = 0; lane < num_lanes; lane++)
        t->assigned[lane] = RLB_TASK_DRAWN;
    return RLB_OK;
}

static int known(const rlb_lane_tasks *t, uint32_t task)
{
    return task < t->num_tasks || task == RLB_TASK_DRAWN;
}

rlb_status rlb_lane_tasks_assign(rlb_lane_tasks *t, uint32_t lane, uint32_t task,
                                 uint64_t variation)
{
    if (!known(t, task))
        return t->host->fail(t->host, RLB_E_INVAL, "there is no task %u, only %u of them", task,
                             t->num_tasks);
    t->assigned[lane] = task;
    t->variation[lane] = variation;
    return RLB_OK;
}

rlb_rng *rlb_lane_tasks_begin(rlb_lane_tasks *t, uint32_t lane, rlb_rng *own)
{
    t->current[lane] = t->assigned[lane];
    if (t->assigned[lane] == RLB_TASK_DRAWN)
        return own;
    rlb_rng_init(&t->fixed, t->variation[lane], t->assigned[lane]);
    return &t->fixed;
}

enum {
    TAG_VARIATION = RLB_TAG('T', 'V', 'A', 'R'),
    TAG_ASSIGNED = RLB_TAG('T', 'A', 'S', 'S'),
    TAG_CURRENT = RLB_TAG('T', 'C', 'U', 'R')
};

rlb_status rlb_lane_tasks_save(const rlb_lane_tasks *t, rlb_writer *w)
{
    const size_t n = t->num_lanes;
    rlb_status status = w->put(w, TAG_VARIATION, t->variation, n * sizeof *t->variation);
    if (status == RLB_OK)
        status = w->put(w, TAG_ASSIGNED, t->assigned, n * sizeof *t->assigned);
    return status == RLB_OK ? w->put(w, TAG_CURRENT, t->current, n * sizeof *t->current) : status;
}

rlb_status rlb_lane_tasks_load(rlb_lane_tasks *t, rlb_reader *r)
{
    const size_t n = t->num_lanes;
    rlb_status status = r->get(r, TAG_VARIATION, t->variation, n * sizeof *t->variation);
    if (status == RLB_OK)
        status = r->get(r, TAG_ASSIGNED, t->assigned, n * sizeof *t->assigned);
    if (status == RLB_OK)
        status = r->get(r, TAG_CURRENT, t->current, n * sizeof *t->current);
    for (uint32_t lane = 0; status == RLB_OK && lane < n; lane++)
        if (!known(t, t->assigned[lane]) || !known(t, t->current[lane]))
            status = t->host->fail(t->host, RLB_E_FORMAT,
                                   "the saved task of lane %u is not one of this world", lane);
    return status;
}
