/* Parameter sets: how values are drawn, and copied, mixed, saved and loaded. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

/* A net with one parameter, drawn. */
struct drawn {
    struct nn_host host;
    rlb_net *net;
    const float *values;
    size_t size;
};

static void draw(struct drawn *d, uint32_t rank, const uint32_t *shape, uint32_t members,
                 rlb_init init, uint32_t fan_in, uint32_t fan_out, uint64_t seed)
{
    nn_host_init(&d->host);
    d->net = rlb_net_create(&d->host.host);
    CU_ASSERT_EQUAL(rlb_net_declare(d->net, "p", rank, shape, members, init, fan_in, fan_out), 0);
    CU_ASSERT_EQUAL_FATAL(rlb_net_init(d->net, seed), RLB_OK);
    d->values = rlb_net_values(d->net);
    d->size = rlb_net_param(d->net, 0)->size;
}

/* ---- moments */

/* What is known of each distribution: deviation, largest value, and fourth moment over the square
 * of the variance (uniform 9/5, normal 3, normal cut at two deviations 2.366). */
static const struct {
    const char *name;
    rlb_init init;
    double deviation, largest, kurtosis;
} kinds[] = {
    /* fan_in 40, fan_out 24 */
    {"default", {RLB_INIT_DEFAULT, 0}, 0.0912870929, 0.158113883, 1.8},
    {"uniform", {RLB_INIT_UNIFORM, 3}, 1.73205081, 3, 1.8},
    {"uniform at 1", {RLB_INIT_UNIFORM, 0}, 0.577350269, 1, 1.8},
    {"normal", {RLB_INIT_NORMAL, 0.5f}, 0.5, INFINITY, 3},
    {"torch", {RLB_INIT_TORCH, 0}, 0.0912870929, 0.158113883, 1.8},
    {"kaiming", {RLB_INIT_KAIMING, 1.41421356f}, 0.223606798, 0.387298335, 1.8},
    {"xavier", {RLB_INIT_XAVIER, 0}, 0.176776695, 0.306186218, 1.8},
    {"lecun", {RLB_INIT_LECUN, 0}, 0.158113883, 0.359502661, 2.36553672},
};

static void moments(void)
{
    static const uint32_t shape[] = {500, 400};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct drawn d;
        draw(&d, 2, shape, 1, kinds[k].init, 40, 24, 12);
        double n = (double)d.size, mean = 0, square = 0, fourth = 0, largest = 0;
        for (size_t i = 0; i < d.size; i++) {
            double v = (double)d.values[i];
            mean += v / n;
            square += v * v / n;
            fourth += v * v * v * v / n;
            largest = fmax(largest, fabs(v));
        }
        double s = kinds[k].deviation;
        /* five deviations of each estimate from 200000 values */
        bool good = fabs(mean) < 0.0112 * s && fabs(square / (s * s) - 1) < 0.016 &&
                    fabs(fourth / (s * s * s * s) - kinds[k].kurtosis) < 0.11 &&
                    largest <= kinds[k].largest * (1 + 1e-6) &&
                    (isinf(kinds[k].largest) || largest > 0.999 * kinds[k].largest);
        if (!good)
            fprintf(stderr, "%s: mean %g, variance %g, fourth %g, largest %g\n", kinds[k].name,
                    mean / s, square / (s * s), fourth / (s * s * s * s), largest);
        CU_ASSERT(good);
        nn_host_finish(&d.host);
    }
}

static void constant(void)
{
    for (int k = 0; k < 2; k++) {
        struct drawn d;
        const uint32_t shape[] = {5, 3};
        draw(&d, 2, shape, 1, (rlb_init){RLB_INIT_CONSTANT, (float)k * 0.25f}, 1, 1, 1);
        for (size_t i = 0; i < d.size; i++)
            CU_ASSERT_EQUAL(d.values[i], (float)k * 0.25f);
        nn_host_finish(&d.host);
    }
}

/* ---- orthogonality */

/* Largest entry of Q'Q - s^2 I over the shorter side of Q [in][out]. */
static double off_orthogonal(const float *q, uint32_t in, uint32_t out, double scale)
{
    uint32_t count = in < out ? in : out, length = in < out ? out : in;
    double worst = 0;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < count; j++) {
            double dot = i == j ? -scale * scale : 0;
            for (uint32_t k = 0; k < length; k++)
                dot += in < out ? (double)q[i * out + k] * (double)q[j * out + k]
                                : (double)q[k * out + i] * (double)q[k * out + j];
            worst = fmax(worst, fabs(dot));
        }
    return worst;
}

