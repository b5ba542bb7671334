/* From rewards to task vectors: no learning, one look at B for every sample. */
#include "fb.h"

#include <rlbench/linalg.h>

#include <math.h>
#include <string.h>

enum { SEED_INFERENCE = 77 };
/* Rows of the data that E[phi phi'] is a mean over where there is no model. */
enum { GRAM_ROWS = 2048 };

static void finish(const struct fb *f, const double *sum, float *z)
{
    for (uint32_t i = 0; i < f->c.d; i++)
        z[i] = (float)sum[i];
    if (f->c.norm_z)
        law_normalize(z, f->c.d);
}

static void add(double *sum, const float *b, double weight, uint32_t d)
{
    for (uint32_t i = 0; i < d; i++)
        sum[i] += weight * (double)b[i];
}

/* The lower half of gram += weight b b'; mirror() makes the other. */
static void add_gram(double *gram, const float *b, double weight, uint32_t d)
{
    for (uint32_t i = 0; i < d; i++) {
        double by = weight * (double)b[i], *row = gram + (size_t)i * d;
#pragma omp simd
        for (uint32_t j = 0; j <= i; j++)
            row[j] += by * (double)b[j];
    }
}

static void mirror(double *gram, uint32_t d)
{
    for (uint32_t i = 0; i < d; i++)
        for (uint32_t j = i + 1; j < d; j++)
            gram[(size_t)i * d + j] = gram[(size_t)j * d + i];
}

/* sum = gram^-1 sum in the sense of least squares, for successor features. */
static void solve(struct fb *f, double *gram, double *sum)
{
    uint32_t d = f->c.d;
    double right[MOST_D];
    memcpy(right, sum, d * sizeof *right);
    if (rlb_least_squares(d, d, 1, gram, right, 1e-9, sum, NULL) != RLB_OK)
        memset(sum, 0, d * sizeof *sum);
}

/* E_rho[r B], whitened for successor features: sum [d]. */
void fb_infer_raw(struct fb *f, const double *reward, double *sum)
{
    uint32_t S = f->world.num_states, d = f->c.d;
    memset(sum, 0, d * sizeof *sum);
    for (uint32_t s = 0; s < S; s++)
        if (reward[s] != 0)
            add(sum, f->state_b + (size_t)s * d, reward[s] * f->rho[s], d);
    if (f->method == METHOD_SUCCESSOR_FEATURES) {
        fb_gram(f, 0);
        solve(f, f->gram, sum);
    }
}

void fb_infer_states(struct fb *f, const double *reward, float *z)
{
    double sum[MOST_D];
    fb_infer_raw(f, reward, sum);
    for (uint32_t i = 0; i < f->c.d; i++)
        sum[i] *= f->world.num_states; /* so that a goal's z is its B where rho is uniform */
    finish(f, sum, z);
}

void fb_gram(struct fb *f, uint32_t n)
{
    uint32_t d = f->c.d;
    memset(f->gram, 0, (size_t)d * d * sizeof *f->gram);
    if (f->has_truth) {
        for (uint32_t s = 0; s < f->world.num_states; s++)
            add_gram(f->gram, f->state_b + (size_t)s * d, f->rho[s], d);
        mirror(f->gram, d);
        return;
    }
    struct data draws = f->data; /* a stream of its own: nothing of the run is changed */
    rlb_rng_init(&draws.rng, f->seed, SEED_INFERENCE);
    for (uint32_t left = n, rows; left; left -= rows) {
        uint64_t row[LOOK_ROWS];
        rows = left < LOOK_ROWS ? left : LOOK_ROWS;
        data_draw(&draws, rows, row);
        data_obs(&draws, rows, row, f->sample.obs);
        fb_ask_obs(f, f->sample.obs, rows, f->mix_out);
        for (uint32_t i = 0; i < rows; i++)
            add_gram(f->gram, f->mix_out + (size_t)i * d, 1.0 / n, d);
    }
    mirror(f->gram, d);
}

/* sum <- E[phi phi']^-1 sum */
static void whiten(struct fb *f, double *sum)
{
    if (f->method != METHOD_SUCCESSOR_FEATURES)
        return;
    if (f->has_truth)
        fb_ask_states(f);
    fb_gram(f, f->c.n_inference < GRAM_ROWS ? f->c.n_inference : GRAM_ROWS);
    solve(f, f->gram, sum);
}

