/* Attention: gradients, PyTorch's figures, brute force in double, and what masks promise. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define FIXTURE "lib/nn/attention_fixture.txt"

enum mask { CAUSAL, BOTH_WAYS, SEEN, PADDED, PADDED_BOTH_WAYS, NUM_MASKS };

/* One attention on a tape of its own. */
struct setting {
    struct nn_host host;
    rlb_tape *tape;
    rlb_tensor *qkv, *seen, *real, *y;
    uint32_t batch, tokens, width, heads;
    rlb_rng *rng;
};

static void setting_init(struct setting *s, enum mask mask, rlb_rng *rng, uint32_t batch,
                         uint32_t tokens, uint32_t width, uint32_t heads)
{
    *s = (struct setting){
        .batch = batch, .tokens = tokens, .width = width, .heads = heads, .rng = rng};
    nn_host_init(&s->host);
    s->tape = rlb_tape_create(&s->host.host);
    const uint32_t shape[] = {batch, tokens, 3 * width};
    s->qkv = rlb_input_with_grad(s->tape, 3, shape);
    rlb_visibility v = {.both_ways = mask == BOTH_WAYS || mask == PADDED_BOTH_WAYS};
    if (mask == SEEN)
        v.seen = s->seen = rlb_input_index(s->tape, 1, &tokens);
    if (mask == PADDED || mask == PADDED_BOTH_WAYS)
        v.real = s->real = rlb_input(s->tape, batch, tokens);
    s->y = rlb_attention(s->tape, s->qkv, heads, &v);
}

static void setting_finish(struct setting *s)
{
    nn_host_finish(&s->host);
}

/* Masks at random; some sequences are all padding, some queries see nothing. */
static void fill(void *ctx)
{
    struct setting *s = ctx;
    fill_normal(s->rng, s->qkv->data, s->qkv->size);
    if (s->seen)
        fill_index(s->rng, s->seen->index, s->seen->size, s->tokens + 1);
    for (uint32_t b = 0; s->real && b < s->batch; b++)
        for (uint32_t t = 0; t < s->tokens; t++)
            s->real->data[b * s->tokens + t] =
                rlb_rng_below(s->rng, 4) != 0 && rlb_rng_below(s->rng, 5) != b ? 1 : 0;
}

static void gradients(void)
{
    static const uint32_t lengths[] = {1, 2, 3, 5, 9, 17}, depths[] = {1, 2, 3, 5, 9};
    rlb_rng rng;
    rlb_rng_init(&rng, 5, 0);
    for (int round = 0; round < 40; round++) {
        struct setting s;
        uint32_t heads = 1 + (uint32_t)round % 4, tokens = lengths[rlb_rng_below(&rng, 6)];
        setting_init(&s, (enum mask)(round % NUM_MASKS), &rng, 1 + rlb_rng_below(&rng, 3), tokens,
                     heads * depths[rlb_rng_below(&rng, 5)], heads);
        double worst = gradcheck(&(struct gradcheck){.host = &s.host,
                                                     .tape = s.tape,
                                                     .out = s.y,
                                                     .inputs = &s.qkv,
                                                     .num_inputs = 1,
                                                     .rng = &rng,
                                                     .fill = fill,
                                                     .ctx = &s});
        if (worst > 1e-3)
            fprintf(stderr, "round %d: [%u][%u][%u] %u heads: %g\n", round, s.batch, tokens,
                    s.width, heads, worst);
        CU_ASSERT(worst <= 1e-3);
        setting_finish(&s);
    }
}

/* ---- PyTorch */

static void check_fixture(const char *name, enum mask mask, uint32_t batch, uint32_t tokens,
                          uint32_t width, uint32_t heads)
{
    struct setting s;
    char field[40];
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    setting_init(&s, mask, &rng, batch, tokens, width, heads);
    rlb_tensor *up = rlb_input_shaped(s.tape, 3, s.y->shape);
    rlb_tensor *loss = rlb_sum(s.tape, rlb_mul(s.tape, s.y, up));
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, loss), RLB_OK);
    snprintf(field, sizeof field, "%s_qkv", name);
    load_fixture(s.qkv->data, FIXTURE, field, s.qkv->size);
    snprintf(field, sizeof field, "%s_up", name);
    load_fixture(up->data, FIXTURE, field, up->size);
    snprintf(field, sizeof field, "%s_real", name);
    if (s.real)
        load_fixture(s.real->data, FIXTURE, field, s.real->size);
    snprintf(field, sizeof field, "%s_seen", name);
    if (s.seen)
        load_fixture_index(s.seen->index, FIXTURE, field, s.seen->size);
    rlb_forward(s.tape);
    rlb_backward(s.tape);
    snprintf(field, sizeof field, "%s_y", name);
    CU_ASSERT(off_fixture(s.y->data, FIXTURE, field, s.y->size) < 1e-6);
    snprintf(field, sizeof field, "%s_grad", name);
    CU_ASSERT(off_fixture(s.qkv->grad, FIXTURE, field, s.qkv->size) < 2e-6);
    setting_finish(&s);
}

