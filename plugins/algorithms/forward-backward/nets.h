/* The networks: F(s, a, z) for all actions at once, B(s), and looking at them outside of learning.
 */
#ifndef FB_NETS_H
#define FB_NETS_H

#include <rlbench/nn.h>

#include <stdbool.h>

enum { FIRST_RELU, FIRST_NORM_TANH };
enum { INIT_ORTHOGONAL, INIT_TORCH };

struct net_spec {
    uint32_t in, out;
    uint32_t hidden[RLB_MLP_MOST]; /* the first 0 ends them */
    uint32_t heads;                /* 1 or 2 outputs on the same hidden layers */
    uint32_t head_hidden;          /* a ReLU layer of this width in every head; 0: none */
    uint32_t first, init;          /* of the hidden layers: the first's form; all weights */
};

/* Hidden layers (ReLU, the first layer norm and tanh where asked), then heads. */
struct tower {
    rlb_net *net;
    rlb_dense dense[RLB_MLP_MOST], head, out;
    rlb_layer_norm norm;
    uint32_t num_hidden, heads;
    bool norm_tanh, deep_head;
};

struct tower tower_declare(rlb_net *net, const char *name, const struct net_spec *spec);
/* [rows][in] -> [rows][out] for one head, [2][rows][out] for two. net: the tower's or a clone. */
rlb_tensor *tower_apply(rlb_tape *t, const struct tower *w, rlb_net *net, rlb_tensor *x);

/* A network over some rows that are not learned from. */
struct look {
    rlb_tape *tape;
    rlb_tensor *in, *out;
};
/* length > 0: rows of the output are brought to it. */
rlb_status look_build(struct look *l, const rlb_host *host, const struct tower *w, rlb_net *net,
                      uint32_t rows, float length);

#endif