void fb_infer_places(struct fb *f, const float *obs, const float *weight, uint32_t n, float *z)
{
    uint32_t d = f->c.d;
    double sum[MOST_D] = {0};
    for (uint32_t from = 0, rows; from < n; from += rows) {
        rows = n - from < LOOK_ROWS ? n - from : LOOK_ROWS;
        fb_ask_obs(f, obs + (size_t)from * f->obs_width, rows, f->mix_out);
        for (uint32_t i = 0; i < rows; i++)
            add(sum, f->mix_out + (size_t)i * d, (double)weight[from + i], d);
    }
    whiten(f, sum);
    finish(f, sum, z);
}

/* One ridge for all, so that features that span less than d do no harm. */
static void whiten_rows(struct fb *f, float *rows, uint32_t n)
{
    uint32_t d = f->c.d;
    double trace = 0;
    for (uint32_t j = 0; j < d; j++)
        trace += f->gram[(size_t)j * d + j];
    for (uint32_t j = 0; j < d; j++) {
        f->gram[(size_t)j * d + j] += 1e-6 * trace / d;
        for (uint32_t i = 0; i < n; i++)
            f->solved[(size_t)j * n + i] = (double)rows[(size_t)i * d + j];
    }
    if (n == 0 || rlb_solve_many(d, n, f->gram, f->solved) != RLB_OK)
        return;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < d; j++)
            rows[(size_t)i * d + j] = (float)f->solved[(size_t)j * n + i];
}

void fb_whiten(struct fb *f, const float *phi, uint32_t all, float *rows, uint32_t n)
{
    uint32_t d = f->c.d;
    memset(f->gram, 0, (size_t)d * d * sizeof *f->gram);
    for (uint32_t i = 0; i < all; i++)
        add_gram(f->gram, phi + (size_t)i * d, 1.0 / all, d);
    mirror(f->gram, d);
    whiten_rows(f, rows, n);
}

void fb_infer_goals(struct fb *f, const float *obs, uint32_t n, float *z)
{
    uint32_t d = f->c.d;
    fb_ask_obs(f, obs, n, z);
    for (uint32_t from = 0, rows; f->method == METHOD_SUCCESSOR_FEATURES && from < n;
         from += rows) {
        rows = n - from < LOOK_ROWS ? n - from : LOOK_ROWS;
        fb_gram(f, GRAM_ROWS);
        whiten_rows(f, z + (size_t)from * d, rows);
    }
    for (uint32_t i = 0; f->c.norm_z && i < n; i++)
        law_normalize(z + (size_t)i * d, d);
}

/* The world's own reward, or that of one of its tasks, of n_inference transitions. Under convention
 * next a reward belongs to where the transition leads. */
static void infer_samples(struct fb *f, float *z)
{
    uint32_t d = f->c.d, left = f->c.n_inference;
    struct data draws = f->data;
    double sum[MOST_D] = {0};
    rlb_rng_init(&draws.rng, f->seed, SEED_INFERENCE);
    for (uint32_t n; draws.transitions && left; left -= n) {
        uint64_t row[LOOK_ROWS];
        float reward[LOOK_ROWS];
        double given[LOOK_ROWS];
        n = left < LOOK_ROWS ? left : LOOK_ROWS;
        data_draw(&draws, n, row);
        struct sample out = {.reward = reward};
        if (f->c.convention == CONVENTION_NEXT)
            out.next = f->sample.obs;
        else
            out.obs = f->sample.obs;
        data_gather(&draws, n, row, &out);
        for (uint32_t i = 0; i < n; i++)
            given[i] = (double)reward[i];
        if (f->task.number >= 0)
            f->world.tasks->rewards(f->world.tasks_self, (uint32_t)f->task.number, f->sample.obs, n,
                                    given);
        fb_ask_obs(f, f->sample.obs, n, f->mix_out);
        for (uint32_t i = 0; i < n; i++)
            add(sum, f->mix_out + (size_t)i * d, given[i] / f->c.n_inference, d);
    }
    whiten(f, sum);
    finish(f, sum, z);
}

const float *fb_task_z(struct fb *f)
{
    if (f->task_at == f->updates)
        return f->task_z;
    if (f->task.num_places)
        fb_infer_places(f, f->task.obs, f->task.weight, f->task.num_places, f->task_z);
    else
        infer_samples(f, f->task_z);
    f->task_at = f->updates;
    return f->task_z;
}