static void as_pytorch(void)
{
    check_fixture("causal", CAUSAL, 2, 9, 10, 2);
    check_fixture("both", BOTH_WAYS, 2, 5, 9, 3);
    check_fixture("left", PADDED, 3, 7, 8, 4);
    check_fixture("right", PADDED_BOTH_WAYS, 2, 6, 5, 1);
    check_fixture("block", SEEN, 2, 8, 6, 2);
    check_fixture("long", CAUSAL, 1, 70, 4, 1);
}

/* ---- brute force */

static bool sees(const struct setting *s, enum mask mask, uint32_t b, uint32_t q, uint32_t k)
{
    if (s->real && (s->real->data[b * s->tokens + q] == 0 || s->real->data[b * s->tokens + k] == 0))
        return false;
    if (s->seen)
        return (int32_t)k < s->seen->index[q];
    return mask == BOTH_WAYS || mask == PADDED_BOTH_WAYS || k <= q;
}

/* Output and weights of query q, by the definition. */
static void by_definition(const struct setting *s, enum mask mask, uint32_t b, uint32_t head,
                          uint32_t q, double *weights, double *out)
{
    uint32_t depth = s->width / s->heads, row = 3 * s->width;
    const float *base = s->qkv->data + b * s->tokens * row + head * depth;
    double sum = 0;
    for (uint32_t c = 0; c < depth; c++)
        out[c] = 0;
    for (uint32_t k = 0; k < s->tokens; k++) {
        double dot = 0;
        for (uint32_t c = 0; c < depth; c++)
            dot += (double)base[q * row + c] * (double)base[k * row + s->width + c];
        weights[k] = sees(s, mask, b, q, k) ? exp(dot / sqrt(depth)) : 0;
        sum += weights[k];
    }
    for (uint32_t k = 0; sum > 0 && k < s->tokens; k++) {
        weights[k] /= sum;
        for (uint32_t c = 0; c < depth; c++)
            out[c] += weights[k] * (double)base[k * row + 2 * s->width + c];
    }
}

static void as_defined(void)
{
    enum { TOKENS = 150, WIDTH = 12, HEADS = 3, DEPTH = WIDTH / HEADS };
    static float weights[TOKENS * TOKENS];
    rlb_rng rng;
    rlb_rng_init(&rng, 6, 0);
    for (enum mask mask = CAUSAL; mask < NUM_MASKS; mask++) {
        struct setting s;
        setting_init(&s, mask, &rng, 2, TOKENS, WIDTH, HEADS);
        CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, NULL), RLB_OK);
        fill(&s);
        rlb_forward(s.tape);
        double worst = 0, p[TOKENS], y[DEPTH];
        for (uint32_t b = 0; b < 2; b++)
            for (uint32_t head = 0; head < HEADS; head++) {
                rlb_attention_weights(s.y, b, head, weights);
                for (uint32_t q = 0; q < TOKENS; q++) {
                    by_definition(&s, mask, b, head, q, p, y);
                    worst = fmax(worst, off(weights + q * TOKENS, p, TOKENS));
                    for (uint32_t c = 0; c < DEPTH; c++)
                        worst = fmax(
                            worst,
                            fabs((double)s.y->data[(b * TOKENS + q) * WIDTH + head * DEPTH + c] -
                                 y[c]));
                }
            }
        CU_ASSERT(worst < 3e-6);
        setting_finish(&s);
    }
}

/* ---- what masks promise */

static bool same_rows(const float *a, const float *b, uint32_t first, uint32_t end, uint32_t width)
{
    size_t at = (size_t)first * width;
    return memcmp(a + at, b + at, (size_t)(end - first) * width * sizeof *a) == 0;
}

/* Changing token t changes no output before t, bit for bit, and does change its own. */
static void causality(void)
{
    enum { TOKENS = 100, WIDTH = 6 };
    static float before[TOKENS * WIDTH];
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 7, 0);
    setting_init(&s, CAUSAL, &rng, 1, TOKENS, WIDTH, 2);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, NULL), RLB_OK);
    fill(&s);
    for (uint32_t t = 0; t < TOKENS; t++) {
        rlb_forward(s.tape);
        memcpy(before, s.y->data, sizeof before);
        fill_normal(&rng, s.qkv->data + t * 3 * WIDTH, 3 * WIDTH);
        rlb_forward(s.tape);
        CU_ASSERT(same_rows(before, s.y->data, 0, t, WIDTH));
        CU_ASSERT(!same_rows(before, s.y->data, t, t + 1, WIDTH));
    }
    setting_finish(&s);
}

