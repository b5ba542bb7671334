/* Gives up politely: the one way to fail that is allowed. */
#include "hostile.h"

static rlb_status trouble(struct walk *w)
{
    return w->host->fail(w->host, RLB_E_NUMERIC, "the walk left the plane at step %llu",
                         (unsigned long long)w->steps);
}

HOSTILE("hostile-fail", "Fails with a sentence in step().")
