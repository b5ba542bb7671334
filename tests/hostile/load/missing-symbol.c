/* Needs a function of a librlbench that was never made. */
#include "../hostile.h"

extern double rlb_from_the_future(double);

static rlb_status trouble(struct walk *w)
{
    w->at = rlb_from_the_future(w->at);
    return RLB_OK;
}

HOSTILE("hostile-missing-symbol", "Calls a function that no library has.")
