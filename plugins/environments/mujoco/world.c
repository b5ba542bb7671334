#include "world.h"

#include <stdlib.h>
#include <string.h>

const rlb_view world_views[1] = {
    {"body", "The body as lines, to scale.", RLB_VIEW_SCATTER, 0},
};

static rlb_space box(uint32_t width, double reach)
{
    return (rlb_space){.kind = RLB_SPACE_BOX,
                       .dtype = RLB_F32,
                       .width = width,
                       .rank = 1,
                       .shape = {width},
                       .low = -reach,
                       .high = reach};
}

void world_spaces(const struct kind *kind, rlb_env_spaces *out)
{
    out->num_agents = 1;
    out->obs = box(kind->obs_width, INFINITY);
    out->act = box(kind->num_actions, 1);
    out->state = box(kind->state_width, INFINITY);
    out->time_limit = 1000;
    out->reward_low = 0;
    out->reward_high = 1;
}

/* ---- snapshots ---- */

static uint64_t snapshot_bytes(void *self)
{
    const struct world *w = self;
    return w->physics.saved_width * sizeof(double);
}

static void write_lane(struct world *w, uint32_t lane)
{
    const struct kind *k = w->kind;
    const mjData *d = w->physics.data[lane];
    k->observe(w->physics.model, d, (float *)w->batch->obs + (size_t)lane * k->obs_width);
    physics_state(&w->physics, d, (float *)w->batch->state + (size_t)lane * k->state_width);
}

static void snapshot_take(void *self, uint32_t lane, void *out)
{
    struct world *w = self;
    physics_save(&w->physics, w->physics.data[lane], w->saved);
    memcpy(out, w->saved, snapshot_bytes(self));
}

struct put {
    struct world *w;
    uint32_t lane;
};

static void put(void *ctx)
{
    const struct put *a = ctx;
    struct physics *p = &a->w->physics;
    physics_load(p, a->w->saved, p->data[a->lane]);
}

static rlb_status snapshot_put(void *self, uint32_t lane, const void *bytes)
{
    struct world *w = self;
    struct put a = {w, lane};
    memcpy(w->saved, bytes, snapshot_bytes(self));
    rlb_status status = physics_guard(&w->physics, put, &a);
    if (status == RLB_OK)
        write_lane(w, lane);
    return status;
}

/* ---- making ---- */

rlb_status world_create(const struct kind *kind, const rlb_host *host, const rlb_env_setup *setup,
                        struct world **out)
{
    struct world *w = host->alloc(host, sizeof *w);
    const uint32_t lanes = setup->num_lanes;
    if (!w)
        return host->fail(host, RLB_E_NOMEM, "no memory for a world");
    w->kind = kind;
    w->host = host;
    w->values = setup->params;
    w->task = (uint32_t)setup->params[0].i;
    rlb_status status = rlb_lane_tasks_init(&w->lanes, host, lanes, kind->num_tasks);
    if (status == RLB_OK)
        status = rlb_sketch_init(&w->sketch, host, 8192, -kind->half_width, kind->half_width);
    if (status == RLB_OK)
        status = physics_init(&w->physics, host, kind->model, lanes);
    if (status != RLB_OK)
        return status;
    w->rng = host->alloc(host, lanes * sizeof *w->rng);
    w->age = host->alloc(host, lanes * sizeof *w->age);
    w->saved = host->alloc(host, w->physics.saved_width * sizeof *w->saved);
    w->recalled = host->alloc(host, w->physics.state_width * sizeof *w->recalled);
    if (!w->rng || !w->age || !w->saved || !w->recalled) {
        physics_finish(&w->physics);
        return host->fail(host, RLB_E_NOMEM, "no memory for %u lanes", lanes);
    }
    for (uint32_t lane = 0; lane < lanes; lane++)
        rlb_rng_init(&w->rng[lane], 0, lane);
    w->snapshot = (rlb_snapshot){.size = sizeof w->snapshot,
                                 .bytes = snapshot_bytes,
                                 .take = snapshot_take,
                                 .put = snapshot_put};
    world_tasks(w);
    if (kind->extend)
        kind->extend(w);
    *out = w;
    return RLB_OK;
}

void world_destroy(void *self)
{
    struct world *w = self;
    if (w)
        physics_finish(&w->physics);
}

rlb_status world_bind(void *self, const rlb_batch *batch)
{
    struct world *w = self;
    w->batch = batch;
    return RLB_OK;
}

/* ---- playing ---- */

struct start {
    struct world *w;
    rlb_rng *rng;
    uint32_t lane;
};

static void start(void *ctx)
{
    struct start *s = ctx;
    struct physics *p = &s->w->physics;
    mjData *d = p->data[s->lane];
    mj_resetData(p->model, d);
    s->w->kind->start(p, d, s->rng, s->w->values);
    d->time = 0;
    physics_settle(p, d);
}

