/* Sampling on plain arrays, for acting. */
#include "gaussian.h"
#include "rows.h"
#include "squash.h"

#include <rlbench/heads.h>

void rlb_fill_normal(rlb_rng *rng, float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)rlb_rng_normal(rng);
}

/* ---- categorical */

/* The best allowed action; without any, 0. */
static size_t best_of(const float *x, const float *mask, size_t n)
{
    size_t best = n;
    for (size_t c = 0; c < n; c++)
        if ((!mask || mask[c] != 0) && (best == n || x[c] > x[best]))
            best = c;
    return best == n ? 0 : best;
}

static bool allows_some(const float *mask, size_t n)
{
    for (size_t c = 0; c < n; c++)
        if (mask[c] != 0)
            return true;
    return false;
}

/* Proportional to e^(x - largest); 0 where forbidden. */
static double share(const float *x, const float *mask, size_t c, float largest)
{
    return mask && mask[c] == 0 ? 0 : (double)nn_expf(x[c] - largest);
}

/* The last action with a share takes what rounding leaves. */
static size_t draw_one(rlb_rng *rng, const float *x, const float *mask, size_t n, float *log_prob)
{
    float largest = x[best_of(x, mask, n)];
    double total = 0, passed = 0;
    size_t drawn = 0;
    for (size_t c = 0; c < n; c++)
        total += share(x, mask, c, largest);
    double at = rlb_rng_uniform(rng) * total;
    for (size_t c = 0; c < n; c++) {
        double s = share(x, mask, c, largest);
        if (s <= 0)
            continue;
        drawn = c;
        passed += s;
        if (at < passed)
            break;
    }
    if (log_prob)
        *log_prob = (float)((double)x[drawn] - (double)largest - log(total));
    return drawn;
}

void rlb_categorical_sample(rlb_rng *rng, const float *logits, const float *mask, size_t rows,
                            uint32_t num_actions, int32_t *actions, float *log_prob)
{
    for (size_t r = 0; r < rows; r++) {
        const float *x = logits + r * num_actions, *m = mask ? mask + r * num_actions : NULL;
        float *log_p = log_prob ? log_prob + r : NULL;
        if (m && !allows_some(m, num_actions)) {
            actions[r] = (int32_t)rlb_rng_below(rng, num_actions);
            if (log_p)
                *log_p = -logf((float)num_actions);
        } else {
            actions[r] = (int32_t)draw_one(rng, x, m, num_actions, log_p);
        }
    }
}

void rlb_categorical_greedy(const float *logits, const float *mask, size_t rows,
                            uint32_t num_actions, int32_t *actions)
{
    for (size_t r = 0; r < rows; r++)
        actions[r] = (int32_t)best_of(logits + r * num_actions,
                                      mask ? mask + r * num_actions : NULL, num_actions);
}

/* ---- Gaussian */

/* Draws a coordinate and adds its log-density. */
static float draw_normal(rlb_rng *rng, float mean, float log_std, double *log_prob)
{
    double noise = rng ? rlb_rng_normal(rng) : 0;
    *log_prob -= 0.5 * noise * noise + (double)log_std + (double)NN_HALF_LOG_TWO_PI;
    return (float)((double)mean + exp((double)log_std) * noise);
}

static void sample_rows(rlb_rng *rng, const float *mean, const float *log_std, size_t log_std_rows,
                        size_t rows, uint32_t dims, bool squashed, float *x, float *log_prob)
{
    for (size_t r = 0; r < rows; r++) {
        const float *s = log_std + (log_std_rows == 1 ? 0 : r * dims);
        double log_p = 0;
        for (size_t i = r * dims, c = 0; c < dims; i++, c++) {
            x[i] = draw_normal(rng, mean[i], s[c], &log_p);
            if (!squashed)
                continue;
            log_p -= (double)nn_log_tanh_slope(x[i]);
            x[i] = nn_tanhf(x[i]);
        }
        if (log_prob)
            log_prob[r] = (float)log_p;
    }
}

void rlb_gaussian_sample(rlb_rng *rng, const float *mean, const float *log_std, size_t log_std_rows,
                         size_t rows, uint32_t dims, float *x, float *log_prob)
{
    sample_rows(rng, mean, log_std, log_std_rows, rows, dims, false, x, log_prob);
}

void rlb_tanh_gaussian_sample(rlb_rng *rng, const float *mean, const float *log_std,
                              size_t log_std_rows, size_t rows, uint32_t dims, float *actions,
                              float *log_prob)
{
    sample_rows(rng, mean, log_std, log_std_rows, rows, dims, true, actions, log_prob);
}
