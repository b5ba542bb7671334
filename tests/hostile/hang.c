/* Never returns from step(). */
#include "hostile.h"

#include <unistd.h>

static rlb_status trouble(struct walk *w)
{
    while (w)
        usleep(1000);
    return RLB_OK;
}

HOSTILE("hostile-hang", "Never returns from step().")
