/* Ends the process while it is mapped. */
#include "../hostile.h"

#include <unistd.h>

static rlb_status trouble(struct walk *w)
{
    (void)w;
    return RLB_OK;
}

__attribute__((constructor)) static void leave(void)
{
    _exit(0);
}

HOSTILE("hostile-load-exit", "Calls _exit(0) in a constructor.")
