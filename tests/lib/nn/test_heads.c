/* Distributions against PyTorch (heads_fixture.txt), their gradients against differences and sample
 * by sample, and the sentences of mistakes. */
#include "lib/nn/opcase.h"

#include "check.h"

#include <math.h>

static const char file[] = "lib/nn/heads_fixture.txt";

static rlb_tensor *log_prob(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_categorical_log_prob(t, in[0], NULL, in[1]);
}

static rlb_tensor *log_prob_masked(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_categorical_log_prob(t, in[0], in[1], in[2]);
}

static rlb_tensor *entropy(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_categorical_entropy(t, in[0], NULL);
}

static rlb_tensor *entropy_masked(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_categorical_entropy(t, in[0], in[1]);
}

static rlb_tensor *tanh_range(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_tanh_range(t, in[0], -5, 2);
}

static rlb_tensor *gaussian_log_prob(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_gaussian_log_prob(t, in[0], in[1], in[2]);
}

static rlb_tensor *gaussian_entropy(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_gaussian_entropy(t, in[0], in[1]);
}

static rlb_tensor *rsample(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_gaussian_rsample(t, in[0], in[1], in[2]);
}

static rlb_tensor *tanh_given(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_tanh_gaussian_log_prob(t, in[0], in[1], in[2]);
}

/* With a gradient of the action alone, of the log-probability alone, and of both. */
static rlb_tensor *tanh_action(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_tanh_gaussian_rsample(t, in[0], in[1], in[2], NULL);
}

static rlb_tensor *tanh_log_prob(rlb_tape *t, rlb_tensor *const *in)
{
    rlb_tensor *log_p;
    rlb_tanh_gaussian_rsample(t, in[0], in[1], in[2], &log_p);
    return log_p;
}

static rlb_tensor *tanh_both(rlb_tape *t, rlb_tensor *const *in)
{
    rlb_tensor *log_p, *action = rlb_tanh_gaussian_rsample(t, in[0], in[1], in[2], &log_p);
    return rlb_add(t, action, log_p);
}

#define LOGITS {{FULL, LEARNT}}, 1, 3, 5, false
#define LOGITS_INDEX {{FULL, LEARNT}, {FULL, INDEX}}, 2, 3, 5, false
#define LOGITS_MASK {{FULL, LEARNT}, {FULL, MASK}}, 2, 3, 5, false
#define LOGITS_MASK_INDEX {{FULL, LEARNT}, {FULL, MASK}, {FULL, INDEX}}, 3, 3, 5, false
#define SPREAD(std) {{FULL, CONSTANT}, {std, SHARE}}, 2, 3, 5, false
#define AND(std, last) {{FULL, LEARNT}, {std, SHARE}, {FULL, last}}, 3, 3, 5, false

static const struct opcase cases[] = {
    {"log_prob", log_prob, LOGITS_INDEX},
    {"entropy", entropy, LOGITS},
    {"entropy_masked", entropy_masked, LOGITS_MASK},
    {"gaussian_log_prob", gaussian_log_prob, AND(FULL, LEARNT)},
    {"gaussian_log_prob_row", gaussian_log_prob, AND(ROW, LEARNT)},
    {"gaussian_entropy", gaussian_entropy, SPREAD(FULL)},
    {"gaussian_entropy_row", gaussian_entropy, SPREAD(ROW)},
    {"rsample", rsample, AND(FULL, CONSTANT)},
    {"rsample_row", rsample, AND(ROW, CONSTANT)},
    {"tanh_range", tanh_range, LOGITS},
    {"tanh_action", tanh_action, AND(FULL, CONSTANT)},
    {"tanh_log_prob", tanh_log_prob, AND(FULL, CONSTANT)},
    {"tanh_both", tanh_both, AND(FULL, CONSTANT)},
    {"tanh_row", tanh_both, AND(ROW, CONSTANT)},
    {"tanh_given", tanh_given, {{FULL, LEARNT}, {FULL, SHARE}, {FULL, SHARE}}, 3, 3, 5, true},
    {"tanh_given_row", tanh_given, {{FULL, LEARNT}, {ROW, SHARE}, {FULL, SHARE}}, 3, 3, 5, true},
};

