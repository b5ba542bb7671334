/* Optimisers against PyTorch's in double precision, clipping, refusing what is not finite, state
 * that continues bit for bit, and a slowly moving target. */
#include "lib/nn/gradcheck.h"

#include "check.h"
#include "fixture.h"

#include <math.h>
#include <string.h>

enum { SIZE = 19, STEPS = 7 };
static const char file[] = "lib/nn/optim_fixture.txt";

static rlb_net *make_net(struct nn_host *host)
{
    const uint32_t shape[] = {SIZE};
    rlb_net *net = rlb_net_create(&host->host);
    rlb_net_declare(net, "p", 1, shape, 1, (rlb_init){RLB_INIT_CONSTANT, 0}, 1, 1);
    CU_ASSERT_EQUAL_FATAL(rlb_net_init(net, 1), RLB_OK);
    load_fixture(rlb_net_values(net), file, "start", SIZE);
    return net;
}

static void set_grads(rlb_net *net, int step)
{
    const double *grads = fixture(file, "grads", (size_t)STEPS * SIZE);
    for (int i = 0; i < SIZE; i++)
        rlb_net_grads(net)[i] = (float)grads[step * SIZE + i];
}

static rlb_optimizer_spec with(rlb_optimizer_spec spec, uint32_t nesterov, float decay, float clip,
                               float epsilon)
{
    spec.nesterov = nesterov;
    spec.weight_decay = decay > 0 ? decay : spec.weight_decay;
    spec.max_norm = clip;
    spec.epsilon = epsilon > 0 ? epsilon : spec.epsilon;
    return spec;
}

/* After every step, not only the last: 1e-6 of the largest parameter. */
static void like_torch(void)
{
    const struct {
        const char *name;
        rlb_optimizer_spec spec;
    } cases[] = {
        {"sgd", rlb_sgd(0.05f)},
        {"sgd_decay", with(rlb_sgd(0.05f), 0, 0.1f, 0, 0)},
        {"momentum", rlb_momentum(0.05f, 0.9f)},
        {"nesterov", with(rlb_momentum(0.05f, 0.9f), 1, 0, 0, 0)},
        {"rmsprop", rlb_rmsprop(0.01f)},
        {"adam", rlb_adam(0.01f)},
        {"adam_decay", with(rlb_adam(0.01f), 0, 0.1f, 0, 0)},
        {"adam_clip", with(rlb_adam(0.01f), 0, 0, 0.5f, 1e-5f)},
        {"adamw", rlb_adamw(0.01f, 0.1f)},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct nn_host host;
        nn_host_init(&host);
        rlb_net *net = make_net(&host);
        rlb_optimizer *o = rlb_optimizer_create(net, &cases[c].spec);
        const double *after = fixture(file, cases[c].name, (size_t)STEPS * SIZE);
        for (int step = 0; step < STEPS; step++) {
            set_grads(net, step);
            rlb_optimizer_step(o);
            double worst = off(rlb_net_values(net), after + (size_t)step * SIZE, SIZE);
            if (worst > 1e-6)
                fprintf(stderr, "%s step %d: %g\n", cases[c].name, step, worst);
            CU_ASSERT(worst <= 1e-6);
        }
        nn_host_finish(&host);
    }
}

static void norms(void)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = make_net(&host);
    rlb_optimizer_spec spec = rlb_adam(0.01f);
    rlb_optimizer *o = rlb_optimizer_create(net, &spec);
    memset(rlb_net_grads(net), 0, SIZE * sizeof(float));
    rlb_net_grads(net)[3] = 3;
    rlb_net_grads(net)[18] = -4;
    CU_ASSERT_DOUBLE_EQUAL(rlb_optimizer_step(o), 5, 1e-6);
    rlb_net_grads(net)[3] = 3e30f; /* its square is no float */
    CU_ASSERT_DOUBLE_EQUAL(rlb_optimizer_step(o) / 3e30, 1, 1e-6);
    float before[SIZE];
    memcpy(before, rlb_net_values(net), sizeof before);
    rlb_net_grads(net)[7] = NAN;
    CU_ASSERT(isnan(rlb_optimizer_step(o)));
    rlb_net_grads(net)[7] = INFINITY;
    CU_ASSERT(isinf(rlb_optimizer_step(o)));
    CU_ASSERT_EQUAL(memcmp(before, rlb_net_values(net), sizeof before), 0);
    nn_host_finish(&host);
}

