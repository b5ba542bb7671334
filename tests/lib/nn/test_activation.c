/* Activations and their slopes over [-10, 10] against PyTorch in float64. */
#include "lib/nn/gradcheck.h"

#include "check.h"
#include "fixture.h"

#include <math.h>

#define FIXTURE "lib/nn/activation_fixture.txt"
enum { COUNT = 180 };

static const char *const names[] = {
    [RLB_IDENTITY] = "identity",   [RLB_RELU] = "relu",       [RLB_GELU] = "gelu",
    [RLB_GELU_TANH] = "gelu_tanh", [RLB_ELU] = "elu",         [RLB_SILU] = "silu",
    [RLB_TANH] = "tanh",           [RLB_SIGMOID] = "sigmoid", [RLB_SOFTPLUS] = "softplus"};
enum { NUM_KINDS = sizeof names / sizeof *names };

/* Largest |a - b| / max(1, |b|) against the stored values called kind:part. */
static double off_stored(const float *a, const char *kind, const char *part)
{
    char name[40];
    snprintf(name, sizeof name, "%s:%s", kind, part);
    const double *b = fixture(FIXTURE, name, COUNT);
    double worst = 0;
    for (int i = 0; i < COUNT; i++)
        worst =
            fmax(worst, isnan(a[i]) ? INFINITY : fabs((double)a[i] - b[i]) / fmax(1, fabs(b[i])));
    return worst;
}

static void close_to(double worst, const char *kind, const char *what)
{
    if (!(worst <= 2e-6))
        fprintf(stderr, "%s, %s: %g\n", kind, what, worst);
    CU_ASSERT(worst <= 2e-6);
}

/* The operation; used twice, so that the second use adds to the gradient of the first. */
static void as_operation(void)
{
    for (int k = 0; k < NUM_KINDS; k++) {
        struct nn_host host;
        nn_host_init(&host);
        rlb_tape *t = rlb_tape_create(&host.host);
        const uint32_t shape[] = {COUNT};
        rlb_tensor *x = rlb_input_with_grad(t, 1, shape);
        rlb_tensor *y = rlb_activate(t, x, (rlb_activation)k);
        rlb_tensor *again = rlb_activate(t, x, (rlb_activation)k);
        rlb_tensor *loss = rlb_affine(t, rlb_add(t, rlb_sum(t, y), rlb_sum(t, again)), 0.5f, 0);
        CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, loss), RLB_OK);
        load_fixture(x->data, FIXTURE, "x", COUNT);
        rlb_forward(t);
        rlb_backward(t);
        close_to(off_stored(y->data, names[k], "y"), names[k], "value");
        close_to(off_stored(x->grad, names[k], "slope"), names[k], "slope");
        nn_host_finish(&host);
    }
}

/* Fused into a dense layer whose weight is 1: another path to the same loops. */
static void within_dense(void)
{
    for (int k = 0; k < NUM_KINDS; k++) {
        struct nn_host host;
        nn_host_init(&host);
        rlb_net *net = rlb_net_create(&host.host);
        rlb_dense one = rlb_dense_declare(
            net, "one",
            &(rlb_dense_spec){.in = 1, .out = 1, .weight_init = {RLB_INIT_CONSTANT, 1}});
        CU_ASSERT_EQUAL_FATAL(rlb_net_init(net, 0), RLB_OK);
        rlb_tape *t = rlb_tape_create(&host.host);
        const uint32_t shape[] = {COUNT, 1};
        rlb_tensor *x = rlb_input_with_grad(t, 2, shape);
        rlb_tensor *y = rlb_dense_apply(t, &one, x, (rlb_activation)k);
        CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, rlb_sum(t, y)), RLB_OK);
        load_fixture(x->data, FIXTURE, "x", COUNT);
        rlb_forward(t);
        rlb_backward(t);
        close_to(off_stored(y->data, names[k], "y"), names[k], "value in dense");
        close_to(off_stored(x->grad, names[k], "slope"), names[k], "slope in dense");
        nn_host_finish(&host);
    }
}

CHECK_MAIN("activations", {"as an operation", as_operation}, {"within a dense layer", within_dense})
