/* rlb.tasks/1 and rlb.state-rewards/1 of every world of this module. */
#include "world.h"

static const char *name(void *self, uint32_t task)
{
    const struct world *w = self;
    return w->kind->tasks[task];
}

static double weight(void *self, uint32_t task)
{
    const struct world *w = self;
    return w->task < w->kind->num_tasks ? task == w->task : 1.0 / w->kind->num_tasks;
}

static rlb_status assign(void *self, uint32_t lane, uint32_t task, uint64_t variation)
{
    struct world *w = self;
    return rlb_lane_tasks_assign(&w->lanes, lane, task, variation);
}

static uint32_t current(void *self, uint32_t lane)
{
    const struct world *w = self;
    return w->lanes.current[lane];
}

static void state_rewards(void *self, uint32_t task, const float *states, uint32_t n, double *out)
{
    struct world *w = self;
    for (size_t i = 0; i < n; i++) {
        const mjData *d = physics_recall(&w->physics, states + i * w->physics.state_width);
        out[i] = w->kind->reward(w->physics.model, d, task);
    }
}

static void rewards(void *self, uint32_t task, const void *obs, uint32_t n, double *out)
{
    struct world *w = self;
    for (size_t i = 0; i < n; i++) {
        w->kind->recall((const float *)obs + i * w->kind->obs_width, w->recalled);
        state_rewards(self, task, w->recalled, 1, &out[i]);
    }
}

void world_tasks(struct world *w)
{
    w->tasks = (rlb_tasks){.size = sizeof w->tasks,
                           .num_tasks = w->kind->num_tasks,
                           .name = name,
                           .weight = weight,
                           .assign = assign,
                           .current = current,
                           .rewards = w->kind->recall ? rewards : NULL};
    w->state_rewards = (rlb_state_rewards){
        .size = sizeof w->state_rewards, .num_tasks = w->kind->num_tasks, .rewards = state_rewards};
}
