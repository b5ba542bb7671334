/* Convolutions: gradients against differences, PyTorch and plain loops; dense layers as a special
 * case; per-sample gradients. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

/* ---- differences */

struct filling {
    rlb_tensor *x;
    rlb_rng *rng;
};

static void fill(void *ctx)
{
    struct filling *f = ctx;
    fill_normal(f->rng, f->x->data, f->x->size);
}

static uint32_t below(rlb_rng *rng, uint32_t n)
{
    return rlb_rng_below(rng, n);
}

/* Twice the same input, so that its gradient is added to; every third net is frozen. */
static double check_one(rlb_rng *rng, const rlb_conv2d_spec *spec, const uint32_t shape[4],
                        rlb_activation activation, int round)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = rlb_net_create(&host.host);
    rlb_conv2d conv = rlb_conv2d_declare(net, "c", spec);
    CU_ASSERT_EQUAL(rlb_net_init(net, rlb_rng_u64(rng)), RLB_OK);
    rlb_tape *t = rlb_tape_create(&host.host);
    bool frozen = round % 3 == 2;
    if (frozen)
        rlb_tape_freeze(t, net);
    rlb_tensor *x = rlb_input_with_grad(t, 4, shape);
    rlb_tensor *out = rlb_conv2d_apply(t, &conv, x, activation);
    if (round % 2)
        out = rlb_mul(t, out, rlb_conv2d_apply(t, &conv, x, RLB_SIGMOID));
    double worst = gradcheck(&(struct gradcheck){.host = &host,
                                                 .tape = t,
                                                 .out = out,
                                                 .net = frozen ? NULL : net,
                                                 .inputs = &x,
                                                 .num_inputs = 1,
                                                 .rng = rng,
                                                 .step = activation == RLB_RELU ? 1.0 / 512 : 0,
                                                 .most_kinks = 0.3,
                                                 .fill = fill,
                                                 .ctx = &(struct filling){x, rng}});
    nn_host_finish(&host);
    return worst;
}

static void gradients(void)
{
    static const rlb_activation kinds[] = {RLB_IDENTITY, RLB_TANH, RLB_RELU, RLB_GELU};
    rlb_rng rng;
    rlb_rng_init(&rng, 5, 0);
    for (int round = 0; round < 48; round++) {
        rlb_conv2d_spec spec = {.in = 1 + below(&rng, 3),
                                .out = 1 + below(&rng, 5),
                                .height = 1 + below(&rng, 4),
                                .width = 1 + below(&rng, 4),
                                .stride = below(&rng, 4),
                                .padding = (rlb_padding)(round % 2),
                                .no_bias = round % 5 == 0};
        const uint32_t least_h = round % 2 ? 1 : spec.height, least_w = round % 2 ? 1 : spec.width;
        const uint32_t shape[] = {1 + below(&rng, 3), least_h + below(&rng, 4),
                                  least_w + below(&rng, 4), spec.in};
        double worst = check_one(&rng, &spec, shape, kinds[round / 2 % 4], round);
        if (worst > 1e-3)
            fprintf(stderr, "round %d: [%u][%u][%u][%u] kernel %u x %u stride %u: %g\n", round,
                    shape[0], shape[1], shape[2], shape[3], spec.height, spec.width, spec.stride,
                    worst);
        CU_ASSERT(worst <= 1e-3);
    }
}

/* ---- one layer with loss sum(weights * y), all arrays at hand */

struct fixed {
    struct nn_host host;
    rlb_net *net;
    rlb_tape *tape;
    rlb_conv2d conv;
    rlb_tensor *x, *y, *weights;
};

static void fixed_init(struct fixed *f, const rlb_conv2d_spec *spec, const uint32_t shape[4],
                       rlb_activation activation)
{
    nn_host_init(&f->host);
    f->net = rlb_net_create(&f->host.host);
    f->conv = rlb_conv2d_declare(f->net, "c", spec);
    CU_ASSERT_EQUAL(rlb_net_init(f->net, 3), RLB_OK);
    f->tape = rlb_tape_create(&f->host.host);
    f->x = rlb_input_with_grad(f->tape, 4, shape);
    f->y = rlb_conv2d_apply(f->tape, &f->conv, f->x, activation);
    f->weights = rlb_input_shaped(f->tape, f->y->rank, f->y->shape);
    rlb_tensor *loss = rlb_sum(f->tape, rlb_mul(f->tape, f->y, f->weights));
    CU_ASSERT_EQUAL(rlb_tape_finish(f->tape, loss), RLB_OK);
}

