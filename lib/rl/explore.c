#include <rlbench/explore.h>

#include <math.h>

static int may(const uint8_t *allowed, uint32_t a)
{
    return !allowed || allowed[a];
}

static uint32_t any(rlb_rng *rng, const uint8_t *allowed, uint32_t n)
{
    uint32_t count = 0;
    for (uint32_t a = 0; a < n; a++)
        count += may(allowed, a) != 0;
    uint32_t left = rlb_rng_below(rng, count), a = 0;
    for (;; a++)
        if (may(allowed, a) && left-- == 0)
            return a;
}

uint32_t rlb_epsilon_greedy(rlb_rng *rng, double epsilon, const float *value,
                            const uint8_t *allowed, uint32_t n)
{
    if (epsilon > 0 && rlb_rng_uniform(rng) < epsilon)
        return any(rng, allowed, n);
    uint32_t best = n, ties = 0;
    for (uint32_t a = 0; a < n; a++) {
        if (!may(allowed, a))
            continue;
        if (best == n || value[a] > value[best]) {
            best = a;
            ties = 1;
        } else if (value[a] == value[best] && rlb_rng_below(rng, ++ties) == 0) {
            best = a;
        }
    }
    return best;
}

uint32_t rlb_softmax_draw(rlb_rng *rng, double temperature, const float *logit,
                          const uint8_t *allowed, uint32_t n, float *log_prob)
{
    double top = -INFINITY, total = 0;
    uint32_t chosen = 0;
    for (uint32_t a = 0; a < n; a++)
        if (may(allowed, a))
            top = fmax(top, (double)logit[a]);
    for (uint32_t a = 0; a < n; a++)
        if (may(allowed, a))
            total += exp(((double)logit[a] - top) / temperature);
    double u = rlb_rng_uniform(rng) * total;
    for (uint32_t a = 0; a < n; a++) { /* the last with a chance takes what rounding leaves */
        double share = may(allowed, a) ? exp(((double)logit[a] - top) / temperature) : 0;
        if (share <= 0)
            continue;
        chosen = a;
        if (u < share)
            break;
        u -= share;
    }
    if (log_prob)
        *log_prob = (float)(((double)logit[chosen] - top) / temperature - log(total));
    return chosen;
}

uint32_t rlb_gumbel_draw(rlb_rng *rng, double temperature, const float *logit,
                         const uint8_t *allowed, uint32_t n)
{
    uint32_t best = n;
    double top = 0;
    for (uint32_t a = 0; a < n; a++) {
        if (!may(allowed, a))
            continue;
        double noise = -log(-log1p(-rlb_rng_uniform(rng))); /* -log E, E exponential */
        double key = (double)logit[a] + temperature * noise;
        if (best == n || key > top) {
            best = a;
            top = key;
        }
    }
    return best;
}

void rlb_gaussian_noise(rlb_rng *rng, double std, double clip, double low, double high, uint32_t n,
                        float *action)
{
    for (uint32_t i = 0; i < n; i++) {
        double noise = fmax(-clip, fmin(clip, std * rlb_rng_normal(rng)));
        action[i] = (float)fmax(low, fmin(high, (double)action[i] + noise));
    }
}

void rlb_ou_step(const rlb_ou *ou, rlb_rng *rng, uint32_t n, double *state)
{
    for (uint32_t i = 0; i < n; i++)
        state[i] += ou->theta * (ou->mean - state[i]) * ou->dt +
                    ou->sigma * sqrt(ou->dt) * rlb_rng_normal(rng);
}
