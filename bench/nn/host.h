/* What the cases share: a host, data, the floor of a dense layer. */
#ifndef RLBENCH_BENCH_NN_HOST_H
#define RLBENCH_BENCH_NN_HOST_H

#include <rlbench/nn.h>

#include <stdlib.h>
#include <string.h>

/* Allocates, never frees; a failure ends the program. */
const rlb_host *bench_host(void);
void *bench_alloc(size_t bytes); /* zeroed, aligned */
/* n values of N(0, 1), for the life of the program. */
float *bench_floats(size_t n);
void bench_fill(float *x, size_t n);
/* Ends the program unless status is RLB_OK. */
void bench_must(rlb_status status);

/* Memory of a dense layer's products: x [rows][in], w [in][out], y [rows][out] and the same for
 * derivatives. */
struct dense_floor {
    size_t rows, in, out;
    float *x, *w, *y, *dx, *dw, *dy;
};
void dense_floor_init(struct dense_floor *f, size_t rows, size_t in, size_t out);
void dense_floor_forward(const struct dense_floor *f);
/* into_weight, into_x: which derivatives are wanted. */
void dense_floor_backward(const struct dense_floor *f, int into_weight, int into_x);

#endif
