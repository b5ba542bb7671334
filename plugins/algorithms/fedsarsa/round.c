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

/* Vectors are padded to whole blocks, which the compiler turns into vector instructions. */
enum { BLOCK = 8 };

/* sum += a - b */
static inline void add_difference(double *restrict sum, const double *restrict a,
                                  const double *restrict b, size_t n)
{
    for (size_t i = 0; i < n; i += BLOCK)
        for (size_t j = 0; j < BLOCK; j++)
            sum[i + j] += a[i + j] - b[i + j];
}

/* Taken as theta_0 + mean(theta_c - theta_0), so that equal agents stay equal to the last bit. */
void fed_average(struct fed *f)
{
    double share = 1.0 / f->num_agents;
    memset(f->mean, 0, f->stride * sizeof *f->mean);
    for (uint32_t slot = 1; slot < f->num_agents; slot++)
        add_difference(f->mean, fed_theta(f, slot), f->theta, f->stride);
    for (uint32_t i = 0; i < f->stride; i++)
        f->mean[i] = f->theta[i] + share * f->mean[i];
}

double fed_spread(const struct fed *f)
{
    double sum = 0;
    for (uint32_t slot = 0; slot < f->num_agents; slot++)
        sum += fed_sqdist(fed_theta(f, slot), f->mean, f->d);
    return sqrt(sum / f->num_agents);
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

/* The spread costs as much as the average: in short rounds it is taken now and then. */
enum { SHORT_ROUND = 16 };

rlb_status fed_round(struct fed *f)
{
    rlb_status status = fed_ranks_meet(f);
    if (status != RLB_OK)
        return status;
    fed_average(f);
    if (f->live.local_steps >= SHORT_ROUND || f->sums.rounds % SHORT_ROUND == 0)
        f->sums.drift = fed_spread(f);
    if (f->live.control_variates)
        move_controls(f);
    for (uint32_t slot = 0; slot < f->num_agents; slot++)
        memcpy(fed_theta(f, slot), f->mean, f->stride * sizeof *f->mean);
    if (f->schedule == SCHEDULE_LINEAR)
        move_average(f);
    f->sums.rounds++;
    f->sums.since = 0;
    f->sums.step_sizes = 0;
    return RLB_OK;
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