/* ---- a checkpoint in memory */

struct tape_file {
    unsigned char bytes[4096];
    size_t size, at;
};

static rlb_status put(rlb_writer *w, uint32_t tag, const void *bytes, size_t n)
{
    struct tape_file *f = w->ctx;
    memcpy(f->bytes + f->size, &tag, sizeof tag);
    memcpy(f->bytes + f->size + sizeof tag, bytes, n);
    f->size += sizeof tag + n;
    return RLB_OK;
}

static rlb_status get(rlb_reader *r, uint32_t tag, void *bytes, size_t n)
{
    struct tape_file *f = r->ctx;
    if (f->at + sizeof tag + n > f->size || memcmp(f->bytes + f->at, &tag, sizeof tag) != 0)
        return RLB_E_FORMAT;
    memcpy(bytes, f->bytes + f->at + sizeof tag, n);
    f->at += sizeof tag + n;
    return RLB_OK;
}

static void continues(void)
{
    const rlb_optimizer_spec specs[] = {rlb_sgd(0.1f), rlb_momentum(0.1f, 0.9f), rlb_rmsprop(0.1f),
                                        rlb_adam(0.1f), rlb_adamw(0.1f, 0.1f)};
    for (size_t c = 0; c < sizeof specs / sizeof *specs; c++) {
        struct nn_host host;
        nn_host_init(&host);
        rlb_net *net = make_net(&host), *other = make_net(&host);
        rlb_optimizer *o = rlb_optimizer_create(net, &specs[c]);
        rlb_optimizer *resumed = rlb_optimizer_create(other, &specs[c]);
        struct tape_file f = {.size = 0};
        rlb_writer w = {.size = sizeof w, .ctx = &f, .put = put};
        rlb_reader r = {.size = sizeof r, .ctx = &f, .get = get};
        for (int step = 0; step < STEPS; step++) {
            if (step == 3) {
                CU_ASSERT_EQUAL(rlb_net_save(net, &w), RLB_OK);
                CU_ASSERT_EQUAL(rlb_optimizer_save(o, &w), RLB_OK);
                CU_ASSERT_EQUAL(rlb_net_load(other, &r), RLB_OK);
                CU_ASSERT_EQUAL(rlb_optimizer_load(resumed, &r), RLB_OK);
            }
            set_grads(net, step);
            set_grads(other, step);
            rlb_optimizer_step(o);
            if (step >= 3)
                rlb_optimizer_step(resumed);
        }
        CU_ASSERT_EQUAL(memcmp(rlb_net_values(net), rlb_net_values(other), SIZE * sizeof(float)),
                        0);
        nn_host_finish(&host);
    }
}

static void moving_target(void)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = make_net(&host), *target = rlb_net_clone(net);
    float first = rlb_net_values(net)[0];
    rlb_net_values(net)[0] = first + 1;
    for (int k = 1; k <= 10; k++) {
        rlb_net_mix(target, net, 0.1f);
        CU_ASSERT_DOUBLE_EQUAL((double)rlb_net_values(target)[0], (double)first + 1 - pow(0.9, k),
                               1e-6);
    }
    CU_ASSERT_EQUAL(rlb_net_values(target)[1], rlb_net_values(net)[1]);
    rlb_net_mix(target, net, 1);
    CU_ASSERT_EQUAL(rlb_net_values(target)[0], rlb_net_values(net)[0]);
    nn_host_finish(&host);
}

CHECK_MAIN("optimisers", {"steps like PyTorch's", like_torch}, {"norms", norms},
           {"a saved one continues", continues}, {"moving target", moving_target})
