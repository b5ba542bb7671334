/* Updates of perceptrons (forward, backward, Adam) beside their floor: the same matrix products
 * alone, called in the same order on the same shapes through the same library. The cases are those
 * of bench/peers/README.md. */
#include "../lib/nn/gemm.h"
#include "bench/nn_bench.h"

#include <stdio.h>
#include <stdlib.h>

struct mlp_case {
    const char *name;
    uint32_t batch;
    rlb_mlp_spec spec;
};

static const struct mlp_case cases[] = {
    {"mlp-big", 1024, {.in = 64, .hidden = {512, 512, 512}, .out = 1}},
    {"mlp-mid", 256, {.in = 17, .hidden = {256, 256}, .out = 6}},
    {"mlp-small", 32, {.in = 4, .hidden = {64, 64}, .out = 2, .activation = RLB_TANH}},
};

struct update {
    rlb_tape *tape;
    rlb_optimizer *optimizer;
};

static void run_update(void *ctx)
{
    struct update *u = ctx;
    rlb_forward(u->tape);
    rlb_backward(u->tape);
    rlb_optimizer_step(u->optimizer);
}

struct floor {
    uint32_t batch, num_layers, width[RLB_MLP_MOST + 2];
    float *weight[RLB_MLP_MOST + 1], *wgrad[RLB_MLP_MOST + 1];
    float *value[RLB_MLP_MOST + 2], *grad[RLB_MLP_MOST + 2];
};

static void run_floor(void *ctx)
{
    struct floor *f = ctx;
    size_t b = f->batch;
    for (uint32_t k = 0; k < f->num_layers; k++)
        nn_gemm(false, false, b, f->width[k + 1], f->width[k], f->value[k], f->width[k],
                f->weight[k], f->width[k + 1], 0, f->value[k + 1], f->width[k + 1]);
    for (uint32_t k = f->num_layers; k-- > 0;) {
        size_t in = f->width[k], out = f->width[k + 1];
        nn_gemm(true, false, in, out, b, f->value[k], in, f->grad[k + 1], out, 0, f->wgrad[k], out);
        if (k > 0)
            nn_gemm(false, true, b, in, out, f->grad[k + 1], out, f->weight[k], out, 0, f->grad[k],
                    in);
    }
}

static void make_floor(struct floor *f, const struct mlp_case *c)
{
    f->batch = c->batch;
    f->width[0] = c->spec.in;
    while (f->num_layers < RLB_MLP_MOST && c->spec.hidden[f->num_layers]) {
        f->width[f->num_layers + 1] = c->spec.hidden[f->num_layers];
        f->num_layers++;
    }
    f->width[++f->num_layers] = c->spec.out;
    for (uint32_t k = 0; k <= f->num_layers; k++) {
        f->value[k] = bench_floats((size_t)f->batch * f->width[k]);
        f->grad[k] = bench_floats((size_t)f->batch * f->width[k]);
        if (k < f->num_layers) {
            f->weight[k] = bench_floats((size_t)f->width[k] * f->width[k + 1]);
            f->wgrad[k] = bench_floats((size_t)f->width[k] * f->width[k + 1]);
        }
    }
}

static void bench_case(const struct mlp_case *c)
{
    const rlb_host *host = bench_host();
    rlb_net *net = rlb_net_create(host);
    rlb_mlp mlp = rlb_mlp_declare(net, "mlp", &c->spec);
    struct update u = {.tape = rlb_tape_create(host)};
    bench_must(rlb_net_init(net, 1));
    rlb_tensor *x = rlb_input(u.tape, c->batch, c->spec.in);
    rlb_tensor *target = rlb_input(u.tape, c->batch, c->spec.out);
    rlb_tensor *error = rlb_sub(u.tape, rlb_mlp_apply(u.tape, &mlp, x), target);
    bench_must(rlb_tape_finish(u.tape, rlb_mean(u.tape, rlb_mul(u.tape, error, error))));
    rlb_optimizer_spec adam = rlb_adam(1e-4f);
    u.optimizer = rlb_optimizer_create(net, &adam);
    bench_fill(x->data, x->size);
    bench_fill(target->data, target->size);
    struct floor f = {0};
    make_floor(&f, c);
    bench_pair(c->name, run_update, &u, run_floor, &f);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (argc < 2 || strcmp(argv[1], cases[i].name) == 0)
            bench_case(&cases[i]);
    return 0;
}
