/* The rows of an update, their task vectors, and what the target networks say of where they lead.
 */
#include "fb.h"

#include <math.h>
#include <string.h>

/* Every action in every state of the model. */
static rlb_status list_outcomes(struct fb *f)
{
    const rlb_host *host = f->host;
    const struct world *w = &f->world;
    uint32_t S = w->num_states, A = f->num_actions, most = S * A * w->model->max_outcomes;
    struct outcomes *x = &f->exact;
    rlb_outcome *found = host->alloc(host, w->model->max_outcomes * sizeof *found);
    x->from = host->alloc(host, most * sizeof *x->from);
    x->action = host->alloc(host, most * sizeof *x->action);
    x->next = host->alloc(host, most * sizeof *x->next);
    x->weight = host->alloc(host, most * sizeof *x->weight);
    x->going_on = host->alloc(host, most * sizeof *x->going_on);
    if (!found || !x->from || !x->action || !x->next || !x->weight || !x->going_on)
        return host->fail(host, RLB_E_NOMEM, "no memory for the exact expectations");
    for (uint32_t s = 0; s < S; s++)
        for (uint32_t a = 0; a < A; a++) {
            uint32_t n = w->model->outcomes(w->model_self, 0, s, a, found);
            for (uint32_t i = 0; i < n; i++, x->n++) {
                x->from[x->n] = s;
                x->action[x->n] = a;
                x->next[x->n] = found[i].next;
                x->weight[x->n] = (float)(found[i].prob / (S * A));
                x->going_on[x->n] = found[i].terminated ? 0 : 1;
            }
        }
    return RLB_OK;
}

rlb_status fb_batch_build(struct fb *f)
{
    const rlb_host *host = f->host;
    struct learning *l = &f->learning;
    if (f->c.data == DATA_EXACT) {
        rlb_status status = list_outcomes(f);
        if (status != RLB_OK)
            return status;
        l->n = f->exact.n;
        l->k = f->world.num_states;
    } else {
        l->n = l->k = f->c.batch;
    }
    size_t rows = l->n > LOOK_ROWS ? l->n : LOOK_ROWS, d = f->c.d;
    struct sample *s = &f->sample;
    s->obs = host->alloc(host, rows * f->obs_width * sizeof(float));
    s->next = host->alloc(host, rows * f->obs_width * sizeof(float));
    s->action = host->alloc(host, rows * sizeof *s->action);
    s->going_on = host->alloc(host, rows * sizeof *s->going_on);
    s->reward = host->alloc(host, rows * sizeof *s->reward);
    f->row = host->alloc(host, rows * sizeof *f->row);
    f->other = host->alloc(host, rows * sizeof *f->other);
    f->z = host->alloc(host, rows * d * sizeof *f->z);
    f->mix = host->alloc(host, rows * f->b_width * sizeof *f->mix);
    f->mix_out = host->alloc(host, rows * d * sizeof *f->mix_out);
    f->mixed = host->alloc(host, rows * sizeof *f->mixed);
    f->own_row = host->alloc(host, rows * sizeof *f->own_row);
    for (uint32_t i = 0; f->own_row && i < rows; i++)
        f->own_row[i] = i;
    f->row_q = host->alloc(host, LOOK_ROWS * (size_t)f->num_actions * sizeof *f->row_q);
    return s->obs && s->next && s->action && s->going_on && s->reward && f->row && f->other &&
                   f->z && f->mix && f->mix_out && f->mixed && f->own_row && f->row_q
               ? RLB_OK
               : host->fail(host, RLB_E_NOMEM, "no memory for a batch");
}

/* ---------------------------------------------------------------- rows */

static const float *state_obs(const struct fb *f, uint32_t s)
{
    return f->world.state_obs + (size_t)s * f->obs_width;
}

static void take_outcomes(struct fb *f)
{
    const struct outcomes *x = &f->exact;
    size_t bytes = f->obs_width * sizeof(float);
    bool next = f->c.convention == CONVENTION_NEXT;
    for (uint32_t i = 0; i < x->n; i++) {
        memcpy(f->sample.obs + (size_t)i * f->obs_width, state_obs(f, x->from[i]), bytes);
        memcpy(f->sample.next + (size_t)i * f->obs_width, state_obs(f, x->next[i]), bytes);
        f->sample.action[i] = (int32_t)x->action[i];
        f->sample.going_on[i] = x->going_on[i];
        f->own_row[i] = next ? x->next[i] : x->from[i];
    }
    fb_features(f, f->world.state_obs, f->learning.k, f->learning.b_in->data);
}

static void take_transitions(struct fb *f)
{
    struct learning *l = &f->learning;
    bool next = f->c.convention == CONVENTION_NEXT;
    data_draw(&f->data, l->n, f->row);
    data_gather(&f->data, l->n, f->row, &f->sample);
    const float *own = next ? f->sample.next : f->sample.obs;
    if (!f->c.two_batches) {
        fb_features(f, own, l->n, l->b_in->data);
        return;
    }
    fb_features(f, own, l->n, l->p_in->data);
    data_draw(&f->data, l->k, f->other);
    for (uint32_t i = 0; i < l->k; i++)
        f->other[i] += next;
    float *room = l->fz->data; /* not filled yet, and wide enough */
    data_obs(&f->data, l->k, f->other, room);
    fb_features(f, room, l->k, l->b_in->data);
}

/* ---------------------------------------------------------------- task vectors */

