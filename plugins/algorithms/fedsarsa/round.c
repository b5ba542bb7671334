/* Communication rounds: the average of the agents' parameters, and what is made of it. */
#include "fed.h"

#include <math.h>
#include <string.h>

double fed_sqdist(const double *a, const double *b, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

/* The mean is taken as theta_0 + mean(theta_c - theta_0), so that equal agents stay equal to the
 * last bit; the spread as the mean square of those differences less the square of their mean. */
double fed_average(struct fed *f)
{
    const double *base = f->theta;
    double *mean = f->mean, squares = 0, shift = 0, share = 1.0 / f->num_agents;
    if (f->num_agents == 1) {
        memcpy(mean, base, f->stride * sizeof *mean);
        return 0;
    }
    memset(mean, 0, f->stride * sizeof *mean);
    for (uint32_t slot = 1; slot < f->num_agents; slot++) {
        const double *theta = fed_theta(f, slot);
        double square[8] = {0};
        for (uint32_t i = 0; i < f->stride; i += 8)
            for (uint32_t j = 0; j < 8; j++) {
                double difference = theta[i + j] - base[i + j];
                mean[i + j] += difference;
                square[j] += difference * difference;
            }
        for (uint32_t j = 0; j < 8; j++)
            squares += square[j];
    }
    for (uint32_t i = 0; i < f->stride; i++) {
        mean[i] *= share;
        shift += mean[i] * mean[i];
        mean[i] += base[i];
    }
    return fmax(0, squares * share - shift);
}

/* xi_c += (theta_c - mean) / (sum of the round's step sizes); the xi then still sum to zero. */
static void move_controls(struct fed *f)
{
    double scale = 1 / f->sums.step_sizes;
    for (uint32_t slot = 0; slot < f->num_agents; slot++) {
        const double *theta = fed_theta(f, slot);
        double *control = f->control + (size_t)slot * f->stride;
        for (uint32_t i = 0; i < f->stride; i++)
            control[i] += scale * (theta[i] - f->mean[i]);
    }
}

/* Zhang et al.'s output for the linear schedule: the average of theta_t weighted by a + t. */
static void move_average(struct fed *f)
{
    double weight = 1 / f->live.step_size - 1 + (double)f->sums.steps;
    f->sums.average_weight += weight;
    double rate = weight / f->sums.average_weight;
    for (uint32_t i = 0; i < f->stride; i++)
        f->average[i] += rate * (f->mean[i] - f->average[i]);
}

void fed_round(struct fed *f)
{
    f->sums.drift = sqrt(fed_average(f));
    if (f->live.control_variates)
        move_controls(f);
    for (uint32_t slot = 0; slot < f->num_agents; slot++)
        memcpy(fed_theta(f, slot), f->mean, f->stride * sizeof *f->mean);
    if (f->schedule == SCHEDULE_LINEAR)
        move_average(f);
    f->sums.rounds++;
    f->sums.since = 0;
    f->sums.step_sizes = 0;
}

void fed_errors(struct fed *f, double *star, double *local)
{
    fed_average(f);
    *star = fed_sqdist(f->mean, f->theta_star, f->d);
    *local = 0;
    double each = 0;
    for (uint32_t k = 0; k < f->num_kinds; k++)
        for (uint32_t i = 0; i < f->groups[k].count; i++) {
            const double *theta = fed_theta(f, f->groups[k].first + i);
            *local += fed_sqdist(theta, f->theta_kinds + (size_t)k * f->d, f->d);
            each += fed_sqdist(theta, f->theta_star, f->d);
        }
    *local /= f->num_agents;
    /* agents that never talk each have an answer of their own, not the average's */
    if (f->mode == MODE_INDEPENDENT)
        *star = each / f->num_agents;
}
