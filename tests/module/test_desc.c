/* Descriptors through the scanner's frames: what goes in comes out, and no damage does more than be
 * refused. */
#include "module/scan.h"

#include "check.h"

#include <rlbench/rng.h>
#include <stdlib.h>

static rlb_status no_spaces(const rlb_host *h, const rlb_value *p, rlb_env_spaces *out)
{
    (void)h, (void)p, (void)out;
    return RLB_OK;
}

static const char *const kinds[] = {"one", "two", "three", NULL};
static const rlb_param params[] = {
    RLB_REAL("rate", 0.25, 0, INFINITY, "1/s", RLB_P_LOG | RLB_P_LIVE, "A rate."),
    RLB_ENUM("kind", 2, kinds, RLB_P_EXPERT, "A kind."),
    RLB_STR("map", "a\nb", 0, "A map."),
    RLB_INT("count", -3, -5, 9e15, "", 0, "A count."),
};
static const rlb_metric metrics[] = {{.name = "a/b",
                                      .doc = "A.",
                                      .unit = "m",
                                      .fold = RLB_FOLD_MAX,
                                      .goal = RLB_GOAL_MINIMIZE,
                                      .flags = RLB_M_NAN_OK}};
static const rlb_view views[] = {{.name = "v", .doc = "V.", .kind = RLB_VIEW_LINES}};
static const rlb_algo algo = {.size = sizeof algo,
                              .flags = RLB_A_OWN_LANES,
                              .id = "a",
                              .title = "A",
                              .doc = "Doc.",
                              .citation = "Cite",
                              .version = "3",
                              .step_unit = "round",
                              .params = params,
                              .metrics = metrics,
                              .views = views,
                              .num_params = 4,
                              .param_stride = sizeof params[0],
                              .num_metrics = 1,
                              .metric_stride = sizeof metrics[0],
                              .num_views = 1,
                              .view_stride = sizeof views[0]};
static const rlb_env env = {.size = sizeof env,
                            .id = "w",
                            .title = "W",
                            .doc = "World.",
                            .citation = "",
                            .version = "1",
                            .spaces = no_spaces};
static const rlb_algo *const algos[] = {&algo, NULL};
static const rlb_env *const envs[] = {&env, NULL};
static const rlb_module module = {.magic = RLB_MAGIC,
                                  .size = sizeof module,
                                  .abi_major = 1,
                                  .abi_minor = 4,
                                  .build = "cc",
                                  .algos = algos,
                                  .envs = envs};

static int decode(struct registry *r, const struct buf *b)
{
    struct err e = ERR_INIT;
    *r = (struct registry){.arena = {NULL}};
    return scan_decode(r, "/x.so", "00", (struct wire_bytes){b->data, b->len}, &e);
}

static void what_goes_in_comes_out(void)
{
    struct buf b = {0};
    struct registry r;
    module_encode(&b, &module);
    CU_ASSERT_EQUAL_FATAL(decode(&r, &b), OK);
    CU_ASSERT_EQUAL_FATAL(r.descs.len, 2);
    const struct desc *d = registry_find(&r, DESC_ALGORITHM, "a");
    CU_ASSERT_PTR_NOT_NULL_FATAL(d);
    CU_ASSERT(d->abi_minor == 4 && d->flags == RLB_A_OWN_LANES && !d->has_act && !d->has_save);
    CHECK_TEXT(d->step_unit, "round");
    CHECK_TEXT(d->build, "cc");
    CU_ASSERT_EQUAL_FATAL(d->num_params, 4);
    for (int i = 0; i < 4; i++) {
        char in[200], out[200];
        CHECK_TEXT(param_describe(&d->params[i], out, sizeof out),
                   param_describe(&params[i], in, sizeof in));
        CHECK_TEXT(d->params[i].doc, params[i].doc);
        CU_ASSERT_EQUAL(d->params[i].flags, params[i].flags);
    }
    CHECK_TEXT(d->params[1].choices[2], "three");
    CU_ASSERT_PTR_NULL(d->params[1].choices[3]);
    CHECK_TEXT(d->metrics[0].unit, "m");
    CU_ASSERT(d->metrics[0].fold == RLB_FOLD_MAX && d->metrics[0].flags == RLB_M_NAN_OK);
    CHECK_TEXT(d->views[0].name, "v");
    d = registry_find(&r, DESC_ENVIRONMENT, "w");
    CU_ASSERT(d && d->num_params == 0 && d->num_metrics == 0 && d->num_views == 0);
    registry_finish(&r);
    buf_finish(&b);
}

static void every_truncation_is_refused(void)
{
    struct buf b = {0};
    struct registry r;
    module_encode(&b, &module);
    size_t whole = b.len;
    for (b.len = 0; b.len < whole; b.len++) {
        CU_ASSERT_EQUAL(decode(&r, &b), ERR_DATA);
        CU_ASSERT_EQUAL(r.descs.len, 0);
        registry_finish(&r);
    }
    buf_finish(&b);
}

/* Whatever is accepted can be described: no index outside its table, no text without an end. */
static void damage_is_harmless(void)
{
    struct buf good = {0}, bad = {0};
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    module_encode(&good, &module);
    for (int i = 0; i < 20000; i++) {
        struct registry r;
        char text[200];
        buf_clear(&bad);
        buf_add(&bad, good.data, good.len);
        for (uint32_t k = rlb_rng_below(&rng, 3) + 1; k > 0; k--)
            bad.data[rlb_rng_below(&rng, (uint32_t)bad.len)] = (char)rlb_rng_u32(&rng);
        if (decode(&r, &bad) == OK)
            for (size_t d = 0; d < r.descs.len; d++)
                for (size_t p = 0; p < r.descs.data[d].num_params; p++)
                    CU_ASSERT(strlen(param_describe(&r.descs.data[d].params[p], text,
                                                    sizeof text)) < sizeof text);
        registry_finish(&r);
    }
    buf_finish(&good);
    buf_finish(&bad);
}

CHECK_MAIN("desc", {"what goes in comes out", what_goes_in_comes_out},
           {"every truncation is refused", every_truncation_is_refused},
           {"damage is harmless", damage_is_harmless})
