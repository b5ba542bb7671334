/* Takes numbers from the clock: the same seed gives another run. */
#include "hostile.h"

#include <time.h>

static rlb_status trouble(struct walk *w)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    w->at += (double)(now.tv_nsec % 1000) * 1e-3;
    return RLB_OK;
}

HOSTILE("hostile-random", "Draws random numbers from the clock.")
