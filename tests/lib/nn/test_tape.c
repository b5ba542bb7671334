/* The tape itself: who writes a gradient first, views, frozen nets, added gradients, replay. Every
 * gradient here is written out by hand. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

/* A net of three parameters [2][3], "a", "b" and "c", and a tape on it. */
struct bench {
    struct nn_host host;
    rlb_net *net;
    rlb_tape *tape;
    rlb_tensor *p[3];
};

enum { SIZE = 6 };
static const uint32_t shape[] = {2, 3}, flat[] = {6}, other[] = {3, 2};

static void start(struct bench *b)
{
    nn_host_init(&b->host);
    b->net = rlb_net_create(&b->host.host);
    const char *const names[] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++)
        rlb_net_declare(b->net, names[i], 2, shape, 1, (rlb_init){RLB_INIT_NORMAL, 1}, 1, 1);
    CU_ASSERT_EQUAL_FATAL(rlb_net_init(b->net, 5), RLB_OK);
    b->tape = rlb_tape_create(&b->host.host);
    for (uint32_t i = 0; i < 3; i++)
        b->p[i] = rlb_use_param(b->tape, b->net, i);
}

static void finish_tape(struct bench *b, rlb_tensor *loss)
{
    rlb_status status = rlb_tape_finish(b->tape, loss);
    if (status != RLB_OK)
        fprintf(stderr, "%s\n", b->host.failure);
    CU_ASSERT_EQUAL_FATAL(status, RLB_OK);
}

static void fill(float *to, size_t n, float value)
{
    for (size_t i = 0; i < n; i++)
        to[i] = value;
}

static bool all(const float *x, size_t n, float value)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(x[i] - value) <= 1e-6f * fabsf(value)))
            return false;
    return true;
}

static float *grads(struct bench *b, uint32_t param)
{
    return rlb_net_grads(b->net) + rlb_net_param(b->net, param)->offset;
}

/* sum of factor x, added to a loss. */
static rlb_tensor *plus(rlb_tape *t, rlb_tensor *loss, rlb_tensor *x, float factor)
{
    rlb_tensor *term = rlb_sum(t, rlb_affine(t, x, factor, 0));
    return loss ? rlb_add(t, loss, term) : term;
}

/* ---- first writers */

/* A parameter, an input and the result of an operation, each used 0, 1, 2 and 3 times with factors
 * 1, 10 and 100. */
static void used_so_often(void)
{
    static const float expected[] = {0, 1, 11, 111};
    for (int times = 0; times < 4; times++) {
        struct bench b;
        start(&b);
        rlb_tape *t = b.tape;
        rlb_tensor *x = rlb_input_with_grad(t, 2, shape), *y = rlb_input_with_grad(t, 2, shape);
        rlb_tensor *made = rlb_affine(t, y, 2, 0), *loss = plus(t, NULL, b.p[1], 7);
        float factor = 1;
        for (int k = 0; k < times; k++, factor *= 10) {
            loss = plus(t, loss, b.p[0], factor);
            loss = plus(t, loss, x, factor);
            loss = plus(t, loss, made, factor);
        }
        finish_tape(&b, loss);
        for (int round = 0; round < 3; round++) {
            fill(rlb_net_grads(b.net), rlb_net_size(b.net), NAN);
            rlb_forward(t);
            rlb_backward(t);
            CU_ASSERT(all(grads(&b, 0), SIZE, expected[times]));
            CU_ASSERT(all(grads(&b, 1), SIZE, 7));
            CU_ASSERT(all(grads(&b, 2), SIZE, 0));
            CU_ASSERT_FATAL(x->grad && y->grad);
            CU_ASSERT(all(x->grad, SIZE, expected[times]));
            CU_ASSERT(all(y->grad, SIZE, 2 * expected[times]));
        }
        rlb_backward_add(t);
        CU_ASSERT(all(grads(&b, 0), SIZE, 2 * expected[times]));
        CU_ASSERT(all(x->grad, SIZE, expected[times]));
        nn_host_finish(&b.host);
    }
}

