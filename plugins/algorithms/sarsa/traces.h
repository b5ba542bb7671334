/* Eligibility traces of the pairs visited lately, one list per lane. A trace leaves the list when
 * it has decayed to nothing (1e-300); dropping it sooner would change which action wins a tie. */
#ifndef SARSA_TRACES_H
#define SARSA_TRACES_H

#include <rlbench/plugin.h>

enum trace { TRACE_ACCUMULATING, TRACE_REPLACING };

struct traces {
    const rlb_host *host;
    double *value;   /* [num_lanes][num_pairs] 0: not in the list */
    uint32_t *pairs; /* [num_lanes][num_pairs] the list: pairs with a trace, in order of entry */
    uint32_t *count; /* [num_lanes] */
    uint32_t num_lanes, num_pairs;
    enum trace kind;
};

rlb_status traces_init(struct traces *t, const rlb_host *host, uint32_t num_lanes,
                       uint32_t num_pairs, enum trace kind);
void traces_visit(struct traces *t, uint32_t lane, uint32_t pair);
/* q[pair] += amount * trace for every pair of the lane, then every trace decays by `decay`. */
void traces_apply(struct traces *t, uint32_t lane, double amount, double decay, double *q);
void traces_clear(struct traces *t, uint32_t lane);
rlb_status traces_save(const struct traces *t, rlb_writer *w);
rlb_status traces_load(struct traces *t, rlb_reader *r);

#endif
