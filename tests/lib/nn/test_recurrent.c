/* LSTM and GRU: gradients against differences and PyTorch, resets, acting, per-sample gradients. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

enum kind { LSTM, GRU };
static const char *const names[] = {"lstm", "gru"};

/* One layer of either kind on a host of its own. */
struct layer {
    enum kind kind;
    struct nn_host host;
    rlb_net *net;
    rlb_lstm lstm;
    rlb_gru gru;
};

static void layer_init(struct layer *l, enum kind kind, uint32_t in, uint32_t hidden,
                       float forget_bias, uint64_t seed)
{
    l->kind = kind;
    nn_host_init(&l->host);
    l->net = rlb_net_create(&l->host.host);
    rlb_init orthogonal = {RLB_INIT_ORTHOGONAL, 1};
    if (kind == LSTM)
        l->lstm = rlb_lstm_declare(
            l->net, "r", &(rlb_lstm_spec){.in = in, .hidden = hidden, .forget_bias = forget_bias});
    else
        l->gru = rlb_gru_declare(
            l->net, "r", &(rlb_gru_spec){.in = in, .hidden = hidden, .recurrent_init = orthogonal});
    CU_ASSERT_EQUAL(rlb_net_init(l->net, seed), RLB_OK);
}

/* The layer on a tape, with every input that it may have. */
struct use {
    rlb_tensor *x, *first[2], *resets; /* as given, some NULL */
    rlb_tensor *y, *last[2];
};

enum { STATE = 1, RESETS = 2, SAME_STATE = 4 };

static struct use use_layer(const struct layer *l, rlb_tape *t, uint32_t batch, uint32_t steps,
                            unsigned with)
{
    bool lstm = l->kind == LSTM;
    uint32_t in = lstm ? l->lstm.in : l->gru.in, hidden = lstm ? l->lstm.hidden : l->gru.hidden;
    struct use u = {.x = rlb_input_with_grad(t, 3, (const uint32_t[]){batch, steps, in})};
    for (int k = 0; with & STATE && k < (lstm ? 2 : 1); k++)
        u.first[k] = k && with & SAME_STATE
                         ? u.first[0]
                         : rlb_input_with_grad(t, 2, (const uint32_t[]){batch, hidden});
    u.resets = with & RESETS ? rlb_input(t, batch, steps) : NULL;
    rlb_lstm_state last;
    if (lstm) {
        rlb_lstm_state first = {u.first[0], u.first[1]};
        u.y = rlb_lstm_apply(t, &l->lstm, u.x, first, u.resets, &last);
        u.last[0] = last.h;
        u.last[1] = last.c;
    } else {
        u.y = rlb_gru_apply(t, &l->gru, u.x, u.first[0], u.resets, &u.last[0]);
    }
    return u;
}

static void fill_resets(rlb_rng *rng, rlb_tensor *resets)
{
    for (size_t i = 0; resets && i < resets->size; i++)
        resets->data[i] = rlb_rng_below(rng, 3) == 0;
}

/* ---- differences */

struct filling {
    struct use *use;
    rlb_tensor *weights[2];
    rlb_rng *rng;
};

static void fill(void *ctx)
{
    struct filling *f = ctx;
    rlb_tensor *all[] = {f->use->x, f->use->first[0], f->use->first[1], f->weights[0],
                         f->weights[1]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i])
            fill_normal(f->rng, all[i]->data, all[i]->size);
    fill_resets(f->rng, f->use->resets);
}

/* The sequence and both last states in one loss, or one of them alone. */
static double check_one(rlb_rng *rng, enum kind kind, const uint32_t size[4], unsigned with,
                        int round)
{
    struct layer l;
    layer_init(&l, kind, size[0], size[1], 0.5f, rlb_rng_u64(rng));
    rlb_tape *t = rlb_tape_create(&l.host.host);
    if (round % 5 == 4)
        rlb_tape_freeze(t, l.net);
    struct use u = use_layer(&l, t, size[2], size[3], with);
    struct filling f = {.use = &u, .rng = rng};
    rlb_tensor *out = round % 4 == 3 ? u.last[0] : u.y;
    for (int k = 0; k < 2 && round % 4 < 2; k++)
        if (u.last[k]) {
            f.weights[k] = rlb_input_shaped(t, 2, u.last[k]->shape);
            out = rlb_add(t, out, rlb_sum(t, rlb_mul(t, u.last[k], f.weights[k])));
        }
    rlb_tensor *inputs[3] = {u.x};
    size_t num_inputs = 1;
    for (int k = 0; k < 2; k++)
        if (u.first[k] && (k == 0 || u.first[k] != u.first[0]))
            inputs[num_inputs++] = u.first[k];
    double worst = gradcheck(&(struct gradcheck){.host = &l.host,
                                                 .tape = t,
                                                 .out = out,
                                                 .net = round % 5 == 4 ? NULL : l.net,
                                                 .inputs = inputs,
                                                 .num_inputs = num_inputs,
                                                 .rng = rng,
                                                 .fill = fill,
                                                 .ctx = &f});
    nn_host_finish(&l.host);
    return worst;
}