rlb_status world_reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct world *w = self;
    if (seed)
        rlb_rng_init(&w->rng[lane], *seed, 0);
    struct start s = {w, rlb_lane_tasks_begin(&w->lanes, lane, &w->rng[lane]), lane};
    if (w->lanes.current[lane] == RLB_TASK_DRAWN)
        w->lanes.current[lane] =
            w->task < w->kind->num_tasks ? w->task : rlb_rng_below(s.rng, w->kind->num_tasks);
    w->age[lane] = 0;
    rlb_status status = physics_guard(&w->physics, start, &s);
    if (status == RLB_OK)
        write_lane(w, lane);
    return status;
}

struct span {
    struct world *w;
    uint32_t lane0, lanes;
};

/* Actions span the range of each actuator. */
static void control(const struct world *w, const float *action, mjData *d)
{
    const mjModel *m = w->physics.model;
    for (int k = 0; k < m->nu; k++) {
        const mjtNum low = m->actuator_ctrlrange[2 * k], high = m->actuator_ctrlrange[2 * k + 1];
        const mjtNum a = fmin(fmax((double)action[k], -1), 1);
        d->ctrl[k] = low + (a + 1) / 2 * (high - low);
    }
}

static void advance(void *ctx)
{
    const struct span *s = ctx;
    struct world *w = s->w;
    const struct kind *kind = w->kind;
    const mjModel *m = w->physics.model;
    for (uint32_t lane = s->lane0; lane < s->lane0 + s->lanes; lane++) {
        mjData *d = w->physics.data[lane];
        control(w, (const float *)w->batch->actions + (size_t)lane * kind->num_actions, d);
        physics_advance(m, d, kind->substeps);
        write_lane(w, lane);
        const double reward = kind->reward(m, d, w->lanes.current[lane]);
        w->batch->rewards[lane] = (float)reward;
        w->batch->success[lane] = reward >= 1;
        w->age[lane]++;
    }
}

rlb_status world_step(void *self, uint32_t lane0, uint32_t lanes)
{
    struct span s = {self, lane0, lanes};
    return physics_guard(&s.w->physics, advance, &s);
}

rlb_status world_view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    (void)index;
    world_draw(self, lane, out);
    return RLB_OK;
}

const void *world_interface(void *self, const char *id)
{
    struct world *w = self;
    if (strcmp(id, RLB_TASKS) == 0)
        return &w->tasks;
    if (strcmp(id, RLB_STATE_REWARDS) == 0)
        return &w->state_rewards;
    if (strcmp(id, RLB_SNAPSHOT) == 0)
        return &w->snapshot;
    return w->kind->interface ? w->kind->interface(id) : NULL;
}

/* ---- checkpoints ---- */

enum {
    TAG_RNG = RLB_TAG('R', 'N', 'G', ' '),
    TAG_AGE = RLB_TAG('A', 'G', 'E', ' '),
    TAG_LANE = RLB_TAG('L', 'A', 'N', 'E')
};

rlb_status world_save(void *self, rlb_writer *out)
{
    struct world *w = self;
    const size_t n = w->physics.num_lanes;
    rlb_status status = out->put(out, TAG_RNG, w->rng, n * sizeof *w->rng);
    if (status == RLB_OK)
        status = out->put(out, TAG_AGE, w->age, n * sizeof *w->age);
    if (status == RLB_OK)
        status = rlb_lane_tasks_save(&w->lanes, out);
    for (uint32_t lane = 0; status == RLB_OK && lane < n; lane++) {
        physics_save(&w->physics, w->physics.data[lane], w->saved);
        status = out->put(out, TAG_LANE, w->saved, snapshot_bytes(w));
    }
    return status;
}

static int all_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return 0;
    return 1;
}

rlb_status world_load(void *self, rlb_reader *in)
{
    struct world *w = self;
    const size_t n = w->physics.num_lanes;
    rlb_status status = in->get(in, TAG_RNG, w->rng, n * sizeof *w->rng);
    if (status == RLB_OK)
        status = in->get(in, TAG_AGE, w->age, n * sizeof *w->age);
    if (status == RLB_OK)
        status = rlb_lane_tasks_load(&w->lanes, in);
    for (uint32_t lane = 0; status == RLB_OK && lane < n; lane++) {
        struct put a = {w, lane};
        status = in->get(in, TAG_LANE, w->saved, snapshot_bytes(w));
        if (status == RLB_OK &&
            (!all_finite(w->saved, w->physics.saved_width) || w->rng[lane].used > 4))
            status = w->host->fail(w->host, RLB_E_FORMAT,
                                   "the saved state of lane %u is not one of this world", lane);
        if (status == RLB_OK)
            status = physics_guard(&w->physics, put, &a);
    }
    return status;
}
