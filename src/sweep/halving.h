/* Successive halving (Jamieson, Talwalkar, AISTATS 2016; Li, Jamieson, DeSalvo, Rostamizadeh,
 * Talwalkar, "Hyperband", JMLR 2018): at every rung only the best 1/eta of the trials go on.
 *
 * strict, as in the papers: of the n trials that reach a rung the best floor(n / eta) go on, at
 * least one, when all of them have got there.
 * Otherwise a trial is compared with those of smaller number: of the m that have reached the rung,
 * itself included, it must be among the best ceil(m / eta). It goes on meanwhile. What is decided
 * does not depend on who comes first: the smaller numbers are waited for.
 * Equal values: the smaller number is the better one. */
#ifndef RLBENCH_SWEEP_HALVING_H
#define RLBENCH_SWEEP_HALVING_H

#include "sweep/spec.h"

struct halving_trial {
    double at[SWEEP_MAX_RUNGS]; /* value at each rung */
    uint32_t reached;           /* rungs that have a value */
    uint32_t kept;              /* rungs it was kept at: it stands at rung `kept` */
    bool over;                  /* it will reach no further rung */
    bool dropped;               /* at rung `kept` */
};

enum halving_verdict { HALVING_WAIT, HALVING_KEEP, HALVING_DROP };

/* About trial t at the rung where it stands; WAIT also when it has not reached it. rank and
 * compared (of how many) are set with the other verdicts. */
enum halving_verdict halving_decide(const struct sweep_spec *s, const struct halving_trial *trials,
                                    uint32_t t, uint32_t *rank, uint32_t *compared);

#endif
