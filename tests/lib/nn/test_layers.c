/* Layers: values and gradients against PyTorch (tests/lib/nn/layers_fixture.txt), and the gradients
 * of samples against those of batches of one. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

#define FIXTURE "lib/nn/layers_fixture.txt"

/* ---- the layers that are stored */

struct layers {
    rlb_dense dense;
    rlb_layer_norm norm;
    rlb_mlp mlp;
    rlb_embedding embedding;
};

static void declare_dense(struct layers *l, rlb_net *net, uint32_t members)
{
    l->dense =
        rlb_dense_declare(net, "dense", &(rlb_dense_spec){.in = 3, .out = 5, .members = members});
}

static void declare_no_bias(struct layers *l, rlb_net *net, uint32_t members)
{
    (void)members;
    l->dense = rlb_dense_declare(net, "dense", &(rlb_dense_spec){.in = 3, .out = 5, .no_bias = 1});
}

static void declare_norm(struct layers *l, rlb_net *net, uint32_t members)
{
    l->norm = rlb_layer_norm_declare(net, "norm", 7, members, 0);
}

static void declare_mlp(struct layers *l, rlb_net *net, uint32_t members)
{
    (void)members;
    l->mlp = rlb_mlp_declare(
        net, "mlp", &(rlb_mlp_spec){.in = 3, .hidden = {6, 5}, .out = 2, .activation = RLB_GELU});
}

static void declare_mlp_norm(struct layers *l, rlb_net *net, uint32_t members)
{
    l->mlp = rlb_mlp_declare(net, "mlp",
                             &(rlb_mlp_spec){.in = 3,
                                             .hidden = {6},
                                             .out = 2,
                                             .activation = RLB_SILU,
                                             .members = members,
                                             .layer_norm = 1});
}

static void declare_embedding(struct layers *l, rlb_net *net, uint32_t members)
{
    (void)members;
    l->embedding = rlb_embedding_declare(net, "embedding", 6, 5, (rlb_init){RLB_INIT_DEFAULT, 0});
}

static rlb_tensor *apply_tanh(rlb_tape *t, const struct layers *l, rlb_tensor *x)
{
    return rlb_dense_apply(t, &l->dense, x, RLB_TANH);
}

static rlb_tensor *apply_linear(rlb_tape *t, const struct layers *l, rlb_tensor *x)
{
    return rlb_dense_apply(t, &l->dense, x, RLB_IDENTITY);
}

static rlb_tensor *apply_silu(rlb_tape *t, const struct layers *l, rlb_tensor *x)
{
    return rlb_dense_apply(t, &l->dense, x, RLB_SILU);
}

static rlb_tensor *apply_elu(rlb_tape *t, const struct layers *l, rlb_tensor *x)
{
    return rlb_dense_apply(t, &l->dense, x, RLB_ELU);
}

static rlb_tensor *apply_norm(rlb_tape *t, const struct layers *l, rlb_tensor *x)
{
    return rlb_layer_norm_apply(t, &l->norm, x);
}

static rlb_tensor *apply_mlp(rlb_tape *t, const struct layers *l, rlb_tensor *x)
{
    return rlb_mlp_apply(t, &l->mlp, x);
}

static rlb_tensor *apply_embedding(rlb_tape *t, const struct layers *l, rlb_tensor *x)
{
    return rlb_embedding_apply(t, &l->embedding, x);
}

/* The samples of x are along axis x_axis, those of y along y_axis: 1 behind members. */
static const struct layer_case {
    const char *name;
    void (*declare)(struct layers *, rlb_net *, uint32_t members);
    rlb_tensor *(*apply)(rlb_tape *, const struct layers *, rlb_tensor *x);
    uint32_t members, rank, shape[RLB_MAX_RANK], x_axis, y_axis;
    bool is_index;
} cases[] = {
    {"dense", declare_dense, apply_tanh, 1, 2, {4, 3}, 0, 0, false},
    {"dense_no_bias", declare_no_bias, apply_linear, 1, 3, {2, 2, 3}, 0, 0, false},
    {"ensemble_shared", declare_dense, apply_silu, 2, 2, {4, 3}, 0, 1, false},
    {"ensemble_stacked", declare_dense, apply_elu, 2, 3, {2, 4, 3}, 1, 1, false},
    {"layer_norm", declare_norm, apply_norm, 1, 2, {4, 7}, 0, 0, false},
    {"layer_norm_ensemble", declare_norm, apply_norm, 2, 3, {2, 3, 7}, 1, 1, false},
    {"mlp", declare_mlp, apply_mlp, 1, 2, {4, 3}, 0, 0, false},
    {"mlp_norm", declare_mlp_norm, apply_mlp, 2, 2, {4, 3}, 0, 1, false},
    {"embedding", declare_embedding, apply_embedding, 1, 2, {4, 3}, 0, 0, true},
};
enum { NUM_CASES = sizeof cases / sizeof *cases };

