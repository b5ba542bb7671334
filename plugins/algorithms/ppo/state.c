/* Checkpoints and results. */
#include "ppo.h"

#include <string.h>

enum {
    TAG_SCALARS = RLB_TAG('S', 'C', 'A', 'L'),
    TAG_STEPS = RLB_TAG('S', 'T', 'E', 'P'),
    TAG_STREAMS = RLB_TAG('R', 'N', 'G', ' '),
    TAG_ADVANTAGES = RLB_TAG('A', 'D', 'V', ' ')
};

static size_t advantage_bytes(const struct ppo *p)
{
    return (size_t)p->rollout.num_steps * p->num_lanes * sizeof *p->advantage;
}

rlb_status ppo_save(void *self, rlb_writer *w)
{
    const struct ppo *p = self;
    const double live[] = {p->learning_rate, p->entropy_weight};
    const rlb_rng streams[] = {p->act_rng, p->shuffle_rng};
    rlb_status status = w->put(w, TAG_SCALARS, live, sizeof live);
    if (status == RLB_OK)
        status = w->put(w, TAG_STEPS, &p->steps, sizeof p->steps);
    if (status == RLB_OK)
        status = w->put(w, TAG_STREAMS, streams, sizeof streams);
    if (status == RLB_OK)
        status = rlb_net_save(p->net, w);
    if (status == RLB_OK)
        status = rlb_optimizer_save(p->learning.optimizer, w);
    if (status == RLB_OK)
        status = rlb_moments_save(&p->obs_moments, w);
    if (status == RLB_OK)
        status = rlb_reward_scale_save(&p->reward_scale, w);
    if (status == RLB_OK)
        status = rlb_rollout_save(&p->rollout, w);
    /* for the picture, which should be the same after a resume */
    return status == RLB_OK ? w->put(w, TAG_ADVANTAGES, p->advantage, advantage_bytes(p)) : status;
}

rlb_status ppo_load(void *self, rlb_reader *r)
{
    struct ppo *p = self;
    double live[2];
    rlb_rng streams[2];
    rlb_status status = r->get(r, TAG_SCALARS, live, sizeof live);
    if (status == RLB_OK)
        status = r->get(r, TAG_STEPS, &p->steps, sizeof p->steps);
    if (status == RLB_OK)
        status = r->get(r, TAG_STREAMS, streams, sizeof streams);
    if (status == RLB_OK)
        status = rlb_net_load(p->net, r);
    if (status == RLB_OK)
        status = rlb_optimizer_load(p->learning.optimizer, r);
    if (status == RLB_OK)
        status = rlb_moments_load(&p->obs_moments, r);
    if (status == RLB_OK)
        status = rlb_reward_scale_load(&p->reward_scale, r);
    if (status == RLB_OK)
        status = rlb_rollout_load(&p->rollout, r);
    if (status == RLB_OK)
        status = r->get(r, TAG_ADVANTAGES, p->advantage, advantage_bytes(p));
    if (status != RLB_OK)
        return status;
    if (streams[0].used > 4 || streams[1].used > 4)
        return p->host->fail(p->host, RLB_E_FORMAT, "the saved random streams are damaged");
    p->learning_rate = live[0];
    p->entropy_weight = live[1];
    p->act_rng = streams[0];
    p->shuffle_rng = streams[1];
    return RLB_OK;
}

static rlb_status result(void *self, uint32_t index, rlb_result *out)
{
    const struct ppo *p = self;
    return rlb_net_result(p->net, index, out);
}

const void *ppo_interface(void *self, const char *id)
{
    struct ppo *p = self;
    if (!p || strcmp(id, RLB_RESULTS) != 0)
        return NULL;
    p->results =
        (rlb_results){.size = sizeof p->results, .count = rlb_net_count(p->net), .get = result};
    return &p->results;
}
