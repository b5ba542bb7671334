/* Perceptrons on a squared error, Adam. */
#include "bench/nn/cases.h"

struct mlp {
    rlb_tape *tape;
    rlb_optimizer *optimizer;
    struct dense_floor layer[RLB_MLP_MOST + 1];
    uint32_t num_layers;
};

static void make_floor(struct mlp *m, uint32_t batch, const rlb_mlp_spec *spec)
{
    uint32_t in = spec->in;
    for (uint32_t k = 0; k < RLB_MLP_MOST && spec->hidden[k]; k++) {
        dense_floor_init(&m->layer[m->num_layers++], batch, in, spec->hidden[k]);
        in = spec->hidden[k];
    }
    dense_floor_init(&m->layer[m->num_layers++], batch, in, spec->out);
}

static void *make(uint32_t batch, const rlb_mlp_spec *spec)
{
    const rlb_host *host = bench_host();
    struct mlp *m = bench_alloc(sizeof *m);
    rlb_net *net = rlb_net_create(host);
    rlb_mlp mlp = rlb_mlp_declare(net, "mlp", spec);
    bench_must(rlb_net_init(net, 1));
    rlb_tape *t = m->tape = rlb_tape_create(host);
    rlb_tensor *x = rlb_input(t, batch, spec->in), *target = rlb_input(t, batch, spec->out);
    rlb_tensor *error = rlb_squared(t, rlb_mlp_apply(t, &mlp, x), target);
    bench_must(rlb_tape_finish(t, rlb_mean(t, error)));
    rlb_optimizer_spec adam = rlb_adam(1e-4f);
    m->optimizer = rlb_optimizer_create(net, &adam);
    bench_fill(x->data, x->size);
    bench_fill(target->data, target->size);
    make_floor(m, batch, spec);
    return m;
}

static void *make_big(void)
{
    return make(1024, &(rlb_mlp_spec){.in = 64, .hidden = {512, 512, 512}, .out = 1});
}

static void *make_mid(void)
{
    return make(256, &(rlb_mlp_spec){.in = 17, .hidden = {256, 256}, .out = 6});
}

static void *make_small(void)
{
    return make(32, &(rlb_mlp_spec){.in = 4, .hidden = {64, 64}, .out = 2, .activation = RLB_TANH});
}

static void update(void *self)
{
    struct mlp *m = self;
    rlb_forward(m->tape);
    rlb_backward(m->tape);
    rlb_optimizer_step(m->optimizer);
}

static void products(void *self)
{
    const struct mlp *m = self;
    for (uint32_t k = 0; k < m->num_layers; k++)
        dense_floor_forward(&m->layer[k]);
    for (uint32_t k = m->num_layers; k-- > 0;)
        dense_floor_backward(&m->layer[k], 1, k > 0);
}

const struct nn_case case_mlp_big = {"mlp-big", 0.75, make_big, update, products};
const struct nn_case case_mlp_mid = {"mlp-mid", 0.6, make_mid, update, products};
const struct nn_case case_mlp_small = {"mlp-small", 0, make_small, update, products};
