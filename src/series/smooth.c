#include "series/smooth.h"

#include <math.h>

void smooth_init(struct smooth *s, double strength, double spacing)
{
    *s = (struct smooth){
        .strength = strength > 0 ? fmin(strength, SMOOTH_MAX) : 0,
        .spacing = spacing > 1 ? spacing : 1,
    };
}

double smooth_next(struct smooth *s, uint64_t step, double value)
{
    if (!isfinite(value))
        return value;
    double fade = s->weight > 0 ? pow(s->strength, (double)(step - s->step) / s->spacing) : 0;
    s->sum = fade * s->sum + value;
    s->weight = fade * s->weight + 1;
    s->step = step;
    return s->sum / s->weight;
}