static void gradients(void)
{
    static const uint32_t sizes[] = {1, 2, 3, 5, 9, 17}, short_sizes[] = {1, 1, 2, 3, 5};
    rlb_rng rng;
    rlb_rng_init(&rng, 5, 0);
    for (int round = 0; round < 60; round++) {
        uint32_t size[4] = {sizes[rlb_rng_below(&rng, 6)], sizes[rlb_rng_below(&rng, 5)],
                            short_sizes[rlb_rng_below(&rng, 5)],
                            short_sizes[rlb_rng_below(&rng, 5)]};
        enum kind kind = (enum kind)(round % 2);
        double worst = check_one(&rng, kind, size, rlb_rng_below(&rng, 8), round / 2);
        if (worst > 1e-3)
            fprintf(stderr, "round %d: %s in %u hidden %u batch %u steps %u: %g\n", round,
                    names[kind], size[0], size[1], size[2], size[3], worst);
        CU_ASSERT(worst <= 1e-3);
    }
}

/* Two layers in a stack; the tensor between them, and the first input, have a second consumer. */
static void stack(uint32_t batch, uint32_t steps)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = rlb_net_create(&host.host);
    rlb_gru gru = rlb_gru_declare(net, "a", &(rlb_gru_spec){.in = 6, .hidden = 5});
    rlb_lstm lstm = rlb_lstm_declare(net, "b", &(rlb_lstm_spec){.in = 5, .hidden = 5});
    rlb_dense dense = rlb_dense_declare(net, "c", &(rlb_dense_spec){.in = 6, .out = 6});
    rlb_net_init(net, 8);
    rlb_tape *t = rlb_tape_create(&host.host);
    struct use u = {.x = rlb_input_with_grad(t, 3, (const uint32_t[]){batch, steps, 6})};
    rlb_tensor *last, *in = rlb_dense_apply(t, &dense, u.x, RLB_TANH);
    rlb_tensor *a = rlb_gru_apply(t, &gru, in, NULL, NULL, &last);
    rlb_tensor *b = rlb_lstm_apply(t, &lstm, a, (rlb_lstm_state){last, last}, NULL, NULL);
    rlb_tensor *out = rlb_add(t, rlb_mul(t, b, a), rlb_sum(t, in));
    rlb_rng rng;
    rlb_rng_init(&rng, 6, 0);
    struct filling f = {.use = &u, .rng = &rng};
    CU_ASSERT(gradcheck(&(struct gradcheck){.host = &host,
                                            .tape = t,
                                            .out = out,
                                            .net = net,
                                            .inputs = &u.x,
                                            .num_inputs = 1,
                                            .rng = &rng,
                                            .fill = fill,
                                            .ctx = &f}) <= 1e-3);
    nn_host_finish(&host);
}

static void stacked(void)
{
    stack(3, 4);
    stack(1, 4);
    stack(3, 1);
}

/* ---- PyTorch, in float64 */

static const char file[] = "lib/nn/recurrent.txt";
enum { BATCH = 3, STEPS = 6, IN = 5, HIDDEN = 4 };
#define BOUND 2e-6

static const char *in_case(const char *name, const char *what)
{
    static char text[60];
    snprintf(text, sizeof text, "%s.%s", name, what);
    return text;
}

static void close_to(const char *name, const char *what, const float *values, size_t n)
{
    double worst = off_fixture(values, file, in_case(name, what), n);
    if (!(worst <= BOUND))
        fprintf(stderr, "%s.%s: off by %g\n", name, what, worst);
    CU_ASSERT(worst <= BOUND);
}

static rlb_tensor *weighted(rlb_tape *t, rlb_tensor *loss, rlb_tensor *x, rlb_tensor **weights)
{
    *weights = rlb_input_shaped(t, x->rank, x->shape);
    rlb_tensor *term = rlb_sum(t, rlb_mul(t, x, *weights));
    return loss ? rlb_add(t, loss, term) : term;
}

/* Loads or compares the parameters: their names begin with "r_". */
static void each_param(rlb_net *net, const char *name, bool load)
{
    for (uint32_t k = 0; k < rlb_net_count(net); k++) {
        const rlb_param_info *p = rlb_net_param(net, k);
        char what[40];
        snprintf(what, sizeof what, "%s%s", p->name + 2, load ? "" : ".grad");
        if (load)
            load_fixture(rlb_net_values(net) + p->offset, file, in_case(name, what), p->size);
        else
            close_to(name, what, rlb_net_grads(net) + p->offset, p->size);
    }
}

