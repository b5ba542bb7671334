/* The life of a learner: collecting, updates, acting, live parameters. */
#include "fb.h"

#include <stdlib.h>
#include <string.h>

rlb_status fb_create(const rlb_host *host, const rlb_algo_setup *setup, const rlb_algo *algo,
                     uint32_t method, void **out)
{
    struct fb *f = host->alloc(host, sizeof *f);
    if (!f)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    f->host = host;
    f->algo = algo;
    f->name = algo->id;
    f->method = method;
    rlb_status status = fb_build(f, setup);
    if (status == RLB_OK)
        *out = f;
    return status;
}

void fb_destroy(void *self)
{
    (void)self; /* everything is the host's */
}

/* Epsilon-greedy for the lanes' own task vectors. */
static void explore(void *self, const void *raw, uint32_t n, int32_t *action)
{
    struct fb *f = self;
    size_t bytes = world_raw_bytes(&f->world);
    for (uint32_t from = 0, rows; from < n; from += rows) {
        rows = n - from < LOOK_ROWS ? n - from : LOOK_ROWS;
        if (f->c.epsilon < 1) {
            world_see(&f->world, (const char *)raw + from * bytes, rows, f->sample.obs);
            fb_ask_q(f, f->sample.obs, rows, f->lane_z + (size_t)from * f->c.d, true, f->act_q);
        }
        for (uint32_t i = 0; i < rows; i++)
            action[from + i] =
                f->c.epsilon >= 1 || rlb_rng_uniform(&f->act_rng) < f->c.epsilon
                    ? (int32_t)rlb_rng_below(&f->act_rng, f->num_actions)
                    : (int32_t)fb_argmax(f->act_q + (size_t)i * f->num_actions, f->num_actions);
    }
}

/* Rollouts of a cycle, each with a task vector of its own. */
static rlb_status collect(struct fb *f)
{
    uint32_t lanes = f->world.env->num_lanes;
    rlb_status status = RLB_OK;
    for (uint64_t k = 0; status == RLB_OK && k < f->c.rollouts; k += lanes) {
        for (uint32_t lane = 0; lane < lanes; lane++)
            law_draw(&f->act_rng, f->c.z_law, f->c.z_scale, f->c.d,
                     f->lane_z + (size_t)lane * f->c.d);
        status = data_round(&f->data, f->world.env, explore, f,
                            rlb_rng_derive(f->seed, 1000 + f->cycles++));
    }
    return status;
}

rlb_status fb_step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct fb *f = self;
    for (uint64_t n = 0; n < budget->max_steps; n++) {
        rlb_status status = RLB_OK;
        if (f->c.data == DATA_COLLECT && f->updates % f->c.updates_per_cycle == 0)
            status = collect(f);
        if (status == RLB_OK)
            status = fb_update(f);
        if (status != RLB_OK)
            return status;
        ++*done;
    }
    return RLB_OK;
}

rlb_status fb_act(void *self, const void *raw, uint32_t n, void *actions)
{
    struct fb *f = self;
    int32_t *action = actions;
    size_t bytes = world_raw_bytes(&f->world);
    const float *z = fb_task_z(f);
    for (uint32_t from = 0, rows; from < n; from += rows) {
        rows = n - from < LOOK_ROWS ? n - from : LOOK_ROWS;
        world_see(&f->world, (const char *)raw + from * bytes, rows, f->sample.obs);
        fb_ask_best(f, f->sample.obs, rows, z, f->act_q);
        for (uint32_t i = 0; i < rows; i++)
            action[from + i] =
                (int32_t)fb_argmax(f->act_q + (size_t)i * f->num_actions, f->num_actions);
    }
    return RLB_OK;
}

/* "ROW,COLUMN" of the map, or the number of a state. */
rlb_status fb_set_look(struct fb *f, const char *text)
{
    char *end;
    long row = strtol(text, &end, 10), state = row;
    if (!*text || !f->world.num_states)
        return RLB_OK;
    if (end != text && *end == ',') {
        const char *second = end + 1;
        state = world_cell(&f->world, (int32_t)row, (int32_t)strtol(second, &end, 10));
    }
    if (end == text || *end || state < 0 || state >= (long)f->world.num_states)
        return f->host->fail(f->host, RLB_E_INVAL,
                             "look: '%s' is neither the row and column of a floor cell nor the "
                             "number of a state",
                             text);
    f->look_state = (uint32_t)state;
    return RLB_OK;
}

rlb_status fb_set_param(void *self, uint32_t index, rlb_value value)
{
    struct fb *f = self;
    const char *name = config_param(f->algo, index)->name;
    double *number = config_live(&f->c, name);
    if (number) {
        *number = value.r;
        return RLB_OK;
    }
    if (strcmp(name, "look") == 0)
        return fb_set_look(f, value.s);
    if (strcmp(name, "task") != 0)
        return f->host->fail(f->host, RLB_E_INVAL, "%s cannot change while the run goes on", name);
    f->task_at = UINT64_MAX;
    return task_set(&f->task, &f->world, value.s);
}
