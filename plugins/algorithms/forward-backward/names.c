/* Words for the choices of parameters that several tables have. */
#include "params.h"

const char *const fb_conventions[] = {"current", "next", NULL};
const char *const fb_firsts[] = {"relu", "norm-tanh", NULL};
const char *const fb_inits[] = {"orthogonal", "torch", NULL};
const char *const fb_laws[] = {"sphere", "cauchy", "uniform", NULL};
const char *const fb_policies[] = {"softmax", "greedy", NULL};
