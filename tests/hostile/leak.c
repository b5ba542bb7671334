/* Takes a megabyte at every step and never gives it back. */
#include "hostile.h"

#include <stdlib.h>
#include <string.h>

static void *volatile last;

static rlb_status trouble(struct walk *w)
{
    char *more = malloc(1 << 20);
    if (!more)
        return w->host->fail(w->host, RLB_E_NOMEM, "no memory left at step %llu",
                             (unsigned long long)w->steps);
    memset(more, (int)w->steps, 1 << 20);
    last = more;
    return RLB_OK;
}

HOSTILE("hostile-leak", "Allocates a megabyte at every step and frees none.")
