/* Multi-head self-attention over whole sequences. Queries are taken in tiles; a tile forms products
 * only with the keys that one of its queries may see, which halves the work of a causal mask over
 * long contexts. */
#include "attention.h"
#include "gemm.h"
#include "rows.h"
#include "simd.h"
#include "tape_parts.h"

enum { TILE = 64 };
enum { IN_QKV, IN_REAL }; /* the node's state is `seen`, an index tensor or NULL */
enum { U_HEADS, U_BOTH_WAYS };

struct sizes {
    size_t batch, tokens, heads, width, depth; /* depth: width of a head */
    size_t stride;                             /* from a row of weights to the next */
    float scale;
};

static struct sizes sizes_of(const nn_node *n)
{
    const rlb_tensor *y = &n->out[0]->pub;
    struct sizes s = {y->shape[0], y->shape[1], n->u[U_HEADS], y->shape[2], 0, 0, 0};
    s.depth = s.width / s.heads;
    s.stride = nn_whole_lanes(s.tokens);
    s.scale = 1.0f / sqrtf((float)s.depth);
    return s;
}

/* Scratch: the weights [batch][heads][tokens][stride], one tile of their derivatives. */
static float *weights_of(const nn_node *n, const struct sizes *s, size_t b, size_t head)
{
    return (float *)n->scratch + (b * s->heads + head) * s->tokens * s->stride;
}

static float *tile_of(const nn_node *n, const struct sizes *s)
{
    return weights_of(n, s, s->batch, 0);
}

/* Keys 0 .. result - 1 are visible to query t, unless they are padding. */
static size_t seen_by(const nn_node *n, const struct sizes *s, size_t t)
{
    const rlb_tensor *extents = n->state;
    if (extents) {
        int32_t seen = extents->index[t];
        return seen < 0 ? 0 : (size_t)seen > s->tokens ? s->tokens : (size_t)seen;
    }
    return n->u[U_BOTH_WAYS] ? s->tokens : t + 1;
}

/* Queries [first, first + count) and the keys [0, keys) that they may see. The last tile takes all
 * keys, so that a backward pass from the last tile to the first writes everything at once. */
struct tile {
    size_t first, count, keys;
};

static size_t num_tiles(const struct sizes *s)
{
    return (s->tokens + TILE - 1) / TILE;
}

static struct tile tile_at(const nn_node *n, const struct sizes *s, size_t k)
{
    struct tile tile = {k * TILE, TILE, 1};
    if (k + 1 == num_tiles(s))
        return (struct tile){tile.first, s->tokens - tile.first, s->tokens};
    for (size_t t = tile.first; t < tile.first + TILE; t++)
        tile.keys = seen_by(n, s, t) > tile.keys ? seen_by(n, s, t) : tile.keys;
    return tile;
}

/* One sequence's part of the mask, in whole lanes; NULL without one. */
static const float *counts_of(const nn_node *n, const struct sizes *s, size_t b)
{
    if (n->num_in <= IN_REAL)
        return NULL;
    float *counts = tile_of(n, s) + TILE * s->stride;
    memcpy(counts, n->in[IN_REAL]->pub.data + b * s->tokens, s->tokens * sizeof *counts);
    return counts;
}

static const float hidden = -1e30f;

/* In whole lanes: what is hidden takes part, with weight 0. */
NN_CLONES static void softmax(float *restrict x, const float *counts, float scale, size_t seen,
                              size_t length)
{
    size_t end = nn_whole_lanes(seen);
    for (size_t j = seen; j < end; j++)
        x[j] = hidden;
    for (size_t j = 0; counts && j < end; j++)
        x[j] = counts[j] != 0 ? x[j] : hidden;
    float top = nn_row_largest(x, end), sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < end; j++) {
        x[j] = x[j] == hidden ? 0.0f : nn_expf(scale * (x[j] - top));
        sum += x[j];
    }
    float inverse = sum > 0 ? 1.0f / sum : 1.0f; /* nothing seen: 0; not a number: stays */
    for (size_t j = 0; j < end; j++)
        x[j] *= inverse;
    memset(x + end, 0, (length - end) * sizeof *x);
}

void nn_softmax_row(float *scores, const float *counts, float scale, size_t seen, size_t length)
{
    softmax(scores, counts, scale, seen, length);
}

/* One head: queries, keys and values lie side by side in rows of 3 width. */
static void head_forward(nn_node *n, const struct sizes *s, size_t b, size_t head,
                         const float *counts)
{
    size_t row = 3 * s->width;
    const float *q = n->in[IN_QKV]->pub.data + b * s->tokens * row + head * s->depth;
    const float *k = q + s->width, *v = k + s->width;
    float *p = weights_of(n, s, b, head);
    float *y = n->out[0]->pub.data + b * s->tokens * s->width + head * s->depth;
    for (size_t i = 0; i < num_tiles(s); i++) {
        struct tile tile = tile_at(n, s, i);
        float *tp = p + tile.first * s->stride;
        nn_gemm(false, true, tile.count, tile.keys, s->depth, q + tile.first * row, row, k, row, 0,
                tp, s->stride);
        for (size_t t = 0; t < tile.count; t++) {
            bool padding = counts && counts[tile.first + t] == 0;
            nn_softmax_row(tp + t * s->stride, counts, s->scale,
                           padding ? 0 : seen_by(n, s, tile.first + t), s->stride);
        }
        nn_gemm(false, false, tile.count, s->depth, tile.keys, tp, s->stride, v, row, 0,
                y + tile.first * s->width, s->width);
    }
}