/* forget_bias moves from the parameter into the constant: the same function. */
static void like_torch(enum kind kind, const char *name, float forget_bias)
{
    struct layer l;
    layer_init(&l, kind, IN, HIDDEN, forget_bias, 1);
    rlb_tape *t = rlb_tape_create(&l.host.host);
    struct use u = use_layer(&l, t, BATCH, STEPS, STATE | RESETS);
    rlb_tensor *weights[3], *loss = weighted(t, NULL, u.y, &weights[0]);
    int num_states = kind == LSTM ? 2 : 1;
    for (int k = 0; k < num_states; k++)
        loss = weighted(t, loss, u.last[k], &weights[1 + k]);
    CU_ASSERT_EQUAL(rlb_tape_finish(t, loss), RLB_OK);
    each_param(l.net, name, true);
    for (uint32_t j = HIDDEN; kind == LSTM && j < 2 * HIDDEN; j++)
        rlb_net_values(l.net)[rlb_net_param(l.net, l.lstm.bias)->offset + j] -= forget_bias;
    load_fixture(u.x->data, file, in_case(name, "x"), u.x->size);
    load_fixture(u.resets->data, file, in_case(name, "resets"), u.resets->size);
    load_fixture(weights[0]->data, file, in_case(name, "y.weight"), u.y->size);
    static const char *const parts[2][4] = {{"first0", "first0.grad", "last0", "last0.weight"},
                                            {"first1", "first1.grad", "last1", "last1.weight"}};
    for (int k = 0; k < num_states; k++) {
        load_fixture(u.first[k]->data, file, in_case(name, parts[k][0]), BATCH * HIDDEN);
        load_fixture(weights[1 + k]->data, file, in_case(name, parts[k][3]), BATCH * HIDDEN);
    }
    rlb_forward(t);
    rlb_backward(t);
    rlb_backward(t); /* as often as one likes */
    close_to(name, "y", u.y->data, u.y->size);
    close_to(name, "x.grad", u.x->grad, u.x->size);
    for (int k = 0; k < num_states; k++) {
        close_to(name, parts[k][2], u.last[k]->data, BATCH * HIDDEN);
        close_to(name, parts[k][1], u.first[k]->grad, BATCH * HIDDEN);
    }
    each_param(l.net, name, false);
    nn_host_finish(&l.host);
}

static void torch(void)
{
    like_torch(LSTM, "lstm", 0);
    like_torch(LSTM, "lstm.reset", 0.75f);
    like_torch(GRU, "gru", 0);
    like_torch(GRU, "gru.reset", 0);
}

/* ---- acting: T calls of one step are one call of T steps */

static void one_step_at_a_time(enum kind kind)
{
    enum { B = 5, T = 7, D = 19, H = 33 };
    rlb_rng rng;
    rlb_rng_init(&rng, 9, kind);
    struct layer l;
    layer_init(&l, kind, D, H, 0, 4);
    rlb_tape *all = rlb_tape_create(&l.host.host), *one = rlb_tape_create(&l.host.host);
    struct use a = use_layer(&l, all, B, T, STATE | RESETS);
    struct use o = use_layer(&l, one, B, 1, STATE | RESETS);
    CU_ASSERT_EQUAL(rlb_tape_finish(all, NULL), RLB_OK);
    CU_ASSERT_EQUAL(rlb_tape_finish(one, NULL), RLB_OK);
    struct filling f = {.use = &a, .rng = &rng};
    fill(&f);
    rlb_forward(all);
    int num_states = kind == LSTM ? 2 : 1;
    double worst = 0;
    for (int k = 0; k < num_states; k++)
        memcpy(o.first[k]->data, a.first[k]->data, B * H * sizeof(float));
    for (size_t t = 0; t < T; t++) {
        for (size_t b = 0; b < B; b++) {
            memcpy(o.x->data + b * D, a.x->data + (b * T + t) * D, D * sizeof(float));
            o.resets->data[b] = a.resets->data[b * T + t];
        }
        rlb_forward(one);
        for (size_t i = 0; i < (size_t)B * H; i++)
            worst =
                fmax(worst, fabs((double)(o.y->data[i] - a.y->data[(i / H * T + t) * H + i % H])));
        for (int k = 0; k < num_states; k++)
            memcpy(o.first[k]->data, o.last[k]->data, B * H * sizeof(float));
    }
    for (int k = 0; k < num_states; k++)
        for (size_t i = 0; i < (size_t)B * H; i++)
            worst = fmax(worst, fabs((double)(o.last[k]->data[i] - a.last[k]->data[i])));
    CU_ASSERT(worst <= 1e-6);
    nn_host_finish(&l.host);
}

static void acting(void)
{
    one_step_at_a_time(LSTM);
    one_step_at_a_time(GRU);
}

/* ---- per-sample gradients: against a tape that holds that sample alone */

