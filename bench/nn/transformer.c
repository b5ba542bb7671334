/* A decoder on sequences of tokens with a linear head on every position, squared error, Adam. */
#include "bench/nn/cases.h"

#include "lib/nn/gemm.h"

enum { BATCH = 64, TOKENS = 60, IN = 32, WIDTH = 128, HEADS = 4, LAYERS = 3, OUT = 8 };
enum { ROWS = BATCH * TOKENS, HEAD = WIDTH / HEADS, QKV = 3 * WIDTH, STRIDE = 64 };

struct block {
    struct dense_floor qkv, out, up, down;
    float *weights; /* [BATCH][HEADS][TOKENS][STRIDE] */
};

struct transformer {
    rlb_tape *tape;
    rlb_optimizer *optimizer;
    struct dense_floor embed, head;
    struct block block[LAYERS];
};

static void make_floor(struct transformer *f)
{
    dense_floor_init(&f->embed, ROWS, IN, WIDTH);
    dense_floor_init(&f->head, ROWS, WIDTH, OUT);
    for (int k = 0; k < LAYERS; k++) {
        struct block *b = &f->block[k];
        dense_floor_init(&b->qkv, ROWS, WIDTH, QKV);
        dense_floor_init(&b->out, ROWS, WIDTH, WIDTH);
        dense_floor_init(&b->up, ROWS, WIDTH, 4 * WIDTH);
        dense_floor_init(&b->down, ROWS, 4 * WIDTH, WIDTH);
        b->weights = bench_floats((size_t)BATCH * HEADS * TOKENS * STRIDE);
    }
}

static void *make(void)
{
    const rlb_host *host = bench_host();
    struct transformer *f = bench_alloc(sizeof *f);
    rlb_net *net = rlb_net_create(host);
    rlb_dense embed = rlb_dense_declare(net, "embed", &(rlb_dense_spec){.in = IN, .out = WIDTH});
    rlb_transformer trunk =
        rlb_transformer_declare(net, "trunk",
                                &(rlb_transformer_spec){.width = WIDTH,
                                                        .heads = HEADS,
                                                        .layers = LAYERS,
                                                        .positions = TOKENS,
                                                        .activation = RLB_GELU_TANH});
    rlb_dense head = rlb_dense_declare(net, "head", &(rlb_dense_spec){.in = WIDTH, .out = OUT});
    bench_must(rlb_net_init(net, 1));
    rlb_tape *t = f->tape = rlb_tape_create(host);
    const uint32_t in[] = {BATCH, TOKENS, IN}, out[] = {BATCH, TOKENS, OUT};
    rlb_tensor *x = rlb_input_shaped(t, 3, in), *target = rlb_input_shaped(t, 3, out);
    rlb_tensor *tokens = rlb_dense_apply(t, &embed, x, RLB_IDENTITY);
    rlb_tensor *features = rlb_transformer_apply(t, &trunk, tokens, NULL);
    rlb_tensor *y = rlb_dense_apply(t, &head, features, RLB_IDENTITY);
    bench_must(rlb_tape_finish(t, rlb_mean(t, rlb_squared(t, y, target))));
    rlb_optimizer_spec adam = rlb_adam(1e-4f);
    f->optimizer = rlb_optimizer_create(net, &adam);
    bench_fill(x->data, x->size);
    bench_fill(target->data, target->size);
    make_floor(f);
    return f;
}

static void update(void *self)
{
    struct transformer *f = self;
    rlb_forward(f->tape);
    rlb_backward(f->tape);
    rlb_optimizer_step(f->optimizer);
}

/* Per sequence and head: scores and values, over the whole square. */
static void attention(const struct block *k, bool back)
{
    for (size_t b = 0; b < BATCH; b++)
        for (size_t h = 0; h < HEADS; h++) {
            const float *q = k->qkv.y + b * TOKENS * QKV + h * HEAD;
            float *g = k->qkv.dy + b * TOKENS * QKV + h * HEAD;
            float *y = (back ? k->out.dx : k->out.x) + b * TOKENS * WIDTH + h * HEAD;
            float *p = k->weights + (b * HEADS + h) * TOKENS * STRIDE;
            if (!back) {
                nn_gemm(false, true, TOKENS, TOKENS, HEAD, q, QKV, q + WIDTH, QKV, 0, p, STRIDE);
                nn_gemm(false, false, TOKENS, HEAD, TOKENS, p, STRIDE, q + 2 * WIDTH, QKV, 0, y,
                        WIDTH);
                continue;
            }
            nn_gemm(true, false, TOKENS, HEAD, TOKENS, p, STRIDE, y, WIDTH, 0, g + 2 * WIDTH, QKV);
            nn_gemm(false, true, TOKENS, TOKENS, HEAD, y, WIDTH, q + 2 * WIDTH, QKV, 0, p, STRIDE);
            nn_gemm(true, false, TOKENS, HEAD, TOKENS, p, STRIDE, q, QKV, 0, g + WIDTH, QKV);
            nn_gemm(false, false, TOKENS, HEAD, TOKENS, p, STRIDE, q + WIDTH, QKV, 0, g, QKV);
        }
}

static void products(void *self)
{
    const struct transformer *f = self;
    dense_floor_forward(&f->embed);
    for (int k = 0; k < LAYERS; k++) {
        dense_floor_forward(&f->block[k].qkv);
        attention(&f->block[k], false);
        dense_floor_forward(&f->block[k].out);
        dense_floor_forward(&f->block[k].up);
        dense_floor_forward(&f->block[k].down);
    }
    dense_floor_forward(&f->head);
    dense_floor_backward(&f->head, 1, 1);
    for (int k = LAYERS; k-- > 0;) {
        dense_floor_backward(&f->block[k].down, 1, 1);
        dense_floor_backward(&f->block[k].up, 1, 1);
        dense_floor_backward(&f->block[k].out, 1, 1);
        attention(&f->block[k], true);
        dense_floor_backward(&f->block[k].qkv, 1, 1);
    }
    dense_floor_backward(&f->embed, 1, 0);
}

const struct nn_case case_transformer = {"transformer", 0.5, make, update, products};
