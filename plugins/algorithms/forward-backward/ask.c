/* Asking the networks outside of learning, LOOK_ROWS rows at a time. */
#include "fb.h"

#include <math.h>
#include <string.h>

void fb_features(const struct fb *f, const float *obs, uint32_t n, float *out)
{
    const struct world *w = &f->world;
    if (f->c.b_sees == SEES_GOAL)
        w->tasks->represent(w->tasks_self, obs, n, out);
    else
        memcpy(out, obs, (size_t)n * f->obs_width * sizeof *out);
}

void fb_ask_b(struct fb *f, const float *features, uint32_t n, float *out)
{
    for (uint32_t from = 0; from < n; from += LOOK_ROWS) {
        uint32_t rows = n - from < LOOK_ROWS ? n - from : LOOK_ROWS;
        memcpy(f->ask_b.in->data, features + (size_t)from * f->b_width,
               (size_t)rows * f->b_width * sizeof *out);
        rlb_forward(f->ask_b.tape);
        memcpy(out + (size_t)from * f->c.d, f->ask_b.out->data,
               (size_t)rows * f->c.d * sizeof *out);
    }
}

void fb_ask_obs(struct fb *f, const float *obs, uint32_t n, float *out)
{
    for (uint32_t from = 0, rows; from < n; from += rows) {
        rows = n - from < LOOK_ROWS ? n - from : LOOK_ROWS;
        fb_features(f, obs + (size_t)from * f->obs_width, rows, f->mix);
        fb_ask_b(f, f->mix, rows, out + (size_t)from * f->c.d);
    }
}

/* Rows of network inputs: the observation, then z as F sees it. */
static void fill_input(struct fb *f, const float *obs, const float *z, float *row)
{
    memcpy(row, obs, f->obs_width * sizeof *row);
    if (f->c.squash_z)
        law_squash(z, f->c.d, row + f->obs_width);
    else
        memcpy(row + f->obs_width, z, f->c.d * sizeof *row);
}

static float dot(const float *a, const float *b, uint32_t n)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (uint32_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* q[a] of one row of the look: F' z, the least of the heads. */
static void row_values(const struct fb *f, uint32_t row, const float *z, float *q)
{
    const struct look *l = &f->ask_f;
    size_t wide = (size_t)f->num_actions * f->c.d;
    for (uint32_t h = 0; h < f->c.f.heads; h++) {
        const float *out = l->out->data + (h * (size_t)LOOK_ROWS + row) * wide;
        for (uint32_t a = 0; a < f->num_actions; a++) {
            float value = dot(out + (size_t)a * f->c.d, z, f->c.d);
            q[a] = h && q[a] < value ? q[a] : value;
        }
    }
}

/* F under the task vectors `under`, valued for z. */
static void ask(struct fb *f, const float *obs, uint32_t n, const float *under, const float *z,
                bool each, float *q)
{
    struct look *l = &f->ask_f;
    size_t width = f->obs_width + f->c.d, step = each ? f->c.d : 0;
    for (uint32_t from = 0; from < n; from += LOOK_ROWS) {
        uint32_t rows = n - from < LOOK_ROWS ? n - from : LOOK_ROWS;
        for (uint32_t i = 0; i < rows; i++)
            fill_input(f, obs + (size_t)(from + i) * f->obs_width, under + (from + i) * step,
                       l->in->data + i * width);
        rlb_forward(l->tape);
        for (uint32_t i = 0; i < rows; i++)
            row_values(f, i, z + (from + i) * step, q + (size_t)(from + i) * f->num_actions);
    }
}

void fb_ask_q(struct fb *f, const float *obs, uint32_t n, const float *z, bool each, float *q)
{
    ask(f, obs, n, z, z, each, q);
}

/* z itself and `gpi` others, around it or anywhere. */
void fb_ask_best(struct fb *f, const float *obs, uint32_t n, const float *z, float *q)
{
    float *under = f->under_z;
    ask(f, obs, n, z, z, false, q);
    for (uint32_t k = 0; k < f->c.gpi; k++) {
        const float *other = f->gpi_z + (size_t)k * f->c.d;
        float near = f->c.gpi_law == GPI_AROUND ? 1 : 0;
        for (uint32_t i = 0; i < f->c.d; i++)
            under[i] = near * z[i] + other[i] * (near > 0 ? 1 / sqrtf((float)f->c.d) : 1);
        for (uint32_t from = 0, rows; from < n; from += rows) {
            rows = n - from < LOOK_ROWS ? n - from : LOOK_ROWS;
            float *into = q + (size_t)from * f->num_actions;
            ask(f, obs + (size_t)from * f->obs_width, rows, under, z, false, f->row_q);
            for (uint32_t i = 0; i < rows * f->num_actions; i++)
                into[i] = fmaxf(into[i], f->row_q[i]);
        }
    }
}

void fb_ask_f(struct fb *f, const float *obs, uint32_t n, const float *z, float *out)
{
    size_t width = f->obs_width + f->c.d, wide = (size_t)f->num_actions * f->c.d;
    for (uint32_t from = 0, rows; from < n; from += rows) {
        rows = n - from < LOOK_ROWS ? n - from : LOOK_ROWS;
        for (uint32_t i = 0; i < rows; i++)
            fill_input(f, obs + (size_t)(from + i) * f->obs_width, z,
                       f->ask_f.in->data + i * width);
        rlb_forward(f->ask_f.tape);
        memcpy(out + from * wide, f->ask_f.out->data, rows * wide * sizeof *out);
    }
}

uint32_t fb_argmax(const float *q, uint32_t n)
{
    uint32_t best = 0;
    for (uint32_t a = 1; a < n; a++)
        if (q[a] > q[best])
            best = a;
    return best;
}
