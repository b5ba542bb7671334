/* The transformer: gradients, PyTorch's figures, per-sample gradients, what a mask promises of the
 * whole stack, and the cache against the full forward. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIXTURE "lib/nn/attention_fixture.txt"

static const rlb_init wide = {RLB_INIT_NORMAL, 0.5f};

/* A transformer, a tape and its input. */
struct setting {
    struct nn_host host;
    rlb_net *net;
    rlb_transformer layer;
    rlb_tape *tape;
    rlb_tensor *x, *real, *y;
    rlb_rng *rng;
};

static rlb_tensor *sequences(rlb_tape *t, uint32_t batch, uint32_t tokens, uint32_t width)
{
    const uint32_t shape[] = {batch, tokens, width};
    return rlb_input_with_grad(t, 3, shape);
}

static void setting_init(struct setting *s, const rlb_transformer_spec *spec, rlb_rng *rng,
                         uint32_t batch, uint32_t tokens, bool padded)
{
    *s = (struct setting){.rng = rng};
    nn_host_init(&s->host);
    s->net = rlb_net_create(&s->host.host);
    s->layer = rlb_transformer_declare(s->net, "trunk", spec);
    CU_ASSERT_EQUAL_FATAL(rlb_net_init(s->net, rlb_rng_u64(rng)), RLB_OK);
    s->tape = rlb_tape_create(&s->host.host);
    s->x = sequences(s->tape, batch, tokens, spec->width);
    s->real = padded ? rlb_input(s->tape, batch, tokens) : NULL;
    s->y = rlb_transformer_apply(s->tape, &s->layer, s->x, &(rlb_visibility){.real = s->real});
}

static void setting_finish(struct setting *s)
{
    nn_host_finish(&s->host);
}

static void fill(void *ctx)
{
    struct setting *s = ctx;
    fill_normal(s->rng, s->x->data, s->x->size);
    for (size_t i = 0; s->real && i < s->real->size; i++)
        s->real->data[i] = rlb_rng_below(s->rng, 3) != 0;
}

static void gradients(void)
{
    static const rlb_transformer_spec specs[] = {
        {.width = 1, .heads = 1, .layers = 1, .no_last_norm = 1},
        {.width = 5, .heads = 1, .layers = 1, .positions = 9, .no_last_norm = 1},
        {.width = 6, .heads = 2, .layers = 2, .hidden = 7, .positions = 3},
        {.width = 9, .heads = 3, .layers = 2, .hidden = 17, .activation = RLB_SILU},
        {.width = 8, .heads = 4, .layers = 3, .hidden = 5, .activation = RLB_TANH}};
    static const uint32_t lengths[] = {2, 9, 3, 5, 1};
    rlb_rng rng;
    rlb_rng_init(&rng, 11, 0);
    for (uint32_t k = 0; k < 10; k++) {
        struct setting s;
        rlb_transformer_spec spec = specs[k % 5];
        spec.weight_init = wide;
        setting_init(&s, &spec, &rng, 1 + k % 3, lengths[k % 5], k >= 5);
        double worst = gradcheck(&(struct gradcheck){.host = &s.host,
                                                     .tape = s.tape,
                                                     .out = s.y,
                                                     .net = s.net,
                                                     .inputs = &s.x,
                                                     .num_inputs = 1,
                                                     .rng = &rng,
                                                     .fill = fill,
                                                     .ctx = &s});
        if (worst > 1e-3)
            fprintf(stderr, "case %u: %g\n", k, worst);
        CU_ASSERT(worst <= 1e-3);
        setting_finish(&s);
    }
}

/* ---- PyTorch: parameters in the order of the declarations, one after the other */

static size_t num_weights(const rlb_net *net)
{
    size_t n = 0;
    for (uint32_t p = 0; p < rlb_net_count(net); p++)
        n += rlb_net_param(net, p)->size;
    return n;
}

