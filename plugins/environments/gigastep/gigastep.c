/* Gigastep: two teams of agents in the air that see, hear and hold each other in their sights
 * (Lechner et al. 2023). */
#include "draws.h"
#include "params.h"
#include "pixels.h"
#include "radar.h"
#include "start.h"

#include <rlbench/plugin.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct gigastep {
    const rlb_host *host;
    const rlb_batch *batch;
    struct wish wish;
    uint32_t num_lanes, num_blocks, rows; /* rows of a block */
    float *blocks, *kept;                 /* [num_blocks][rows][BLOCK]; one block to go back to */
    struct scratch scratch;
    struct radar radar;
};

/* ---- what it looks like */

static rlb_space box(uint32_t dtype, uint32_t width, double low, double high)
{
    return (rlb_space){.kind = RLB_SPACE_BOX,
                       .dtype = dtype,
                       .width = width,
                       .rank = 1,
                       .shape = {width},
                       .low = low,
                       .high = high};
}

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    struct wish wish;
    params_read(v, &wish);
    const struct sky *s = &wish.sky;
    if (s->radio <= 0 || s->limit[0] <= s->waypoint_size || s->limit[1] <= s->waypoint_size)
        return host->fail(host, RLB_E_INVAL,
                          "communication_range must be above 0 and limit_x and limit_y above "
                          "waypoint_size");
    out->num_agents = s->agents;
    out->obs = box(RLB_F32, s->width, -INFINITY, INFINITY);
    if (wish.pixels) {
        out->obs = box(RLB_U8, 3 * s->resolution[0] * s->resolution[1], 0, 255);
        out->obs.rank = 3;
        out->obs.shape[0] = s->resolution[0];
        out->obs.shape[1] = s->resolution[1];
        out->obs.shape[2] = 3;
    }
    out->act = box(RLB_F32, 3, -1, 1);
    if (wish.discrete)
        out->act =
            (rlb_space){.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = CHOICES};
    out->time_limit = wish.episode;
    out->reward_low = -INFINITY;
    out->reward_high = INFINITY;
    return RLB_OK;
}

static struct block block_at(const struct gigastep *g, uint32_t lane)
{
    return sky_block(&g->wish.sky, g->blocks + (size_t)(lane / BLOCK) * g->rows * BLOCK);
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    struct gigastep *g = host->alloc(host, sizeof *g);
    if (!g)
        return host->fail(host, RLB_E_NOMEM, "no memory for a sky");
    g->host = host;
    params_read(setup->params, &g->wish);
    const struct sky *s = &g->wish.sky;
    const size_t row = BLOCK * sizeof(float);
    g->num_lanes = setup->num_lanes;
    g->num_blocks = (setup->num_lanes + BLOCK - 1) / BLOCK;
    g->rows = sky_block_rows(s);
    g->blocks = host->alloc(host, g->num_blocks * g->rows * row);
    g->kept = host->alloc(host, g->rows * row);
    float *scratch = host->alloc(host, sky_scratch_rows(s) * row);
    if (!g->blocks || !g->kept || !scratch)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u skies of %u agents",
                          setup->num_lanes, s->agents);
    g->scratch = sky_scratch(s, scratch);
    rlb_status status = radar_init(&g->radar, host, s);
    if (status == RLB_OK)
        *out = g;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status bind(void *self, const rlb_batch *batch)
{
    struct gigastep *g = self;
    g->batch = batch;
    return RLB_OK;
}

/* ---- one step */

/* In [-1, 1]; not a number: -1. */
static inline float bounded(float u)
{
    return !(u > -1) ? -1 : u < 1 ? u : 1;
}

/* Row-major choices or numbers to rows of lanes. Dead agents may hold anything. */
static void read_actions(const struct gigastep *g, uint32_t lane0, uint32_t first, uint32_t end)
{
    const uint32_t agents = g->wish.sky.agents;
    const struct scratch *w = &g->scratch;
    const int32_t *choices = g->batch->actions;
    const float *numbers = g->batch->actions;
    for (uint32_t l = first; l < end; l++)
        for (uint32_t i = 0; i < agents; i++) {
            const size_t from = (size_t)(lane0 + l) * agents + i, to = i * BLOCK + l;
            if (g->wish.discrete) {
                const uint32_t k = (uint32_t)choices[from] < CHOICES ? (uint32_t)choices[from] : 13;
                w->turn[to] = (float)(int32_t)(k / 3 % 3) - 1;
                w->climb[to] = (float)(int32_t)(k % 3) - 1;
                w->throttle[to] = (float)(int32_t)(k / 9) - 1;
            } else {
                w->turn[to] = bounded(numbers[3 * from]);
                w->climb[to] = bounded(numbers[3 * from + 1]);
                w->throttle[to] = bounded(numbers[3 * from + 2]);
            }
        }
}

static void write_flags(const struct gigastep *g, const struct block *b, uint32_t lane0,
                        uint32_t first, uint32_t end)
{
    const uint32_t agents = g->wish.sky.agents;
    const rlb_batch *batch = g->batch;
    for (uint32_t l = first; l < end; l++) {
        const size_t lane = lane0 + l;
        for (uint32_t i = 0; i < agents; i++)
            batch->alive[lane * agents + i] = b->alive[i * BLOCK + l] > 0;
        batch->terminated[lane] = g->scratch.over[l] > 0;
        batch->success[lane] = g->scratch.won[l] > 0;
    }
}

static void write_rewards(const struct gigastep *g, uint32_t lane0, uint32_t first, uint32_t end)
{
    const uint32_t agents = g->wish.sky.agents;
    float *out = g->batch->rewards + (size_t)lane0 * agents;
    for (uint32_t l = first; l < end; l++)
        for (uint32_t i = 0; i < agents; i++)
            out[l * agents + i] = g->scratch.reward[i * BLOCK + l];
}

