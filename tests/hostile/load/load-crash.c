/* Crashes while it is mapped, before anything can be asked of it. */
#include "../hostile.h"

#include <signal.h>

static rlb_status trouble(struct walk *w)
{
    (void)w;
    return RLB_OK;
}

__attribute__((constructor)) static void crash(void)
{
    signal(SIGSEGV, SIG_DFL);
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
}

HOSTILE("hostile-load-crash", "Writes to address 0 in a constructor.")