/* Random indices would be forbidden, or the values are too large for differences. */
static const struct opcase stored_only[] = {
    {"log_prob_extreme", log_prob, LOGITS_INDEX},
    {"entropy_extreme", entropy, LOGITS},
    {"log_prob_masked", log_prob_masked, LOGITS_MASK_INDEX},
    {"log_prob_forbidden", log_prob_masked, LOGITS_MASK_INDEX},
    {"log_prob_masked_extreme", log_prob_masked, LOGITS_MASK_INDEX},
    {"entropy_masked_extreme", entropy_masked, LOGITS_MASK},
    {"gaussian_log_prob_extreme", gaussian_log_prob, AND(FULL, LEARNT)},
    {"tanh_extreme", tanh_both, AND(FULL, CONSTANT)},
};

/* atanh up to 7 rounds by 2e-7, squared over a deviation below 1. */
static const struct opcase edge = {"tanh_given_extreme", tanh_given, AND(FULL, SHARE)};

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
    for (size_t i = 0; i < sizeof stored_only / sizeof *stored_only; i++)
        compare(&stored_only[i], 1e-6);
    compare(&edge, 4e-6);
}

static void differences(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 6, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int round = 0; round < 12; round++) {
            double worst = opcase_gradcheck(&cases[i], &rng, round);
            if (!(worst <= 1e-3))
                fprintf(stderr, "%s, round %d: %g\n", cases[i].name, round, worst);
            CU_ASSERT(worst <= 1e-3);
        }
}

/* ---- per sample: log_std is a parameter of the network, and so is the mean's layer */

enum { SAMPLES = 5, EACH = 2, IN = 3, OUT = 4, MOST = 64 };

struct actor {
    struct nn_host host;
    rlb_net *net;
    rlb_tape *tape;
    rlb_tensor *obs, *noise;
};

/* The sum over `samples` of EACH rows of the log-probability of a sampled action. */
static void make_actor(struct actor *a, uint32_t samples)
{
    nn_host_init(&a->host);
    a->net = rlb_net_create(&a->host.host);
    const uint32_t width = OUT;
    rlb_mlp mlp = rlb_mlp_declare(a->net, "mean", &(rlb_mlp_spec){.in = IN, .out = OUT});
    uint32_t log_std =
        rlb_net_declare(a->net, "log_std", 1, &width, 1, (rlb_init){RLB_INIT_NORMAL, 0.5f}, 1, 1);
    CU_ASSERT_EQUAL_FATAL(rlb_net_init(a->net, 9), RLB_OK);
    a->tape = rlb_tape_create(&a->host.host);
    a->obs = rlb_input(a->tape, samples * EACH, IN);
    a->noise = rlb_input(a->tape, samples * EACH, OUT);
    rlb_tensor *log_p, *mean = rlb_mlp_apply(a->tape, &mlp, a->obs);
    rlb_tanh_gaussian_rsample(a->tape, mean, rlb_use_param(a->tape, a->net, log_std), a->noise,
                              &log_p);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(a->tape, rlb_sum(a->tape, log_p)), RLB_OK);
}

static void per_sample(void)
{
    struct actor all, one;
    make_actor(&all, SAMPLES);
    make_actor(&one, 1);
    size_t size = rlb_net_size(all.net);
    float vector[MOST], grad[MOST];
    double dot[SAMPLES];
    CU_ASSERT_FATAL(size <= MOST);
    rlb_rng rng;
    rlb_rng_init(&rng, 7, 0);
    fill_normal(&rng, vector, size);
    fill_normal(&rng, all.obs->data, all.obs->size);
    fill_normal(&rng, all.noise->data, all.noise->size);
    rlb_forward(all.tape);
    rlb_backward(all.tape);
    rlb_per_sample_dot(all.tape, all.net, vector, SAMPLES, dot);
    for (uint32_t b = 0; b < SAMPLES; b++) {
        memcpy(one.obs->data, all.obs->data + b * one.obs->size, sizeof(float) * one.obs->size);
        memcpy(one.noise->data, all.noise->data + b * one.noise->size,
               sizeof(float) * one.noise->size);
        rlb_forward(one.tape);
        rlb_backward(one.tape);
        rlb_per_sample_grad(all.tape, all.net, SAMPLES, b, grad);
        double expected = 0;
        for (size_t i = 0; i < size; i++) {
            double g = (double)rlb_net_grads(one.net)[i];
            CU_ASSERT_DOUBLE_EQUAL((double)grad[i], g, 1e-5 * (1 + fabs(g)));
            expected += g * (double)vector[i];
        }
        CU_ASSERT_DOUBLE_EQUAL(dot[b], expected, 1e-5 * (1 + fabs(expected)));
    }
    nn_host_finish(&all.host);
    nn_host_finish(&one.host);
}

