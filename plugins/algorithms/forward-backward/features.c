/* The features phi of successor features: random, the top eigenvectors of the uniform policy's
 * chain (exact, or learned: Wu, Tucker, Nachum 2019 in the form of Touati, Rapin, Ollivier 2023).
 */
#include "fb.h"

#include <rlbench/linalg.h>

#include <string.h>

/* mean (phi(s) - phi(s'))^2 + sum_jk o_jk (phi_j' phi_k)^2 - 2 mean |phi|^2, o off the diagonal. */
struct feature_learning {
    rlb_tape *tape;
    rlb_tensor *now, *next, *loss;
    float *obs; /* [n][obs_width] */
};

static rlb_status no_memory(const struct fb *f)
{
    return f->host->fail(f->host, RLB_E_NOMEM, "no memory for the features");
}

/* The eigenvectors of (P + P') / 2 with the largest eigenvalues, at length sqrt(S), as weights of a
 * linear network: W with X W = Phi for the observations X of all states. */
static rlb_status set_eigenvectors(struct fb *f)
{
    const struct truth *t = &f->truth;
    const rlb_host *host = f->host;
    uint32_t S = t->S, width = f->b_width, d = f->c.d, taken = d < S ? d : S;
    double *p = host->alloc(host, (size_t)S * S * sizeof *p);
    double *eigen = host->alloc(host, S * sizeof *eigen);
    double *obs = host->alloc(host, (size_t)S * width * sizeof *obs);
    double *phi = host->alloc(host, (size_t)S * d * sizeof *phi);
    double *weight = host->alloc(host, (size_t)width * d * sizeof *weight);
    float *seen = host->alloc(host, (size_t)S * width * sizeof *seen);
    if (!p || !eigen || !obs || !phi || !weight || !seen)
        return no_memory(f);
    for (uint32_t i = 0; i < S * t->A; i++)
        t->policy[i] = 1.0 / t->A;
    truth_chain(t, t->policy, p);
    for (uint32_t i = 0; i < S; i++)
        for (uint32_t j = 0; j <= i; j++)
            p[(size_t)i * S + j] = (p[(size_t)i * S + j] + p[(size_t)j * S + i]) / 2;
    rlb_status status = rlb_eigen_symmetric(S, p, eigen);
    for (uint32_t s = 0; s < S; s++)
        for (uint32_t k = 0; k < taken; k++)
            phi[(size_t)s * d + k] = p[(size_t)(S - 1 - k) * S + s] * sqrt(S);
    fb_features(f, f->world.state_obs, S, seen);
    for (size_t i = 0; i < (size_t)S * width; i++)
        obs[i] = (double)seen[i];
    if (status == RLB_OK)
        status = rlb_least_squares(S, width, d, obs, phi, -1, weight, NULL);
    const rlb_param_info *info = rlb_net_param(f->b_net, f->b.out.weight);
    for (size_t i = 0; i < (size_t)width * d; i++)
        rlb_net_values(f->b_net)[info->offset + i] = (float)weight[i];
    info = rlb_net_param(f->b_net, f->b.out.bias);
    memset(rlb_net_values(f->b_net) + info->offset, 0, info->size * sizeof(float));
    return status == RLB_OK ? RLB_OK : host->fail(host, status, "no eigenvectors were found");
}

static rlb_status learning_build(struct fb *f, struct feature_learning *l)
{
    const uint32_t n = f->c.batch;
    rlb_tape *t = l->tape = rlb_tape_create(f->host);
    l->obs = f->host->alloc(f->host, (size_t)n * f->obs_width * sizeof *l->obs);
    if (!t || !l->obs)
        return no_memory(f);
    l->now = rlb_input(t, n, f->b_width);
    l->next = rlb_input(t, n, f->b_width);
    rlb_tensor *off = rlb_input(t, n, n);
    rlb_tensor *a = tower_apply(t, &f->b, f->b_net, l->now);
    rlb_tensor *b = tower_apply(t, &f->b, f->b_net, l->next);
    if (f->c.norm_b) {
        a = rlb_normalize_rows(t, a, sqrtf((float)f->c.d));
        b = rlb_normalize_rows(t, b, sqrtf((float)f->c.d));
    }
    rlb_tensor *pairs = rlb_mul(t, rlb_square(t, rlb_matmul_nt(t, a, a)), off);
    rlb_tensor *norms = rlb_affine(t, rlb_mean(t, rlb_row_dot(t, a, a)), -2, 0);
    l->loss = rlb_add(t, rlb_mean(t, rlb_squared(t, a, b)), rlb_add(t, rlb_sum(t, pairs), norms));
    rlb_status status = rlb_tape_finish(t, l->loss);
    for (uint32_t i = 0; status == RLB_OK && i < n * n; i++)
        off->data[i] = i / n == i % n ? 0 : 1 / ((float)n * (float)(n - 1));
    return status;
}

rlb_status fb_features_build(struct fb *f)
{
    if (f->feature_kind == FEATURES_LAPLACIAN_EXACT)
        return set_eigenvectors(f);
    if (f->feature_kind == FEATURES_RANDOM)
        return RLB_OK;
    f->features = f->host->alloc(f->host, sizeof *f->features);
    return f->features ? learning_build(f, f->features) : no_memory(f);
}

void fb_features_update(struct fb *f)
{
    struct feature_learning *l = f->features;
    if (!l)
        return;
    const uint32_t n = f->c.batch;
    data_draw(&f->data, n, f->row);
    data_gather(&f->data, n, f->row, &f->sample);
    fb_features(f, f->sample.obs, n, l->now->data);
    fb_features(f, f->sample.next, n, l->next->data);
    rlb_forward(l->tape);
    rlb_backward(l->tape);
    rlb_optimizer_set_rate(f->b_optimizer, (float)f->c.lr_b);
    rlb_optimizer_step(f->b_optimizer);
    f->host->metric(f->host, M_FEATURES_LOSS, (double)l->loss->data[0]);
}
