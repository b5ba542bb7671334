/* What a sweep draws from: a dimension for each swept parameter, under the names of distributions
 * that Weights & Biases made known. */
#ifndef RLBENCH_SWEEP_SPACE_H
#define RLBENCH_SWEEP_SPACE_H

#include "base/mem.h"

#include <rlbench/rng.h>

#include <stdbool.h>

enum sweep_shape { SWEEP_FLAT, SWEEP_NORMAL, SWEEP_CHOICE };
enum { SWEEP_LOG = 1, SWEEP_STEPS = 2, SWEEP_WHOLE = 4 };

struct sweep_distribution {
    const char *name;
    enum sweep_shape shape;
    unsigned flags;
};
extern const struct sweep_distribution sweep_distributions[];
extern const size_t num_sweep_distributions;
/* NULL when there is none of that name. */
const struct sweep_distribution *sweep_distribution_find(const char *name);

/* Values are doubles: of a choice, its index. */
struct sweep_dim {
    const char *path, *name; /* algorithm.params.alpha; alpha, in labels */
    const struct sweep_distribution *as;
    double low, high, step;     /* FLAT: bounds; NORMAL: mu and sigma (LOG: of the logarithm) */
    const char *const *choices; /* their texts as the parameter writes them */
    size_t num_choices;
    const double *probabilities; /* of the choices, NULL: equal */
    bool whole;                  /* the parameter is a whole number */
};

/* A stream of random numbers for each parameter: a new one changes no other. */
void sweep_dim_stream(const struct sweep_dim *d, uint64_t seed, rlb_rng *out);
/* A value from the distribution itself, rounded as sweep_dim_round does. */
double sweep_dim_draw(const struct sweep_dim *d, rlb_rng *rng);
/* A value that is tried: a multiple of step, whole, or of six digits, which can be read and typed;
 * within the bounds of FLAT. */
double sweep_dim_round(const struct sweep_dim *d, double value);
/* Its text as parameters are written; lives in a (choices: where they live). */
const char *sweep_dim_text(const struct sweep_dim *d, double value, struct arena *a);
/* The value of a text; false when it cannot be one. */
bool sweep_dim_parse(const struct sweep_dim *d, const char *text, double *out);
/* Only one value is possible. */
bool sweep_dim_is_fixed(const struct sweep_dim *d);
/* Distance of neighbouring values, 0 where they lie dense. */
double sweep_dim_spacing(const struct sweep_dim *d);

#endif
