/* Checkpoints and results. */
#include "dqn.h"

#include <string.h>

enum {
    TAG_SCALARS = RLB_TAG('S', 'C', 'A', 'L'),
    TAG_COUNTS = RLB_TAG('C', 'N', 'T', 'S'),
    TAG_EXPLORE = RLB_TAG('E', 'X', 'P', 'L')
};

rlb_status dqn_save(void *self, rlb_writer *w)
{
    const struct dqn *d = self;
    const double live[] = {d->learning_rate, d->target_rate, d->epsilon, d->epsilon_final};
    const uint64_t counts[] = {d->steps, d->updates};
    rlb_status status = w->put(w, TAG_SCALARS, live, sizeof live);
    if (status == RLB_OK)
        status = w->put(w, TAG_COUNTS, counts, sizeof counts);
    if (status == RLB_OK)
        status = w->put(w, TAG_EXPLORE, d->rng, d->num_lanes * sizeof *d->rng);
    if (status == RLB_OK)
        status = rlb_net_save(d->net, w);
    if (status == RLB_OK)
        status = rlb_net_save(d->target_net, w);
    if (status == RLB_OK)
        status = rlb_optimizer_save(d->learning.optimizer, w);
    if (status == RLB_OK)
        status = rlb_replay_save(&d->replay, w);
    if (status == RLB_OK)
        status = rlb_moments_save(&d->obs_moments, w);
    return status == RLB_OK && d->priority_exponent > 0 ? rlb_priority_save(&d->priority, w)
                                                        : status;
}

rlb_status dqn_load(void *self, rlb_reader *r)
{
    struct dqn *d = self;
    double live[4];
    uint64_t counts[2];
    rlb_status status = r->get(r, TAG_SCALARS, live, sizeof live);
    if (status == RLB_OK)
        status = r->get(r, TAG_COUNTS, counts, sizeof counts);
    if (status == RLB_OK)
        status = r->get(r, TAG_EXPLORE, d->rng, d->num_lanes * sizeof *d->rng);
    if (status == RLB_OK)
        status = rlb_net_load(d->net, r);
    if (status == RLB_OK)
        status = rlb_net_load(d->target_net, r);
    if (status == RLB_OK)
        status = rlb_optimizer_load(d->learning.optimizer, r);
    if (status == RLB_OK)
        status = rlb_replay_load(&d->replay, r);
    if (status == RLB_OK)
        status = rlb_moments_load(&d->obs_moments, r);
    if (status == RLB_OK && d->priority_exponent > 0)
        status = rlb_priority_load(&d->priority, r);
    if (status != RLB_OK)
        return status;
    d->learning_rate = live[0];
    d->target_rate = live[1];
    d->epsilon = live[2];
    d->epsilon_final = live[3];
    d->steps = counts[0];
    d->updates = counts[1];
    for (uint32_t lane = 0; lane < d->num_lanes; lane++)
        if (d->rng[lane].used > 4)
            return d->host->fail(d->host, RLB_E_FORMAT,
                                 "the saved random stream of lane %u is damaged", lane);
    return RLB_OK;
}

static rlb_status result(void *self, uint32_t index, rlb_result *out)
{
    const struct dqn *d = self;
    return rlb_net_result(d->net, index, out);
}

const void *dqn_interface(void *self, const char *id)
{
    struct dqn *d = self;
    if (!d || strcmp(id, RLB_RESULTS) != 0)
        return NULL;
    d->results =
        (rlb_results){.size = sizeof d->results, .count = rlb_net_count(d->net), .get = result};
    return &d->results;
}