static void orthogonal(void)
{
    static const uint32_t shapes[][2] = {{300, 300}, {200, 31}, {31, 200}, {1, 9}, {9, 1}, {1, 1}};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        struct drawn d;
        draw(&d, 2, shapes[k], 1, (rlb_init){RLB_INIT_ORTHOGONAL, 0}, 1, 1, k);
        double worst = off_orthogonal(d.values, shapes[k][0], shapes[k][1], 1);
        if (!(worst <= 1e-5))
            fprintf(stderr, "%u x %u: %g\n", shapes[k][0], shapes[k][1], worst);
        CU_ASSERT(worst <= 1e-5);
        nn_host_finish(&d.host);
    }
    /* scaled, every member by itself; three sizes count as [product][last] */
    struct drawn d;
    const uint32_t shape[] = {3, 4, 5, 6};
    draw(&d, 4, shape, 3, (rlb_init){RLB_INIT_ORTHOGONAL, 2}, 1, 1, 8);
    for (int m = 0; m < 3; m++)
        CU_ASSERT(off_orthogonal(d.values + m * 120, 20, 6, 2) <= 4e-5);
    nn_host_finish(&d.host);
}

static void members_differ(void)
{
    for (int kind = RLB_INIT_UNIFORM; kind <= RLB_INIT_ORTHOGONAL; kind++) {
        struct drawn d;
        const uint32_t shape[] = {4, 7, 5};
        draw(&d, 3, shape, 4, (rlb_init){(rlb_init_kind)kind, 0}, 7, 5, 2);
        for (size_t a = 0; a < 4; a++)
            for (size_t b = 0; b < a; b++)
                for (size_t i = 0; i < 35; i++)
                    CU_ASSERT(d.values[a * 35 + i] != d.values[b * 35 + i]);
        nn_host_finish(&d.host);
    }
}

/* ---- streams */

static rlb_net *layered(struct nn_host *host, uint32_t layers, uint64_t seed)
{
    rlb_net *net = rlb_net_create(&host->host);
    for (uint32_t k = 0; k < layers; k++)
        rlb_dense_declare(
            net, "d",
            &(rlb_dense_spec){.in = 5 + k,
                              .out = 9 + k,
                              .weight_init = {k % 2 ? RLB_INIT_ORTHOGONAL : RLB_INIT_DEFAULT, 0},
                              .bias_init = {RLB_INIT_TORCH, 0}});
    CU_ASSERT_EQUAL_FATAL(rlb_net_init(net, seed), RLB_OK);
    return net;
}

static bool same_values(rlb_net *a, rlb_net *b, size_t n)
{
    return memcmp(rlb_net_values(a), rlb_net_values(b), n * sizeof(float)) == 0;
}

static void streams(void)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *two = layered(&host, 2, 40), *three = layered(&host, 3, 40);
    rlb_net *again = layered(&host, 3, 40), *seed = layered(&host, 3, 41);
    CU_ASSERT(rlb_net_size(two) < rlb_net_size(three));
    CU_ASSERT(same_values(two, three, rlb_net_size(two)));
    CU_ASSERT(same_values(three, again, rlb_net_size(three)));
    CU_ASSERT_FALSE(same_values(three, seed, rlb_net_size(three)));
    rlb_net_draw(seed, 40);
    CU_ASSERT(same_values(three, seed, rlb_net_size(three)));
    for (size_t i = 0; i < rlb_net_size(seed); i++)
        CU_ASSERT_EQUAL(rlb_net_grads(seed)[i], 0);
    nn_host_finish(&host);
}

/* ---- copies */

static void copies(void)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = layered(&host, 2, 1);
    rlb_net *clone = rlb_net_clone(net);
    size_t size = rlb_net_size(net);
    CU_ASSERT_FATAL(clone && rlb_net_size(clone) == size);
    CU_ASSERT(rlb_net_values(clone) != rlb_net_values(net) && same_values(net, clone, size));
    CU_ASSERT(rlb_net_count(clone) == 4 && strcmp(rlb_net_param(clone, 1)->name, "d_bias") == 0);
    rlb_net_draw(net, 2);
    CU_ASSERT_FALSE(same_values(net, clone, size));
    rlb_net *before = rlb_net_clone(clone);
    rlb_net_mix(clone, net, 0.25f);
    for (size_t i = 0; i < size; i++) {
        double mixed =
            0.75 * (double)rlb_net_values(before)[i] + 0.25 * (double)rlb_net_values(net)[i];
        CU_ASSERT_DOUBLE_EQUAL(rlb_net_values(clone)[i], mixed, 1e-7);
    }
    rlb_net_mix(clone, net, 0);
    rlb_net_copy(before, clone);
    CU_ASSERT(same_values(before, clone, size));
    rlb_net_copy(clone, net);
    CU_ASSERT(same_values(net, clone, size));
    /* without values there is nothing to clone */
    CU_ASSERT_PTR_NULL(rlb_net_clone(rlb_net_create(&host.host)));
    nn_host_finish(&host);
}

