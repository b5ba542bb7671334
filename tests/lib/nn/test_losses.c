/* Losses against PyTorch (losses_fixture.txt), their gradients against differences, and what they
 * say of shapes and settings that do not fit. */
#include "lib/nn/opcase.h"

#include "check.h"

#include <math.h>

static const char file[] = "lib/nn/losses_fixture.txt";

static rlb_tensor *huber(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_huber(t, in[0], in[1], 0.7f);
}

static rlb_tensor *expectile(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_expectile(t, in[0], in[1], 0.8f);
}

static rlb_tensor *quantile_huber(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_quantile_huber(t, in[0], in[1], 0.5f);
}

static rlb_tensor *gaussian_kl(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_gaussian_kl(t, in[0], in[1], in[2], in[3]);
}

static rlb_tensor *ppo_policy(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_ppo_policy_loss(t, in[0], in[1], in[2], 0.2f);
}

static rlb_tensor *ppo_value(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_ppo_value_loss(t, in[0], in[1], in[2], 0.5f);
}

#define OF_ONE(function)                                                                           \
    static rlb_tensor *function(rlb_tape *t, rlb_tensor *const *in)                                \
    {                                                                                              \
        return rlb_##function(t, in[0]);                                                           \
    }
#define OF_TWO(function)                                                                           \
    static rlb_tensor *function(rlb_tape *t, rlb_tensor *const *in)                                \
    {                                                                                              \
        return rlb_##function(t, in[0], in[1]);                                                    \
    }
OF_TWO(squared)
OF_TWO(binary_cross_entropy)
OF_TWO(cross_entropy)
OF_TWO(soft_cross_entropy)
OF_TWO(categorical_kl)
OF_TWO(row_cosine)
OF_TWO(row_angle)
OF_ONE(info_nce)
OF_ONE(info_nce_symmetric)
OF_ONE(binary_nce)

#define TWO_FULL {{FULL, LEARNT}, {FULL, LEARNT}}, 2, 3, 5
#define TWO_APART {{FULL, APART}, {FULL, APART}}, 2, 3, 5
#define LOGITS_AND_SHARES {{FULL, LEARNT}, {FULL, SHARE}}, 2, 3, 5
#define LOGITS_AND_INDEX {{FULL, LEARNT}, {FULL, INDEX}}, 2, 3, 5
#define ONE_SQUARE {{SQUARES, LEARNT}}, 1, 2, 5
#define JUDGED(rows) {{FULL, LEARNT}, {FULL, CONSTANT}, {FULL, CONSTANT}}, 3, rows, 5

/* Stored values, and differences. */
static const struct opcase cases[] = {
    {"squared", squared, TWO_FULL, false},
    {"huber", huber, TWO_FULL, true},
    {"expectile", expectile, TWO_FULL, true},
    {"bce", binary_cross_entropy, LOGITS_AND_SHARES, false},
    {"ce", cross_entropy, LOGITS_AND_INDEX, false},
    {"soft_ce", soft_cross_entropy, LOGITS_AND_SHARES, false},
    {"kl", categorical_kl, TWO_FULL, false},
    {"gaussian_kl",
     gaussian_kl,
     {{FULL, LEARNT}, {FULL, SHARE}, {FULL, LEARNT}, {FULL, SHARE}},
     4,
     3,
     5,
     false},
    {"gaussian_kl_row",
     gaussian_kl,
     {{FULL, LEARNT}, {ROW, SHARE}, {FULL, LEARNT}, {ROW, SHARE}},
     4,
     3,
     5,
     false},
    {"quantile_huber", quantile_huber, {{FULL, LEARNT}, {OTHER, LEARNT}}, 2, 3, 5, true},
    {"cosine", row_cosine, TWO_APART, false},
    {"angle", row_angle, TWO_APART, false},
    {"info_nce", info_nce, ONE_SQUARE, false},
    {"symmetric", info_nce_symmetric, ONE_SQUARE, false},
    {"binary_nce", binary_nce, ONE_SQUARE, false},
    {"ppo_policy", ppo_policy, JUDGED(3), true},
    {"ppo_value", ppo_value, JUDGED(3), true},
};

