/* Ends the process from create(). */
#include "hostile.h"

#include <stdlib.h>

static rlb_status trouble(struct walk *w)
{
    (void)w;
    return RLB_OK;
}

static rlb_status exit_in_create(const rlb_host *h, const rlb_algo_setup *setup, void **out)
{
    (void)h;
    (void)setup;
    (void)out;
    exit(0);
}

static const rlb_algo table =
    WALK_TABLE("hostile-exit", "Calls exit(0) in create().", exit_in_create, walk_step, walk_view,
               walk_save, walk_load);
RLB_MODULE_ALGO(table)
