/* Operations: values and gradients against PyTorch (tests/lib/nn/ops_fixture.txt), and gradients
 * against differences. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

#define FIXTURE "lib/nn/ops_fixture.txt"

/* ---- what is tested: an operation on tensors of the shapes "2x3,3" */

typedef rlb_tensor *(*apply)(rlb_tape *, rlb_tensor *, rlb_tensor *);

#define UNARY(name)                                                                                \
    static rlb_tensor *name(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)                             \
    {                                                                                              \
        (void)b;                                                                                   \
        return rlb_##name(t, a);                                                                   \
    }
#define UNARY_WITH(name, call)                                                                     \
    static rlb_tensor *name(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)                             \
    {                                                                                              \
        (void)b;                                                                                   \
        return call;                                                                               \
    }
UNARY_WITH(exponential, rlb_exp(t, a))
UNARY_WITH(logarithm, rlb_log(t, a))
UNARY_WITH(root, rlb_sqrt(t, a))
UNARY_WITH(absolute, rlb_abs(t, a))
UNARY(square)
UNARY_WITH(affine, rlb_affine(t, a, 1.7f, -0.3f))
UNARY_WITH(clip, rlb_clip(t, a, -0.5f, 0.75f))
UNARY(sum)
UNARY(mean)
UNARY(row_sum)
UNARY(row_mean)
UNARY(row_max)
UNARY(fold_min)
UNARY(fold_max)
UNARY(fold_mean)
UNARY(fold_sum)
UNARY(swap)
UNARY(softmax)
UNARY(log_softmax)
UNARY(logsumexp)
UNARY_WITH(normalize_rows, rlb_normalize_rows(t, a, 2.5f))
UNARY_WITH(columns, rlb_columns(t, a, 1, a->cols - 2))
UNARY_WITH(rows, rlb_rows(t, a, 1, a->shape[0] - 2))

/* Two columns less, two rows more or the like: any shape of the same size. */
static rlb_tensor *reshape(rlb_tape *t, rlb_tensor *a, rlb_tensor *b)
{
    (void)b;
    const uint32_t shape[] = {(uint32_t)a->size / 4, 4};
    return rlb_reshape(t, a, 2, shape);
}

enum { POSITIVE_1 = 1, POSITIVE_2 = 2, INDEX_2 = 4, CONSTANT_2 = 8 };

