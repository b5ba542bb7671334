/* Operations where there is a choice: ties, kinks, masks, values out of range, shapes that do not
 * fit. What is expected is written out here. */
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <math.h>

/* A tape with a few tensors, for single questions. */
struct bench {
    struct nn_host host;
    rlb_tape *tape;
};

static void bench_start(struct bench *b)
{
    nn_host_init(&b->host);
    b->tape = rlb_tape_create(&b->host.host);
}

static rlb_tensor *leaf(struct bench *b, uint32_t rows, uint32_t cols)
{
    const uint32_t shape[] = {rows, cols};
    return rlb_input_with_grad(b->tape, 2, shape);
}

static void edges_of_logarithm(void)
{
    struct bench b;
    bench_start(&b);
    rlb_tensor *x = rlb_input(b.tape, 1, 6), *y = rlb_log(b.tape, x);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(b.tape, NULL), RLB_OK);
    const float values[] = {0, -1, 1e-42f, 3e38f, INFINITY, NAN};
    memcpy(x->data, values, sizeof values);
    rlb_forward(b.tape);
    CU_ASSERT(y->data[0] == -INFINITY && isnan(y->data[1]));
    CU_ASSERT(fabsf(y->data[2] - logf(1e-42f)) < 1e-5f && fabsf(y->data[3] - logf(3e38f)) < 1e-5f);
    CU_ASSERT(y->data[4] == INFINITY && isnan(y->data[5]));
    nn_host_finish(&b.host);
}

/* Ties, kinks and bounds: to which side the gradient goes. */
static void gradients_at_kinks(void)
{
    struct bench b;
    bench_start(&b);
    rlb_tensor *x = leaf(&b, 1, 4), *y = leaf(&b, 1, 4), *z = leaf(&b, 3, 2), *c = leaf(&b, 1, 4);
    rlb_tape *t = b.tape;
    rlb_tensor *loss = rlb_sum(t, rlb_min(t, x, y));
    loss = rlb_add(t, loss, rlb_sum(t, rlb_fold_max(t, z)));
    loss = rlb_add(t, loss, rlb_sum(t, rlb_row_max(t, c)));
    loss = rlb_add(t, loss, rlb_sum(t, rlb_abs(t, c)));
    loss = rlb_add(t, loss, rlb_sum(t, rlb_clip(t, c, -2, 3)));
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, loss), RLB_OK);
    memcpy(z->data, (const float[]){1, 2, 1, 3, 0, 3}, 6 * sizeof(float));
    memcpy(c->data, (const float[]){3, -2, 3, 0}, 4 * sizeof(float));
    rlb_forward(t);
    rlb_backward(t);
    for (int i = 0; i < 4; i++)
        CU_ASSERT(x->grad[i] == 1 && y->grad[i] == 0);
    CU_ASSERT(memcmp(z->grad, (const float[]){1, 0, 0, 1, 0, 0}, 6 * sizeof(float)) == 0);
    /* the first of the largest, sign, inside [-2, 3] */
    CU_ASSERT(memcmp(c->grad, (const float[]){3, 0, 2, 1}, 4 * sizeof(float)) == 0);
    nn_host_finish(&b.host);
}

