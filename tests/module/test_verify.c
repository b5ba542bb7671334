/* Tables that lie, one field at a time: each is refused with a sentence, none is followed. */
#include "module/module.h"

#include "check.h"

#include <stdlib.h>

static rlb_status create(const rlb_host *h, const rlb_algo_setup *s, void **out)
{
    (void)h, (void)s, (void)out;
    return RLB_OK;
}
static void destroy(void *self)
{
    (void)self;
}
static rlb_status step(void *self, const rlb_budget *b, uint64_t *done)
{
    (void)self, (void)b, (void)done;
    return RLB_DONE;
}
static rlb_status view(void *self, uint32_t i, rlb_frame *f)
{
    (void)self, (void)i, (void)f;
    return RLB_OK;
}

static const char *choices[3];
static rlb_param params[3];
static rlb_metric metrics[2];
static rlb_view views[1];
static rlb_algo algo;
static const rlb_algo *algos[3];
static const rlb_env *envs[1];
static rlb_module module;

/* A module without a fault. */
static void mend(void)
{
    static const rlb_param good[] = {RLB_INT("count", 3, 1, 10, "", 0, "A number."),
                                     RLB_REAL("rate", 0.5, 0, 1, "", 0, "Another."),
                                     RLB_ENUM("kind", 0, choices, 0, "A choice.")};
    choices[0] = "one";
    choices[1] = "two";
    choices[2] = NULL;
    memcpy(params, good, sizeof params);
    metrics[0] = (rlb_metric){.name = "a", .doc = "A.", .unit = ""};
    metrics[1] = (rlb_metric){.name = "b/c", .doc = "B.", .unit = ""};
    views[0] = (rlb_view){.name = "v", .doc = "V.", .kind = RLB_VIEW_TEXT};
    algo = (rlb_algo){.size = sizeof algo,
                      .id = "good",
                      .title = "Good",
                      .doc = "Good.",
                      .citation = "",
                      .version = "1",
                      .step_unit = "step",
                      .params = params,
                      .metrics = metrics,
                      .views = views,
                      .num_params = 3,
                      .param_stride = sizeof params[0],
                      .num_metrics = 2,
                      .metric_stride = sizeof metrics[0],
                      .num_views = 1,
                      .view_stride = sizeof views[0],
                      .create = create,
                      .destroy = destroy,
                      .step = step,
                      .view = view};
    algos[0] = &algo;
    algos[1] = algos[2] = NULL;
    envs[0] = NULL;
    module = (rlb_module){.magic = RLB_MAGIC,
                          .size = sizeof module,
                          .abi_major = RLB_ABI_MAJOR,
                          .abi_minor = RLB_ABI_MINOR,
                          .build = "",
                          .algos = algos,
                          .envs = envs};
}

static void good_is_good(void)
{
    struct err e = ERR_INIT;
    mend();
    CU_ASSERT_EQUAL(module_verify(&module, &e), OK);
    if (e.text[0])
        fprintf(stderr, "%s\n", e.text);
    CU_ASSERT_PTR_EQUAL(module_algo(&module, "good"), &algo);
    CU_ASSERT_PTR_NULL(module_algo(&module, "bad"));
    CU_ASSERT_PTR_NULL(module_env(&module, "good"));
}

static void refused(const char *words)
{
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(module_verify(&module, &e), ERR_PLUGIN);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, words));
    if (!strstr(e.text, words))
        fprintf(stderr, "%s\n  found: %s\n", words, e.text);
}

/* Breaks one thing and expects these words. */
#define REFUSED(change, words)                                                                     \
    do {                                                                                           \
        mend();                                                                                    \
        change;                                                                                    \
        refused(words);                                                                            \
    } while (0)

static void *wild(void)
{
    return (void *)(uintptr_t)0xdeadbeef000;
}

static void heads(void)
{
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL(module_verify(NULL, &e), ERR_PLUGIN);
    CU_ASSERT_EQUAL(module_verify(wild(), &e), ERR_PLUGIN);
    REFUSED(module.magic = 1, "magic is 0x00000001");
    REFUSED(module.abi_major = 9, "ABI 9.2, this program has ABI 1.2");
    REFUSED(module.min_host_minor = 5, "needs a host with plugin ABI 1.5");
    REFUSED(module.size = 4, "says it is 4 bytes long");
    REFUSED(module.size = 1 << 20, "says it is 1048576 bytes long");
    REFUSED(module.build = NULL, "its build text is NULL");
    REFUSED(module.algos = wild(), "list of algorithms does not end");
    REFUSED(module.algos = NULL, "list of algorithms does not end");
    REFUSED(algos[0] = NULL, "neither algorithms nor environments");
    REFUSED(algos[0] = wild(), "does not point to constant data");
    REFUSED(algos[1] = &algo, "two algorithms have the id 'good'");
}

