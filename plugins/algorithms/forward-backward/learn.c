/* One update. */
#include "fb.h"

#include <rlbench/linalg.h>

#include <string.h>

static double dot(const float *a, const float *b, uint32_t n)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (uint32_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return (double)sum;
}

/* The implied reward of row i, B_i' (B'B / n)^-1 z_i, for all rows into solved[i]. */
static void imply_rewards(struct fb *f)
{
    uint32_t n = f->learning.n, d = f->c.d;
    const float *b = f->learning.in.p->data;
    memset(f->gram, 0, (size_t)d * d * sizeof *f->gram);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < d; j++)
            for (uint32_t k = 0; k < d; k++)
                f->gram[(size_t)j * d + k] +=
                    (double)b[(size_t)i * d + j] * (double)b[(size_t)i * d + k] / n;
    for (uint32_t j = 0; j < d; j++) {
        f->gram[(size_t)j * d + j] += 1e-9;
        for (uint32_t i = 0; i < n; i++)
            f->solved[(size_t)j * n + i] = (double)f->z[(size_t)i * d + j];
    }
    if (rlb_solve_many(d, n, f->gram, f->solved) != RLB_OK)
        memset(f->solved, 0, (size_t)d * n * sizeof *f->solved);
    for (uint32_t i = 0; i < n; i++) {
        double reward = 0;
        for (uint32_t j = 0; j < d; j++)
            reward += (double)b[(size_t)i * d + j] * f->solved[(size_t)j * n + i];
        f->sample.reward[i] = (float)reward;
    }
}

/* The least of the heads' g Fbar' z. */
static double bootstrap(const struct fb *f, uint32_t i)
{
    double least = INFINITY;
    for (uint32_t h = 0; h < f->c.f.heads; h++)
        least = fmin(least, dot(f->learning.in.fbar[h]->data + (size_t)i * f->c.d,
                                f->z + (size_t)i * f->c.d, f->c.d));
    return least;
}

/* The loss on Q and its derivative by F, once F is known. */
static double push_values(struct fb *f)
{
    struct learning *l = &f->learning;
    uint32_t d = f->c.d;
    double loss = 0;
    imply_rewards(f);
    for (uint32_t i = 0; i < l->n; i++) {
        double target = (double)f->sample.reward[i] + bootstrap(f, i);
        const float *z = f->z + (size_t)i * d;
        for (uint32_t h = 0; h < f->c.f.heads; h++) {
            double error = dot(l->in.f[h]->data + (size_t)i * d, z, d) - target;
            double slope = 2 * f->c.q_loss * error / l->n;
            loss += f->c.q_loss * error * error / l->n;
            for (uint32_t j = 0; j < d; j++)
                l->push[h]->data[(size_t)i * d + j] = (float)slope * z[j];
        }
    }
    return loss;
}

/* y = phi + g psibar of the head with the smaller value, along z or whole. */
static void fill_targets(struct fb *f)
{
    struct learning *l = &f->learning;
    uint32_t d = f->c.d;
    memcpy(l->z->data, f->z, l->z->size * sizeof *f->z);
    fb_ask_b(f, l->b_in->data, l->k, f->mix_out);
    for (uint32_t i = 0; i < l->n; i++) {
        const float *z = f->z + (size_t)i * d, *phi = f->mix_out + (size_t)f->own_row[i] * d,
                    *ahead = NULL;
        double least = INFINITY;
        for (uint32_t h = 0; h < f->c.f.heads; h++) {
            const float *row = l->in.fbar[h]->data + (size_t)i * d;
            double value = dot(row, z, d);
            ahead = value < least || !ahead ? row : ahead;
            least = fmin(least, value);
        }
        if (f->sf_loss == SF_LOSS_Q) {
            l->target->data[i] = (float)(dot(phi, z, d) + least);
            continue;
        }
        for (uint32_t j = 0; j < d; j++)
            l->target->data[(size_t)i * d + j] = phi[j] + ahead[j];
    }
}

static double mean_norm(const float *x, uint32_t n, uint32_t d)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += sqrt(dot(x + (size_t)i * d, x + (size_t)i * d, d));
    return sum / n;
}

/* The mean of a_i' b_j over all pairs: that of the means. */
static double mean_pair(const float *a, uint32_t n, const float *b, uint32_t k, uint32_t d)
{
    double sum = 0;
    for (uint32_t j = 0; j < d; j++) {
        double of_a = 0, of_b = 0;
        for (uint32_t i = 0; i < n; i++)
            of_a += (double)a[(size_t)i * d + j];
        for (uint32_t i = 0; i < k; i++)
            of_b += (double)b[(size_t)i * d + j];
        sum += of_a / n * of_b / k;
    }
    return sum;
}

static void tell(const struct fb *f, uint32_t metric, double value)
{
    f->host->metric(f->host, metric, value);
}

static void report(const struct fb *f, double q_loss)
{
    const struct learning *l = &f->learning;
    const struct loss_parts *p = &l->parts;
    uint32_t n = l->n, d = f->c.d;
    tell(f, M_F_NORM, mean_norm(l->in.f[0]->data, n, d));
    tell(f, M_Z_NORM, mean_norm(f->z, n, d));
    tell(f, M_PI_ENTROPY, f->entropy);
    if (f->method == METHOD_SUCCESSOR_FEATURES) {
        tell(f, M_SF_LOSS, (double)l->loss->data[0]);
        return;
    }
    double off = (double)p->off->data[0], diag = (double)p->diag->data[0];
    tell(f, M_FB_LOSS, off + diag);
    tell(f, M_FB_DIAG, diag);
    tell(f, M_FB_OFFDIAG, off);
    tell(f, M_FB_M_MEAN, mean_pair(l->in.f[0]->data, n, l->in.b->data, l->k, d));
    tell(f, M_FB_MBAR_MEAN, mean_pair(l->in.fbar[0]->data, n, l->in.bbar->data, l->k, d));
    tell(f, M_B_NORM, mean_norm(l->in.b->data, l->k, d));
    if (p->ortho)
        tell(f, M_ORTHO_LOSS, (double)p->ortho->data[0]);
    if (f->c.q_loss > 0)
        tell(f, M_FB_Q, q_loss);
}

rlb_status fb_update(struct fb *f)
{
    struct learning *l = &f->learning;
    bool fb = f->method == METHOD_FORWARD_BACKWARD;
    double q_loss = 0;
    if (!fb)
        fb_features_update(f);
    fb_draw_batch(f);
    fb_look_ahead(f);
    if (!fb)
        fill_targets(f);
    rlb_forward(l->tape);
    if (fb && f->c.q_loss > 0)
        q_loss = push_values(f);
    rlb_backward(l->tape);
    rlb_optimizer_set_rate(f->f_optimizer, (float)f->c.lr_f);
    tell(f, M_GRAD_F, rlb_optimizer_step(f->f_optimizer));
    if (fb && f->c.lr_b > 0) {
        rlb_optimizer_set_rate(f->b_optimizer, (float)f->c.lr_b);
        tell(f, M_GRAD_B, rlb_optimizer_step(f->b_optimizer));
    }
    report(f, q_loss);
    f->updates++;
    if (f->updates % f->c.target_every == 0) {
        rlb_net_mix(f->f_bar, f->f_net, (float)f->c.tau);
        if (fb)
            rlb_net_mix(f->b_bar, f->b_net, (float)f->c.tau);
    }
    return RLB_OK;
}
