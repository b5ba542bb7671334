/* Writes to address 0 in step(). */
#include "hostile.h"

#include <signal.h>

static rlb_status trouble(struct walk *w)
{
    signal(SIGSEGV, SIG_DFL); /* a sanitizer would turn the signal into an exit */
    volatile int *volatile nowhere = NULL;
    *nowhere = (int)w->steps;
    return RLB_OK;
}

HOSTILE("hostile-crash", "Writes to address 0 in step().")