static void unused_parameters(void)
{
    struct bench b;
    start(&b);
    /* "b" is behind a constant, "c" beside the loss */
    rlb_tensor *loss = plus(b.tape, NULL, b.p[0], 1);
    loss = plus(b.tape, loss, rlb_stop_gradient(b.tape, b.p[1]), 1);
    plus(b.tape, NULL, b.p[2], 1);
    finish_tape(&b, loss);
    fill(rlb_net_grads(b.net), rlb_net_size(b.net), 3);
    rlb_forward(b.tape);
    rlb_backward_add(b.tape);
    CU_ASSERT(all(grads(&b, 0), SIZE, 4));
    CU_ASSERT(all(grads(&b, 1), SIZE, 3) && all(grads(&b, 2), SIZE, 3));
    rlb_backward(b.tape);
    CU_ASSERT(all(grads(&b, 0), SIZE, 1));
    CU_ASSERT(all(grads(&b, 1), SIZE, 0) && all(grads(&b, 2), SIZE, 0));
    nn_host_finish(&b.host);
}

/* ---- views */

/* Of parameters, with the source used directly, before and after; views of views. */
static void views_of_parameters(void)
{
    struct bench b;
    start(&b);
    rlb_tape *t = b.tape;
    rlb_tensor *view = rlb_reshape(t, b.p[0], 1, flat), *twice = rlb_reshape(t, view, 2, other);
    rlb_tensor *loss = plus(t, NULL, twice, 1);
    loss = plus(t, loss, b.p[0], 10);
    loss = plus(t, loss, view, 100);
    rlb_tensor *only = rlb_reshape(t, b.p[1], 2, other);
    loss = plus(t, loss, only, 5);
    finish_tape(&b, loss);
    CU_ASSERT(view->data == b.p[0]->data && twice->data == b.p[0]->data);
    CU_ASSERT(view->grad == grads(&b, 0) && twice->grad == grads(&b, 0));
    fill(rlb_net_grads(b.net), rlb_net_size(b.net), NAN);
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT(all(grads(&b, 0), SIZE, 111) && all(grads(&b, 1), SIZE, 5));
    rlb_backward_add(t);
    CU_ASSERT(all(grads(&b, 0), SIZE, 222) && all(grads(&b, 1), SIZE, 10));
    nn_host_finish(&b.host);
}

static void views_of_others(void)
{
    struct bench b;
    start(&b);
    rlb_tape *t = b.tape;
    rlb_tensor *x = rlb_input_with_grad(t, 2, shape), *y = rlb_input_with_grad(t, 2, shape);
    rlb_tensor *made = rlb_affine(t, y, 2, 0), *square = rlb_mul(t, x, rlb_reshape(t, x, 2, shape));
    /* a constant beside something that is none */
    rlb_tensor *loss = plus(t, NULL, rlb_mul(t, rlb_stop_gradient(t, made), b.p[0]), 1);
    loss = plus(t, loss, square, 1);
    loss = plus(t, loss, rlb_reshape(t, made, 1, flat), 1);
    loss = plus(t, loss, made, 10);
    loss = plus(t, loss, rlb_stop_gradient(t, made), 100);
    loss = plus(t, loss, rlb_reshape(t, rlb_stop_gradient(t, rlb_reshape(t, x, 1, flat)), 2, other),
                1000);
    const uint32_t one[] = {1, 1};
    finish_tape(&b, rlb_reshape(t, loss, 2, one));
    fill(x->data, SIZE, 3);
    fill(y->data, SIZE, 4);
    for (int round = 0; round < 2; round++) {
        rlb_forward(t);
        rlb_backward(t);
        CU_ASSERT(all(x->grad, SIZE, 6) && all(y->grad, SIZE, 22) && all(grads(&b, 0), SIZE, 8));
    }
    nn_host_finish(&b.host);
}

static void views_of_indices(void)
{
    struct bench b;
    start(&b);
    rlb_tape *t = b.tape;
    rlb_tensor *index = rlb_input_index(t, 2, shape), *view = rlb_reshape(t, index, 1, flat);
    rlb_tensor *table = rlb_reshape(t, b.p[0], 2, other);
    rlb_tensor *rows = rlb_gather(t, table, rlb_reshape(t, rlb_stop_gradient(t, view), 2, other));
    finish_tape(&b, plus(t, NULL, rows, 1));
    CU_ASSERT(view->index == index->index && !view->data && rows->rank == 3);
    memcpy(index->index, (const int32_t[]){0, 2, 2, 0, 2, 0}, SIZE * sizeof(int32_t));
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT(rows->data[0] == b.p[0]->data[0] && rows->data[3] == b.p[0]->data[5]);
    CU_ASSERT(all(grads(&b, 0), 2, 3) && all(grads(&b, 0) + 2, 2, 0));
    CU_ASSERT(all(grads(&b, 0) + 4, 2, 3));
    /* per sample, too, through a view of the parameter */
    float vector[48], one[48];
    double dots[3];
    CU_ASSERT_EQUAL_FATAL(rlb_net_size(b.net), 48);
    fill(vector, 48, 1);
    rlb_per_sample_dot(t, b.net, vector, 3, dots);
    rlb_per_sample_grad(t, b.net, 3, 1, one);
    CU_ASSERT(dots[0] == 4 && dots[1] == 4 && dots[2] == 4);
    CU_ASSERT(all(one, 2, 1) && all(one + 2, 2, 0) && all(one + 4, 2, 1));
    nn_host_finish(&b.host);
}