#define MOST_SHAPES 7
static const struct operation {
    const char *name;
    apply record;
    unsigned flags;
    const char *stored[MOST_SHAPES]; /* in the fixture */
    const char *more[MOST_SHAPES];   /* for differences */
} operations[] = {
    {"exp", exponential, 0, {"3x5"}, {"1", "4x33"}},
    {"log", logarithm, POSITIVE_1, {"3x5"}, {"1", "4x33"}},
    {"sqrt", root, POSITIVE_1, {"3x5"}, {"1", "4x33"}},
    {"square", square, 0, {"3x5"}, {"1", "4x33"}},
    {"abs", absolute, 0, {"3x5"}, {"4x33"}},
    {"affine", affine, 0, {"3x5"}, {"1", "4x33"}},
    {"clip", clip, 0, {"3x5"}, {"4x33"}},
#define REPEATS                                                                                    \
    {"3x4,3x4", "3x4,4", "3x4,1", "3x4,3x1", "2x3x1,3x1", "2x2x3,2x3", "2x2x3,2x2x1"},             \
    {                                                                                              \
        "5x33,5x33", "5x33,33", "5x33,1", "5x33,5x1", "3x17x1,17x1", "1,1", "2x2x2x9,2x2x2x1"      \
    }
    {"add", rlb_add, 0, REPEATS},
    {"sub", rlb_sub, 0, REPEATS},
    {"mul", rlb_mul, 0, REPEATS},
    {"div", rlb_div, POSITIVE_2, REPEATS},
    {"min", rlb_min, 0, REPEATS},
    {"max", rlb_max, 0, REPEATS},
    {"sum", sum, 0, {"3x5"}, {"1", "7x33"}},
    {"mean", mean, 0, {"3x5"}, {"1", "7x33"}},
    {"weighted_mean", rlb_weighted_mean, POSITIVE_2 | CONSTANT_2, {"3x5,3x5"}, {"7x33,7x33"}},
    {"row_sum", row_sum, 0, {"2x3x5"}, {"1", "3x1", "4x33"}},
    {"row_mean", row_mean, 0, {"2x3x5"}, {"1", "3x1", "4x33"}},
    {"row_max", row_max, 0, {"2x3x5"}, {"1", "3x1", "4x33"}},
    {"fold_min", fold_min, 0, {"3x2x4"}, {"5", "1x3", "4x33"}},
    {"fold_max", fold_max, 0, {"3x2x4"}, {"5", "1x3", "4x33"}},
    {"fold_mean", fold_mean, 0, {"3x2x4"}, {"5", "1x3", "4x33"}},
    {"fold_sum", fold_sum, 0, {"7"}, {"5", "1x3", "4x3x11"}},
    {"reshape", reshape, 0, {"2x6"}, {"2x3x4", "4x33"}},
    {"concat", rlb_concat, 0, {"2x3x4,2x3x2"}, {"1,1", "5x17,5x33", "3x1,3x8"}},
    {"columns", columns, 0, {"2x3x5"}, {"3", "4x33"}},
    {"rows", rows, 0, {"5x2x3"}, {"3", "5x33"}},
    {"swap", swap, 0, {"2x3x2x2", "3x5"}, {"1x1", "17x1", "3x5x7"}},
    {"matmul", rlb_matmul, 0, {"3x5,5x4", "2x3x5,2x5x4"}, {"1x1,1x1", "17x9,9x33", "3x1x8,3x8x2"}},
    {"matmul_nt",
     rlb_matmul_nt,
     0,
     {"3x5,4x5", "2x3x5,2x4x5"},
     {"1x1,1x1", "17x9,33x9", "3x1x8,3x2x8"}},
    {"matmul_tn",
     rlb_matmul_tn,
     0,
     {"5x3,5x4", "2x5x3,2x5x4"},
     {"1x1,1x1", "9x17,9x33", "3x8x1,3x8x2"}},
    {"row_dot",
     rlb_row_dot,
     0,
     {"2x3x4,2x3x4", "2x3x4,3x4", "3x4,4"},
     {"1,1", "5x33,33", "5x1,1", "2x3x17,3x17"}},
    {"softmax", softmax, 0, {"2x3x5"}, {"1", "4x2", "3x33"}},
    {"log_softmax", log_softmax, 0, {"2x3x5"}, {"1", "4x2", "3x33"}},
    {"logsumexp", logsumexp, 0, {"2x3x5"}, {"1", "4x2", "3x33"}},
    {"normalize_rows", normalize_rows, 0, {"2x3x5"}, {"4x2", "3x33"}},
    {"pick", rlb_pick, INDEX_2, {"2x3x5,2x3"}, {"1,1", "4x33,4x1"}},
    {"gather", rlb_gather, INDEX_2, {"4x3,3x5"}, {"1x1,1", "5x33,2x2x2", "9x1,3"}},
};
enum { NUM_OPERATIONS = sizeof operations / sizeof *operations };

/* "2x3,3": one input, and moves `text` behind it; NULL at the end. */
static rlb_tensor *read_input(rlb_tape *t, const char **text, bool is_index, bool constant)
{
    uint32_t shape[RLB_MAX_RANK], rank = 0;
    if (!**text)
        return NULL;
    for (char *end;; *text = end + 1) {
        shape[rank++] = (uint32_t)strtoul(*text, &end, 10);
        if (*end == 'x')
            continue;
        *text = *end ? end + 1 : end;
        break;
    }
    return is_index   ? rlb_input_index(t, rank, shape)
           : constant ? rlb_input_shaped(t, rank, shape)
                      : rlb_input_with_grad(t, rank, shape);
}

struct run {
    struct nn_host host;
    rlb_tape *tape;
    rlb_tensor *in[2], *out;
    unsigned flags;
    rlb_rng rng;
};

static void start(struct run *r, const struct operation *op, const char *shapes)
{
    nn_host_init(&r->host);
    r->tape = rlb_tape_create(&r->host.host);
    r->flags = op->flags;
    r->in[0] = read_input(r->tape, &shapes, false, false);
    r->in[1] = read_input(r->tape, &shapes, op->flags & INDEX_2, op->flags & CONSTANT_2);
    r->out = op->record(r->tape, r->in[0], r->in[1]);
}

/* ---- against PyTorch */

/* Largest difference of a from the values called label:part, relative to the largest of them and at
 * least 1. */
static double off_stored(const float *a, const char *label, const char *part, size_t n)
{
    char name[100];
    snprintf(name, sizeof name, "%s:%s", label, part);
    return off_fixture(a, FIXTURE, name, n);
}