/* Extreme logits and near-equal distributions: stored values only. */
static const struct opcase extremes[] = {
    {"bce_extreme", binary_cross_entropy, LOGITS_AND_SHARES, false},
    {"ce_extreme", cross_entropy, LOGITS_AND_INDEX, false},
    {"soft_ce_extreme", soft_cross_entropy, LOGITS_AND_SHARES, false},
    {"kl_near", categorical_kl, TWO_FULL, false},
    {"kl_extreme", categorical_kl, TWO_FULL, false},
    {"gaussian_kl_near",
     gaussian_kl,
     {{FULL, LEARNT}, {FULL, SHARE}, {FULL, LEARNT}, {FULL, SHARE}},
     4,
     3,
     5,
     false},
    {"info_nce_extreme", info_nce, ONE_SQUARE, false},
    {"symmetric_extreme", info_nce_symmetric, ONE_SQUARE, false},
    {"binary_nce_extreme", binary_nce, ONE_SQUARE, false},
    {"ppo_extreme", ppo_policy, JUDGED(1), false},
};

/* float32 rounds unit vectors by 6e-8, which its sine, 0.02, magnifies in the gradient. */
static const struct opcase near = {"angle_near", row_angle, TWO_APART, false};

static void compare(const struct opcase *c, double most)
{
    double off = opcase_off(c, file);
    if (!(off <= most))
        fprintf(stderr, "%s: %g\n", c->name, off);
    CU_ASSERT(off <= most);
}

static void stored_values(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        compare(&cases[i], 1e-6);
    for (size_t i = 0; i < sizeof extremes / sizeof *extremes; i++)
        compare(&extremes[i], 1e-6);
    compare(&near, 4e-6);
}

static void differences(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 5, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int round = 0; round < 12; round++) {
            double worst = opcase_gradcheck(&cases[i], &rng, round);
            if (!(worst <= 1e-3))
                fprintf(stderr, "%s, round %d: %g\n", cases[i].name, round, worst);
            CU_ASSERT(worst <= 1e-3);
        }
}

/* ---- closed forms */

static struct nn_host host;

static rlb_tape *start(void)
{
    nn_host_init(&host);
    return rlb_tape_create(&host.host);
}

/* Angles of (1, 0) and (cos x, sin x) near both ends, where acos of the cosine would have lost half
 * its digits; no direction at all; and gradients that stay bounded. */
static void small_angles(void)
{
    const double x[] = {0, 1e-6, 1e-4, 3.1415926 - 1e-4, 1.5};
    const uint32_t shape[] = {6, 2};
    rlb_tape *t = start();
    rlb_tensor *a = rlb_input_with_grad(t, 2, shape), *b = rlb_input_with_grad(t, 2, shape);
    rlb_tensor *angle = rlb_row_angle(t, a, b), *cosine = rlb_row_cosine(t, a, b);
    rlb_tensor *loss = rlb_add(t, rlb_sum(t, angle), rlb_sum(t, cosine));
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, loss), RLB_OK);
    for (int i = 0; i < 5; i++) {
        a->data[2 * i] = 1;
        b->data[2 * i] = (float)cos(x[i]);
        b->data[2 * i + 1] = (float)sin(x[i]);
    }
    b->data[10] = 1;
    rlb_forward(t);
    rlb_backward(t);
    for (int i = 0; i < 5; i++)
        CU_ASSERT_DOUBLE_EQUAL((double)angle->data[i], x[i], 2e-7 * (x[i] + 1e-2));
    CU_ASSERT_EQUAL((double)cosine->data[5], 0);
    for (int i = 0; i < 10; i++)
        CU_ASSERT(fabs((double)a->grad[i]) <= 1.01 && fabs((double)b->grad[i]) <= 2.01);
    CU_ASSERT(isfinite((double)a->grad[10]) && isfinite((double)b->grad[10]));
    nn_host_finish(&host);
}

/* The minimum over v of the mean expectile loss of samples u solves
 * tau sum (u - v)+ = (1 - tau) sum (v - u)+; for {0, 1} and tau = 0.9 that is v = 0.9. The weight
 * alone makes the same of the squared loss, and it is not differentiated. */
