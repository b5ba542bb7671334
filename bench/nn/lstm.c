/* An LSTM on sequences with a linear head on every step, squared error, Adam. */
#include "bench/nn/cases.h"

#include "lib/nn/gemm.h"

enum { BATCH = 16, STEPS = 32, IN = 32, HIDDEN = 128, OUT = 4, GATES = 4 * HIDDEN };

struct lstm {
    rlb_tape *tape;
    rlb_optimizer *optimizer;
    struct dense_floor inputs, recurrence, head; /* recurrence: all steps' rows */
};

static void *make(void)
{
    const rlb_host *host = bench_host();
    struct lstm *l = bench_alloc(sizeof *l);
    rlb_net *net = rlb_net_create(host);
    rlb_lstm lstm = rlb_lstm_declare(net, "lstm", &(rlb_lstm_spec){.in = IN, .hidden = HIDDEN});
    rlb_dense head = rlb_dense_declare(net, "head", &(rlb_dense_spec){.in = HIDDEN, .out = OUT});
    bench_must(rlb_net_init(net, 1));
    rlb_tape *t = l->tape = rlb_tape_create(host);
    const uint32_t in[] = {BATCH, STEPS, IN}, out[] = {BATCH, STEPS, OUT};
    rlb_tensor *x = rlb_input_shaped(t, 3, in), *target = rlb_input_shaped(t, 3, out);
    rlb_tensor *h = rlb_lstm_apply(t, &lstm, x, (rlb_lstm_state){NULL, NULL}, NULL, NULL);
    rlb_tensor *error = rlb_squared(t, rlb_dense_apply(t, &head, h, RLB_IDENTITY), target);
    bench_must(rlb_tape_finish(t, rlb_mean(t, error)));
    rlb_optimizer_spec adam = rlb_adam(1e-4f);
    l->optimizer = rlb_optimizer_create(net, &adam);
    bench_fill(x->data, x->size);
    bench_fill(target->data, target->size);
    dense_floor_init(&l->inputs, BATCH * STEPS, IN, GATES);
    dense_floor_init(&l->recurrence, BATCH * STEPS, HIDDEN, GATES);
    dense_floor_init(&l->head, BATCH * STEPS, HIDDEN, OUT);
    return l;
}

static void update(void *self)
{
    struct lstm *l = self;
    rlb_forward(l->tape);
    rlb_backward(l->tape);
    rlb_optimizer_step(l->optimizer);
}

/* One product per step for the recurrence, one over all steps for everything else. */
static void products(void *self)
{
    const struct lstm *l = self;
    const struct dense_floor *r = &l->recurrence;
    dense_floor_forward(&l->inputs);
    for (size_t t = 1; t < STEPS; t++)
        nn_gemm(false, false, BATCH, GATES, HIDDEN, r->x + t * BATCH * HIDDEN, HIDDEN, r->w, GATES,
                1, r->y + t * BATCH * GATES, GATES);
    dense_floor_forward(&l->head);
    dense_floor_backward(&l->head, 1, 1);
    for (size_t t = STEPS - 1; t > 0; t--)
        nn_gemm(false, true, BATCH, HIDDEN, GATES, r->dy + t * BATCH * GATES, GATES, r->w, GATES, 1,
                r->dx + t * BATCH * HIDDEN, HIDDEN);
    dense_floor_backward(r, 1, 0);
    dense_floor_backward(&l->inputs, 1, 0);
}

const struct nn_case case_lstm = {"lstm", 0.5, make, update, products};