static void check_fixture(const char *name, rlb_transformer_spec spec, uint32_t batch,
                          uint32_t tokens)
{
    struct setting s;
    char field[40];
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    setting_init(&s, &spec, &rng, batch, tokens, false);
    rlb_tensor *up = rlb_input_shaped(s.tape, 3, s.y->shape);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, rlb_sum(s.tape, rlb_mul(s.tape, s.y, up))),
                          RLB_OK);
    size_t size = num_weights(s.net);
    float *flat = calloc(size, sizeof *flat);
    CU_ASSERT_PTR_NOT_NULL_FATAL(flat);
    snprintf(field, sizeof field, "%s_weights", name);
    load_fixture(flat, FIXTURE, field, size);
    size_t at = 0;
    for (uint32_t p = 0; p < rlb_net_count(s.net); p++) {
        const rlb_param_info *info = rlb_net_param(s.net, p);
        memcpy(rlb_net_values(s.net) + info->offset, flat + at, info->size * sizeof *flat);
        at += info->size;
    }
    snprintf(field, sizeof field, "%s_x", name);
    load_fixture(s.x->data, FIXTURE, field, s.x->size);
    snprintf(field, sizeof field, "%s_up", name);
    load_fixture(up->data, FIXTURE, field, up->size);
    rlb_forward(s.tape);
    rlb_backward(s.tape);
    at = 0;
    for (uint32_t p = 0; p < rlb_net_count(s.net); p++) {
        const rlb_param_info *info = rlb_net_param(s.net, p);
        memcpy(flat + at, rlb_net_grads(s.net) + info->offset, info->size * sizeof *flat);
        at += info->size;
    }
    snprintf(field, sizeof field, "%s_y", name);
    CU_ASSERT(off_fixture(s.y->data, FIXTURE, field, s.y->size) < 2e-6);
    snprintf(field, sizeof field, "%s_x_grad", name);
    CU_ASSERT(off_fixture(s.x->grad, FIXTURE, field, s.x->size) < 5e-6);
    snprintf(field, sizeof field, "%s_grads", name);
    CU_ASSERT(off_fixture(flat, FIXTURE, field, size) < 5e-6);
    free(flat);
    setting_finish(&s);
}

static void as_pytorch(void)
{
    check_fixture(
        "gelu", (rlb_transformer_spec){.width = 9, .heads = 3, .layers = 2, .positions = 8}, 2, 7);
    check_fixture("relu",
                  (rlb_transformer_spec){
                      .width = 6, .heads = 2, .layers = 1, .positions = 5, .activation = RLB_RELU},
                  3, 4);
}

/* ---- per-sample gradients: those of a batch of one */

static void per_sample(void)
{
    enum { BATCH = 4, TOKENS = 5 };
    const rlb_transformer_spec spec = {
        .width = 6, .heads = 2, .layers = 2, .positions = 7, .weight_init = wide};
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 12, 0);
    setting_init(&s, &spec, &rng, BATCH, TOKENS, true);
    rlb_tape *single = rlb_tape_create(&s.host.host);
    rlb_tensor *x = sequences(single, 1, TOKENS, spec.width), *real = rlb_input(single, 1, TOKENS);
    rlb_tensor *y = rlb_transformer_apply(single, &s.layer, x, &(rlb_visibility){.real = real});
    rlb_tensor *up = rlb_input_shaped(s.tape, 3, s.y->shape);
    rlb_tensor *one_up = rlb_input_shaped(single, 3, y->shape);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, rlb_sum(s.tape, rlb_mul(s.tape, s.y, up))),
                          RLB_OK);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(single, rlb_sum(single, rlb_mul(single, y, one_up))),
                          RLB_OK);
    fill_normal(&rng, up->data, up->size);
    fill(&s);
    size_t size = rlb_net_size(s.net);
    float *vector = calloc(2 * size, sizeof *vector), *one = vector + size;
    CU_ASSERT_PTR_NOT_NULL_FATAL(vector);
    fill_normal(&rng, vector, size);
    double dots[BATCH];
    rlb_forward(s.tape);
    rlb_backward(s.tape);
    rlb_per_sample_dot(s.tape, s.net, vector, BATCH, dots);
    for (uint32_t b = 0; b < BATCH; b++) {
        rlb_per_sample_grad(s.tape, s.net, BATCH, b, one);
        memcpy(x->data, s.x->data + b * x->size, x->size * sizeof *x->data);
        memcpy(one_up->data, up->data + b * y->size, y->size * sizeof *y->data);
        memcpy(real->data, s.real->data + b * TOKENS, TOKENS * sizeof *real->data);
        rlb_forward(single);
        rlb_backward(single);
        const float *expected = rlb_net_grads(s.net);
        double dot = 0, worst = 0, largest = 0;
        for (size_t i = 0; i < size; i++) {
            dot += (double)expected[i] * (double)vector[i];
            worst = fmax(worst, fabs((double)expected[i] - (double)one[i]));
            largest = fmax(largest, fabs((double)expected[i]));
        }
        CU_ASSERT(largest > 0 && worst < 1e-5 * largest);
        CU_ASSERT(fabs(dots[b] - dot) < 1e-5 * largest * sqrt((double)size));
    }
    free(vector);
    setting_finish(&s);
}