static void masks(void)
{
    struct bench b;
    bench_start(&b);
    rlb_tape *t = b.tape;
    rlb_tensor *x = leaf(&b, 2, 3), *w = leaf(&b, 2, 3), *logits = leaf(&b, 1, 3);
    rlb_tensor *mean = rlb_weighted_mean(t, x, w),
               *nothing = rlb_weighted_mean(t, x, leaf(&b, 2, 3));
    rlb_tensor *p = rlb_softmax(t, logits), *log_p = rlb_log_softmax(t, logits);
    rlb_tensor *total = rlb_logsumexp(t, logits);
    rlb_tensor *loss = rlb_add(t, rlb_add(t, mean, nothing), rlb_sum(t, rlb_square(t, p)));
    loss = rlb_add(t, loss, rlb_sum(t, rlb_add(t, rlb_columns(t, log_p, 0, 2), total)));
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, loss), RLB_OK);
    memcpy(x->data, (const float[]){1, NAN, 4, INFINITY, 7, 2}, 6 * sizeof(float));
    memcpy(w->data, (const float[]){1, 0, 2, 0, 0, 1}, 6 * sizeof(float));
    memcpy(logits->data, (const float[]){1000, 1000, -INFINITY}, 3 * sizeof(float));
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT(mean->data[0] == 11.0f / 4 && nothing->data[0] == 0);
    CU_ASSERT(memcmp(x->grad, (const float[]){0.25f, 0, 0.5f, 0, 0, 0.25f}, 6 * sizeof(float)) ==
              0);
    for (int i = 0; i < 6; i++)
        CU_ASSERT_EQUAL(w->grad[i], 0);
    CU_ASSERT(p->data[0] == 0.5f && p->data[1] == 0.5f && p->data[2] == 0);
    CU_ASSERT(fabsf(log_p->data[0] + 0.693147181f) < 1e-6f && log_p->data[2] == -INFINITY);
    CU_ASSERT(fabsf(total->data[0] - 1000.6931f) < 1e-4f);
    for (int i = 0; i < 3; i++)
        CU_ASSERT(isfinite(logits->grad[i]));
    nn_host_finish(&b.host);
}

/* Wherever the largest value of a row is, it is found and nothing overflows. */
static void largest_anywhere(void)
{
    struct bench b;
    bench_start(&b);
    rlb_tape *t = b.tape;
    enum { COLS = 45 };
    rlb_tensor *x = rlb_input(t, COLS, COLS);
    rlb_tensor *p = rlb_softmax(t, x), *log_p = rlb_log_softmax(t, x), *sum = rlb_logsumexp(t, x);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, NULL), RLB_OK);
    for (size_t i = 0; i < COLS; i++)
        x->data[i * COLS + i] = 1000;
    rlb_forward(t);
    for (size_t i = 0; i < x->size; i++) {
        bool here = i / COLS == i % COLS;
        CU_ASSERT(p->data[i] == (here ? 1 : 0) && log_p->data[i] == (here ? 0 : -1000));
        CU_ASSERT_EQUAL(sum->data[i / COLS], 1000);
    }
    nn_host_finish(&b.host);
}

static void rows_too_short(void)
{
    struct bench b;
    bench_start(&b);
    rlb_tape *t = b.tape;
    rlb_tensor *x = leaf(&b, 2, 2), *y = rlb_normalize_rows(t, x, 3);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, rlb_sum(t, y)), RLB_OK);
    memcpy(x->data, (const float[]){0, 0, 3e-13f, 4e-13f}, 4 * sizeof(float));
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT(y->data[0] == 0 && fabsf(y->data[2] - 0.9f) < 1e-6f);
    for (int i = 0; i < 4; i++)
        CU_ASSERT(fabsf(x->grad[i] / 3e12f - 1) < 1e-6f);
    nn_host_finish(&b.host);
}

/* NaN, no gradient, and no memory of others. */
static void index_outside(void)
{
    struct bench b;
    bench_start(&b);
    rlb_tape *t = b.tape;
    const uint32_t two = 2;
    rlb_tensor *x = leaf(&b, 2, 4), *table = leaf(&b, 4, 2), *index = rlb_input_index(t, 1, &two);
    rlb_tensor *picked = rlb_pick(t, x, index), *rows = rlb_gather(t, table, index);
    rlb_tensor *loss = rlb_add(t, rlb_sum(t, picked), rlb_sum(t, rows));
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, loss), RLB_OK);
    index->index[0] = -1;
    index->index[1] = 4;
    rlb_forward(t);
    rlb_backward(t);
    for (int i = 0; i < 2; i++)
        CU_ASSERT(isnan(picked->data[i]) && isnan(rows->data[2 * i]) &&
                  isnan(rows->data[2 * i + 1]));
    for (int i = 0; i < 8; i++)
        CU_ASSERT(x->grad[i] == 0 && table->grad[i] == 0);
    nn_host_finish(&b.host);
}

/* ---- mistakes */