static void expectile_minimum(void)
{
    const uint32_t shape[] = {2, 1};
    rlb_tape *t = start();
    rlb_tensor *v = rlb_input_with_grad(t, 2, shape), *u = rlb_input(t, 2, 1);
    rlb_tensor *squared = rlb_squared(t, v, u);
    rlb_tensor *weight = rlb_expectile_weight(t, rlb_sub(t, u, v), 0.9f);
    rlb_tensor *weighted = rlb_mul(t, squared, weight), *direct = rlb_expectile(t, v, u, 0.9f);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, rlb_sum(t, rlb_add(t, weighted, direct))), RLB_OK);
    v->data[0] = v->data[1] = 0.9f;
    u->data[1] = 1;
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT_DOUBLE_EQUAL((double)(v->grad[0] + v->grad[1]), 0, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL((double)v->grad[0], 4 * 0.1 * 0.9, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL((double)weighted->data[1], (double)direct->data[1], 1e-9);
    nn_host_finish(&host);
}

/* KL of deviations e^w and 1 is (e^(2 w) - 1) / 2 - w, about w^2: its digits are kept, and those of
 * its derivative e^(2 w) - 1. */
static void near_deviations(void)
{
    const double w[] = {1e-4, -1e-3, 0.01, 0.05, -0.059, 0.07, 0.3};
    const uint32_t shape[] = {7, 1};
    rlb_tape *t = start();
    rlb_tensor *zero = rlb_input(t, 7, 1), *log_std = rlb_input_with_grad(t, 2, shape);
    rlb_tensor *kl = rlb_gaussian_kl(t, zero, log_std, zero, zero);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, rlb_sum(t, kl)), RLB_OK);
    for (int i = 0; i < 7; i++)
        log_std->data[i] = (float)w[i];
    rlb_forward(t);
    rlb_backward(t);
    for (int i = 0; i < 7; i++) {
        double x = (double)log_std->data[i], expected = 0.5 * expm1(2 * x) - x;
        if (fabs(x) < 0.01) /* where the difference in double loses digits itself */
            expected = x * x * (1 + x * (2.0 / 3 + x / 3));
        CU_ASSERT_DOUBLE_EQUAL((double)kl->data[i], expected, 2e-5 * expected);
        CU_ASSERT_DOUBLE_EQUAL((double)log_std->grad[i], expm1(2 * x), 2e-6 * fabs(x));
    }
    nn_host_finish(&host);
}

/* ---- what is no number */

typedef rlb_tensor *(*builder)(rlb_tape *t, rlb_tensor *const *in);

static rlb_tensor *labelled(rlb_tape *t, rlb_tensor *const *in)
{
    const uint32_t rows = 5;
    rlb_tensor *labels = rlb_input_index(t, 1, &rows); /* all 0 */
    return rlb_cross_entropy(t, in[0], labels);
}

static rlb_tensor *entropy(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_categorical_entropy(t, in[0], NULL);
}

/* One NaN anywhere in what is learned makes the whole loss NaN: a network that has diverged cannot
 * hide behind a minimum, a clip or another column. Old log-probabilities, advantages and targets
 * count as well. */