/* ---- masks, through the whole stack */

static void causality(void)
{
    enum { TOKENS = 12, WIDTH = 8 };
    const rlb_transformer_spec spec = {
        .width = WIDTH, .heads = 2, .layers = 3, .weight_init = wide};
    float before[TOKENS * WIDTH];
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 13, 0);
    setting_init(&s, &spec, &rng, 1, TOKENS, false);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, NULL), RLB_OK);
    fill(&s);
    for (uint32_t t = 0; t < TOKENS; t++) {
        rlb_forward(s.tape);
        memcpy(before, s.y->data, sizeof before);
        fill_normal(&rng, s.x->data + t * WIDTH, WIDTH);
        rlb_forward(s.tape);
        CU_ASSERT(memcmp(before, s.y->data, t * WIDTH * sizeof *before) == 0);
        for (uint32_t later = t; later < TOKENS; later++)
            CU_ASSERT(memcmp(before + later * WIDTH, s.y->data + later * WIDTH,
                             WIDTH * sizeof *before) != 0);
    }
    setting_finish(&s);
}

static void padding(void)
{
    enum { BATCH = 3, TOKENS = 9, WIDTH = 8, SIZE = BATCH * TOKENS * WIDTH };
    const rlb_transformer_spec spec = {
        .width = WIDTH, .heads = 4, .layers = 2, .weight_init = wide};
    float before[SIZE];
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 14, 0);
    setting_init(&s, &spec, &rng, BATCH, TOKENS, true);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, NULL), RLB_OK);
    fill(&s);
    rlb_forward(s.tape);
    memcpy(before, s.y->data, sizeof before);
    for (uint32_t r = 0; r < BATCH * TOKENS; r++)
        if (s.real->data[r] == 0)
            fill_normal(&rng, s.x->data + r * WIDTH, WIDTH);
    rlb_forward(s.tape);
    for (uint32_t r = 0; r < BATCH * TOKENS; r++)
        CU_ASSERT((s.real->data[r] == 0) !=
                  (memcmp(before + r * WIDTH, s.y->data + r * WIDTH, WIDTH * sizeof *before) == 0));
    setting_finish(&s);
}

/* ---- the cache */

/* Tokens [first, first + count) of all sequences through a tape of its own, on the cache. */
static void feed(struct setting *s, rlb_cache *cache, uint32_t first, uint32_t count, double *worst)
{
    uint32_t batch = s->x->shape[0], tokens = s->x->shape[1], width = s->x->shape[2];
    rlb_tape *t = rlb_tape_create(&s->host.host);
    rlb_tensor *x = sequences(t, batch, count, width);
    rlb_tensor *y = rlb_transformer_apply_cached(t, &s->layer, x, cache);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, NULL), RLB_OK);
    size_t part = (size_t)count * width;
    for (uint32_t b = 0; b < batch; b++)
        memcpy(x->data + b * part, s->x->data + (b * tokens + first) * width,
               part * sizeof *x->data);
    rlb_forward(t);
    for (uint32_t b = 0; b < batch; b++)
        for (size_t i = 0; i < part; i++)
            *worst = fmax(*worst, fabs((double)y->data[b * part + i] -
                                       (double)s->y->data[(b * tokens + first) * width + i]));
}