/* ---- a padded row, and an action that does not exist */

static void odd_actions(void)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_tape *t = rlb_tape_create(&host.host);
    const uint32_t shape[] = {3, 2}, rows = 3;
    rlb_tensor *x = rlb_input_with_grad(t, 2, shape), *a = rlb_input_index(t, 1, &rows);
    rlb_tensor *y = rlb_categorical_log_prob(t, x, NULL, a);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, rlb_sum(t, y)), RLB_OK);
    a->index[0] = -1;
    a->index[1] = 2;
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT(y->data[0] == 0 && x->grad[0] == 0 && x->grad[1] == 0);
    CU_ASSERT(isnan((double)y->data[1]) && isnan((double)x->grad[2]));
    CU_ASSERT_DOUBLE_EQUAL((double)y->data[2], -log(2), 1e-7);
    nn_host_finish(&host);
}

/* ---- mistakes */

static rlb_tensor *bad_actions(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_categorical_log_prob(t, in[0], NULL, rlb_input(t, 3, 1));
}

static rlb_tensor *bad_range(rlb_tape *t, rlb_tensor *const *in)
{
    return rlb_tanh_range(t, in[0], 2, 2);
}

static void mistakes(void)
{
    static const struct {
        rlb_tensor *(*build)(rlb_tape *t, rlb_tensor *const *in);
        const char *sentence;
    } bad[] = {
        {entropy_masked, "tape: mask: [3][4] does not have the shape of the logits [3][5]"},
        {bad_actions, "tape: log-probability: input 2 should hold indices (rlb_input_index)"},
        {gaussian_log_prob, "tape: Gaussian log-probability: log_std [3][4] is neither like the "
                            "mean [3][5] nor one row of it"},
        {gaussian_entropy, "tape: Gaussian entropy: log_std [3][4] is neither like the mean "
                           "[3][5] nor one row of it"},
        {rsample, "tape: Gaussian sample: log_std [3][4] is neither like the mean [3][5] nor one "
                  "row of it"},
        {tanh_given, "tape: tanh-Gaussian log-probability: actions [2][5] does not have the "
                     "shape of the mean [3][5]"},
        {tanh_both, "tape: tanh-Gaussian sample: log_std [3][4] is neither like the mean [3][5] "
                    "nor one row of it"},
        {bad_range, "tape: tanh range: 2 must be below 2"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct nn_host host;
        nn_host_init(&host);
        rlb_tape *t = rlb_tape_create(&host.host);
        rlb_tensor *in[] = {rlb_input(t, 3, 5), rlb_input(t, 3, 4), rlb_input(t, 2, 5)};
        CU_ASSERT_EQUAL(rlb_tape_finish(t, rlb_sum(t, bad[i].build(t, in))), RLB_E_INVAL);
        CHECK_TEXT(host.failure, bad[i].sentence);
        nn_host_finish(&host);
    }
    struct nn_host host;
    nn_host_init(&host);
    rlb_tape *t = rlb_tape_create(&host.host);
    const uint32_t four = 4;
    rlb_categorical_log_prob(t, rlb_input(t, 3, 5), NULL, rlb_input_index(t, 1, &four));
    CU_ASSERT_EQUAL(rlb_tape_finish(t, NULL), RLB_E_INVAL);
    CHECK_TEXT(host.failure, "tape: log-probability: [4] indices do not fit the rows of [3][5]");
    nn_host_finish(&host);
}

CHECK_MAIN("heads", {"values and gradients of PyTorch", stored_values},
           {"gradients against differences", differences}, {"gradients per sample", per_sample},
           {"padded rows and actions that do not exist", odd_actions}, {"mistakes", mistakes})
