/* Saves and loads, but forgets its random stream. */
#include "hostile.h"

static rlb_status trouble(struct walk *w)
{
    (void)w;
    return RLB_OK;
}

static rlb_status forgetful_save(void *self, rlb_writer *out)
{
    struct walk *w = self;
    rlb_status status = out->put(out, RLB_TAG('s', 't', 'e', 'p'), &w->steps, sizeof w->steps);
    return status != RLB_OK ? status
                            : out->put(out, RLB_TAG('a', 't', ' ', ' '), &w->at, sizeof w->at);
}

static rlb_status forgetful_load(void *self, rlb_reader *in)
{
    struct walk *w = self;
    rlb_status status = in->get(in, RLB_TAG('s', 't', 'e', 'p'), &w->steps, sizeof w->steps);
    return status != RLB_OK ? status
                            : in->get(in, RLB_TAG('a', 't', ' ', ' '), &w->at, sizeof w->at);
}

static const rlb_algo table =
    WALK_TABLE("hostile-forget", "Leaves its random stream out of its checkpoints.", walk_create,
               walk_step, walk_view, forgetful_save, forgetful_load);
RLB_MODULE_ALGO(table)