static void cached(void)
{
    enum { BATCH = 3, TOKENS = 19, WIDTH = 12, HEADS = 3 };
    static const uint32_t parts[][4] = {{1, 1, 1, 16}, {7, 1, 2, 9}, {19, 0, 0, 0}};
    const rlb_transformer_spec spec = {
        .width = WIDTH, .heads = HEADS, .layers = 2, .positions = TOKENS, .weight_init = wide};
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 15, 0);
    setting_init(&s, &spec, &rng, BATCH, TOKENS, false);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, NULL), RLB_OK);
    rlb_cache *cache = rlb_cache_create(&s.host.host, &s.layer, BATCH, TOKENS);
    CU_ASSERT_PTR_NOT_NULL_FATAL(cache);
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        uint32_t first = 0;
        double worst = 0;
        fill(&s);
        rlb_forward(s.tape);
        rlb_cache_clear(cache);
        for (size_t i = 0; i < 4 && parts[k][i]; i++) {
            feed(&s, cache, first, parts[k][i], &worst);
            first += parts[k][i];
        }
        CU_ASSERT_EQUAL(first, TOKENS);
        CU_ASSERT_EQUAL(cache->length[0], TOKENS);
        CU_ASSERT(worst < 1e-5);
    }
    setting_finish(&s);
}

/* One tape, run once per token; beyond the capacity there is nothing but NaN. */
static void sampling(void)
{
    enum { BATCH = 2, TOKENS = 6, WIDTH = 4 };
    const rlb_transformer_spec spec = {
        .width = WIDTH, .heads = 2, .layers = 2, .weight_init = wide};
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 16, 0);
    setting_init(&s, &spec, &rng, BATCH, TOKENS, false);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, NULL), RLB_OK);
    rlb_cache *cache = rlb_cache_create(&s.host.host, &s.layer, BATCH, TOKENS);
    rlb_tape *t = rlb_tape_create(&s.host.host);
    rlb_tensor *x = sequences(t, BATCH, 1, WIDTH);
    rlb_tensor *y = rlb_transformer_apply_cached(t, &s.layer, x, cache);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, NULL), RLB_OK);
    fill(&s);
    rlb_forward(s.tape);
    for (uint32_t at = 0; at < TOKENS; at++) {
        for (uint32_t b = 0; b < BATCH; b++)
            memcpy(x->data + b * WIDTH, s.x->data + (b * TOKENS + at) * WIDTH,
                   WIDTH * sizeof *x->data);
        rlb_forward(t);
        for (uint32_t b = 0; b < BATCH; b++)
            for (uint32_t c = 0; c < WIDTH; c++)
                CU_ASSERT(fabsf(y->data[b * WIDTH + c] - s.y->data[(b * TOKENS + at) * WIDTH + c]) <
                          1e-5f);
    }
    rlb_forward(t);
    for (size_t i = 0; i < y->size; i++)
        CU_ASSERT(isnan(y->data[i]));
    setting_finish(&s);
}

/* ---- initial values, other nets, mistakes */

static double deviation_of(rlb_net *net, const rlb_dense *dense)
{
    const rlb_param_info *info = rlb_net_param(net, dense->weight);
    const float *w = rlb_net_values(net) + info->offset;
    double square = 0;
    for (size_t i = 0; i < info->size; i++)
        square += (double)w[i] * (double)w[i];
    return sqrt(square / (double)info->size);
}

