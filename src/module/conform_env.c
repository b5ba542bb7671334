/* Checks of an environment. */
#include "module/conform_bare.h"

#include "base/clock.h"
#include "module/role.h"

#include <inttypes.h>
#include <stdio.h>

enum { SOAK_STEPS = 20000 };
static const int64_t soak_ns = 500000000;

/* ---- making ---- */

static enum conform_verdict check_create(struct conform *c)
{
    struct host_report report;
    struct venv *v = NULL;
    c->env->destroy(NULL);
    if (bare_create(c, &report, 1, 1, &v) < 0)
        return conform_fail(c, "with every parameter at its default: %s", c->err.text);
    venv_destroy(v);
    return conform_ok(c, "with every parameter at its default");
}

static bool few_steps(struct conform *c, struct venv *v)
{
    rlb_rng rng;
    uint32_t ages[2] = {0};
    rlb_rng_init(&rng, 1, 0);
    for (int i = 0; i < 16; i++) {
        bare_random_actions(v, &rng);
        rlb_status status = bare_advance(v, ages, NULL, NULL);
        if (status < 0) {
            err_set(&c->err, ERR_FAILED, "step() fails with status %d", status);
            return false;
        }
    }
    return true;
}

static enum conform_verdict check_values(struct conform *c)
{
    const rlb_param *p = host_row(c->env->params, c->env->param_stride, c->index);
    rlb_value values[CONFORM_VALUES];
    size_t n = conform_values(p, values), accepted = 0;
    struct host_report report;
    char text[80] = "";
    for (size_t i = 0; i < n; i++) {
        struct venv *v = NULL;
        c->params[c->index] = values[i];
        rlb_status status = bare_create(c, &report, 2, 1, &v);
        bool steps = status < 0 || few_steps(c, v);
        venv_destroy(v);
        c->params[c->index] = p->def;
        param_format(p, values[i], text, sizeof text);
        if (!steps)
            return conform_fail(c, "with %s = %s: %s", p->name, text, c->err.text);
        if (status < 0 && !conform_has_sentence(c->err.text))
            return conform_fail(c, "%s = %s is refused without a sentence", p->name, text);
        accepted += status >= 0;
    }
    if (n > 0 && accepted == 0)
        return conform_fail(c, "nothing but the default is accepted; %s: %s", text, c->err.text);
    return conform_ok(c, "%zu accepted, %zu refused with a sentence", accepted, n - accepted);
}

/* Ten instances at a time: nothing may be left of them. */
static enum conform_verdict check_destroy(struct conform *c)
{
    struct conform_memory m[3];
    char text[100];
    if (role_sanitized())
        return conform_skip(c, "a sanitizer takes memory of its own");
    for (int i = 0; i < 30; i++) {
        struct host_report report;
        struct venv *v = NULL;
        if (bare_create(c, &report, 2, 1, &v) < 0 || !few_steps(c, v)) {
            venv_destroy(v);
            return conform_skip(c, "it does not run");
        }
        venv_destroy(v);
        if (i % 10 == 9)
            m[i / 10] = conform_memory_now();
    }
    return conform_growth(m, 64, text, sizeof text)
               ? conform_fail(c, "with every ten instances %s", text)
               : conform_ok(c, "nothing is left of 30 instances");
}

/* ---- soak ---- */

struct soak {
    const rlb_env_spaces *spaces;
    uint64_t episodes;
    const char *fault;
    char text[300];
};

static void seen_in_soak(void *ctx, struct venv *v)
{
    struct soak *s = ctx;
    if (!s->fault)
        s->fault = bare_batch_fault(v, s->spaces, s->text, sizeof s->text);
    for (uint32_t l = 0; l < v->table.num_lanes; l++)
        s->episodes += v->batch.terminated[l];
}

static enum conform_verdict check_soak(struct conform *c)
{
    struct host_report report;
    struct venv *v = NULL;
    rlb_env_spaces spaces;
    rlb_rng rng;
    uint32_t ages[4] = {0};
    uint64_t steps = 0;
    int64_t start = clock_mono_ns();
    rlb_status status = RLB_OK;
    if (bare_create(c, &report, 4, 1, &v) < 0)
        return conform_skip(c, "it cannot be created");
    struct soak s = {.spaces = &spaces};
    venv_spaces(c->env, c->params, &v->host, &spaces);
    s.fault = bare_batch_fault(v, &spaces, s.text, sizeof s.text);
    rlb_rng_init(&rng, 2, 0);
    for (; steps < SOAK_STEPS && status >= 0 && !s.fault; steps++) {
        bare_random_actions(v, &rng);
        status = bare_advance(v, ages, seen_in_soak, &s);
        if (status >= 0 && !s.fault)
            s.fault = bare_space_fault("observation after a reset", &spaces.obs, v->batch.obs,
                                       (size_t)4 * v->table.num_agents, s.text, sizeof s.text);
        if (clock_mono_ns() - start > soak_ns)
            break;
    }
    venv_destroy(v);
    if (status < 0)
        return conform_fail(c, "step or reset fails: %s", report.text);
    return s.fault ? conform_fail(c, "%s", s.fault)
                   : conform_ok(c, "%" PRIu64 " random steps in 4 lanes, %" PRIu64 " episodes",
                                steps, s.episodes);
}

/* ---- growth, interfaces ---- */

static enum conform_verdict check_growth(struct conform *c)
{
    struct host_report report;
    struct venv *v = NULL;
    struct conform_memory m[3];
    rlb_rng rng;
    uint32_t ages[2] = {0};
    char text[100];
    if (role_sanitized())
        return conform_skip(c, "a sanitizer takes memory of its own");
    if (bare_create(c, &report, 2, 1, &v) < 0)
        return conform_skip(c, "it cannot be created");
    rlb_rng_init(&rng, 11, 0);
    rlb_status status = RLB_OK;
    for (int k = 0; k < 3; k++) {
        int64_t start = clock_mono_ns();
        for (int i = 0; i < 5000 && status >= 0 && clock_mono_ns() - start < soak_ns; i++) {
            bare_random_actions(v, &rng);
            status = bare_advance(v, ages, NULL, NULL);
        }
        m[k] = conform_memory_now();
    }
    venv_destroy(v);
    return conform_growth(m, 16 << 10, text, sizeof text)
               ? conform_fail(c, "%s", text)
               : conform_ok(c, "steps take no more memory");
}

static enum conform_verdict check_unknown(struct conform *c)
{
    struct host_report report;
    struct venv *v = NULL;
    if (!c->env->interface)
        return conform_skip(c, "it has no interface()");
    if (bare_create(c, &report, 1, 1, &v) < 0)
        return conform_skip(c, "it cannot be created");
    bool known = c->env->interface(v->self, "rlb.no-such-interface/1") != NULL;
    venv_destroy(v);
    return known ? conform_fail(c, "an unknown id does not give NULL")
                 : conform_ok(c, "an unknown id gives NULL");
}

const struct conform_check conform_env_checks[] = {
    {"create", check_create, false},
    {"values of ", check_values, true},
    {"destroy", check_destroy, false},
    {"soak", check_soak, false},
    {"same seed", pair_same_seed, false},
    {"lane independence", pair_lanes, false},
    {"ranges of lanes", pair_ranges, false},
    {"final observation", pair_final_obs, false},
    {"resume", pair_resume, false},
    {"views", pair_views, false},
    {"growth", check_growth, false},
    {"unknown interface", check_unknown, false},
    {"interfaces", interfaces_check, false},
    {"model", model_tables, false},
    {"model and experience", model_experience, false},
    {NULL, NULL, false},
};