/* What z is to be B of: a row of the batch's states, or a later state of the row's own episode. */
static void take_mixed(struct fb *f, uint32_t i, float *out)
{
    const struct learning *l = &f->learning;
    size_t width = f->b_width;
    if (f->c.future_ratio > 0 && rlb_rng_uniform(&f->z_rng) < f->c.future_ratio) {
        uint64_t later = data_later(&f->data, f->row[i], 0.99);
        float *room = f->learning.fz->data;
        data_obs(&f->data, 1, &later, room);
        fb_features(f, room, 1, out);
        return;
    }
    uint32_t other = rlb_rng_below(&f->z_rng, l->k);
    memcpy(out, l->b_in->data + other * width, width * sizeof *out);
}

/* z of every row: from the law, or B of a state. */
static void draw_task_vectors(struct fb *f)
{
    uint32_t d = f->c.d, n = f->learning.n, num_mixed = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (f->c.mix_ratio > 0 && rlb_rng_uniform(&f->z_rng) < f->c.mix_ratio) {
            take_mixed(f, i, f->mix + (size_t)num_mixed * f->b_width);
            f->mixed[num_mixed++] = i;
        } else {
            law_draw(&f->z_rng, f->c.z_law, f->c.z_scale, d, f->z + (size_t)i * d);
        }
    }
    fb_ask_b(f, f->mix, num_mixed, f->mix_out);
    if (f->method == METHOD_SUCCESSOR_FEATURES) {
        float *phi = f->learning.in.fbar[0]->data; /* not filled yet */
        fb_ask_b(f, f->learning.b_in->data, f->learning.k, phi);
        fb_whiten(f, phi, f->learning.k, f->mix_out, num_mixed);
    }
    for (uint32_t k = 0; k < num_mixed; k++) {
        float *z = f->z + (size_t)f->mixed[k] * d;
        memcpy(z, f->mix_out + (size_t)k * d, d * sizeof *z);
        if (f->c.norm_z)
            law_normalize(z, d);
    }
}

/* Network inputs: [observation, z as F sees it]. */
static void fill_inputs(struct fb *f, const float *obs, rlb_tensor *into)
{
    size_t width = f->obs_width, d = f->c.d;
    for (uint32_t i = 0; i < f->learning.n; i++) {
        float *row = into->data + i * (width + d);
        memcpy(row, obs + i * width, width * sizeof *row);
        if (f->c.squash_z)
            law_squash(f->z + i * d, f->c.d, row + width);
        else
            memcpy(row + width, f->z + i * d, d * sizeof *row);
    }
}

void fb_draw_batch(struct fb *f)
{
    if (f->c.data == DATA_EXACT)
        take_outcomes(f);
    else
        take_transitions(f);
    draw_task_vectors(f);
    fill_inputs(f, f->sample.obs, f->learning.fz);
    fill_inputs(f, f->sample.next, f->ahead.in);
    for (uint32_t i = 0; f->learning.p_row && i < f->learning.n; i++)
        f->learning.p_row->index[i] = (int32_t)f->own_row[i];
    for (uint32_t i = 0; i < f->learning.n; i++)
        f->learning.taken->index[i] = (int32_t)(i * f->num_actions + (uint32_t)f->sample.action[i]);
}

/* ---------------------------------------------------------------- looking ahead */

static float dot(const float *a, const float *b, uint32_t n)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (uint32_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add_scaled(float *out, const float *x, float by, uint32_t n)
{
    if (by == 0)
        return;
#pragma omp simd
    for (uint32_t i = 0; i < n; i++)
        out[i] += by * x[i];
}

/* What pi_z does: p in [A], from the least of the heads' values. */
static void choose(struct fb *f, const float *const *rows, const float *z, float *p)
{
    uint32_t A = f->num_actions, d = f->c.d;
    float best = -INFINITY, sum = 0;
    for (uint32_t a = 0; a < A; a++) {
        p[a] = INFINITY;
        for (uint32_t h = 0; h < f->c.f.heads; h++)
            p[a] = fminf(p[a], dot(rows[h] + (size_t)a * d, z, d));
        best = fmaxf(best, p[a]);
    }
    if (f->c.policy == POLICY_GREEDY) {
        uint32_t taken = fb_argmax(p, A);
        for (uint32_t a = 0; a < A; a++)
            p[a] = a == taken;
        return;
    }
    for (uint32_t a = 0; a < A; a++)
        sum += p[a] = expf((p[a] - best) / (float)f->c.temp);
    for (uint32_t a = 0; a < A; a++) {
        p[a] /= sum;
        f->entropy -= p[a] > 0 ? (double)(p[a] * logf(p[a])) / f->learning.n : 0;
    }
}

void fb_look_ahead(struct fb *f)
{
    const uint32_t A = f->num_actions, d = f->c.d, n = f->learning.n;
    rlb_forward(f->ahead.tape);
    f->entropy = 0;
    for (uint32_t i = 0; i < n; i++) {
        const float *rows[MOST_HEADS];
        float g = (float)f->c.gamma * f->sample.going_on[i];
        for (uint32_t h = 0; h < f->c.f.heads; h++)
            rows[h] = f->ahead.out->data + ((size_t)h * n + i) * A * d;
        choose(f, rows, f->z + (size_t)i * d, f->row_q);
        for (uint32_t h = 0; h < f->c.f.heads; h++) {
            float *out = f->learning.in.fbar[h]->data + (size_t)i * d;
            memset(out, 0, d * sizeof *out);
            for (uint32_t a = 0; a < A; a++)
                add_scaled(out, rows[h] + (size_t)a * d, g * f->row_q[a], d);
        }
    }
}
