#include "sweep/halving.h"

enum part { ABSENT, PRESENT, UNKNOWN };

/* Whether a trial has come to rung k. */
static enum part part_of(const struct halving_trial *t, uint32_t k)
{
    if (t->kept < k)
        return t->dropped || (t->over && t->reached <= t->kept) ? ABSENT : UNKNOWN;
    if (t->reached > k)
        return PRESENT;
    return t->over ? ABSENT : UNKNOWN;
}

enum halving_verdict halving_decide(const struct sweep_spec *s, const struct halving_trial *trials,
                                    uint32_t t, uint32_t *rank, uint32_t *compared)
{
    const struct halving_trial *own = &trials[t];
    uint32_t k = own->kept, others = s->strict ? s->trials : t, n = 1, better = 0;
    if (k >= s->num_rungs || own->dropped || own->reached <= k)
        return HALVING_WAIT;
    for (uint32_t i = 0; i < others; i++) {
        enum part part = i == t ? ABSENT : part_of(&trials[i], k);
        if (part == UNKNOWN)
            return HALVING_WAIT;
        if (part == ABSENT)
            continue;
        n++;
        better += i < t ? !sweep_is_better(s, own->at[k], trials[i].at[k])
                        : sweep_is_better(s, trials[i].at[k], own->at[k]);
    }
    uint32_t most = s->strict ? n / s->eta : (n + s->eta - 1) / s->eta;
    *rank = better + 1;
    *compared = n;
    return *rank <= (most ? most : 1) ? HALVING_KEEP : HALVING_DROP;
}