static void initial_values(void)
{
    const rlb_transformer_spec spec = {.width = 64, .heads = 4, .layers = 3};
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 17, 0);
    setting_init(&s, &spec, &rng, 1, 2, false);
    for (uint32_t k = 0; k < 3; k++) {
        const rlb_block *b = &s.layer.block[k];
        CU_ASSERT(fabs(deviation_of(s.net, &b->qkv) / 0.02 - 1) < 0.05);
        CU_ASSERT(fabs(deviation_of(s.net, &b->up) / 0.02 - 1) < 0.05);
        CU_ASSERT(fabs(deviation_of(s.net, &b->out) / (0.02 / sqrt(6)) - 1) < 0.05);
        CU_ASSERT(fabs(deviation_of(s.net, &b->down) / (0.02 / sqrt(6)) - 1) < 0.05);
        CU_ASSERT_EQUAL(b->up.out, 256);
        CU_ASSERT_EQUAL(rlb_net_values(s.net)[rlb_net_param(s.net, b->up.bias)->offset], 0);
    }
    setting_finish(&s);
}

/* A clone with other values gives what those values give. */
static void on_a_clone(void)
{
    const rlb_transformer_spec spec = {.width = 4, .heads = 2, .layers = 2, .positions = 3};
    float kept[2 * 3 * 4];
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 18, 0);
    setting_init(&s, &spec, &rng, 2, 3, false);
    rlb_net *clone = rlb_net_clone(s.net);
    rlb_net_draw(clone, 5);
    rlb_transformer other = rlb_transformer_on(&s.layer, clone);
    rlb_tensor *y = rlb_transformer_apply(s.tape, &other, s.x, NULL);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(s.tape, NULL), RLB_OK);
    fill(&s);
    rlb_forward(s.tape);
    memcpy(kept, y->data, sizeof kept);
    CU_ASSERT(memcmp(kept, s.y->data, sizeof kept) != 0);
    rlb_net_copy(s.net, clone);
    rlb_forward(s.tape);
    CU_ASSERT(memcmp(kept, s.y->data, sizeof kept) == 0);
    setting_finish(&s);
}

static void mistakes(void)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = rlb_net_create(&host.host);
    rlb_transformer_declare(net, "t", &(rlb_transformer_spec){.width = 8, .heads = 3, .layers = 1});
    CU_ASSERT_EQUAL(rlb_net_init(net, 1), RLB_E_INVAL);
    CHECK_TEXT(host.failure, "network: transformer t: it needs 1 to 16 layers and a width that its "
                             "heads divide, not 1 layers, width 8, 3 heads");
    nn_host_finish(&host);

    const rlb_transformer_spec spec = {.width = 8, .heads = 2, .layers = 1, .positions = 3};
    struct setting s;
    rlb_rng rng;
    rlb_rng_init(&rng, 19, 0);
    setting_init(&s, &spec, &rng, 2, 4, false);
    CU_ASSERT_EQUAL(rlb_tape_finish(s.tape, NULL), RLB_E_INVAL);
    CHECK_TEXT(s.host.failure, "tape: transformer: 4 tokens are more than its 3 learned positions");
    rlb_tape *t = rlb_tape_create(&s.host.host);
    rlb_transformer_apply(t, &s.layer, rlb_input(t, 2, 8), NULL);
    CU_ASSERT_EQUAL(rlb_tape_finish(t, NULL), RLB_E_INVAL);
    CHECK_TEXT(s.host.failure, "tape: transformer: its input [2][8] should be [batch][tokens][8]");
    t = rlb_tape_create(&s.host.host);
    rlb_cache *cache = rlb_cache_create(&s.host.host, &s.layer, 5, 3);
    rlb_transformer_apply_cached(t, &s.layer, sequences(t, 2, 1, 8), cache);
    CU_ASSERT_EQUAL(rlb_tape_finish(t, NULL), RLB_E_INVAL);
    CHECK_TEXT(s.host.failure,
               "tape: transformer: its input [2][1][8] does not fit a cache of 5 sequences");
    setting_finish(&s);
}

CHECK_MAIN("transformer", {"gradients", gradients}, {"as PyTorch", as_pytorch},
           {"per-sample gradients", per_sample},
           {"the future changes nothing before it", causality},
           {"padding changes nothing", padding}, {"the cache gives the full forward", cached},
           {"token by token on one tape", sampling}, {"initial values", initial_values},
           {"on a clone", on_a_clone}, {"mistakes", mistakes})