static void nothing_hides(void)
{
    enum { N = 5 };
    static const struct {
        const char *name;
        builder build;
        int inputs;
    } all[] = {
        {"squared", squared, 2},
        {"huber", huber, 2},
        {"expectile", expectile, 2},
        {"binary cross-entropy", binary_cross_entropy, 2},
        {"cross-entropy", labelled, 1},
        {"soft cross-entropy", soft_cross_entropy, 2},
        {"categorical KL", categorical_kl, 2},
        {"Gaussian KL", gaussian_kl, 4},
        {"quantile Huber", quantile_huber, 2},
        {"row cosine", row_cosine, 2},
        {"row angle", row_angle, 2},
        {"InfoNCE", info_nce, 1},
        {"symmetric InfoNCE", info_nce_symmetric, 1},
        {"binary NCE", binary_nce, 1},
        {"entropy", entropy, 1},
        {"PPO policy", ppo_policy, 3},
        {"PPO value", ppo_value, 3},
    };
    rlb_rng rng;
    rlb_rng_init(&rng, 8, 0);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        rlb_tape *t = start();
        rlb_tensor *in[4];
        for (int i = 0; i < 4; i++)
            in[i] = rlb_input(t, N, N);
        rlb_tensor *loss = rlb_sum(t, all[k].build(t, in));
        CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, NULL), RLB_OK);
        for (int i = 0; i < 4; i++)
            fill_uniform(&rng, in[i]->data, in[i]->size, 0.1, 0.9);
        rlb_forward(t);
        CU_ASSERT(isfinite((double)loss->data[0]));
        for (int i = 0; i < all[k].inputs; i++)
            for (size_t j = 0; j < in[i]->size; j++) {
                float before = in[i]->data[j];
                in[i]->data[j] = NAN;
                rlb_forward(t);
                if (!isnan((double)loss->data[0]))
                    fprintf(stderr, "%s: input %d, value %zu hides\n", all[k].name, i, j);
                CU_ASSERT(isnan((double)loss->data[0]));
                in[i]->data[j] = before;
            }
        nn_host_finish(&host);
    }
}

/* ---- mistakes */

static rlb_tensor *bad_huber(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_huber(t, in[0], in[0], 0);
}

static rlb_tensor *bad_labels(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_cross_entropy(t, in[0], rlb_input(t, 3, 1));
}

static rlb_tensor *bad_tau(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_expectile(t, in[0], in[0], 1);
}

static rlb_tensor *bad_clip(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_ppo_value_loss(t, in[0], in[0], in[0], -1);
}

static void mistakes(void)
{
    static const struct {
        builder build;
        const char *sentence;
    } bad[] = {
        {squared, "tape: squared loss: [3][5] and [3][4] must have one shape"},
        {soft_cross_entropy, "tape: soft cross-entropy: [3][5] and [3][4] must have one shape"},
        {categorical_kl, "tape: categorical KL: [3][5] and [3][4] must have one shape"},
        {row_angle, "tape: row angle: [3][5] and [3][4] must have one shape"},
        {info_nce, "tape: InfoNCE: the last two sizes of the logits [3][5] must be equal"},
        {binary_nce, "tape: binary NCE: the last two sizes of the logits [3][5] must be equal"},
        {bad_labels, "tape: cross-entropy: input 2 should hold indices (rlb_input_index)"},
        {bad_huber, "tape: Huber loss: delta must be above 0, not 0"},
        {bad_tau, "tape: expectile loss: tau must be between 0 and 1, not 1"},
        {bad_clip, "tape: PPO value loss: clip must be above 0, not -1"},
        {ppo_policy, "tape: PPO policy loss: [3][5], [3][4] and [2][5] must have one shape"},
        {gaussian_kl, "tape: Gaussian KL: log_std [3][4] is neither like the mean [3][5] nor one "
                      "row of it"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rlb_tape *t = start();
        rlb_tensor *in[] = {rlb_input(t, 3, 5), rlb_input(t, 3, 4), rlb_input(t, 2, 5),
                            rlb_input(t, 3, 5)};
        CU_ASSERT_EQUAL(rlb_tape_finish(t, rlb_sum(t, bad[i].build(t, in))), RLB_E_INVAL);
        CHECK_TEXT(host.failure, bad[i].sentence);
        nn_host_finish(&host);
    }
    rlb_tape *t = start();
    rlb_tensor *q = rlb_input(t, 3, 5), *target = rlb_input(t, 2, 5);
    rlb_quantile_huber(t, q, target, 1);
    CU_ASSERT_EQUAL(rlb_tape_finish(t, NULL), RLB_E_INVAL);
    CHECK_TEXT(host.failure, "tape: quantile Huber loss: [3][5] and [2][5] may differ in the last "
                             "size only");
    nn_host_finish(&host);
}

CHECK_MAIN("losses", {"values and gradients of PyTorch", stored_values},
           {"gradients against differences", differences}, {"angles near 0 and pi", small_angles},
           {"the minimum of an expectile loss", expectile_minimum},
           {"KL of near deviations", near_deviations}, {"what is no number", nothing_hides},
           {"mistakes", mistakes})
