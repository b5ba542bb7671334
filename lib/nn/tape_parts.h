/* The insides of a tape and a net, for the files that make them up. */
#ifndef RLBENCH_LIB_NN_TAPE_PARTS_H
#define RLBENCH_LIB_NN_TAPE_PARTS_H

#include "node.h"

struct nn_declared {
    rlb_param_info info;
    rlb_init init;
    uint32_t members, fan_in, fan_out;
    struct nn_declared *next;
};

struct rlb_net {
    const rlb_host *host;
    struct nn_declared *first, *last;
    struct nn_declared **params; /* [count], after rlb_net_init() */
    float *values, *grads;
    size_t size;
    uint32_t count;
    rlb_status status; /* of the declarations */
    char why[160];
};

/* What a tape uses of the memory of others or of its own. */
struct nn_leaf {
    nn_tensor tensor;
    struct nn_leaf *next;
};

struct nn_frozen {
    const rlb_net *net;
    struct nn_frozen *next;
};

/* A stretch of a net's gradients that nothing on the tape writes. */
struct nn_gap {
    rlb_net *net;
    uint32_t param;
    struct nn_gap *next;
};

struct rlb_tape {
    const rlb_host *host;
    nn_node *first, *last;
    struct nn_leaf *leaves;
    struct nn_frozen *frozen;
    struct nn_gap *gaps;
    nn_tensor *loss;
    uint32_t num_tensors;
    bool finished, adding;
    rlb_status status;
    char why[200];
};

void nn_shape_tensor(nn_tensor *x, uint32_t rank, const uint32_t *shape);
void nn_draw(float *values, const struct nn_declared *p, uint64_t seed, uint32_t stream,
             float *scratch);

#endif
