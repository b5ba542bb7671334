#include "worker/tally.h"

#include <string.h>

#define TAG_TALLY RLB_TAG('T', 'A', 'L', 'Y')
#define TAG_KEPT RLB_TAG('K', 'E', 'P', 'T')

void tally_init(struct tally *t)
{
    memset(t, 0, sizeof *t);
    t->keep_every = 1;
}

/* Keeps records whose place in the window is a multiple of keep_every. */
static void thin(struct tally *t)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->num_kept; i += 2)
        t->kept[n++] = t->kept[i];
    t->num_kept = n;
    t->keep_every *= 2;
}

void tally_add(struct tally *t, uint32_t world, uint64_t at, double ret, uint64_t length,
               uint32_t success)
{
    uint64_t place = t->count++;
    uint64_t index = t->total++;
    t->returns += ret;
    t->lengths += length;
    t->successes += success != 0;
    if (place % t->keep_every != 0)
        return;
    if (t->num_kept == TALLY_KEEP) {
        thin(t);
        if (place % t->keep_every != 0)
            return;
    }
    t->kept[t->num_kept++] = (struct tally_episode){
        .at = at,
        .length = length,
        .ret = ret,
        .index = (uint32_t)index,
        .world = world,
        .success = success != 0,
    };
}

void tally_next_window(struct tally *t)
{
    uint64_t total = t->total;
    t->count = t->lengths = t->successes = 0;
    t->returns = 0;
    t->num_kept = 0;
    t->keep_every = 1;
    t->total = total;
}

struct tally_counters {
    uint64_t total, count, lengths, successes, keep_every, num_kept;
    double returns;
};

rlb_status tally_save(const struct tally *t, rlb_writer *w)
{
    struct tally_counters c = {t->total,      t->count,    t->lengths, t->successes,
                               t->keep_every, t->num_kept, t->returns};
    rlb_status status = w->put(w, TAG_TALLY, &c, sizeof c);
    if (status == RLB_OK)
        status = w->put(w, TAG_KEPT, t->kept, t->num_kept * sizeof t->kept[0]);
    return status;
}

rlb_status tally_load(struct tally *t, rlb_reader *r)
{
    struct tally_counters c;
    rlb_status status = r->get(r, TAG_TALLY, &c, sizeof c);
    if (status != RLB_OK)
        return status;
    if (c.num_kept > TALLY_KEEP || c.keep_every == 0 || (c.keep_every & (c.keep_every - 1)) ||
        c.count > c.total || c.successes > c.count || c.num_kept > c.count)
        return RLB_E_FORMAT;
    tally_init(t);
    t->total = c.total;
    t->count = c.count;
    t->lengths = c.lengths;
    t->successes = c.successes;
    t->keep_every = c.keep_every;
    t->num_kept = (uint32_t)c.num_kept;
    t->returns = c.returns;
    return r->get(r, TAG_KEPT, t->kept, t->num_kept * sizeof t->kept[0]);
}
