/* Optimisers: the norm of the gradient in one pass, the update in another. */
#include "simd.h"
#include "tape_parts.h"

#include <rlbench/optim.h>

struct rlb_optimizer {
    rlb_net *net;
    rlb_optimizer_spec spec;
    float *first, *second; /* [net size] moments; NULL where the kind has none */
    uint64_t steps;
};

/* What the loops need of one step. */
struct update {
    rlb_optimizer_spec spec;
    float scale;  /* of the gradient: clipping */
    float rate;   /* learning rate, corrected for the first moment */
    float spread; /* 1 / sqrt of the second moment's correction */
    size_t n;
    float *p, *first, *second;
    const float *grad;
    bool is_first;
};

static float regularized(const struct update *u, size_t i)
{
    return u->grad[i] * u->scale + u->spec.weight_decay * u->p[i];
}

NN_CLONES static void sgd(const struct update *u)
{
    size_t n = u->n;
    float *p = u->p, rate = u->rate;
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        p[i] -= rate * regularized(u, i);
}

NN_CLONES static void momentum(const struct update *u)
{
    float keep = u->is_first ? 0 : u->spec.momentum;
    size_t n = u->n;
    float ahead = u->spec.nesterov ? u->spec.momentum : 1, now = u->spec.nesterov ? 1.0f : 0.0f;
    float *restrict p = u->p, *restrict b = u->first, rate = u->rate;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float g = regularized(u, i);
        b[i] = keep * b[i] + g;
        p[i] -= rate * (now * g + ahead * b[i]);
    }
}

NN_CLONES static void rmsprop(const struct update *u)
{
    size_t n = u->n;
    float keep = u->spec.beta2, epsilon = u->spec.epsilon, rate = u->rate;
    float *restrict p = u->p, *restrict v = u->second;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float g = regularized(u, i);
        v[i] = keep * v[i] + (1 - keep) * (g * g);
        p[i] -= rate * g / (sqrtf(v[i]) + epsilon);
    }
}

NN_CLONES static void adam(const struct update *u)
{
    size_t n = u->n;
    float beta1 = u->spec.beta1, beta2 = u->spec.beta2, epsilon = u->spec.epsilon;
    float rate = u->rate, spread = u->spread, scale = u->scale;
    bool decoupled = u->spec.kind == RLB_ADAMW;
    float pull = decoupled ? 0 : u->spec.weight_decay;
    float shrink = decoupled ? 1 - u->spec.learning_rate * u->spec.weight_decay : 1;
    float *restrict p = u->p, *restrict m = u->first, *restrict v = u->second;
    const float *restrict grad = u->grad;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float g = grad[i] * scale + pull * p[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * (g * g);
        p[i] = p[i] * shrink - rate * m[i] / (sqrtf(v[i]) * spread + epsilon);
    }
}

static const struct {
    void (*update)(const struct update *);
    bool first, second;
} table[] = {
    [RLB_SGD] = {sgd, false, false},        [RLB_MOMENTUM] = {momentum, true, false},
    [RLB_RMSPROP] = {rmsprop, false, true}, [RLB_ADAM] = {adam, true, true},
    [RLB_ADAMW] = {adam, true, true},
};

rlb_optimizer *rlb_optimizer_create(rlb_net *net, const rlb_optimizer_spec *spec)
{
    const rlb_host *host = net->host;
    rlb_optimizer *o = host->alloc(host, sizeof *o);
    if (!o)
        return NULL;
    o->net = net;
    o->spec = *spec;
    size_t bytes = net->size * sizeof(float);
    if (table[spec->kind].first && !(o->first = host->alloc(host, bytes)))
        return NULL;
    if (table[spec->kind].second && !(o->second = host->alloc(host, bytes)))
        return NULL;
    return o;
}

/* In blocks, so that float32 lanes add few enough numbers to keep their digits. */
NN_CLONES static double square_sum(const float *x, size_t n)
{
    enum { BLOCK = 4096 };
    double total = 0;
    for (size_t from = 0; from < n; from += BLOCK) {
        size_t to = from + BLOCK < n ? from + BLOCK : n;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = from; i < to; i++)
            sum += x[i] * x[i];
        total += (double)sum;
    }
    return total;
}

/* The same without overflow, for gradients so large that their squares are not floats. */
static double careful_square_sum(const float *x, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += (double)x[i] * (double)x[i];
    return total;
}

double rlb_optimizer_step(rlb_optimizer *o)
{
    rlb_net *net = o->net;
    double norm = sqrt(square_sum(net->grads, net->size));
    if (!isfinite(norm))
        norm = sqrt(careful_square_sum(net->grads, net->size));
    if (!isfinite(norm))
        return norm;
    o->steps++;
    struct update u = {.spec = o->spec,
                       .scale = 1,
                       .rate = o->spec.learning_rate,
                       .spread = 1,
                       .n = net->size,
                       .p = net->values,
                       .first = o->first,
                       .second = o->second,
                       .grad = net->grads,
                       .is_first = o->steps == 1};
    if (o->spec.max_norm > 0 && norm > (double)o->spec.max_norm)
        u.scale = (float)((double)o->spec.max_norm / norm);
    if (table[o->spec.kind].first && table[o->spec.kind].second) {
        double t = (double)o->steps;
        u.rate = (float)((double)u.rate / (1 - pow((double)o->spec.beta1, t)));
        u.spread = (float)(1 / sqrt(1 - pow((double)o->spec.beta2, t)));
    }
    table[o->spec.kind].update(&u);
    return norm;
}

void rlb_optimizer_set_rate(rlb_optimizer *o, float learning_rate)
{
    o->spec.learning_rate = learning_rate;
}

uint64_t rlb_optimizer_steps(const rlb_optimizer *o)
{
    return o->steps;
}

const float *rlb_optimizer_first(const rlb_optimizer *o)
{
    return o->first;
}

const float *rlb_optimizer_second(const rlb_optimizer *o)
{
    return o->second;
}

enum {
    TAG_STEPS = RLB_TAG('O', 'P', 'T', 'N'),
    TAG_FIRST = RLB_TAG('O', 'P', 'T', '1'),
    TAG_SECOND = RLB_TAG('O', 'P', 'T', '2')
};

rlb_status rlb_optimizer_save(const rlb_optimizer *o, rlb_writer *w)
{
    size_t bytes = o->net->size * sizeof(float);
    rlb_status status = w->put(w, TAG_STEPS, &o->steps, sizeof o->steps);
    if (status == RLB_OK && o->first)
        status = w->put(w, TAG_FIRST, o->first, bytes);
    if (status == RLB_OK && o->second)
        status = w->put(w, TAG_SECOND, o->second, bytes);
    return status;
}

rlb_status rlb_optimizer_load(rlb_optimizer *o, rlb_reader *r)
{
    size_t bytes = o->net->size * sizeof(float);
    rlb_status status = r->get(r, TAG_STEPS, &o->steps, sizeof o->steps);
    if (status == RLB_OK && o->first)
        status = r->get(r, TAG_FIRST, o->first, bytes);
    if (status == RLB_OK && o->second)
        status = r->get(r, TAG_SECOND, o->second, bytes);
    return status;
}
