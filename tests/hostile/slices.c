/* The curve depends on how the run is cut into slices. */
#include "hostile.h"

static rlb_status trouble(struct walk *w)
{
    (void)w;
    return RLB_OK;
}

static rlb_status step_by_slice(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct walk *w = self;
    w->at += 1; /* once a slice */
    return walk_step(self, budget, done);
}

static const rlb_algo table =
    WALK_TABLE("hostile-slices", "Moves once more in every slice.", walk_create, step_by_slice,
               walk_view, walk_save, walk_load);
RLB_MODULE_ALGO(table)
