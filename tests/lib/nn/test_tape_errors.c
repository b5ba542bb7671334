/* Mistakes and memory: the first mistake is reported and nothing happens after it; no memory at any
 * allocation is an error and not a crash; nothing is allocated once a tape is finished. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "lib/nn/gradcheck.h"

#include "check.h"

#include <rlbench/linalg.h>

#include <dlfcn.h>
#include <stdlib.h>

/* ---- malloc() calls that come from the library, counted */

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define OWN_MALLOC 0
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWN_MALLOC 0
#endif
#endif
#if !defined OWN_MALLOC && defined __GLIBC__
#define OWN_MALLOC 1
#endif

static const void *library; /* where it lies; NULL: do not count */
static size_t calls;

#if OWN_MALLOC
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static void count(const void *caller)
{
    Dl_info info;
    if (library && dladdr(caller, &info) && info.dli_fbase == library)
        calls++;
}

RLB_EXPORT void *malloc(size_t n)
{
    count(__builtin_return_address(0));
    return __libc_malloc(n);
}

RLB_EXPORT void *calloc(size_t n, size_t each)
{
    count(__builtin_return_address(0));
    return __libc_calloc(n, each);
}

RLB_EXPORT void *realloc(void *old, size_t n)
{
    count(__builtin_return_address(0));
    return __libc_realloc(old, n);
}
#endif

static void start_counting(void)
{
    Dl_info info;
    CU_ASSERT_FATAL(dladdr((const void *)(uintptr_t)rlb_net_create, &info) != 0);
    calls = 0;
    library = info.dli_fbase;
}

/* ---- everything at once: two nets, a tape with every kind of part */

struct all {
    rlb_net *net, *target;
    rlb_tape *tape;
    rlb_tensor *x, *tokens, *loss;
};

static rlb_status build(struct nn_host *host, struct all *a)
{
    *a = (struct all){0};
    a->net = rlb_net_create(&host->host);
    rlb_mlp mlp = rlb_mlp_declare(
        a->net, "q",
        &(rlb_mlp_spec){.in = 9, .hidden = {16}, .out = 3, .members = 2, .layer_norm = 1});
    rlb_embedding words = rlb_embedding_declare(a->net, "words", 7, 4, (rlb_init){0});
    rlb_status status = rlb_net_init(a->net, 1);
    if (status != RLB_OK)
        return status;
    a->target = rlb_net_clone(a->net);
    rlb_mlp frozen = rlb_mlp_on(&mlp, a->target);
    rlb_tape *t = a->tape = rlb_tape_create(&host->host);
    rlb_tape_freeze(t, a->target);
    const uint32_t shape[] = {8, 5}, count = 8;
    a->x = rlb_input_with_grad(t, 2, shape);
    a->tokens = rlb_input_index(t, 1, &count);
    rlb_tensor *x = rlb_concat(t, a->x, rlb_embedding_apply(t, &words, a->tokens));
    rlb_tensor *error =
        rlb_sub(t, rlb_mlp_apply(t, &mlp, x), rlb_stop_gradient(t, rlb_mlp_apply(t, &frozen, x)));
    rlb_tensor *both = rlb_fold_max(t, rlb_square(t, error));
    a->loss = rlb_mean(t, rlb_logsumexp(t, rlb_matmul_nt(t, both, both)));
    return rlb_tape_finish(t, a->loss);
}

static void no_memory(void)
{
    struct all a;
    size_t needed = 1;
    for (size_t allowed = 0; allowed < needed; allowed++) {
        struct nn_host host;
        nn_host_init(&host);
        host.refuses = allowed == 0;
        host.allowed = allowed;
        rlb_status status = build(&host, &a);
        /* without a net or a tape there is nobody to tell the host */
        bool nobody = !a.net || (rlb_net_values(a.net) && !a.tape);
        bool told = nobody || strstr(host.failure, "no memory");
        if (status != RLB_E_NOMEM || !told)
            fprintf(stderr, "%zu blocks: status %d, %s\n", allowed, status, host.failure);
        CU_ASSERT_EQUAL(status, RLB_E_NOMEM);
        CU_ASSERT(told);
        if (allowed == 0) {
            host.refuses = false;
            CU_ASSERT_EQUAL(build(&host, &a), RLB_OK);
            needed = host.num_blocks;
        }
        nn_host_finish(&host);
    }
    CU_ASSERT(needed > 50);
}

/* A target network that could not be had. */
static void no_clone(void)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_net *net = rlb_net_create(&host.host);
    rlb_mlp mlp = rlb_mlp_declare(net, "q", &(rlb_mlp_spec){.in = 3, .out = 2});
    CU_ASSERT_EQUAL(rlb_net_init(net, 1), RLB_OK);
    host.refuses = true;
    rlb_mlp target = rlb_mlp_on(&mlp, rlb_net_clone(net));
    host.refuses = false;
    rlb_tape *t = rlb_tape_create(&host.host);
    rlb_tensor *y = rlb_mlp_apply(t, &target, rlb_input(t, 2, 3));
    CU_ASSERT_EQUAL(rlb_tape_finish(t, rlb_sum(t, y)), RLB_E_NOMEM);
    CHECK_TEXT(host.failure, "tape: no memory for the tape or its networks");
    nn_host_finish(&host);
}