static void algorithms(void)
{
    REFUSED(algo.size = 0, "says it is 0 bytes long");
    REFUSED(algo.size = sizeof algo + 8, "bytes long");
    REFUSED(algo.id = NULL, "its id is NULL");
    REFUSED(algo.id = "", "its id is empty");
    REFUSED(algo.id = "Good", "its id 'Good' is not a name");
    REFUSED(algo.id = "a_b", "is not a name");
    REFUSED(algo.id = wild(), "its id does not point to a text");
    REFUSED(algo.title = "", "its title is empty");
    REFUSED(algo.doc = NULL, "its doc is NULL");
    REFUSED(algo.doc = "bell \a", "its doc holds a byte");
    REFUSED(algo.doc = "\xff", "its doc holds a byte");
    REFUSED(algo.citation = NULL, "its citation is NULL");
    REFUSED(algo.create = NULL, "create() is missing");
    REFUSED(algo.step = NULL, "step() is missing");
    REFUSED(*(void **)&algo.step = wild(), "step() does not point to a function");
    REFUSED(*(void **)&algo.act = params, "act() does not point to a function");
    REFUSED(*(void **)&algo.save = (void *)(uintptr_t)algo.destroy,
            "only one of save() and load()");
    REFUSED(algo.view = NULL, "lists 1 views, but there is no view()");
}

static void rows(void)
{
    REFUSED(algo.num_params = 1000000, "claims 1000000 parameters");
    REFUSED(algo.params = wild(), "parameters do not point to 3 rows");
    REFUSED(algo.params = NULL, "parameters do not point to 3 rows");
    REFUSED(algo.param_stride = 8, "stride of its parameters is 8");
    REFUSED(algo.param_stride = sizeof params[0] + 8, "stride of its parameters");
    REFUSED(algo.param_stride = 1u << 31, "stride of its parameters");
    REFUSED(params[1].name = "count", "two parameters are named 'count'");
    REFUSED(params[1].name = "a-b", "is not a name");
    REFUSED(params[0].doc = "", "the doc of parameter 'count' is empty");
    REFUSED(params[0].unit = NULL, "the unit of parameter 'count' is NULL");
    REFUSED(params[0].type = 77, "has type 77");
    REFUSED(params[0].def.i = 11, "the default of parameter 'count', 11, is not within 1 to 10");
    REFUSED(params[1].def.r = NAN, "the default of parameter 'rate'");
    REFUSED(params[1].min = NAN, "the empty range");
    REFUSED(params[0].min = 20, "the empty range 20 to 10");
    REFUSED(params[2].def.i = 2, "the default of parameter 'kind' is choice 2 of 2");
    REFUSED(params[2].choices = NULL, "parameter 'kind' has no list of choices");
    REFUSED(choices[1] = "one", "lists the choice 'one' twice");
    REFUSED(choices[1] = wild(), "does not point to a text");
    REFUSED(params[0].flags = RLB_P_LIVE, "parameter 'count' is live");
    REFUSED(metrics[1].name = "a", "two metrics are named 'a'");
    REFUSED(metrics[1].fold = 9, "metric 'b/c' has a fold (9)");
    REFUSED(metrics[0].name = "A", "is not a name");
    REFUSED(views[0].kind = 0, "view 'v' is of kind 0");
    REFUSED(views[0].doc = NULL, "the doc of view 'v' is NULL");
}

/* A newer minor may have longer tables and rows. */
static void newer_minors_are_accepted(void)
{
    static struct {
        rlb_param known;
        uint64_t more;
    } longer[3];
    struct err e = ERR_INIT;
    mend();
    for (int i = 0; i < 3; i++)
        longer[i].known = params[i];
    algo.params = &longer[0].known;
    algo.param_stride = sizeof longer[0];
    CU_ASSERT_EQUAL(module_verify(&module, &e), ERR_PLUGIN);
    module.abi_minor = RLB_ABI_MINOR + 1;
    CU_ASSERT_EQUAL(module_verify(&module, &e), OK);
}

CHECK_MAIN("verify", {"good is good", good_is_good}, {"heads", heads}, {"algorithms", algorithms},
           {"rows", rows}, {"newer minors are accepted", newer_minors_are_accepted})