static void fixed_run(struct fixed *f)
{
    rlb_forward(f->tape);
    rlb_backward(f->tape);
    rlb_backward(f->tape); /* as often as one likes */
}

static float *value(struct fixed *f, uint32_t param)
{
    return rlb_net_values(f->net) + rlb_net_param(f->net, param)->offset;
}

static float *slope(struct fixed *f, uint32_t param)
{
    return rlb_net_grads(f->net) + rlb_net_param(f->net, param)->offset;
}

/* ---- PyTorch, in float64 */

static const char file[] = "lib/nn/conv2d.txt";

static const struct torch_case {
    const char *name;
    uint32_t x[4];
    rlb_conv2d_spec spec;
    rlb_activation activation;
    uint32_t places[2];
} torch_cases[] = {
    {"valid", {2, 7, 6, 3}, {3, 4, 3, 2, 2, RLB_PADDING_VALID, 0, {0}, {0}}, RLB_IDENTITY, {3, 3}},
    {"same", {2, 5, 6, 3}, {3, 5, 4, 3, 1, RLB_PADDING_SAME, 0, {0}, {0}}, RLB_TANH, {5, 6}},
    {"stride", {2, 7, 8, 2}, {2, 3, 3, 4, 2, RLB_PADDING_SAME, 0, {0}, {0}}, RLB_GELU, {4, 4}},
    {"wide", {3, 2, 3, 2}, {2, 3, 5, 5, 0, RLB_PADDING_SAME, 0, {0}, {0}}, RLB_IDENTITY, {2, 3}},
};

static const char *in_case(const char *name, const char *what)
{
    static char text[60];
    snprintf(text, sizeof text, "%s.%s", name, what);
    return text;
}

static void close_to(const char *name, const char *what, const float *values, size_t n)
{
    double worst = off_fixture(values, file, in_case(name, what), n);
    if (!(worst <= 2e-6))
        fprintf(stderr, "%s.%s: off by %g\n", name, what, worst);
    CU_ASSERT(worst <= 2e-6);
}

static void torch(void)
{
    for (size_t i = 0; i < sizeof torch_cases / sizeof *torch_cases; i++) {
        const struct torch_case *c = &torch_cases[i];
        struct fixed f;
        fixed_init(&f, &c->spec, c->x, c->activation);
        CU_ASSERT_EQUAL(f.y->shape[1], c->places[0]);
        CU_ASSERT_EQUAL(f.y->shape[2], c->places[1]);
        size_t kernel = rlb_net_param(f.net, f.conv.kernel)->size;
        load_fixture(f.x->data, file, in_case(c->name, "x"), f.x->size);
        load_fixture(f.weights->data, file, in_case(c->name, "y.weight"), f.y->size);
        load_fixture(value(&f, f.conv.kernel), file, in_case(c->name, "kernel"), kernel);
        load_fixture(value(&f, f.conv.bias), file, in_case(c->name, "bias"), c->spec.out);
        fixed_run(&f);
        close_to(c->name, "y", f.y->data, f.y->size);
        close_to(c->name, "x.grad", f.x->grad, f.x->size);
        close_to(c->name, "kernel.grad", slope(&f, f.conv.kernel), kernel);
        close_to(c->name, "bias.grad", slope(&f, f.conv.bias), c->spec.out);
        nn_host_finish(&f.host);
    }
}

/* ---- plain loops, on sizes that need several blocks of windows */

enum { B = 6, SIDE = 17, IN = 29, OUT = 21, KERNEL = 4, STRIDE = 2, PAD = 1, PLACES = 9 };
enum { X = B * SIDE * SIDE * IN, K = KERNEL * KERNEL * IN * OUT, Y = B * PLACES * PLACES * OUT };

static void plain(const struct fixed *f, const float *kernel, double *y, double *gx, double *gk)
{
    const float *x = f->x->data, *g = f->weights->data;
    for (size_t r = 0; r < (size_t)B * PLACES * PLACES; r++)
        for (size_t tap = 0; tap < (size_t)KERNEL * KERNEL; tap++) {
            size_t row = r / PLACES % PLACES * STRIDE + tap / KERNEL,
                   column = r % PLACES * STRIDE + tap % KERNEL;
            if (row < PAD || row >= SIDE + PAD || column < PAD || column >= SIDE + PAD)
                continue;
            size_t pixel = (r / PLACES / PLACES * SIDE + row - PAD) * SIDE + column - PAD;
            for (size_t i = 0; i < IN; i++)
                for (size_t o = 0; o < OUT; o++) {
                    size_t at_x = pixel * IN + i, at_k = (tap * IN + i) * OUT + o;
                    y[r * OUT + o] += (double)x[at_x] * (double)kernel[at_k];
                    gx[at_x] += (double)g[r * OUT + o] * (double)kernel[at_k];
                    gk[at_k] += (double)g[r * OUT + o] * (double)x[at_x];
                }
        }
}

