#include <rlbench/dynamics.h>

#include <stdio.h>
#include <string.h>

static uint64_t snapshot_bytes(void *self)
{
    const rlb_dynamics *d = self;
    return d->width * sizeof *d->state;
}

static void snapshot_take(void *self, uint32_t lane, void *out)
{
    double state[RLB_DYNAMICS_WIDTH];
    rlb_dynamics_get(self, lane, state);
    memcpy(out, state, snapshot_bytes(self));
}

static rlb_status snapshot_put(void *self, uint32_t lane, const void *bytes)
{
    double state[RLB_DYNAMICS_WIDTH];
    memcpy(state, bytes, snapshot_bytes(self));
    rlb_dynamics_set(self, lane, state);
    return RLB_OK;
}

rlb_status rlb_dynamics_init(rlb_dynamics *d, const rlb_host *host, uint32_t num_lanes,
                             uint32_t width, uint32_t obs_width,
                             void (*observe)(void *, const double *, float *))
{
    d->host = host;
    d->num_lanes = num_lanes;
    d->width = width;
    d->stride = (num_lanes + 7) / 8 * 8;
    d->obs_width = obs_width;
    d->observe = observe;
    d->state = host->alloc(host, (size_t)width * d->stride * sizeof *d->state);
    d->rng = host->alloc(host, num_lanes * sizeof *d->rng);
    d->age = host->alloc(host, num_lanes * sizeof *d->age);
    d->cloud = host->alloc(host, 3 * ((size_t)num_lanes + 4) * sizeof *d->cloud);
    if (!d->state || !d->rng || !d->age || !d->cloud)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u lanes", num_lanes);
    for (uint32_t lane = 0; lane < num_lanes; lane++)
        rlb_rng_init(&d->rng[lane], 0, lane);
    d->snapshot = (rlb_snapshot){.size = sizeof d->snapshot,
                                 .bytes = snapshot_bytes,
                                 .take = snapshot_take,
                                 .put = snapshot_put};
    return RLB_OK;
}

void rlb_dynamics_spaces(rlb_env_spaces *out, uint32_t obs_width, double low, double high,
                         uint32_t num_actions, double reach)
{
    out->num_agents = 1;
    out->obs = (rlb_space){.kind = RLB_SPACE_BOX,
                           .dtype = RLB_F32,
                           .width = obs_width,
                           .rank = 1,
                           .shape = {obs_width},
                           .low = low,
                           .high = high};
    out->act =
        (rlb_space){.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = num_actions};
    if (num_actions == 0)
        out->act = (rlb_space){.kind = RLB_SPACE_BOX,
                               .dtype = RLB_F32,
                               .width = 1,
                               .rank = 1,
                               .shape = {1},
                               .low = -reach,
                               .high = reach};
}

void rlb_dynamics_get(const rlb_dynamics *d, uint32_t lane, double *state)
{
    for (uint32_t k = 0; k < d->width; k++)
        state[k] = rlb_dynamics_row(d, k)[lane];
}

void rlb_dynamics_set(rlb_dynamics *d, uint32_t lane, const double *state)
{
    for (uint32_t k = 0; k < d->width; k++)
        rlb_dynamics_row(d, k)[lane] = state[k];
    d->observe(d, state, (float *)d->batch->obs + (size_t)lane * d->obs_width);
}

rlb_rng *rlb_dynamics_begin(rlb_dynamics *d, uint32_t lane, const uint64_t *seed)
{
    if (seed)
        rlb_rng_init(&d->rng[lane], *seed, 0);
    d->age[lane] = 0;
    return &d->rng[lane];
}

rlb_status rlb_dynamics_bind(void *self, const rlb_batch *batch)
{
    rlb_dynamics *d = self;
    d->batch = batch;
    return RLB_OK;
}

const void *rlb_dynamics_interface(void *self, const char *id)
{
    rlb_dynamics *d = self;
    if (strcmp(id, RLB_SNAPSHOT) == 0)
        return &d->snapshot;
    return strcmp(id, RLB_PLANE) == 0 ? &d->plane : NULL;
}

/* The corners of the plane come first, so that the axes keep their range. */
void rlb_dynamics_phase(rlb_dynamics *d, uint32_t lane, rlb_frame *out)
{
    enum { CORNERS = 4, CORNER = -7, LANE = -1, SHOWN = 1 };
    const rlb_plane *p = &d->plane;
    const size_t points = (size_t)d->num_lanes + CORNERS;
    float *x = d->cloud, *y = x + points, *class = y + points;
    for (int i = 0; i < CORNERS; i++) {
        x[i] = (float)(i & 1 ? p->x_hi : p->x_lo);
        y[i] = (float)(i & 2 ? p->y_hi : p->y_lo);
        class[i] = CORNER;
    }
    for (uint32_t l = 0; l < d->num_lanes; l++) {
        double at_x, at_y;
        p->where(d, l, &at_x, &at_y);
        x[CORNERS + l] = (float)at_x;
        y[CORNERS + l] = (float)at_y;
        class[CORNERS + l] = l == lane ? SHOWN : LANE;
    }
    snprintf(d->caption, sizeof d->caption, "%s, up: %s", p->x_label, p->y_label);
    out->kind = RLB_VIEW_SCATTER;
    out->rows = (uint32_t)points;
    out->cols = 1;
    out->a = x;
    out->b = y;
    out->c = class;
    out->lo = out->hi = NAN;
    out->caption = d->caption;
}

/* ---------------------------------------------------------------- checkpoints */

enum {
    TAG_STATE = RLB_TAG('S', 'T', 'A', 'T'),
    TAG_RNG = RLB_TAG('R', 'N', 'G', ' '),
    TAG_AGE = RLB_TAG('A', 'G', 'E', ' ')
};

rlb_status rlb_dynamics_save(void *self, rlb_writer *w)
{
    const rlb_dynamics *d = self;
    size_t numbers = (size_t)d->width * d->stride;
    rlb_status status = w->put(w, TAG_STATE, d->state, numbers * sizeof *d->state);
    if (status == RLB_OK)
        status = w->put(w, TAG_RNG, d->rng, d->num_lanes * sizeof *d->rng);
    return status == RLB_OK ? w->put(w, TAG_AGE, d->age, d->num_lanes * sizeof *d->age) : status;
}

rlb_status rlb_dynamics_load(void *self, rlb_reader *r)
{
    rlb_dynamics *d = self;
    size_t numbers = (size_t)d->width * d->stride;
    rlb_status status = r->get(r, TAG_STATE, d->state, numbers * sizeof *d->state);
    if (status == RLB_OK)
        status = r->get(r, TAG_RNG, d->rng, d->num_lanes * sizeof *d->rng);
    if (status == RLB_OK)
        status = r->get(r, TAG_AGE, d->age, d->num_lanes * sizeof *d->age);
    for (uint32_t lane = 0; status == RLB_OK && lane < d->num_lanes; lane++)
        if (d->rng[lane].used > 4)
            status = d->host->fail(d->host, RLB_E_FORMAT,
                                   "the saved stream of lane %u is not one of rng.h", lane);
    return status;
}
