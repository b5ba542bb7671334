/* Gradients against central differences, and a host for networks outside a plugin. */
#ifndef RLBENCH_TESTS_LIB_NN_GRADCHECK_H
#define RLBENCH_TESTS_LIB_NN_GRADCHECK_H

#include <rlbench/nn.h>

#include <stdbool.h>

/* A host that allocates and keeps the sentence of the last fail(); nothing else. */
struct nn_host {
    rlb_host host;
    void **blocks;
    size_t num_blocks;
    bool refuses;   /* alloc() returns NULL from now on */
    size_t allowed; /* unless 0: it does so after that many blocks */
    char failure[400];
};
void nn_host_init(struct nn_host *h);
void nn_host_finish(struct nn_host *h);

/* Fills n values with N(0, 1), or U(low, high). */
void fill_normal(rlb_rng *rng, float *values, size_t n);
void fill_uniform(rlb_rng *rng, float *values, size_t n, double low, double high);
void fill_index(rlb_rng *rng, int32_t *values, size_t n, uint32_t below);

/* Finishes the tape with the loss sum(w * out), w random, lets `fill` set the inputs (it may be
 * NULL), and compares every derivative (of the inputs with gradient, and of net's parameters unless
 * net is NULL) with a fourth-order central difference. Returns the largest difference relative to
 * the largest derivative (at least 1e-3 of the largest weight). Coordinates where the function has
 * a kink within the steps are left out; more than the share most_kinks of
 * those is 1 (a failure). */
struct gradcheck {
    struct nn_host *host;
    rlb_tape *tape;
    rlb_tensor *out;
    rlb_net *net;
    rlb_tensor *const *inputs;
    size_t num_inputs;
    rlb_rng *rng;
    void (*fill)(void *ctx);
    void *ctx;
    double step;       /* 0: 1/64 */
    double most_kinks; /* 0: a tenth */
};
double gradcheck(const struct gradcheck *g);

/* Largest |a - b| over the largest |b| (at least 1e-30). */
double off(const float *a, const double *b, size_t n);
/* The same against the values called name in tests/<file>, see fixture.h. */
double off_fixture(const float *a, const char *file, const char *name, size_t n);
/* Copies the values called name in tests/<file> into an input. */
void load_fixture(float *to, const char *file, const char *name, size_t n);
void load_fixture_index(int32_t *to, const char *file, const char *name, size_t n);

#endif
