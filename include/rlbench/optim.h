/* Optimisers: one fused loop over the slabs of a net. */
#ifndef RLBENCH_OPTIM_H
#define RLBENCH_OPTIM_H

#include <rlbench/tape.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rlb_optimizer_kind {
    RLB_SGD = 0,  /* p -= rate g */
    RLB_MOMENTUM, /* b = momentum b + g;  p -= rate b  (Nesterov: p -= rate (g + momentum b)) */
    RLB_RMSPROP,  /* v = beta2 v + (1 - beta2) g^2;  p -= rate g / (sqrt v + epsilon) */
    RLB_ADAM,     /* Kingma, Ba 2015, with corrected moments: p -= rate m' / (sqrt v' + epsilon) */
    RLB_ADAMW     /* Loshchilov, Hutter 2019: Adam after p -= rate weight_decay p */
} rlb_optimizer_kind;

/* Start from one of the functions below and change what differs. */
typedef struct rlb_optimizer_spec {
    rlb_optimizer_kind kind;
    uint32_t nesterov;   /* RLB_MOMENTUM: 1 for Nesterov's form */
    float learning_rate; /* > 0 */
    float momentum;      /* RLB_MOMENTUM */
    float beta1, beta2;  /* decay of the first and second moment */
    float epsilon;
    float weight_decay; /* RLB_ADAMW: as above; else weight_decay p is added to the gradient */
    float max_norm;     /* the gradient is scaled down to this Euclidean norm; 0: never */
} rlb_optimizer_spec;

static inline rlb_optimizer_spec rlb_sgd(float learning_rate)
{
    rlb_optimizer_spec s = {RLB_SGD, 0, learning_rate, 0, 0, 0, 0, 0, 0};
    return s;
}

static inline rlb_optimizer_spec rlb_momentum(float learning_rate, float momentum)
{
    rlb_optimizer_spec s = {RLB_MOMENTUM, 0, learning_rate, momentum, 0, 0, 0, 0, 0};
    return s;
}

static inline rlb_optimizer_spec rlb_rmsprop(float learning_rate)
{
    rlb_optimizer_spec s = {RLB_RMSPROP, 0, learning_rate, 0, 0, 0.99f, 1e-8f, 0, 0};
    return s;
}

static inline rlb_optimizer_spec rlb_adam(float learning_rate)
{
    rlb_optimizer_spec s = {RLB_ADAM, 0, learning_rate, 0, 0.9f, 0.999f, 1e-8f, 0, 0};
    return s;
}

static inline rlb_optimizer_spec rlb_adamw(float learning_rate, float weight_decay)
{
    rlb_optimizer_spec s = {RLB_ADAMW, 0, learning_rate, 0, 0.9f, 0.999f, 1e-8f, weight_decay, 0};
    return s;
}

typedef struct rlb_optimizer rlb_optimizer;

/* For the parameters of an initialised net; memory is the net's host's. NULL without memory. */
RLB_EXPORT rlb_optimizer *rlb_optimizer_create(rlb_net *net, const rlb_optimizer_spec *spec);
/* One step with the net's gradients, which are left as they are. Returns their Euclidean norm
 * before clipping. Where that is not finite nothing is changed: report the norm as a metric and the
 * host ends the run as diverged, with its last good parameters. */
RLB_EXPORT double rlb_optimizer_step(rlb_optimizer *o);
/* The rate of the following steps: a schedule's value, or a live parameter. */
RLB_EXPORT void rlb_optimizer_set_rate(rlb_optimizer *o, float learning_rate);
/* Steps taken, and the moments as they are: [rlb_net_size], borrowed; NULL where the kind has none
 * (for meta-gradients through an update). */
RLB_EXPORT uint64_t rlb_optimizer_steps(const rlb_optimizer *o);
RLB_EXPORT const float *rlb_optimizer_first(const rlb_optimizer *o);
RLB_EXPORT const float *rlb_optimizer_second(const rlb_optimizer *o);
/* Moments and the count of steps, bit for bit; not the spec. */
RLB_EXPORT rlb_status rlb_optimizer_save(const rlb_optimizer *o, rlb_writer *w);
RLB_EXPORT rlb_status rlb_optimizer_load(rlb_optimizer *o, rlb_reader *r);

#ifdef __cplusplus
}
#endif
#endif
