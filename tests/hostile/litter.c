/* Leaves a little behind with every instance. */
#include "hostile.h"

#include <stdlib.h>

static void *volatile last;

static rlb_status trouble(struct walk *w)
{
    (void)w;
    return RLB_OK;
}

static rlb_status littering_create(const rlb_host *h, const rlb_algo_setup *setup, void **out)
{
    last = malloc(200);
    return walk_create(h, setup, out);
}

static const rlb_algo table =
    WALK_TABLE("hostile-litter", "Leaves 200 bytes behind with every instance.", littering_create,
               walk_step, walk_view, walk_save, walk_load);
RLB_MODULE_ALGO(table)