static void in_blocks(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 7, 0);
    struct fixed f;
    fixed_init(&f,
               &(rlb_conv2d_spec){.in = IN,
                                  .out = OUT,
                                  .height = KERNEL,
                                  .width = KERNEL,
                                  .stride = STRIDE,
                                  .padding = RLB_PADDING_SAME,
                                  .no_bias = 1},
               (const uint32_t[]){B, SIDE, SIDE, IN}, RLB_IDENTITY);
    fill_normal(&rng, f.x->data, X);
    fill_normal(&rng, f.weights->data, Y);
    double *y = calloc(Y, sizeof *y), *gx = calloc(X, sizeof *gx), *gk = calloc(K, sizeof *gk);
    plain(&f, value(&f, f.conv.kernel), y, gx, gk);
    fixed_run(&f);
    CU_ASSERT(off(f.y->data, y, Y) <= 2e-6);
    CU_ASSERT(off(f.x->grad, gx, X) <= 2e-6);
    CU_ASSERT(off(slope(&f, f.conv.kernel), gk, K) <= 2e-6);
    free(y);
    free(gx);
    free(gk);
    nn_host_finish(&f.host);
}

/* ---- a dense layer: pixels alone, or windows that are the whole image */

static double worst_off(const float *a, const float *b, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++)
        worst = fmax(worst, fabs((double)(a[i] - b[i])));
    return worst;
}

static void like_dense(const uint32_t shape[4], const rlb_conv2d_spec *spec)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 8, 0);
    struct fixed f;
    fixed_init(&f, spec, shape, RLB_TANH);
    uint32_t in = spec->height * spec->width * spec->in, rows = (uint32_t)(f.x->size / in);
    rlb_net *net = rlb_net_create(&f.host.host);
    rlb_dense dense = rlb_dense_declare(net, "d", &(rlb_dense_spec){.in = in, .out = spec->out});
    rlb_net_init(net, 1);
    rlb_net_copy(net, f.net);
    rlb_tape *t = rlb_tape_create(&f.host.host);
    rlb_tensor *x = rlb_input_with_grad(t, 2, (const uint32_t[]){rows, in});
    rlb_tensor *y = rlb_dense_apply(t, &dense, x, RLB_TANH);
    rlb_tensor *weights = rlb_input(t, rows, spec->out);
    CU_ASSERT_EQUAL(rlb_tape_finish(t, rlb_sum(t, rlb_mul(t, y, weights))), RLB_OK);
    fill_normal(&rng, x->data, x->size);
    fill_normal(&rng, weights->data, weights->size);
    memcpy(f.x->data, x->data, x->size * sizeof(float));
    memcpy(f.weights->data, weights->data, weights->size * sizeof(float));
    fixed_run(&f);
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT_EQUAL(f.y->size, y->size);
    CU_ASSERT(worst_off(f.y->data, y->data, y->size) <= 1e-6);
    CU_ASSERT(worst_off(f.x->grad, x->grad, x->size) <= 1e-5);
    CU_ASSERT(worst_off(rlb_net_grads(f.net), rlb_net_grads(net), rlb_net_size(net)) <= 1e-5);
    nn_host_finish(&f.host);
}

static void dense(void)
{
    like_dense((const uint32_t[]){37, 1, 1, 12},
               &(rlb_conv2d_spec){.in = 12, .out = 9, .height = 1, .width = 1});
    like_dense((const uint32_t[]){3, 4, 5, 12},
               &(rlb_conv2d_spec){.in = 12, .out = 9, .height = 1, .width = 1});
    like_dense((const uint32_t[]){7, 3, 4, 5},
               &(rlb_conv2d_spec){.in = 5, .out = 9, .height = 3, .width = 4});
}

/* ---- per-sample gradients: against a tape that holds that sample alone */

enum { IMAGES = 6, GROUP = 2, SAMPLES = IMAGES / GROUP };

