/* LSTM and GRU on sequences with a linear head on every step, squared error, Adam. */
#include "bench/nn/cases.h"

#include "lib/nn/gemm.h"

enum { BATCH = 16, STEPS = 32, IN = 32, HIDDEN = 128, OUT = 4 };

struct recurrent {
    rlb_tape *tape;
    rlb_optimizer *optimizer;
    struct dense_floor inputs, recurrence, head; /* recurrence: all steps' rows */
};

static void make_floor(struct recurrent *l, size_t gates)
{
    dense_floor_init(&l->inputs, BATCH * STEPS, IN, gates);
    dense_floor_init(&l->recurrence, BATCH * STEPS, HIDDEN, gates);
    dense_floor_init(&l->head, BATCH * STEPS, HIDDEN, OUT);
}

static rlb_tensor *apply_lstm(rlb_tape *t, rlb_net *net, rlb_tensor *x)
{
    rlb_lstm lstm = rlb_lstm_declare(net, "lstm", &(rlb_lstm_spec){.in = IN, .hidden = HIDDEN});
    bench_must(rlb_net_init(net, 1));
    return rlb_lstm_apply(t, &lstm, x, (rlb_lstm_state){NULL, NULL}, NULL, NULL);
}

static rlb_tensor *apply_gru(rlb_tape *t, rlb_net *net, rlb_tensor *x)
{
    rlb_gru gru = rlb_gru_declare(net, "gru", &(rlb_gru_spec){.in = IN, .hidden = HIDDEN});
    bench_must(rlb_net_init(net, 1));
    return rlb_gru_apply(t, &gru, x, NULL, NULL, NULL);
}

static void *make(rlb_tensor *(*apply)(rlb_tape *, rlb_net *, rlb_tensor *), size_t gates)
{
    struct recurrent *l = bench_alloc(sizeof *l);
    rlb_net *net = rlb_net_create(bench_host());
    rlb_dense head = rlb_dense_declare(net, "head", &(rlb_dense_spec){.in = HIDDEN, .out = OUT});
    rlb_tape *t = l->tape = rlb_tape_create(bench_host());
    const uint32_t in[] = {BATCH, STEPS, IN}, out[] = {BATCH, STEPS, OUT};
    rlb_tensor *x = rlb_input_shaped(t, 3, in), *target = rlb_input_shaped(t, 3, out);
    rlb_tensor *y = rlb_dense_apply(t, &head, apply(t, net, x), RLB_IDENTITY);
    bench_must(rlb_tape_finish(t, rlb_mean(t, rlb_squared(t, y, target))));
    rlb_optimizer_spec adam = rlb_adam(1e-4f);
    l->optimizer = rlb_optimizer_create(net, &adam);
    bench_fill(x->data, x->size);
    bench_fill(target->data, target->size);
    make_floor(l, gates);
    return l;
}

static void *make_lstm(void)
{
    return make(apply_lstm, 4 * HIDDEN);
}

static void *make_gru(void)
{
    return make(apply_gru, 3 * HIDDEN);
}

static void update(void *self)
{
    struct recurrent *l = self;
    rlb_forward(l->tape);
    rlb_backward(l->tape);
    rlb_optimizer_step(l->optimizer);
}

/* One product per step for the recurrence, one over all steps for everything else. */
static void products(void *self)
{
    const struct recurrent *l = self;
    const struct dense_floor *r = &l->recurrence;
    size_t gates = r->out;
    dense_floor_forward(&l->inputs);
    for (size_t t = 1; t < STEPS; t++)
        nn_gemm(false, false, BATCH, gates, HIDDEN, r->x + t * BATCH * HIDDEN, HIDDEN, r->w, gates,
                1, r->y + t * BATCH * gates, gates);
    dense_floor_forward(&l->head);
    dense_floor_backward(&l->head, 1, 1);
    for (size_t t = STEPS - 1; t > 0; t--)
        nn_gemm(false, true, BATCH, HIDDEN, gates, r->dy + t * BATCH * gates, gates, r->w, gates, 1,
                r->dx + t * BATCH * HIDDEN, HIDDEN);
    dense_floor_backward(r, 1, 0);
    dense_floor_backward(&l->inputs, 1, 0);
}

const struct nn_case case_lstm = {"lstm", 0.5, make_lstm, update, products};
const struct nn_case case_gru = {"gru", 0.5, make_gru, update, products};
