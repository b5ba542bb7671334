/* Prioritised sampling (Schaul, Quan, Antonoglou, Silver: "Prioritized experience replay", ICLR
 * 2016), proportional variant, over the indices of a replay buffer or the rows of a data set:
 *
 *   priority p_i = (|delta_i| + epsilon)^alpha,  P(i) = p_i / sum_j p_j        (eq. 1)
 *   weight   w_i = (N P(i))^-beta / max_j w_j = (p_i / min_j p_j)^-beta
 *
 * the maximum over everything that can be drawn. A binary tree of sums: drawing and setting cost
 * O(log N). Every node is the sum of its two children, so rounding does not pile up and a loaded
 * tree has the bits of the saved one. Memory is the host's. */
#ifndef RLBENCH_PRIORITY_H
#define RLBENCH_PRIORITY_H

#include <rlbench/plugin.h>
#include <rlbench/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rlb_priority_node {
    double sum;
    double least; /* of the positive priorities below; INFINITY: none */
} rlb_priority_node;

typedef struct rlb_priority {
    const rlb_host *host;
    rlb_priority_node *node; /* [2 * num_leaves] 1 is the root, num_leaves + i the leaf of i */
    uint64_t size;           /* indices: [0, size) */
    uint64_t num_leaves;     /* the next power of 2 */
    double alpha, epsilon;
    double top; /* the highest priority there has been */
} rlb_priority;

/* Nothing can be drawn yet. alpha >= 0 (0: uniform), epsilon >= 0. RLB_E_INVAL, RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_priority_init(rlb_priority *p, const rlb_host *host, uint64_t size,
                                        double alpha, double epsilon);
/* What is new gets the highest priority there has been (at first 1), so that it is seen once. */
RLB_EXPORT void rlb_priority_add(rlb_priority *p, uint64_t index);
/* Priorities of n indices from their temporal-difference errors. RLB_E_NUMERIC for an error that is
 * not finite. */
RLB_EXPORT rlb_status rlb_priority_set(rlb_priority *p, uint32_t n, const uint64_t *index,
                                       const float *error);
/* n indices, one from each of n equal pieces of the total (the paper's stratified minibatch), and
 * their importance weights in (0, 1]; weight may be NULL. RLB_E_INVAL when nothing can be drawn. */
RLB_EXPORT rlb_status rlb_priority_draw(const rlb_priority *p, rlb_rng *rng, uint32_t n,
                                        double beta, uint64_t *index, float *weight);
/* Two chunks. RLB_E_FORMAT when what was saved is of another size. */
RLB_EXPORT rlb_status rlb_priority_save(const rlb_priority *p, rlb_writer *w);
RLB_EXPORT rlb_status rlb_priority_load(rlb_priority *p, rlb_reader *r);

#ifdef __cplusplus
}
#endif
#endif