static void per_sample(const rlb_conv2d_spec *spec, uint32_t height, uint32_t width)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 9, 0);
    struct fixed all, few;
    fixed_init(&all, spec, (const uint32_t[]){IMAGES, height, width, spec->in}, RLB_SILU);
    fixed_init(&few, spec, (const uint32_t[]){GROUP, height, width, spec->in}, RLB_SILU);
    fill_normal(&rng, all.x->data, all.x->size);
    fill_normal(&rng, all.weights->data, all.weights->size);
    fixed_run(&all);
    size_t n = rlb_net_size(all.net);
    float *vector = calloc(n, sizeof *vector), *one = calloc(n, sizeof *one);
    double *want = calloc(n, sizeof *want), dot[SAMPLES];
    fill_normal(&rng, vector, n);
    rlb_per_sample_dot(all.tape, all.net, vector, SAMPLES, dot);
    for (uint32_t s = 0; s < SAMPLES; s++) {
        memcpy(few.x->data, all.x->data + s * few.x->size, few.x->size * sizeof(float));
        memcpy(few.weights->data, all.weights->data + s * few.y->size, few.y->size * sizeof(float));
        fixed_run(&few);
        double inner = 0, size = 0;
        for (size_t i = 0; i < n; i++) {
            want[i] = (double)rlb_net_grads(few.net)[i];
            inner += want[i] * (double)vector[i];
            size += fabs(want[i] * (double)vector[i]);
        }
        rlb_per_sample_grad(all.tape, all.net, SAMPLES, s, one);
        CU_ASSERT(off(one, want, n) <= 2e-6);
        CU_ASSERT(fabs(dot[s] - inner) <= 1e-6 * size);
    }
    free(vector);
    free(one);
    free(want);
    nn_host_finish(&all.host);
    nn_host_finish(&few.host);
}

static void per_sample_gradients(void)
{
    per_sample(&(rlb_conv2d_spec){.in = 3, .out = 4, .height = 3, .width = 3, .padding = 1}, 5, 6);
    per_sample(&(rlb_conv2d_spec){.in = IN, .out = 5, .height = 4, .width = 4, .no_bias = 1}, SIDE,
               SIDE);
    per_sample(&(rlb_conv2d_spec){.in = 5, .out = 4, .height = 1, .width = 1}, 4, 3);
}

/* ---- the rest */

static void pixels(void)
{
    const uint8_t bytes[] = {0, 51, 255};
    float unit[3], planes[] = {1, 2, 3, 4, 5, 6}, to[6];
    rlb_bytes_to_unit(bytes, 3, unit);
    CU_ASSERT(unit[0] == 0 && unit[1] == 0.2f && unit[2] == 1);
    rlb_planes_to_pixels(planes, 2, 3, to);
    const float want[] = {1, 4, 2, 5, 3, 6};
    CU_ASSERT_EQUAL(memcmp(to, want, sizeof want), 0);
}

static void mistake(const uint32_t *shape, uint32_t rank, const char *sentence)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = rlb_net_create(&host.host);
    rlb_conv2d conv = rlb_conv2d_declare(
        net, "c", &(rlb_conv2d_spec){.in = 3, .out = 4, .height = 3, .width = 2});
    rlb_net_init(net, 1);
    rlb_tape *t = rlb_tape_create(&host.host);
    rlb_conv2d_apply(t, &conv, rlb_input_shaped(t, rank, shape), RLB_RELU);
    CU_ASSERT_EQUAL(rlb_tape_finish(t, NULL), RLB_E_INVAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(host.failure, sentence));
    nn_host_finish(&host);
}

static void mistakes(void)
{
    mistake((const uint32_t[]){2, 5, 5, 4}, 4,
            "conv2d c_kernel: its input [2][5][5][4] should be [images][height][width][3]");
    mistake((const uint32_t[]){2, 5, 3}, 3,
            "conv2d c_kernel: its input [2][5][3] should be [images][height][width][3]");
    mistake((const uint32_t[]){2, 2, 5, 3}, 4,
            "conv2d c_kernel: a kernel of 3 x 2 does not fit into [2][2][5][3] without padding");
}

CHECK_MAIN("conv2d", {"gradients against differences", gradients},
           {"values and gradients of PyTorch", torch}, {"several blocks", in_blocks},
           {"dense layers", dense}, {"gradients of samples", per_sample_gradients},
           {"bytes and planes", pixels}, {"mistakes", mistakes})