#define MISTAKE(name, call)                                                                        \
    static void name(rlb_tape *t, rlb_tensor *x, rlb_tensor *index)                                \
    {                                                                                              \
        (void)x;                                                                                   \
        (void)index;                                                                               \
        call;                                                                                      \
    }
static const uint32_t five[] = {5}, long_shape[] = {1, 1, 1, 1};
MISTAKE(bad_add, rlb_add(t, x, rlb_input(t, 3, 3)))
MISTAKE(bad_clip, rlb_clip(t, x, 1, 0))
MISTAKE(bad_weights, rlb_weighted_mean(t, x, rlb_input(t, 4, 3)))
MISTAKE(bad_reshape, rlb_reshape(t, x, 1, five))
MISTAKE(bad_concat, rlb_concat(t, x, rlb_input(t, 4, 4)))
MISTAKE(bad_columns, rlb_columns(t, x, 2, 3))
MISTAKE(bad_rows, rlb_rows(t, x, 3, 1))
MISTAKE(bad_pick, rlb_pick(t, x, index))
MISTAKE(bad_gather, rlb_gather(t, x, rlb_input_index(t, 4, long_shape)))
MISTAKE(bad_swap, rlb_swap(t, rlb_input_shaped(t, 1, five)))
MISTAKE(bad_matmul, rlb_matmul(t, x, x))
MISTAKE(bad_matmul_nt, rlb_matmul_nt(t, x, rlb_input(t, 3, 5)))
MISTAKE(bad_row_dot, rlb_row_dot(t, rlb_input_shaped(t, 1, five), x))
MISTAKE(bad_kind, rlb_exp(t, index))
MISTAKE(bad_index, rlb_gather(t, x, x))
static const struct {
    void (*make)(rlb_tape *, rlb_tensor *x, rlb_tensor *index);
    const char *sentence;
} mistakes[] = {
    {bad_add, "tape: add: [3][3] does not repeat over [3][4]"},
    {bad_clip, "tape: clip: the bounds 1 and 0 are the wrong way round"},
    {bad_weights, "tape: weighted_mean: the weights [4][3] should have the shape of [3][4]"},
    {bad_reshape, "tape: reshape: [5] does not hold as many values as [3][4]"},
    {bad_concat, "tape: concat: [3][4] and [4][4] may differ in the last size only"},
    {bad_columns, "tape: columns: [2, 2 + 3) is not within [3][4]"},
    {bad_rows, "tape: rows: [3, 3 + 1) is not within [3][4]"},
    {bad_pick,
     "tape: pick: the index [5] does not hold one value for each of the 3 rows of [3][4]"},
    {bad_gather,
     "tape: gather: a table [N][C] and an index of at most 3 sizes, not [3][4] and [1][1][1][1]"},
    {bad_swap, "tape: swap: [5] has no second size"},
    {bad_matmul, "tape: matmul: [3][4] and [3][4] do not fit"},
    {bad_matmul_nt, "tape: matmul_nt: [3][4] and [3][5] do not fit"},
    {bad_row_dot, "tape: row_dot: [3][4] does not repeat over [5]"},
    {bad_kind, "tape: exp: input 1 should hold values, not indices"},
    {bad_index, "tape: gather: input 2 should hold indices (rlb_input_index)"},
};

static void sentences(void)
{
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        struct bench b;
        bench_start(&b);
        mistakes[k].make(b.tape, rlb_input(b.tape, 3, 4), rlb_input_index(b.tape, 1, five));
        CU_ASSERT_EQUAL(rlb_tape_finish(b.tape, NULL), RLB_E_INVAL);
        CHECK_TEXT(b.host.failure, mistakes[k].sentence);
        nn_host_finish(&b.host);
    }
}

CHECK_MAIN("edges of operations", {"the logarithm of every float", edges_of_logarithm},
           {"gradients at kinks", gradients_at_kinks}, {"what a mask leaves out has no say", masks},
           {"the largest value of a row", largest_anywhere},
           {"rows too short to normalize", rows_too_short},
           {"an index outside shows", index_outside}, {"sentences of mistakes", sentences})