/* ---- the loss */

/* A parameter, a view of one, or one as a constant. */
static void loss_is_parameter(void)
{
    for (int how = 0; how < 3; how++) {
        struct nn_host host;
        const uint32_t one = 1, ones[] = {1, 1};
        nn_host_init(&host);
        rlb_net *net = rlb_net_create(&host.host);
        rlb_net_declare(net, "alpha", 1, &one, 1, (rlb_init){RLB_INIT_CONSTANT, 2}, 1, 1);
        CU_ASSERT_EQUAL(rlb_net_init(net, 1), RLB_OK);
        rlb_tape *t = rlb_tape_create(&host.host);
        rlb_tensor *alpha = rlb_use_param(t, net, 0);
        rlb_tensor *loss = how == 0   ? alpha
                           : how == 1 ? rlb_reshape(t, alpha, 2, ones)
                                      : rlb_stop_gradient(t, alpha);
        CU_ASSERT_EQUAL(rlb_tape_finish(t, loss), RLB_OK);
        rlb_net_grads(net)[0] = NAN;
        rlb_forward(t);
        rlb_backward(t);
        CU_ASSERT_EQUAL(rlb_net_grads(net)[0], how < 2 ? 1 : 0);
        rlb_backward_add(t);
        CU_ASSERT_EQUAL(rlb_net_grads(net)[0], how < 2 ? 2 : 0);
        nn_host_finish(&host);
    }
}

static void constant_loss(void)
{
    struct bench b;
    start(&b);
    rlb_tensor *x = rlb_input_with_grad(b.tape, 2, shape);
    rlb_tensor *sum = rlb_sum(b.tape, rlb_mul(b.tape, rlb_affine(b.tape, b.p[0], 1, 1), x));
    finish_tape(&b, rlb_stop_gradient(b.tape, sum));
    fill(rlb_net_grads(b.net), rlb_net_size(b.net), NAN);
    for (int round = 0; round < 2; round++) {
        rlb_forward(b.tape);
        rlb_backward(b.tape);
        CU_ASSERT(all(grads(&b, 0), SIZE, 0) && all(x->grad, SIZE, 0));
    }
    nn_host_finish(&b.host);
}

/* ---- nets */

/* Gradients flow through a frozen net into its input, and not into it. */
static void frozen(void)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = rlb_net_create(&host.host);
    rlb_mlp mlp = rlb_mlp_declare(
        net, "q", &(rlb_mlp_spec){.in = 3, .hidden = {8}, .out = 2, .layer_norm = 1});
    CU_ASSERT_EQUAL(rlb_net_init(net, 3), RLB_OK);
    rlb_rng rng;
    rlb_rng_init(&rng, 4, 0);
    float grad[2][SIZE], x_data[SIZE];
    fill_normal(&rng, x_data, SIZE);
    for (int freeze = 0; freeze < 2; freeze++) {
        rlb_tape *t = rlb_tape_create(&host.host);
        if (freeze)
            rlb_tape_freeze(t, net);
        rlb_tensor *x = rlb_input_with_grad(t, 2, shape);
        rlb_tensor *loss = rlb_sum(t, rlb_square(t, rlb_mlp_apply(t, &mlp, x)));
        CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, loss), RLB_OK);
        memcpy(x->data, x_data, sizeof x_data);
        fill(rlb_net_grads(net), rlb_net_size(net), 17);
        rlb_forward(t);
        rlb_backward(t);
        CU_ASSERT_EQUAL(all(rlb_net_grads(net), rlb_net_size(net), 17), freeze);
        memcpy(grad[freeze], x->grad, sizeof grad[0]);
    }
    CU_ASSERT(memcmp(grad[0], grad[1], sizeof grad[0]) == 0);
    double size = 0;
    for (int i = 0; i < SIZE; i++)
        size += fabs((double)grad[0][i]);
    CU_ASSERT(size > 0.01);
    nn_host_finish(&host);
}

