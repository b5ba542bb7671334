/* Autoregressive policies as tables: for every prefix of a string a row of logits, so that the
 * probability of every string is exact. A forest has one such tree for each thing that a policy may
 * see: a context for a Leader, a context and a response for a Follower. A table over whole
 * responses is a forest whose strings have one token.
 *
 * The probabilities of a row are computed once in a step and kept for the draws that pass it again;
 * what they move in the row is added up and done at the end. */
#ifndef PREFERENCE_TREE_H
#define PREFERENCE_TREE_H

#include <rlbench/plugin.h>
#include <rlbench/rng.h>

enum { TREE_BLOCK = 16 }; /* tokens whose probabilities are also added up together */

struct forest {
    uint32_t V, L;
    size_t trees, nodes; /* nodes of a tree: 1 + V + … + V^(L-1) */
    double temperature;  /* logits are divided by it */
    double *logits;      /* [trees][nodes][V] */

    /* rows of this step */
    uint32_t used, stride, blocks;
    uint32_t *slot;     /* [trees][nodes] which one a node has, if node[slot] is that node */
    size_t *node;       /* [rows] */
    double *p;          /* [rows][stride], 0 behind V */
    double *sums;       /* [rows][blocks] */
    double *normaliser; /* [rows] log of the sum of exp(logits / temperature) */
    double *moved;      /* [rows] */
};

/* What one draw went through, kept for learning: L tokens. */
struct path {
    uint32_t *row;   /* [L] of this step */
    uint32_t *token; /* [L] */
    double *log_p;   /* [L] */
};

/* Policies that are uniform; `draws` strings can be drawn in a step. RLB_E_NOMEM. */
rlb_status forest_init(struct forest *f, const rlb_host *host, size_t trees, uint32_t V, uint32_t L,
                       double temperature, uint32_t draws);
/* A string from a tree: its number, with its path. */
uint32_t forest_draw(struct forest *f, size_t tree, rlb_rng *rng, struct path *out);
/* logits of the path += sum_t step[t] d log p(token t) / d logits, with the probabilities that the
 * step began with. */
void forest_move(struct forest *f, const struct path *path, const double *step);
/* Ends a step: what was moved takes effect. */
void forest_settle(struct forest *f);
/* Probabilities of all V^L strings of a tree. row: scratch [V]. */
void forest_enumerate(const struct forest *f, size_t tree, double *row, double *out);

#endif
