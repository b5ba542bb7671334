/* Its metric becomes NaN. */
#include "hostile.h"

static rlb_status trouble(struct walk *w)
{
    w->at = NAN;
    return RLB_OK;
}

HOSTILE("hostile-nan", "Reports NaN.")
