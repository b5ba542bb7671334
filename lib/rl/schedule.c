#include <rlbench/schedule.h>

#include <math.h>

static double constant(const rlb_schedule *s, double x)
{
    (void)x;
    return s->start;
}

static double linear(const rlb_schedule *s, double x)
{
    return s->start + x * (s->end - s->start);
}

static double cosine(const rlb_schedule *s, double x)
{
    return s->end + (s->start - s->end) * (1 + cos(M_PI * x)) / 2;
}

static double exponential(const rlb_schedule *s, double x)
{
    return s->start * pow(s->end / s->start, x);
}

static double (*const shapes[])(const rlb_schedule *, double) = {
    [RLB_SCHEDULE_CONSTANT] = constant,
    [RLB_SCHEDULE_LINEAR] = linear,
    [RLB_SCHEDULE_COSINE] = cosine,
    [RLB_SCHEDULE_EXPONENTIAL] = exponential,
};

static double piecewise(const rlb_schedule *s, uint64_t step)
{
    const rlb_knot *k = s->knots;
    uint32_t low = 0, high = s->num_knots;
    if (step <= k[0].step)
        return k[0].value;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (k[middle].step <= step)
            low = middle;
        else
            high = middle;
    }
    if (high == s->num_knots)
        return k[low].value;
    double x = (double)(step - k[low].step) / (double)(k[high].step - k[low].step);
    return k[low].value + x * (k[high].value - k[low].value);
}

double rlb_schedule_at(const rlb_schedule *s, uint64_t step)
{
    double rise = step < s->warmup ? (double)step / (double)s->warmup : 1;
    if (s->kind == RLB_SCHEDULE_PIECEWISE)
        return rise * piecewise(s, step);
    double x = step < s->steps && step > s->warmup
                   ? (double)(step - s->warmup) / (double)(s->steps - s->warmup)
                   : step >= s->steps;
    return rise * shapes[s->kind](s, step < s->warmup ? 0 : x);
}

rlb_status rlb_schedule_check(const rlb_schedule *s, const rlb_host *host, const char *name)
{
    if (s->kind > RLB_SCHEDULE_PIECEWISE)
        return host->fail(host, RLB_E_INVAL, "%s: there is no schedule of kind %u", name, s->kind);
    if (s->kind == RLB_SCHEDULE_PIECEWISE) {
        if (s->num_knots == 0)
            return host->fail(host, RLB_E_INVAL, "%s: a piecewise schedule needs a knot", name);
        for (uint32_t i = 1; i < s->num_knots; i++)
            if (s->knots[i].step <= s->knots[i - 1].step)
                return host->fail(host, RLB_E_INVAL, "%s: knot %u does not come after knot %u",
                                  name, i, i - 1);
        return RLB_OK;
    }
    if (s->kind == RLB_SCHEDULE_EXPONENTIAL && !(s->start > 0 && s->end > 0))
        return host->fail(host, RLB_E_INVAL,
                          "%s: an exponential schedule goes from a positive value to a positive "
                          "one, not from %g to %g",
                          name, s->start, s->end);
    if (s->kind != RLB_SCHEDULE_CONSTANT && s->steps < s->warmup)
        return host->fail(host, RLB_E_INVAL, "%s: a warm-up of %llu steps is longer than all %llu",
                          name, (unsigned long long)s->warmup, (unsigned long long)s->steps);
    return RLB_OK;
}
