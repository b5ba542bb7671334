/* State-action features phi(s, a) as sparse rows: the environment's own (rlb.features/1), or one
 * per pair. */
#ifndef FEDSARSA_FEATURES_H
#define FEDSARSA_FEATURES_H

#include <rlbench/interfaces.h>

#include <stdbool.h>

struct features {
    uint32_t states, actions, dim, width; /* width: the most entries of a row */
    uint32_t *count;                      /* [S A] entries of each row */
    uint32_t *index;                      /* [S A][width] */
    double *value;                        /* [S A][width] */
    bool tabular;                         /* one-hot in table order: Q(s, .) is theta + s A */
};

/* source NULL: one-hot. Memory is the host's. */
rlb_status features_init(struct features *f, const rlb_host *host, uint32_t states,
                         uint32_t actions, const rlb_features *source, void *source_self);

/* phi(pair)' theta. */
static inline double features_dot(const struct features *f, uint32_t pair, const double *theta)
{
    size_t row = (size_t)pair * f->width;
    double sum = 0;
    for (uint32_t i = 0; i < f->count[pair]; i++)
        sum += f->value[row + i] * theta[f->index[row + i]];
    return sum;
}

/* out += scale phi(pair). */
static inline void features_add(const struct features *f, uint32_t pair, double scale, double *out)
{
    size_t row = (size_t)pair * f->width;
    for (uint32_t i = 0; i < f->count[pair]; i++)
        out[f->index[row + i]] += scale * f->value[row + i];
}

#endif