/* ---- a file with one chunk */

struct chunk {
    uint32_t tag;
    size_t size;
    char *bytes;
};

static rlb_status put(rlb_writer *w, uint32_t tag, const void *bytes, size_t n)
{
    struct chunk *c = w->ctx;
    *c = (struct chunk){tag, n, malloc(n)};
    memcpy(c->bytes, bytes, n);
    return RLB_OK;
}

static rlb_status get(rlb_reader *r, uint32_t tag, void *bytes, size_t n)
{
    const struct chunk *c = r->ctx;
    if (c->tag != tag || c->size != n)
        return RLB_E_FORMAT;
    memcpy(bytes, c->bytes, n);
    return RLB_OK;
}

static void saved(void)
{
    struct nn_host host;
    nn_host_init(&host);
    struct chunk chunk;
    rlb_writer writer = {.size = sizeof writer, .ctx = &chunk, .put = put};
    rlb_reader reader = {.size = sizeof reader, .ctx = &chunk, .get = get};
    rlb_net *net = layered(&host, 2, 1), *same = layered(&host, 2, 2), *more = layered(&host, 3, 2);
    rlb_net_values(net)[3] = NAN;
    CU_ASSERT_EQUAL(rlb_net_save(net, &writer), RLB_OK);
    CU_ASSERT_EQUAL(rlb_net_load(same, &reader), RLB_OK);
    CU_ASSERT(same_values(net, same, rlb_net_size(net)));
    CU_ASSERT_EQUAL(rlb_net_load(more, &reader), RLB_E_FORMAT);
    CU_ASSERT(same_values(more, layered(&host, 3, 2), rlb_net_size(more)));
    free(chunk.bytes);
    nn_host_finish(&host);
}

/* ---- mistakes */

static void no_shape(rlb_net *net)
{
    const uint32_t shape[] = {3, 0};
    rlb_net_declare(net, "gone", 2, shape, 1, (rlb_init){0}, 1, 1);
}

static void odd_members(rlb_net *net)
{
    const uint32_t shape[] = {3, 5};
    rlb_net_declare(net, "odd", 2, shape, 4, (rlb_init){0}, 1, 1);
}

static void long_name(rlb_net *net)
{
    char name[200];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    rlb_dense_declare(net, name, &(rlb_dense_spec){.in = 1, .out = 1});
}

static void declared_late(rlb_net *net)
{
    CU_ASSERT_EQUAL(rlb_net_init(net, 1), RLB_OK);
    rlb_dense_declare(net, "late", &(rlb_dense_spec){.in = 1, .out = 1});
}

static void sentences(void)
{
    static const struct {
        void (*make)(rlb_net *);
        const char *sentence;
    } wrong[] = {
        {no_shape, "network: gone has no usable shape"},
        {odd_members, "network: odd does not divide into 4 members"},
        {long_name, "network: the name xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... is too long"},
        {declared_late, "network: late_weight is declared after rlb_net_init()"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        struct nn_host host;
        nn_host_init(&host);
        rlb_net *net = rlb_net_create(&host.host);
        wrong[k].make(net);
        no_shape(net); /* the second mistake */
        CU_ASSERT_NOT_EQUAL(rlb_net_init(net, 1), RLB_OK);
        CHECK_TEXT(host.failure, wrong[k].sentence);
        nn_host_finish(&host);
    }
    CU_ASSERT_EQUAL(rlb_net_init(NULL, 1), RLB_E_NOMEM);
}

CHECK_MAIN("nets", {"moments of initial values", moments}, {"constants", constant},
           {"orthogonal matrices", orthogonal}, {"members of an ensemble differ", members_differ},
           {"later layers change nothing before them", streams}, {"copies", copies},
           {"saved and loaded", saved}, {"sentences of mistakes", sentences})