static void attention_forward(nn_node *n)
{
    struct sizes s = sizes_of(n);
    for (size_t b = 0; b < s.batch; b++) {
        const float *counts = counts_of(n, &s, b);
        for (size_t head = 0; head < s.heads; head++)
            head_forward(n, &s, b, head, counts);
    }
}

/* dp -> derivative of q . k:  scale p (dp - sum(dp p)), with p = 0 wherever nothing is seen. */
NN_CLONES static void softmax_back(const float *p, float *dp, float scale, size_t rows,
                                   size_t length, size_t stride)
{
    for (size_t r = 0; r < rows; r++) {
        const float *restrict w = p + r * stride;
        float *restrict d = dp + r * stride;
        float along = 0;
#pragma omp simd reduction(+ : along)
        for (size_t j = 0; j < length; j++)
            along += w[j] * d[j];
        for (size_t j = 0; j < length; j++)
            d[j] = scale * w[j] * (d[j] - along);
    }
}

static void head_backward(nn_node *n, const struct sizes *s, size_t b, size_t head, bool adds)
{
    size_t row = 3 * s->width, at = b * s->tokens * row + head * s->depth;
    const float *q = n->in[IN_QKV]->pub.data + at, *k = q + s->width, *v = k + s->width;
    float *dq = n->in[IN_QKV]->pub.grad + at, *dk = dq + s->width, *dv = dk + s->width;
    const float *p = weights_of(n, s, b, head);
    const float *dy = n->out[0]->pub.grad + b * s->tokens * s->width + head * s->depth;
    float *dp = tile_of(n, s);
    for (size_t i = num_tiles(s); i-- > 0;) {
        struct tile tile = tile_at(n, s, i);
        const float *tp = p + tile.first * s->stride, *ty = dy + tile.first * s->width;
        float beta = adds || i + 1 < num_tiles(s) ? 1 : 0;
        nn_gemm(true, false, tile.keys, s->depth, tile.count, tp, s->stride, ty, s->width, beta, dv,
                row);
        nn_gemm(false, true, tile.count, tile.keys, s->depth, ty, s->width, v, row, 0, dp,
                s->stride);
        softmax_back(tp, dp, s->scale, tile.count, tile.keys, s->stride);
        nn_gemm(true, false, tile.keys, s->depth, tile.count, dp, s->stride, q + tile.first * row,
                row, beta, dk, row);
        nn_gemm(false, false, tile.count, s->depth, tile.keys, dp, s->stride, k, row, adds ? 1 : 0,
                dq + tile.first * row, row);
    }
}

static void attention_backward(nn_node *n)
{
    struct sizes s = sizes_of(n);
    for (size_t b = 0; nn_wants(n, IN_QKV) && b < s.batch; b++)
        for (size_t head = 0; head < s.heads; head++)
            head_backward(n, &s, b, head, nn_adds(n, IN_QKV));
    if (n->num_in > IN_REAL)
        (void)nn_grad(n, IN_REAL); /* 0 */
}

static const nn_op attention_op = {
    .name = "attention", .forward = attention_forward, .backward = attention_backward};

rlb_tensor *rlb_attention(rlb_tape *t, rlb_tensor *qkv, uint32_t heads,
                          const rlb_visibility *visible)
{
    const rlb_visibility causal = {0};
    const rlb_visibility *see = visible ? visible : &causal;
    if (nn_failed(t))
        return nn_nothing(t);
    if (qkv->rank != 3 || heads == 0 || qkv->cols % (3 * heads) != 0)
        return nn_fail(t, "attention: %s is not [batch][tokens][3 width] with %u heads in a width",
                       nn_shape_text(qkv), heads);
    uint32_t batch = qkv->shape[0], tokens = qkv->shape[1];
    if (see->seen && (!((nn_tensor *)see->seen)->is_index || see->seen->size != tokens))
        return nn_fail(t, "attention: `seen` %s should be %u integers", nn_shape_text(see->seen),
                       tokens);
    if (see->real && (see->real->rows != batch || see->real->cols != tokens))
        return nn_fail(t, "attention: the mask %s should be [%u][%u]", nn_shape_text(see->real),
                       batch, tokens);
    rlb_tensor *in[] = {qkv, see->real};
    nn_node *n = nn_record(t, &attention_op, see->real ? 2 : 1, in);
    if (!n)
        return nn_nothing(t);
    n->u[U_HEADS] = heads;
    n->u[U_BOTH_WAYS] = see->both_ways;
    n->state = see->seen;
    rlb_tensor *y = nn_output_cols(n, qkv, qkv->shape[2] / 3);
    size_t rows = (size_t)batch * heads * tokens + TILE + 1; /* weights, a tile, a mask */
    n->scratch_bytes = rows * nn_whole_lanes(tokens) * sizeof(float);
    return y;
}

void rlb_attention_weights(const rlb_tensor *attention, uint32_t b, uint32_t head, float *out)
{
    const nn_node *n = ((const nn_tensor *)attention)->maker;
    struct sizes s = sizes_of(n);
    for (size_t t = 0; t < s.tokens; t++)
        memcpy(out + t * s.tokens, weights_of(n, &s, b, head) + t * s.stride,
               s.tokens * sizeof *out);
}
