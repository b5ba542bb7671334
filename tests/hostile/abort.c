/* Calls abort() in step(). */
#include "hostile.h"

#include <signal.h>
#include <stdlib.h>

static rlb_status trouble(struct walk *w)
{
    (void)w;
    signal(SIGABRT, SIG_DFL);
    abort();
}

HOSTILE("hostile-abort", "Calls abort() in step().")
