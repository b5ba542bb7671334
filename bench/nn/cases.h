/* The cases of bench/peers/README.md: an update of a learner, and its floor, the same matrix
 * products alone, in the same order on the same shapes through the same library. */
#ifndef RLBENCH_BENCH_NN_CASES_H
#define RLBENCH_BENCH_NN_CASES_H

#include "bench/nn/host.h"

struct nn_case {
    const char *name;
    double least; /* the floor's time over the update's that the library promises; 0: none */
    void *(*make)(void);
    void (*update)(void *);
    void (*floor)(void *);
};
extern const struct nn_case case_mlp_big, case_mlp_mid, case_mlp_small, case_sac, case_transformer,
    case_lstm, case_gru;

#endif