/* A net and a tape with loss sum(w * y). samples: how many of them x has. */
struct run {
    const struct layer_case *c;
    struct nn_host host;
    rlb_net *net;
    struct layers layers;
    rlb_tape *tape;
    rlb_tensor *x, *y, *w;
};

static void start(struct run *r, const struct layer_case *c, uint32_t samples)
{
    *r = (struct run){.c = c};
    nn_host_init(&r->host);
    r->net = rlb_net_create(&r->host.host);
    c->declare(&r->layers, r->net, c->members);
    CU_ASSERT_EQUAL_FATAL(rlb_net_init(r->net, 7), RLB_OK);
    r->tape = rlb_tape_create(&r->host.host);
    uint32_t shape[RLB_MAX_RANK];
    memcpy(shape, c->shape, sizeof shape);
    shape[c->x_axis] = samples;
    r->x = c->is_index ? rlb_input_index(r->tape, c->rank, shape)
                       : rlb_input_with_grad(r->tape, c->rank, shape);
    r->y = c->apply(r->tape, &r->layers, r->x);
    r->w = rlb_input_shaped(r->tape, r->y->rank, r->y->shape);
    rlb_tensor *loss = rlb_sum(r->tape, rlb_mul(r->tape, r->y, r->w));
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(r->tape, loss), RLB_OK);
}

/* The stored name of an array of this case, or of its parameter number p. */
static const char *array(const struct run *r, const char *what)
{
    static char name[60];
    snprintf(name, sizeof name, "%s:%s", r->c->name, what);
    return name;
}

static const char *array_of(const struct run *r, char what, uint32_t p)
{
    static char name[60];
    snprintf(name, sizeof name, "%s:%c%u", r->c->name, what, p);
    return name;
}

static void load(struct run *r)
{
    if (r->x->index)
        load_fixture_index(r->x->index, FIXTURE, array(r, "x"), r->x->size);
    else
        load_fixture(r->x->data, FIXTURE, array(r, "x"), r->x->size);
    load_fixture(r->w->data, FIXTURE, array(r, "w"), r->w->size);
    for (uint32_t p = 0; p < rlb_net_count(r->net); p++) {
        const rlb_param_info *info = rlb_net_param(r->net, p);
        load_fixture(rlb_net_values(r->net) + info->offset, FIXTURE, array_of(r, 'p', p),
                     info->size);
    }
}

static void compute(struct run *r)
{
    rlb_forward(r->tape);
    rlb_backward(r->tape);
}

static void stored(void)
{
    for (int k = 0; k < NUM_CASES; k++) {
        struct run r;
        start(&r, &cases[k], cases[k].shape[cases[k].x_axis]);
        load(&r);
        compute(&r);
        double worst = off_fixture(r.y->data, FIXTURE, array(&r, "y"), r.y->size);
        if (!r.c->is_index)
            worst = fmax(worst, off_fixture(r.x->grad, FIXTURE, array(&r, "gx"), r.x->size));
        for (uint32_t p = 0; p < rlb_net_count(r.net); p++) {
            const rlb_param_info *info = rlb_net_param(r.net, p);
            worst = fmax(worst, off_fixture(rlb_net_grads(r.net) + info->offset, FIXTURE,
                                            array_of(&r, 'g', p), info->size));
        }
        if (!(worst <= 2e-6))
            fprintf(stderr, "%s: %g\n", r.c->name, worst);
        CU_ASSERT(worst <= 2e-6);
        nn_host_finish(&r.host);
    }
}

/* ---- samples */

/* Sample b of an array whose samples lie along `axis`; 4-byte values. */
static void take(void *to, const void *from, const rlb_tensor *shape, uint32_t axis, uint32_t b)
{
    size_t outer = axis ? shape->shape[0] : 1, samples = shape->shape[axis];
    size_t inner = shape->size / (outer * samples);
    for (size_t k = 0; k < outer; k++)
        memcpy((char *)to + k * inner * 4, (const char *)from + (k * samples + b) * inner * 4,
               inner * 4);
}

