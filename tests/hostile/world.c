/* A small world, a ring of five states with an end at one of them, that breaks the rule named by
 * FAULT: it is built once for each. */
#include <rlbench/interfaces.h>
#include <rlbench/rng.h>

#include <string.h>

#define NONE 0
#define BAD_REWARD 1 /* infinite now and then */
#define LANES 2      /* a lane sees its neighbour */
#define MODEL 3      /* the model has another probability */
#define FORGET 4     /* the random streams are not saved */
#define RESETS 5     /* starts again by itself at the end of an episode */
#define SPACE 6      /* an observation outside its space */
#define PEEK 7       /* drawing draws a random number */

enum { STATES = 5, ACTIONS = 2, END = 4, MOST_LANES = 1024 };
static const double slip = 0.25;

struct ring {
    const rlb_batch *batch;
    uint32_t lanes;
    rlb_rng rng[MOST_LANES];
    int32_t at[MOST_LANES];
    float shown[STATES];
};

static rlb_status ring_spaces(const rlb_host *h, const rlb_value *params, rlb_env_spaces *out)
{
    (void)h;
    (void)params;
    out->num_agents = 1;
    out->obs = (rlb_space){.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = STATES};
    out->act = (rlb_space){.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = ACTIONS};
    out->time_limit = 50;
    out->reward_low = 0;
    out->reward_high = 1;
    return RLB_OK;
}

static rlb_status ring_create(const rlb_host *h, const rlb_env_setup *setup, void **out)
{
    if (setup->num_lanes > MOST_LANES)
        return h->fail(h, RLB_E_INVAL, "num_lanes: at most %d", MOST_LANES);
    struct ring *r = h->alloc(h, sizeof *r);
    if (!r)
        return h->fail(h, RLB_E_NOMEM, "no memory for the ring");
    r->lanes = setup->num_lanes;
    *out = r;
    return RLB_OK;
}

static void ring_destroy(void *self)
{
    (void)self;
}

static rlb_status ring_bind(void *self, const rlb_batch *batch)
{
    struct ring *r = self;
    r->batch = batch;
    return RLB_OK;
}

static void show(struct ring *r, uint32_t lane)
{
    int32_t *obs = r->batch->obs;
    obs[lane] = r->at[lane];
    if (FAULT == SPACE && r->at[lane] == 3)
        obs[lane] = STATES;
    if (FAULT == LANES && r->lanes > 1)
        obs[lane] = r->at[(lane + 1) % r->lanes];
}

static void begin(struct ring *r, uint32_t lane)
{
    r->at[lane] = (int32_t)rlb_rng_below(&r->rng[lane], 2);
}

static rlb_status ring_reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct ring *r = self;
    if (seed)
        rlb_rng_init(&r->rng[lane], *seed, 0);
    begin(r, lane);
    show(r, lane);
    return RLB_OK;
}

static rlb_status ring_step(void *self, uint32_t lane0, uint32_t lanes)
{
    struct ring *r = self;
    const int32_t *actions = r->batch->actions;
    for (uint32_t l = lane0; l < lane0 + lanes; l++) {
        int32_t step = actions[l] ? 1 : STATES - 1;
        if (rlb_rng_uniform(&r->rng[l]) < slip)
            step = STATES - step;
        r->at[l] = (r->at[l] + step) % STATES;
        uint8_t ended = r->at[l] == END;
        r->batch->rewards[l] = ended;
        r->batch->terminated[l] = ended;
        r->batch->success[l] = ended;
        if (FAULT == BAD_REWARD && r->at[l] == 2)
            r->batch->rewards[l] = INFINITY;
        if (FAULT == RESETS && ended)
            begin(r, l);
        show(r, l);
    }
    return RLB_OK;
}

static rlb_status ring_view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct ring *r = self;
    (void)index;
    memset(r->shown, 0, sizeof r->shown);
    r->shown[r->at[lane]] = 1;
    if (FAULT == PEEK)
        rlb_rng_u32(&r->rng[lane]);
    out->kind = RLB_VIEW_HEATMAP;
    out->rows = 1;
    out->cols = STATES;
    out->a = r->shown;
    return RLB_OK;
}

static rlb_status ring_save(void *self, rlb_writer *out)
{
    struct ring *r = self;
    rlb_status status =
        out->put(out, RLB_TAG('a', 't', ' ', ' '), r->at, r->lanes * sizeof r->at[0]);
    if (status != RLB_OK || FAULT == FORGET)
        return status;
    return out->put(out, RLB_TAG('r', 'n', 'g', ' '), r->rng, r->lanes * sizeof r->rng[0]);
}

static rlb_status ring_load(void *self, rlb_reader *in)
{
    struct ring *r = self;
    rlb_status status = in->get(in, RLB_TAG('a', 't', ' ', ' '), r->at, r->lanes * sizeof r->at[0]);
    if (status != RLB_OK || FAULT == FORGET)
        return status;
    return in->get(in, RLB_TAG('r', 'n', 'g', ' '), r->rng, r->lanes * sizeof r->rng[0]);
}

static uint32_t outcomes(void *self, uint32_t h, uint32_t s, uint32_t a, rlb_outcome *out)
{
    (void)self;
    (void)h;
    double back = FAULT == MODEL ? slip + 0.05 : slip;
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t next = (s + (i ? 1 : STATES - 1)) % STATES;
        out[i] = (rlb_outcome){.next = (int32_t)next,
                               .terminated = next == END,
                               .prob = i == a ? 1 - back : back,
                               .reward = next == END};
    }
    return 2;
}

static void start(void *self, double *out)
{
    (void)self;
    for (uint32_t s = 0; s < STATES; s++)
        out[s] = s < 2 ? 0.5 : 0;
}

static uint32_t state(void *self, uint32_t lane)
{
    return (uint32_t)((struct ring *)self)->at[lane];
}

static const void *ring_interface(void *self, const char *id)
{
    static const rlb_model model = {.size = sizeof model,
                                    .num_states = STATES,
                                    .num_actions = ACTIONS,
                                    .max_outcomes = 2,
                                    .outcomes = outcomes,
                                    .start = start,
                                    .state = state};
    (void)self;
    return strcmp(id, RLB_MODEL) == 0 ? &model : NULL;
}

static const rlb_view views[] = {
    {.name = "ring", .doc = "Where lane is.", .kind = RLB_VIEW_HEATMAP},
};

static const rlb_env table = {.size = sizeof table,
                              .id = WORLD_ID,
                              .title = "A ring of five states",
                              .doc = "Breaks one rule.",
                              .citation = "",
                              .version = "1",
                              .views = views,
                              .num_views = 1,
                              .view_stride = sizeof(rlb_view),
                              .spaces = ring_spaces,
                              .create = ring_create,
                              .destroy = ring_destroy,
                              .bind = ring_bind,
                              .reset = ring_reset,
                              .step = ring_step,
                              .view = ring_view,
                              .save = ring_save,
                              .load = ring_load,
                              .interface = ring_interface};
RLB_MODULE_ENV(table)
