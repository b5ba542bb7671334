/* Dense layers, ensembles, layer norm and perceptrons: gradients and per-sample gradients. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

struct setting {
    rlb_tensor *x;
    rlb_rng *rng;
};

static void fill(void *ctx)
{
    struct setting *s = ctx;
    fill_normal(s->rng, s->x->data, s->x->size);
}

static double check_mlp(rlb_rng *rng, const rlb_mlp_spec *spec, uint32_t rows, bool stacked)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = rlb_net_create(&host.host);
    rlb_mlp mlp = rlb_mlp_declare(net, "mlp", spec);
    CU_ASSERT_EQUAL(rlb_net_init(net, rlb_rng_u64(rng)), RLB_OK);
    rlb_tape *t = rlb_tape_create(&host.host);
    const uint32_t shape[] = {spec->members, rows, spec->in};
    rlb_tensor *x = rlb_input_with_grad(t, 2 + stacked, shape + !stacked);
    struct setting s = {x, rng};
    double worst = gradcheck(&(struct gradcheck){
        .host = &host,
        .tape = t,
        .out = rlb_mlp_apply(t, &mlp, x),
        .net = net,
        .inputs = &x,
        .num_inputs = 1,
        .rng = rng,
        .step = spec->activation == RLB_RELU || spec->output == RLB_RELU ? 1.0 / 512 : 0,
        .most_kinks = 0.3,
        .fill = fill,
        .ctx = &s});
    nn_host_finish(&host);
    return worst;
}

static const uint32_t sizes[] = {1, 2, 3, 5, 8, 13, 17, 33};
enum { NUM_SIZES = sizeof sizes / sizeof *sizes };

static void gradients(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 3, 0);
    for (int round = 0; round < 60; round++) {
        rlb_mlp_spec spec = {.in = sizes[rlb_rng_below(&rng, NUM_SIZES)],
                             .out = sizes[rlb_rng_below(&rng, NUM_SIZES)],
                             .hidden = {sizes[rlb_rng_below(&rng, NUM_SIZES)]},
                             .activation = (rlb_activation)(1 + round % 8),
                             .output = (rlb_activation)(round % 9),
                             .members = round % 3 == 0 ? 2 + rlb_rng_below(&rng, 3) : 1,
                             .layer_norm = round % 2};
        double worst = check_mlp(&rng, &spec, sizes[rlb_rng_below(&rng, NUM_SIZES)],
                                 spec.members > 1 && round % 2);
        if (worst > 1e-3)
            fprintf(stderr, "round %d: activation %d output %d members %u: %g\n", round,
                    spec.activation, spec.output, spec.members, worst);
        CU_ASSERT(worst <= 1e-3);
    }
}

CHECK_MAIN("dense", {"gradients of perceptrons", gradients})
