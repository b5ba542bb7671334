/* Drawing its picture changes the run. */
#include "hostile.h"

static rlb_status trouble(struct walk *w)
{
    (void)w;
    return RLB_OK;
}

static rlb_status moving_view(void *self, uint32_t index, rlb_frame *out)
{
    struct walk *w = self;
    rlb_rng_u32(&w->rng);
    return walk_view(self, index, out);
}

static const rlb_algo table = WALK_TABLE("hostile-peek", "Draws a random number for its picture.",
                                         walk_create, walk_step, moving_view, walk_save, walk_load);
RLB_MODULE_ALGO(table)
