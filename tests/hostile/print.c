/* Prints, which would ruin the terminal of whoever watches. */
#include "hostile.h"

#include <stdio.h>

static rlb_status trouble(struct walk *w)
{
    printf("\033[2J\033[31mstdout at step %llu\n", (unsigned long long)w->steps);
    fflush(stdout);
    fprintf(stderr, "stderr at step %llu\n", (unsigned long long)w->steps);
    return RLB_OK;
}

HOSTILE("hostile-print", "Prints to standard output and standard error at every step.")
