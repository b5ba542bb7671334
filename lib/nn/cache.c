/* Attention token by token: keys and values of the tokens before are kept. Keys lie transposed, so
 * that the scores of one query are a sum of rows. */
#include "attention.h"
#include "simd.h"
#include "tape_parts.h"

enum { U_LAYER };

rlb_cache *rlb_cache_create(const rlb_host *host, const rlb_transformer *layer, uint32_t batch,
                            uint32_t capacity)
{
    rlb_cache *cache = host->alloc(host, sizeof *cache);
    size_t stride = nn_whole_lanes(capacity), each = (size_t)layer->layers * batch * sizeof(float);
    if (!cache)
        return NULL;
    *cache = (rlb_cache){.batch = batch,
                         .capacity = capacity,
                         .width = layer->width,
                         .heads = layer->heads,
                         .layers = layer->layers,
                         .keys = host->alloc(host, each * layer->width * stride),
                         .values = host->alloc(host, each * capacity * layer->width),
                         .weights = host->alloc(host, each * layer->heads * stride)};
    return cache->keys && cache->values && cache->weights ? cache : NULL;
}

void rlb_cache_clear(rlb_cache *cache)
{
    memset(cache->length, 0, sizeof cache->length);
}

/* One sequence in one block. */
struct lane {
    float *keys;    /* [width][stride] */
    float *values;  /* [capacity][width] */
    float *weights; /* [heads][stride] */
    size_t stride;
};

static struct lane lane_of(const rlb_cache *c, size_t layer, size_t b)
{
    size_t at = layer * c->batch + b, stride = nn_whole_lanes(c->capacity);
    return (struct lane){c->keys + at * c->width * stride, c->values + at * c->capacity * c->width,
                         c->weights + at * c->heads * stride, stride};
}

/* y = sum of x[i] times row i of m: [rows][stride]. */
NN_CLONES static void combine(const float *x, const float *m, size_t rows, size_t stride,
                              float *restrict y, size_t cols)
{
    memset(y, 0, cols * sizeof *y);
    for (size_t i = 0; i < rows; i++) {
        const float *row = m + i * stride;
        for (size_t c = 0; c < cols; c++)
            y[c] += x[i] * row[c];
    }
}

/* Token number `at`: its key and value are kept, its query looks at all up to itself. */
static void look(const rlb_cache *c, const struct lane *lane, const float *qkv, size_t at, float *y)
{
    size_t width = c->width, depth = width / c->heads;
    for (size_t i = 0; i < width; i++)
        lane->keys[i * lane->stride + at] = qkv[width + i];
    memcpy(lane->values + at * width, qkv + 2 * width, width * sizeof *qkv);
    for (size_t head = 0; head < c->heads; head++) {
        float *p = lane->weights + head * lane->stride;
        combine(qkv + head * depth, lane->keys + head * depth * lane->stride, depth, lane->stride,
                p, nn_whole_lanes(at + 1));
        nn_softmax_row(p, NULL, 1.0f / sqrtf((float)depth), at + 1, lane->stride);
        combine(p, lane->values + head * depth, at + 1, width, y + head * depth, depth);
    }
}

static void cached_forward(nn_node *n)
{
    rlb_cache *c = n->state;
    const rlb_tensor *x = &n->in[0]->pub;
    uint32_t *length = &c->length[n->u[U_LAYER]], tokens = x->shape[1];
    for (size_t r = 0; r < x->rows; r++) {
        struct lane lane = lane_of(c, n->u[U_LAYER], r / tokens);
        float *y = n->out[0]->pub.data + r * c->width;
        size_t at = *length + r % tokens;
        if (at < c->capacity)
            look(c, &lane, x->data + r * x->cols, at, y);
        else
            for (size_t i = 0; i < c->width; i++)
                y[i] = NAN;
    }
    *length += tokens;
}

static const nn_op cached_op = {.name = "cached attention", .forward = cached_forward};

rlb_tensor *nn_attention_cached(rlb_tape *t, rlb_tensor *qkv, rlb_cache *cache, uint32_t layer)
{
    nn_node *n = nn_record(t, &cached_op, 1, &qkv);
    if (!n)
        return nn_nothing(t);
    n->state = cache;
    n->u[U_LAYER] = layer;
    return nn_output_cols(n, qkv, cache->width);
}
