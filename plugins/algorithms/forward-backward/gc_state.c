/* Checkpoints and results of goal-conditioned Q-learning. */
#include "gc.h"

#include <string.h>

enum { TAG_COUNTS = RLB_TAG('C', 'N', 'T', 'S'), TAG_STREAMS = RLB_TAG('R', 'N', 'G', 'S') };
enum { TAG_LIVE = RLB_TAG('L', 'I', 'V', 'E'), TAG_TASK = RLB_TAG('T', 'A', 'S', 'K') };

rlb_status gc_save(void *self, rlb_writer *w)
{
    struct gc *g = self;
    const uint64_t counts[] = {g->updates, g->cycles};
    const rlb_rng streams[] = {g->goal_rng, g->act_rng};
    const double live[] = {g->learning_rate, g->c.tau, g->her, g->c.epsilon, g->c.temp_eval};
    rlb_status status = w->put(w, TAG_COUNTS, counts, sizeof counts);
    if (status == RLB_OK)
        status = w->put(w, TAG_STREAMS, streams, sizeof streams);
    if (status == RLB_OK)
        status = w->put(w, TAG_LIVE, live, sizeof live);
    if (status == RLB_OK)
        status = w->put(w, TAG_TASK, g->task.text, sizeof g->task.text);
    if (status == RLB_OK)
        status = rlb_net_save(g->net, w);
    if (status == RLB_OK)
        status = rlb_net_save(g->bar, w);
    if (status == RLB_OK)
        status = rlb_optimizer_save(g->optimizer, w);
    return status == RLB_OK ? data_save(&g->data, w) : status;
}

rlb_status gc_load(void *self, rlb_reader *r)
{
    struct gc *g = self;
    uint64_t counts[2];
    rlb_rng streams[2];
    double live[5];
    char text[TASK_TEXT];
    rlb_status status = r->get(r, TAG_COUNTS, counts, sizeof counts);
    if (status == RLB_OK)
        status = r->get(r, TAG_STREAMS, streams, sizeof streams);
    if (status == RLB_OK)
        status = r->get(r, TAG_LIVE, live, sizeof live);
    if (status == RLB_OK)
        status = r->get(r, TAG_TASK, text, sizeof text);
    if (status == RLB_OK)
        status = rlb_net_load(g->net, r);
    if (status == RLB_OK)
        status = rlb_net_load(g->bar, r);
    if (status == RLB_OK)
        status = rlb_optimizer_load(g->optimizer, r);
    if (status == RLB_OK)
        status = data_load(&g->data, r);
    if (status != RLB_OK)
        return status;
    text[TASK_TEXT - 1] = 0;
    g->updates = counts[0];
    g->cycles = counts[1];
    g->goal_rng = streams[0];
    g->act_rng = streams[1];
    g->learning_rate = live[0];
    g->c.tau = live[1];
    g->her = live[2];
    g->c.epsilon = live[3];
    g->c.temp_eval = live[4];
    if (g->goal_rng.used > 4 || g->act_rng.used > 4)
        return g->host->fail(g->host, RLB_E_FORMAT, "a saved random stream is damaged");
    return gc_set_goal(g, text);
}

static rlb_status result(void *self, uint32_t index, rlb_result *out)
{
    const struct gc *g = self;
    return rlb_net_result(g->net, index, out);
}

const void *gc_interface(void *self, const char *id)
{
    struct gc *g = self;
    if (!g || strcmp(id, RLB_RESULTS) != 0)
        return NULL;
    g->results =
        (rlb_results){.size = sizeof g->results, .count = rlb_net_count(g->net), .get = result};
    return &g->results;
}
