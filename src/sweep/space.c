#include "sweep/space.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct sweep_distribution sweep_distributions[] = {
    {"categorical", SWEEP_CHOICE, 0},
    {"constant", SWEEP_CHOICE, 0},
    {"uniform", SWEEP_FLAT, 0},
    {"int_uniform", SWEEP_FLAT, SWEEP_WHOLE},
    {"q_uniform", SWEEP_FLAT, SWEEP_STEPS},
    {"log_uniform", SWEEP_FLAT, SWEEP_LOG},
    {"log_uniform_values", SWEEP_FLAT, SWEEP_LOG},
    {"q_log_uniform", SWEEP_FLAT, SWEEP_LOG | SWEEP_STEPS},
    {"q_log_uniform_values", SWEEP_FLAT, SWEEP_LOG | SWEEP_STEPS},
    {"normal", SWEEP_NORMAL, 0},
    {"q_normal", SWEEP_NORMAL, SWEEP_STEPS},
    {"log_normal", SWEEP_NORMAL, SWEEP_LOG},
    {"q_log_normal", SWEEP_NORMAL, SWEEP_LOG | SWEEP_STEPS},
};
const size_t num_sweep_distributions = sizeof sweep_distributions / sizeof sweep_distributions[0];

const struct sweep_distribution *sweep_distribution_find(const char *name)
{
    for (size_t i = 0; i < num_sweep_distributions; i++)
        if (strcmp(sweep_distributions[i].name, name) == 0)
            return &sweep_distributions[i];
    return NULL;
}

void sweep_dim_stream(const struct sweep_dim *d, uint64_t seed, rlb_rng *out)
{
    uint64_t h = 14695981039346656037ull; /* FNV-1a */
    for (const char *c = d->path; *c; c++)
        h = (h ^ (unsigned char)*c) * 1099511628211ull;
    rlb_rng_init(out, seed, h);
}

static double draw_number(const struct sweep_dim *d, rlb_rng *rng)
{
    unsigned flags = d->as->flags;
    double v;
    if (flags & SWEEP_WHOLE)
        return d->low + (double)rlb_rng_below64(rng, (uint64_t)(d->high - d->low) + 1);
    if (d->as->shape == SWEEP_NORMAL)
        v = d->low + d->high * rlb_rng_normal(rng);
    else if (flags & SWEEP_LOG)
        v = log(d->low) + (log(d->high) - log(d->low)) * rlb_rng_uniform(rng);
    else
        v = d->low + (d->high - d->low) * rlb_rng_uniform(rng);
    return flags & SWEEP_LOG ? exp(v) : v;
}

double sweep_dim_round(const struct sweep_dim *d, double v)
{
    char text[400];
    bool flat = d->as->shape == SWEEP_FLAT;
    if (d->as->shape == SWEEP_CHOICE)
        return v;
    if (d->as->flags & SWEEP_STEPS) {
        double n = round(v / d->step);
        if (flat)
            n = fmin(fmax(n, ceil(d->low / d->step)), floor(d->high / d->step));
        v = n * d->step;
    }
    if (d->whole || d->as->flags & SWEEP_WHOLE) {
        v = round(v);
        v = flat ? fmin(fmax(v, d->low), d->high) : v;
    }
    if (d->whole)
        return v;
    snprintf(text, sizeof text, "%.6g", v);
    v = strtod(text, NULL);
    return flat ? fmin(fmax(v, d->low), d->high) : v;
}

double sweep_dim_draw(const struct sweep_dim *d, rlb_rng *rng)
{
    if (d->as->shape == SWEEP_CHOICE)
        return d->probabilities ? rlb_rng_choice(rng, d->probabilities, (uint32_t)d->num_choices)
                                : rlb_rng_below(rng, (uint32_t)d->num_choices);
    return sweep_dim_round(d, draw_number(d, rng));
}

const char *sweep_dim_text(const struct sweep_dim *d, double value, struct arena *a)
{
    char text[400];
    if (d->as->shape == SWEEP_CHOICE)
        return d->choices[(size_t)value];
    if (d->whole)
        snprintf(text, sizeof text, "%.0f", value);
    else
        num_format_real(value, text, sizeof text);
    return arena_strdup(a, text);
}

bool sweep_dim_parse(const struct sweep_dim *d, const char *text, double *out)
{
    if (d->as->shape != SWEEP_CHOICE)
        return num_parse_real(text, out) == NULL;
    for (size_t i = 0; i < d->num_choices; i++)
        if (strcmp(d->choices[i], text) == 0) {
            *out = (double)i;
            return true;
        }
    return false;
}

bool sweep_dim_is_fixed(const struct sweep_dim *d)
{
    return d->as->shape == SWEEP_CHOICE ? d->num_choices < 2
           : d->as->shape == SWEEP_FLAT ? !(d->high > d->low)
                                        : !(d->high > 0);
}

double sweep_dim_spacing(const struct sweep_dim *d)
{
    return d->as->flags & SWEEP_STEPS ? d->step : d->as->flags & SWEEP_WHOLE ? 1 : 0;
}