static void observe(const struct gigastep *g, const struct block *b, uint32_t lane0, uint32_t first,
                    uint32_t end)
{
    const struct sky *s = &g->wish.sky;
    const size_t lane = (size_t)s->agents * s->width;
    if (g->wish.pixels) {
        for (uint32_t l = first; l < end; l++)
            pixels_observe(s, b, &g->scratch, l,
                           (uint8_t *)g->batch->obs + (lane0 + l) * s->agents * pixels_bytes(s));
        return;
    }
    float *out = (float *)g->batch->obs + lane0 * lane;
    if (end - first == BLOCK)
        sky_observe(s, b, &g->scratch, out);
    else
        sky_observe_some(s, b, &g->scratch, first, end - first, out + first * lane);
}

/* Lanes outside [first, end) of a block that was stepped as a whole go back to what they were. */
static void restore(const struct gigastep *g, float *rows, uint32_t first, uint32_t end)
{
    for (uint32_t r = 0; r < g->rows; r++)
        for (uint32_t l = 0; l < BLOCK; l++)
            if (l < first || l >= end)
                memcpy(&rows[r * BLOCK + l], &g->kept[r * BLOCK + l], sizeof *rows);
}

static void step_block(const struct gigastep *g, uint32_t lane0, uint32_t first, uint32_t end)
{
    const struct sky *s = &g->wish.sky;
    const struct block b = block_at(g, lane0);
    const int whole = end - first == BLOCK;
    if (!whole)
        memcpy(g->kept, b.x, g->rows * BLOCK * sizeof(float));
    read_actions(g, lane0, first, end);
    draws_of_step(s, &b, &g->scratch);
    sky_step(s, &b, &g->scratch);
    observe(g, &b, lane0, first, end);
    write_rewards(g, lane0, first, end);
    write_flags(g, &b, lane0, first, end);
    if (!whole)
        restore(g, b.x, first, end);
}

static rlb_status step(void *self, uint32_t lane0, uint32_t lanes)
{
    const struct gigastep *g = self;
    const uint32_t end = lane0 + lanes;
    for (uint32_t at = lane0 / BLOCK * BLOCK; at < end; at += BLOCK)
        step_block(g, at, at < lane0 ? lane0 - at : 0, end - at < BLOCK ? end - at : BLOCK);
    return RLB_OK;
}

static rlb_status reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct gigastep *g = self;
    const struct block b = block_at(g, lane);
    const uint32_t l = lane % BLOCK;
    if (seed) {
        b.seed[l] = (uint32_t)*seed;
        b.seed[BLOCK + l] = (uint32_t)(*seed >> 32);
        b.clock[l] = b.clock[BLOCK + l] = b.episode[l] = b.episode[BLOCK + l] = 0;
    }
    start_lane(&g->wish.sky, &b, &g->scratch, l);
    observe(g, &b, lane - l, l, l + 1);
    memset(g->batch->alive + (size_t)lane * g->wish.sky.agents, 1, g->wish.sky.agents);
    return RLB_OK;
}

/* ---- pictures and checkpoints */

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct gigastep *g = self;
    const struct block b = block_at(g, lane);
    (radar_draw[index])(&g->radar, &g->wish.sky, &b, lane % BLOCK, out);
    return RLB_OK;
}

enum { TAG_BLOCKS = RLB_TAG('B', 'L', 'K', 'S') };

static rlb_status save(void *self, rlb_writer *w)
{
    const struct gigastep *g = self;
    return w->put(w, TAG_BLOCKS, g->blocks,
                  (size_t)g->num_blocks * g->rows * BLOCK * sizeof *g->blocks);
}

static int sane(const struct gigastep *g, uint32_t lane)
{
    const struct block b = block_at(g, lane);
    const uint32_t l = lane % BLOCK, floats = 7 * g->wish.sky.agents;
    for (uint32_t r = 0; r < floats; r++)
        if (!isfinite(b.x[r * BLOCK + l]))
            return 0;
    return b.map[l] < g->wish.sky.maps.num_maps;
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct gigastep *g = self;
    rlb_status status = r->get(r, TAG_BLOCKS, g->blocks,
                               (size_t)g->num_blocks * g->rows * BLOCK * sizeof *g->blocks);
    for (uint32_t lane = 0; status == RLB_OK && lane < g->num_blocks * BLOCK; lane++)
        if (!sane(g, lane))
            status =
                g->host->fail(g->host, RLB_E_FORMAT, "the saved sky of lane %u cannot be", lane);
    return status;
}

static const rlb_env gigastep = {
    .size = sizeof gigastep,
    .id = "gigastep",
    .title = "Gigastep",
    .doc = "Two teams of agents fly in a box with altitude. They turn, climb and throttle; those "
           "ahead of an agent are held in its sights, and who is held for some steps loses health. "
           "What lies far is seen by chance, and team mates share what they see over a radio that "
           "loses words. Leaving the map, hitting another agent or an obstacle kills. Games: "
           "fights of equal and of special crews, hide and seek, a race for waypoints.",
    .citation = "Lechner, Yin, Seyde, Wang, Xiao, Hasani, Rountree, Rus: Gigastep - One Billion "
                "Steps per Second Multi-agent Reinforcement Learning, NeurIPS Datasets and "
                "Benchmarks, 2023",
    .version = "1.0",
    .params = params_table,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .views = radar_views,
    .num_views = NUM_VIEWS,
    .view_stride = sizeof(rlb_view),
    .spaces = spaces,
    .create = create,
    .destroy = destroy,
    .bind = bind,
    .reset = reset,
    .step = step,
    .view = view,
    .save = save,
    .load = load,
};

RLB_MODULE_ENV(gigastep)