/* Padding changes no output, bit for bit, has output 0 and gets no gradient. */
static void padding(void)
{
    enum { BATCH = 3, TOKENS = 20, WIDTH = 6 };
    static float before[BATCH * TOKENS * WIDTH];
    rlb_rng rng;
    rlb_rng_init(&rng, 8, 0);
    for (int both_ways = 0; both_ways < 2; both_ways++) {
        struct setting s;
        setting_init(&s, both_ways ? PADDED_BOTH_WAYS : PADDED, &rng, BATCH, TOKENS, WIDTH, 2);
        rlb_tensor *loss = rlb_sum(s.tape, rlb_mul(s.tape, s.y, s.y));
        CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, loss), RLB_OK);
        fill(&s);
        rlb_forward(s.tape);
        memcpy(before, s.y->data, sizeof before);
        size_t num_padding = 0;
        for (uint32_t r = 0; r < BATCH * TOKENS; r++) {
            if (s.real->data[r] != 0)
                continue;
            fill_uniform(&rng, s.qkv->data + r * 3 * WIDTH, 3 * WIDTH, -1e4, 1e4);
            num_padding++;
        }
        CU_ASSERT(num_padding > 5 && num_padding < BATCH * TOKENS);
        rlb_forward(s.tape);
        rlb_backward(s.tape);
        CU_ASSERT(same_rows(before, s.y->data, 0, BATCH * TOKENS, WIDTH));
        for (size_t i = 0; i < s.qkv->size; i++)
            CU_ASSERT(s.real->data[i / (3 * WIDTH)] != 0 || s.qkv->grad[i] == 0);
        for (size_t i = 0; i < s.y->size; i++)
            CU_ASSERT(s.real->data[i / WIDTH] != 0 || s.y->data[i] == 0);
        setting_finish(&s);
    }
}

/* Both ways the order of the tokens means nothing: outputs move with them. */
static void permutation(void)
{
    enum { TOKENS = 33, WIDTH = 10, ROW = 3 * WIDTH };
    double moved[TOKENS * WIDTH];
    float first[ROW];
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 9, 0);
    setting_init(&s, BOTH_WAYS, &rng, 1, TOKENS, WIDTH, 5);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, NULL), RLB_OK);
    fill(&s);
    rlb_forward(s.tape);
    for (uint32_t i = 0; i < TOKENS * WIDTH; i++)
        moved[i] = (double)s.y->data[(i + WIDTH) % (TOKENS * WIDTH)];
    memcpy(first, s.qkv->data, sizeof first);
    memmove(s.qkv->data, s.qkv->data + ROW, (TOKENS - 1) * sizeof first);
    memcpy(s.qkv->data + (TOKENS - 1) * ROW, first, sizeof first);
    rlb_forward(s.tape);
    CU_ASSERT(off(s.y->data, moved, TOKENS * WIDTH) < 1e-6);
    setting_finish(&s);
}

/* Huge scores neither overflow nor vanish; what is not a number stays visible. */
static void extremes(void)
{
    enum { TOKENS = 4, WIDTH = 2, ROW = 3 * WIDTH };
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 10, 0);
    setting_init(&s, CAUSAL, &rng, 1, TOKENS, WIDTH, 1);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, NULL), RLB_OK);
    fill(&s);
    for (uint32_t i = 0; i < TOKENS * ROW; i++)
        s.qkv->data[i] *= i % ROW < 2 * WIDTH ? 1e5f : 1;
    rlb_forward(s.tape);
    for (size_t i = 0; i < s.y->size; i++)
        CU_ASSERT(isfinite(s.y->data[i]));
    s.qkv->data[2 * ROW] = NAN;
    rlb_forward(s.tape);
    for (size_t i = 0; i < s.y->size; i++)
        CU_ASSERT(isnan(s.y->data[i]) == (i / WIDTH == 2));
    setting_finish(&s);
}

/* ---- mistakes */

static void check_mistake(uint32_t cols, uint32_t heads, uint32_t num_seen, uint32_t mask_rows,
                          const char *sentence)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_tape *t = rlb_tape_create(&host.host);
    const uint32_t shape[] = {2, 5, cols};
    rlb_visibility v = {.seen = num_seen ? rlb_input_index(t, 1, &num_seen) : NULL,
                        .real = mask_rows ? rlb_input(t, mask_rows, 5) : NULL};
    rlb_attention(t, rlb_input_shaped(t, 3, shape), heads, &v);
    CU_ASSERT_EQUAL(rlb_tape_finish(t, NULL), RLB_E_INVAL);
    CHECK_TEXT(host.failure, sentence);
    nn_host_finish(&host);
}

static void mistakes(void)
{
    check_mistake(10, 2, 0, 0,
                  "tape: attention: [2][5][10] is not [batch][tokens][3 width] with 2 heads in a "
                  "width");
    check_mistake(12, 0, 0, 0,
                  "tape: attention: [2][5][12] is not [batch][tokens][3 width] with 0 heads in a "
                  "width");
    check_mistake(12, 2, 4, 0, "tape: attention: `seen` [4] should be 5 integers");
    check_mistake(12, 2, 0, 3, "tape: attention: the mask [3][5] should be [2][5]");
}

CHECK_MAIN("attention", {"gradients", gradients}, {"as PyTorch", as_pytorch},
           {"as defined", as_defined}, {"the future changes nothing before it", causality},
           {"padding changes nothing", padding}, {"no order without causality", permutation},
           {"extreme values", extremes}, {"mistakes", mistakes})
