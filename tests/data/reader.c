/* An algorithm that reads a dataset: each step draws a transition and adds its rewards. Over a
 * sweep of all transitions (draws = no) the sum is known. With scribble it writes into the rows
 * after so many steps, which may end only its own run. */
#include <rlbench/interfaces.h>
#include <rlbench/rng.h>

#include <string.h>

struct reader {
    const rlb_host *host;
    const rlb_dataset *data;
    int64_t draws, scribble;
    struct {
        rlb_rng rng;
        uint64_t steps, episode, row;
        double sum;
    } s;
};

enum { P_DRAWS, P_SCRIBBLE, NUM_PARAMS };
static const rlb_param params[NUM_PARAMS] = {
    [P_DRAWS] = RLB_BOOL("draws", 0, 0, "Whether transitions are drawn or taken in order."),
    [P_SCRIBBLE] = RLB_INT("scribble", -1, -1, 1e9, "steps", 0, "When it writes into the rows."),
};
static const rlb_metric metrics[] = {
    {.name = "reader/sum", .doc = "Sum of rewards.", .unit = "", .flags = RLB_M_HEADLINE},
    {.name = "reader/last", .doc = "Last observation's first number.", .unit = ""},
};

static rlb_status reader_create(const rlb_host *h, const rlb_algo_setup *setup, void **out)
{
    const rlb_dataset *d = h->interface(h, RLB_DATASET);
    struct reader *r = h->alloc(h, sizeof *r);
    if (!d)
        return h->fail(h, RLB_E_UNSUPPORTED, "it learns from a dataset: add dataset: {path: …}");
    if (!r)
        return h->fail(h, RLB_E_NOMEM, "no memory");
    if (!d->rewards || !d->obs_data || d->obs.dtype != RLB_F32 || strlen(d->sha256) != 64)
        return h->fail(h, RLB_E_UNSUPPORTED, "dataset %s has no rewards or real observations",
                       d->name);
    r->host = h;
    r->data = d;
    r->draws = setup->params[P_DRAWS].i;
    r->scribble = setup->params[P_SCRIBBLE].i;
    rlb_rng_init(&r->s.rng, setup->seed, 0);
    *out = r;
    return RLB_OK;
}

static void reader_destroy(void *self)
{
    (void)self;
}

/* The next transition in order, past the last row of an episode, or any. */
static uint64_t next_row(struct reader *r)
{
    const rlb_dataset *d = r->data;
    uint64_t row = r->s.row;
    if (r->draws) {
        do {
            row = rlb_rng_below(&r->s.rng, (uint32_t)d->num_rows);
            for (r->s.episode = 0; d->start[r->s.episode + 1] <= row;)
                r->s.episode++;
        } while (row + 1 == d->start[r->s.episode + 1]);
        return row;
    }
    while (row + 1 == d->start[r->s.episode + 1]) {
        r->s.episode = (r->s.episode + 1) % d->num_episodes;
        row = d->start[r->s.episode];
    }
    r->s.row = row + 1;
    return row;
}

static rlb_status reader_step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct reader *r = self;
    const rlb_dataset *d = r->data;
    for (uint64_t i = 0; i < budget->max_steps; i++) {
        uint64_t row = next_row(r);
        for (uint32_t g = 0; g < d->num_agents; g++)
            r->s.sum += (double)d->rewards[row * d->num_agents + g];
        const float *obs = (const float *)d->obs_data + (row + 1) * d->num_agents * d->obs.width;
        if ((int64_t)r->s.steps++ == r->scribble)
            *(volatile float *)(uintptr_t)obs = 0;
        r->host->metric(r->host, 0, r->s.sum);
        r->host->metric(r->host, 1, (double)*obs);
    }
    *done += budget->max_steps;
    return RLB_OK;
}

#define TAG RLB_TAG('R', 'E', 'A', 'D')
static rlb_status reader_save(void *self, rlb_writer *out)
{
    return out->put(out, TAG, &((struct reader *)self)->s, sizeof((struct reader *)self)->s);
}

static rlb_status reader_load(void *self, rlb_reader *in)
{
    struct reader *r = self;
    rlb_status status = in->get(in, TAG, &r->s, sizeof r->s);
    return status == RLB_OK &&
                   (r->s.episode >= r->data->num_episodes || r->s.row > r->data->num_rows)
               ? RLB_E_FORMAT
               : status;
}

static const rlb_algo reader = {.size = sizeof reader,
                                .flags = RLB_A_NO_ENV,
                                .id = "reader",
                                .title = "Reader",
                                .doc = "Reads a dataset.",
                                .citation = "",
                                .version = "1",
                                .step_unit = "step",
                                .params = params,
                                .metrics = metrics,
                                .num_params = NUM_PARAMS,
                                .param_stride = sizeof params[0],
                                .num_metrics = 2,
                                .metric_stride = sizeof metrics[0],
                                .create = reader_create,
                                .destroy = reader_destroy,
                                .step = reader_step,
                                .save = reader_save,
                                .load = reader_load};
RLB_MODULE_ALGO(reader)