static void no_allocation(void)
{
    struct nn_host host;
    struct all a;
    nn_host_init(&host);
    CU_ASSERT_EQUAL_FATAL(build(&host, &a), RLB_OK);
    size_t blocks = host.num_blocks, size = rlb_net_size(a.net);
    float *vector = calloc(size, sizeof *vector);
    double dots[8] = {0};
#if OWN_MALLOC
    /* what is counted can be counted */
    double matrix[4] = {2, 0, 0, 3};
    start_counting();
    CU_ASSERT_EQUAL(rlb_solve(2, matrix, dots), RLB_OK);
    CU_ASSERT(calls > 0);
#endif
    start_counting();
    for (int round = 0; round < 3; round++) {
        rlb_forward(a.tape);
        rlb_backward(a.tape);
        rlb_backward_add(a.tape);
        rlb_per_sample_dot(a.tape, a.net, vector, 8, dots);
        rlb_per_sample_grad(a.tape, a.net, 8, 2, vector);
        rlb_net_mix(a.target, a.net, 0.1f);
        rlb_net_copy(a.target, a.net);
    }
    library = NULL;
    CU_ASSERT_EQUAL(calls, 0);
    CU_ASSERT_EQUAL(host.num_blocks, blocks);
    free(vector);
    nn_host_finish(&host);
}

/* ---- mistakes */

struct place {
    struct nn_host *host;
    rlb_net *net;
    rlb_tape *tape;
    rlb_tensor *x; /* [2][3] */
};

static rlb_tensor *two_mistakes(struct place *p)
{
    const uint32_t five = 5;
    rlb_tensor *bad = rlb_reshape(p->tape, p->x, 1, &five);
    rlb_clip(p->tape, p->x, 1, 0);
    return bad;
}

static rlb_tensor *many_values(struct place *p)
{
    return rlb_exp(p->tape, p->x);
}

static rlb_tensor *no_size(struct place *p)
{
    return rlb_input(p->tape, 3, 0);
}

static rlb_tensor *many_sizes(struct place *p)
{
    const uint32_t ones[] = {1, 1, 1, 1, 1};
    return rlb_input_shaped(p->tape, 5, ones);
}

static rlb_tensor *late_freeze(struct place *p)
{
    rlb_tensor *w = rlb_use_param(p->tape, p->net, 0);
    rlb_tape_freeze(p->tape, p->net);
    return rlb_sum(p->tape, w);
}

static rlb_tensor *early_use(struct place *p)
{
    rlb_net *net = rlb_net_create(&p->host->host);
    rlb_dense d = rlb_dense_declare(net, "d", &(rlb_dense_spec){.in = 7, .out = 2});
    return rlb_sum(p->tape, rlb_dense_apply(p->tape, &d, p->x, RLB_RELU));
}

static rlb_tensor *other_tape(struct place *p)
{
    rlb_tape *second = rlb_tape_create(&p->host->host);
    return rlb_sum(p->tape, rlb_add(p->tape, p->x, rlb_input(second, 2, 3)));
}

static rlb_tensor *finished_before(struct place *p)
{
    rlb_tensor *loss = rlb_sum(p->tape, p->x);
    CU_ASSERT_EQUAL(rlb_tape_finish(p->tape, loss), RLB_OK);
    return loss;
}

static rlb_tensor *late_operation(struct place *p)
{
    return rlb_exp(p->tape, finished_before(p));
}

static rlb_tensor *late_input(struct place *p)
{
    finished_before(p);
    return rlb_input(p->tape, 1, 1);
}

static const struct {
    rlb_tensor *(*make)(struct place *);
    const char *sentence;
} mistakes[] = {
    {two_mistakes, "tape: reshape: [5] does not hold as many values as [2][3]"},
    {many_values, "tape: the loss must be a single value, not [2][3]"},
    {no_size, "tape: a tensor needs 1 to 4 sizes of at least 1"},
    {many_sizes, "tape: a tensor needs 1 to 4 sizes of at least 1"},
    {late_freeze, "tape: a network is frozen after it was used"},
    {early_use, "tape: a network is used before rlb_net_init()"},
    {other_tape, "tape: add: input 2 is not of this tape"},
    {finished_before, "tape: the tape is finished already"},
    {late_operation, "tape: exp: the tape is finished"},
    {late_input, "tape: the tape is finished"},
};

static void first_mistake(void)
{
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        struct nn_host host;
        nn_host_init(&host);
        struct place p = {.host = &host, .net = rlb_net_create(&host.host)};
        rlb_dense d = rlb_dense_declare(p.net, "d", &(rlb_dense_spec){.in = 3, .out = 2});
        CU_ASSERT_EQUAL(rlb_net_init(p.net, 1), RLB_OK);
        p.tape = rlb_tape_create(&host.host);
        p.x = rlb_input(p.tape, 2, 3);
        rlb_tensor *loss = mistakes[k].make(&p);
        if (mistakes[k].make != many_values && mistakes[k].make != finished_before) {
            /* nothing is recorded any more, and results can be passed on */
            size_t blocks = host.num_blocks;
            loss = rlb_add(p.tape, loss, rlb_input(p.tape, 1, 1));
            loss = rlb_sum(p.tape, rlb_dense_apply(p.tape, &d, loss, RLB_RELU));
            rlb_tape_freeze(p.tape, p.net);
            CU_ASSERT_EQUAL(host.num_blocks, blocks);
        }
        CU_ASSERT_EQUAL(rlb_tape_finish(p.tape, loss), RLB_E_INVAL);
        CHECK_TEXT(host.failure, mistakes[k].sentence);
        nn_host_finish(&host);
    }
}

CHECK_MAIN("mistakes and memory", {"the first mistake is reported", first_mistake},
           {"no memory, at every allocation in turn", no_memory},
           {"no memory for a target network", no_clone},
           {"nothing is allocated while computing", no_allocation})
