/* What every operation of the tape is made of. An operation is a constant table of functions and a
 * recording function that checks shapes and appends a node. */
#ifndef RLBENCH_LIB_NN_NODE_H
#define RLBENCH_LIB_NN_NODE_H

#include <rlbench/tape.h>

#include <stdbool.h>
#include <string.h>

enum { NN_MOST_IN = 8, NN_MOST_OUT = 3 };

typedef struct nn_tensor nn_tensor;
typedef struct nn_node nn_node;

typedef struct nn_op {
    const char *name;
    uint32_t index_inputs; /* bit i: in[i] is an index tensor; all others hold values */
    bool any_input;        /* either will do */
    void (*forward)(nn_node *);
    /* Adds the derivatives of the inputs that want one (nn_grad), given those of the outputs. NULL:
     * no gradient goes through. */
    void (*backward)(nn_node *);
    /* For operations with parameters, after backward(). adds to out[b], b < samples, the inner
     * product of the gradient of sample b with `vector`, a slab like the net's gradients. */
    void (*dot)(const nn_node *, const rlb_net *net, const float *vector, uint32_t samples,
                double *out);
    /* Adds the gradient of sample b to `slab`, a slab like the net's gradients. */
    void (*one)(const nn_node *, const rlb_net *net, uint32_t samples, uint32_t b, float *slab);
} nn_op;

struct nn_tensor {
    rlb_tensor pub; /* first: the public pointer is this one */
    rlb_tape *tape;
    nn_tensor *root; /* whose memory this is: itself, or the source of a view */
    nn_node *maker;  /* NULL: a leaf */
    rlb_net *net;    /* of a parameter, else NULL */
    uint32_t param;  /* its number in the net */
    bool is_index;
    bool wants_grad; /* some parameter or input with gradient lies behind it */
    bool written;    /* while planning: some node before has written its gradient */
};

struct nn_node {
    const nn_op *op;
    rlb_tape *tape;
    nn_node *next, *before;
    uint32_t num_in, num_out;
    nn_tensor *in[NN_MOST_IN], *out[NN_MOST_OUT];
    /* The gradient of in[i] holds something already in this pass: add to it. */
    bool adds[NN_MOST_IN];
    bool live; /* takes part in rlb_backward() */
    /* What is needed between forward and backward, and within: bytes asked for while recording. */
    size_t scratch_bytes;
    void *scratch;
    /* What the operation is told. */
    uint32_t u[8];
    float f[4];
    void *state; /* something that lives as long as the tape */
};

/* ---- recording */

/* Appends a node. Returns NULL when the tape has failed or an input comes from another tape or is
 * of the wrong kind: then the recording function returns nn_nothing(t). */
nn_node *nn_record(rlb_tape *t, const nn_op *op, uint32_t num_in, rlb_tensor *const *in);
/* Adds an output of this shape to a node. */
rlb_tensor *nn_output(nn_node *n, uint32_t rank, const uint32_t *shape);
rlb_tensor *nn_output_like(nn_node *n, const rlb_tensor *x);
/* x's shape with another last size. */
rlb_tensor *nn_output_cols(nn_node *n, const rlb_tensor *x, uint32_t cols);
/* An output that is x under another shape of the same size. */
rlb_tensor *nn_output_view(nn_node *n, rlb_tensor *x, uint32_t rank, const uint32_t *shape);
/* A stand-in result on a tape that has failed. */
rlb_tensor *nn_nothing(rlb_tape *t);
bool nn_failed(const rlb_tape *t);
/* Remembers the first mistake of the recording; returns nn_nothing(t). */
rlb_tensor *nn_fail(rlb_tape *t, const char *fmt, ...) RLB_PRINTF(2, 3);
rlb_status nn_net_fail(rlb_net *net, rlb_status status, const char *fmt, ...) RLB_PRINTF(3, 4);
/* rlb_net_declare() of a layer's part, called LAYER_PART. */
uint32_t nn_declare(rlb_net *net, const char *layer, const char *part, uint32_t rank,
                    const uint32_t *shape, uint32_t members, rlb_init init, uint32_t fan_in,
                    uint32_t fan_out);
/* "[32][4]", for sentences; of the last four calls. */
const char *nn_shape_text(const rlb_tensor *x);
bool nn_same_shape(const rlb_tensor *a, const rlb_tensor *b);

/* ---- running */

/* True when the derivative of input i is wanted. */
static inline bool nn_wants(const nn_node *n, uint32_t i)
{
    return n->in[i]->pub.grad != NULL;
}

bool nn_adding(const rlb_tape *t);

/* True: add to the gradient of input i; false: overwrite all of it. */
static inline bool nn_adds(const nn_node *n, uint32_t i)
{
    return n->adds[i] || (n->in[i]->root->net && nn_adding(n->tape));
}

/* The gradient of input i, ready to be added to, or NULL when none is wanted. */
static inline float *nn_grad(const nn_node *n, uint32_t i)
{
    float *grad = n->in[i]->pub.grad;
    if (grad && !nn_adds(n, i))
        memset(grad, 0, n->in[i]->pub.size * sizeof *grad);
    return grad;
}

/* The part of a slab that belongs to input i when it is a parameter (or a view of one) of `net`
 * that is not frozen; else NULL. */
static inline float *nn_part(const nn_node *n, uint32_t i, const rlb_net *net, const float *slab)
{
    const nn_tensor *p = n->in[i]->root;
    bool mine = p->net == net && n->in[i]->pub.grad;
    return mine ? (float *)(uintptr_t)slab + rlb_net_param(net, p->param)->offset : NULL;
}

#endif