/* Two tapes with losses 3 sum(a) and sum(a b): each by itself, and added up. */
static void two_tapes(void)
{
    struct bench b;
    start(&b);
    rlb_tape *second = rlb_tape_create(&b.host.host);
    rlb_tensor *product =
        rlb_mul(second, rlb_use_param(second, b.net, 0), rlb_use_param(second, b.net, 1));
    finish_tape(&b, plus(b.tape, NULL, b.p[0], 3));
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(second, rlb_sum(second, product)), RLB_OK);
    fill(b.p[0]->data, SIZE, 5);
    fill(b.p[1]->data, SIZE, 7);
    rlb_forward(b.tape);
    rlb_forward(second);
    rlb_backward(second);
    CU_ASSERT(all(grads(&b, 0), SIZE, 7) && all(grads(&b, 1), SIZE, 5));
    rlb_backward(b.tape);
    CU_ASSERT(all(grads(&b, 0), SIZE, 3) && all(grads(&b, 1), SIZE, 0));
    rlb_backward_add(second);
    CU_ASSERT(all(grads(&b, 0), SIZE, 10) && all(grads(&b, 1), SIZE, 5));
    nn_host_finish(&b.host);
}

/* ---- replay */

/* Same inputs and parameters, same bits, whatever came in between. */
static void same_bits(void)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = rlb_net_create(&host.host);
    rlb_mlp mlp = rlb_mlp_declare(
        net, "q",
        &(rlb_mlp_spec){.in = 9, .hidden = {33, 17}, .out = 3, .members = 2, .layer_norm = 1});
    CU_ASSERT_EQUAL(rlb_net_init(net, 3), RLB_OK);
    rlb_rng rng;
    rlb_rng_init(&rng, 4, 0);
    rlb_tape *t = rlb_tape_create(&host.host);
    rlb_tensor *x = rlb_input(t, 19, 9);
    rlb_tensor *y = rlb_fold_min(t, rlb_mlp_apply(t, &mlp, x));
    rlb_tensor *loss = rlb_mean(t, rlb_log_softmax(t, y));
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, loss), RLB_OK);
    size_t size = rlb_net_size(net);
    float *first = malloc(size * sizeof *first), *x_first = malloc(x->size * sizeof *x_first);
    fill_normal(&rng, x->data, x->size);
    memcpy(x_first, x->data, x->size * sizeof *x_first);
    rlb_forward(t);
    rlb_backward(t);
    float loss_first = loss->data[0];
    memcpy(first, rlb_net_grads(net), size * sizeof *first);
    fill_normal(&rng, x->data, x->size);
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT(loss->data[0] != loss_first);
    memcpy(x->data, x_first, x->size * sizeof *x_first);
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT(loss->data[0] == loss_first);
    CU_ASSERT(memcmp(first, rlb_net_grads(net), size * sizeof *first) == 0);
    free(first);
    free(x_first);
    nn_host_finish(&host);
}

/* A parameter outside layers: the samples cannot be told apart, which shows. */
static void samples_mixed(void)
{
    struct bench b;
    start(&b);
    finish_tape(&b, plus(b.tape, NULL, b.p[0], 1));
    rlb_forward(b.tape);
    rlb_backward(b.tape);
    double dots[2];
    float vector[48] = {0}, one[48];
    rlb_per_sample_dot(b.tape, b.net, vector, 2, dots);
    rlb_per_sample_grad(b.tape, b.net, 2, 0, one);
    CU_ASSERT(isnan(dots[0]) && isnan(dots[1]) && isnan(one[0]));
    nn_host_finish(&b.host);
}

CHECK_MAIN("tape", {"tensors used 0, 1, 2 and 3 times", used_so_often},
           {"parameters without influence", unused_parameters},
           {"views of parameters", views_of_parameters},
           {"views of inputs and results", views_of_others}, {"views of indices", views_of_indices},
           {"a parameter as the loss", loss_is_parameter},
           {"a constant as the loss", constant_loss}, {"frozen nets", frozen},
           {"two tapes on a net", two_tapes}, {"same bits when replayed", same_bits},
           {"samples that mix", samples_mixed})