static double difference(const float *a, const float *b, size_t n)
{
    double worst = 0, largest = 1e-30;
    for (size_t i = 0; i < n; i++) {
        worst = fmax(worst, fabs((double)a[i] - (double)b[i]));
        largest = fmax(largest, fabs((double)b[i]));
    }
    return worst / largest;
}

static void check_sample(struct run *all, struct run *one, const float *vector, double dot,
                         uint32_t samples, uint32_t b)
{
    const struct layer_case *c = all->c;
    take(c->is_index ? (void *)one->x->index : one->x->data,
         c->is_index ? (void *)all->x->index : all->x->data, all->x, c->x_axis, b);
    take(one->w->data, all->w->data, all->w, c->y_axis, b);
    compute(one);
    size_t size = rlb_net_size(all->net);
    float *grad = malloc(size * sizeof *grad);
    memset(grad, 0xff, size * sizeof *grad);
    rlb_per_sample_grad(all->tape, all->net, samples, b, grad);
    double exact = 0, length = 0, worst = difference(grad, rlb_net_grads(one->net), size);
    for (size_t i = 0; i < size; i++) {
        exact += (double)vector[i] * (double)rlb_net_grads(one->net)[i];
        length += fabs((double)vector[i] * (double)rlb_net_grads(one->net)[i]);
    }
    worst = fmax(worst, fabs(dot - exact) / length);
    if (!(worst <= 2e-6))
        fprintf(stderr, "%s, sample %u: %g\n", c->name, b, worst);
    CU_ASSERT(worst <= 2e-6);
    free(grad);
}

static void samples_apart(void)
{
    for (int k = 0; k < NUM_CASES; k++) {
        uint32_t samples = cases[k].shape[cases[k].x_axis];
        struct run all, one;
        rlb_rng rng;
        rlb_rng_init(&rng, 11, 0);
        start(&all, &cases[k], samples);
        start(&one, &cases[k], 1);
        load(&all);
        rlb_net_copy(one.net, all.net);
        compute(&all);
        float *vector = malloc(rlb_net_size(all.net) * sizeof *vector);
        double *dots = malloc(samples * sizeof *dots);
        fill_normal(&rng, vector, rlb_net_size(all.net));
        rlb_per_sample_dot(all.tape, all.net, vector, samples, dots);
        for (uint32_t b = 0; b < samples; b++)
            check_sample(&all, &one, vector, dots[b], samples, b);
        free(vector);
        free(dots);
        nn_host_finish(&all.host);
        nn_host_finish(&one.host);
    }
}

/* ---- mistakes */

static void sentences(void)
{
    static const struct {
        void (*declare)(struct layers *, rlb_net *, uint32_t members);
        rlb_tensor *(*apply)(rlb_tape *, const struct layers *, rlb_tensor *x);
        uint32_t members, shape[3];
        const char *sentence;
    } wrong[] = {
        {declare_dense,
         apply_tanh,
         1,
         {2, 2, 4},
         "tape: dense dense_weight: its input [2][2][4] should have 3 columns"},
        {declare_norm,
         apply_norm,
         1,
         {2, 2, 4},
         "tape: layer norm norm_gain: its input [2][2][4] does not fit 1 members of width 7"},
        {declare_norm,
         apply_norm,
         3,
         {2, 2, 7},
         "tape: layer norm norm_gain: its input [2][2][7] does not fit 3 members of width 7"},
        {declare_mlp,
         apply_mlp,
         1,
         {2, 2, 4},
         "tape: dense mlp_0_weight: its input [2][2][4] should have 3 columns"},
        {declare_embedding,
         apply_embedding,
         1,
         {2, 2, 3},
         "tape: gather: input 2 should hold indices (rlb_input_index)"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        struct nn_host host;
        struct layers layers;
        nn_host_init(&host);
        rlb_net *net = rlb_net_create(&host.host);
        wrong[k].declare(&layers, net, wrong[k].members);
        CU_ASSERT_EQUAL(rlb_net_init(net, 1), RLB_OK);
        rlb_tape *t = rlb_tape_create(&host.host);
        wrong[k].apply(t, &layers, rlb_input_shaped(t, 3, wrong[k].shape));
        CU_ASSERT_EQUAL(rlb_tape_finish(t, NULL), RLB_E_INVAL);
        CHECK_TEXT(host.failure, wrong[k].sentence);
        nn_host_finish(&host);
    }
}

CHECK_MAIN("layers", {"values and gradients as stored", stored},
           {"samples apart are batches of one", samples_apart},
           {"sentences of mistakes", sentences})
