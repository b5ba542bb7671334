/* What the benches of networks share: a host, data, and paired timing. */
#ifndef RLBENCH_BENCH_NN_BENCH_H
#define RLBENCH_BENCH_NN_BENCH_H

#include <rlbench/nn.h>

#include <string.h>

/* Allocates; a failure ends the program. */
const rlb_host *bench_host(void);
/* n zeroed or random floats, aligned, for the life of the program. */
float *bench_floats(size_t n);
void bench_fill(float *x, size_t n);
/* Ends the program unless status is RLB_OK. */
void bench_must(rlb_status status);
/* Times both in turn in short rounds, prints the fastest tenth of each and floor / update: one line
 * "name  update us  floor us  ratio". */
void bench_pair(const char *name, void (*update)(void *), void *update_ctx, void (*floor)(void *),
                void *floor_ctx);

#endif