static void per_sample(enum kind kind, uint32_t group)
{
    enum { B = 6, T = 4, D = 5, H = 7 };
    rlb_rng rng;
    rlb_rng_init(&rng, 11, kind);
    struct layer l;
    layer_init(&l, kind, D, H, 0, 4);
    rlb_tape *all = rlb_tape_create(&l.host.host), *few = rlb_tape_create(&l.host.host);
    struct use a = use_layer(&l, all, B, T, STATE | RESETS);
    struct use f = use_layer(&l, few, group, T, STATE | RESETS);
    rlb_tensor *weights, *few_weights;
    CU_ASSERT_EQUAL(rlb_tape_finish(all, weighted(all, NULL, a.y, &weights)), RLB_OK);
    CU_ASSERT_EQUAL(rlb_tape_finish(few, weighted(few, NULL, f.y, &few_weights)), RLB_OK);
    fill(&(struct filling){.use = &a, .rng = &rng, .weights = {weights}});
    rlb_forward(all);
    rlb_backward(all);
    size_t n = rlb_net_size(l.net);
    float *vector = calloc(n, sizeof *vector), *one = calloc(n, sizeof *one);
    double *want = calloc(n, sizeof *want), dot[B];
    fill_normal(&rng, vector, n);
    rlb_per_sample_dot(all, l.net, vector, B / group, dot);
    for (uint32_t s = 0; s < B / group; s++) {
        const struct use *to = &f;
        rlb_tensor *pairs[][2] = {{to->x, a.x},
                                  {to->first[0], a.first[0]},
                                  {to->first[1], a.first[1]},
                                  {to->resets, a.resets},
                                  {few_weights, weights}};
        for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
            if (pairs[k][0])
                memcpy(pairs[k][0]->data, pairs[k][1]->data + s * pairs[k][0]->size,
                       pairs[k][0]->size * sizeof(float));
        rlb_forward(few);
        rlb_backward(few);
        double inner = 0, size = 0;
        for (size_t i = 0; i < n; i++) {
            want[i] = (double)rlb_net_grads(l.net)[i];
            inner += want[i] * (double)vector[i];
            size += fabs(want[i] * (double)vector[i]);
        }
        rlb_per_sample_grad(all, l.net, B / group, s, one);
        CU_ASSERT(off(one, want, n) <= 2e-6);
        CU_ASSERT(fabs(dot[s] - inner) <= 1e-6 * size);
    }
    free(vector);
    free(one);
    free(want);
    nn_host_finish(&l.host);
}

static void per_sample_gradients(void)
{
    for (enum kind kind = LSTM; kind <= GRU; kind++)
        for (uint32_t group = 1; group <= 2; group++)
            per_sample(kind, group);
}

/* ---- mistakes */

static void mistakes(void)
{
    static const struct {
        uint32_t x[3], state, resets;
        const char *sentence;
    } cases[] = {
        {{3, 4, 6}, 7, 4, "gru: its input [3][4][6] should be [sequences][steps][5]"},
        {{3, 4, 5}, 6, 4, "gru: the initial state [3][6] should be [3][7]"},
        {{3, 4, 5}, 7, 3, "gru: the resets [3][3] should be [3][4]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct layer l;
        layer_init(&l, GRU, 5, 7, 0, 1);
        rlb_tape *t = rlb_tape_create(&l.host.host);
        rlb_tensor *last, *x = rlb_input_shaped(t, 3, cases[i].x);
        rlb_gru_apply(t, &l.gru, x, rlb_input(t, 3, cases[i].state),
                      rlb_input(t, 3, cases[i].resets), &last);
        CU_ASSERT_EQUAL(rlb_tape_finish(t, NULL), RLB_E_INVAL);
        CU_ASSERT_PTR_NOT_NULL(strstr(l.host.failure, cases[i].sentence));
        nn_host_finish(&l.host);
    }
    struct layer l;
    layer_init(&l, LSTM, 5, 7, 0, 1);
    rlb_tape *t = rlb_tape_create(&l.host.host);
    rlb_tensor *x = rlb_input_shaped(t, 3, (const uint32_t[]){3, 4, 5});
    rlb_lstm_apply(t, &l.lstm, x, (rlb_lstm_state){rlb_input(t, 3, 7), NULL}, NULL, NULL);
    CU_ASSERT_EQUAL(rlb_tape_finish(t, NULL), RLB_E_INVAL);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(l.host.failure, "lstm: the initial state needs both h and c, or neither"));
    nn_host_finish(&l.host);
}

CHECK_MAIN("recurrent", {"gradients against differences", gradients},
           {"layers in a stack", stacked}, {"values and gradients of PyTorch", torch},
           {"one step at a time", acting}, {"gradients of samples", per_sample_gradients},
           {"mistakes", mistakes})