static double off_case(const struct operation *op, const char *shapes)
{
    struct run r;
    char label[80], name[100];
    snprintf(label, sizeof label, "%s:%s", op->name, shapes);
    start(&r, op, shapes);
    rlb_tensor *w = rlb_input_shaped(r.tape, r.out->rank, r.out->shape);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(r.tape, rlb_sum(r.tape, rlb_mul(r.tape, r.out, w))),
                          RLB_OK);
    for (int i = 0; i < 2 && r.in[i]; i++) {
        snprintf(name, sizeof name, "%s:x%d", label, i);
        if (r.in[i]->index)
            load_fixture_index(r.in[i]->index, FIXTURE, name, r.in[i]->size);
        else
            load_fixture(r.in[i]->data, FIXTURE, name, r.in[i]->size);
    }
    snprintf(name, sizeof name, "%s:w", label);
    load_fixture(w->data, FIXTURE, name, w->size);
    rlb_forward(r.tape);
    rlb_backward(r.tape);
    double worst = off_stored(r.out->data, label, "y", r.out->size);
    worst = fmax(worst, off_stored(r.in[0]->grad, label, "g0", r.in[0]->size));
    if (r.in[1] && r.in[1]->grad)
        worst = fmax(worst, off_stored(r.in[1]->grad, label, "g1", r.in[1]->size));
    nn_host_finish(&r.host);
    return worst;
}

static void stored(void)
{
    for (int k = 0; k < NUM_OPERATIONS; k++)
        for (int i = 0; i < MOST_SHAPES && operations[k].stored[i]; i++) {
            double worst = off_case(&operations[k], operations[k].stored[i]);
            if (!(worst <= 1e-6))
                fprintf(stderr, "%s %s: %g\n", operations[k].name, operations[k].stored[i], worst);
            CU_ASSERT(worst <= 1e-6);
        }
}

/* ---- against differences */

static void fill(void *ctx)
{
    struct run *r = ctx;
    for (unsigned i = 0; i < 2 && r->in[i]; i++)
        if (r->in[i]->index)
            fill_index(&r->rng, r->in[i]->index, r->in[i]->size,
                       r->out->size == r->in[0]->rows ? (uint32_t)r->in[0]->cols
                                                      : r->in[0]->shape[0]);
        else if (r->flags & (POSITIVE_1 << i))
            fill_uniform(&r->rng, r->in[i]->data, r->in[i]->size, 0.5, 2);
        else
            fill_normal(&r->rng, r->in[i]->data, r->in[i]->size);
}

static void check_differences(const struct operation *op, const char *shapes)
{
    struct run r;
    start(&r, op, shapes);
    rlb_rng_init(&r.rng, 9, 0);
    bool both = r.in[1] && !(op->flags & (INDEX_2 | CONSTANT_2));
    double worst = gradcheck(&(struct gradcheck){.host = &r.host,
                                                 .tape = r.tape,
                                                 .out = r.out,
                                                 .inputs = r.in,
                                                 .num_inputs = both ? 2 : 1,
                                                 .rng = &r.rng,
                                                 .step = 1.0 / 256,
                                                 .most_kinks = 0.3,
                                                 .fill = fill,
                                                 .ctx = &r});
    if (!(worst <= 1e-3))
        fprintf(stderr, "%s %s: %g\n", op->name, shapes, worst);
    CU_ASSERT(worst <= 1e-3);
    nn_host_finish(&r.host);
}

static void differences(void)
{
    for (int k = 0; k < NUM_OPERATIONS; k++)
        for (int i = 0; i < MOST_SHAPES && operations[k].more[i]; i++)
            check_differences(&operations[k], operations[k].more[i]);
}

/* Both inputs are the same tensor, which is used once more. */
static void same_twice(void)
{
    static const char *const names[] = {"add", "sub",       "mul",       "div",    "min",
                                        "max", "matmul_nt", "matmul_tn", "row_dot"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const struct operation *op = operations;
        while (strcmp(op->name, names[k]) != 0)
            op++;
        struct run r = {.flags = op->flags >> 1 | op->flags};
        nn_host_init(&r.host);
        rlb_rng_init(&r.rng, 10, 0);
        r.tape = rlb_tape_create(&r.host.host);
        const uint32_t shape[] = {3, 5};
        r.in[0] = rlb_input_with_grad(r.tape, 2, shape);
        r.out = op->record(r.tape, r.in[0], r.in[0]);
        r.out = rlb_add(r.tape, r.out, rlb_mean(r.tape, rlb_square(r.tape, r.in[0])));
        double worst = gradcheck(&(struct gradcheck){.host = &r.host,
                                                     .tape = r.tape,
                                                     .out = r.out,
                                                     .inputs = r.in,
                                                     .num_inputs = 1,
                                                     .rng = &r.rng,
                                                     .step = 1.0 / 256,
                                                     .most_kinks = 0.3,
                                                     .fill = fill,
                                                     .ctx = &r});
        if (!(worst <= 1e-3))
            fprintf(stderr, "%s of one tensor: %g\n", names[k], worst);
        CU_ASSERT(worst <= 1e-3);
        nn_host_finish(&r.host);
    }
}

CHECK_MAIN("operations", {"values and gradients as stored", stored},
           {"gradients as differences have them", differences},
           {"one tensor as both inputs", same_twice})
