/* Checks of an environment, most of them on instances that are driven without the host's automatic
 * resets, so that what the plugin does is seen bare. */
#include "module/conform_check.h"

#include "base/clock.h"
#include "module/role.h"
#include <rlbench/rng.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOAK_STEPS = 20000, SHORT_STEPS = 300 };
static const int64_t soak_ns = 500000000;

rlb_status conform_bare(struct conform *c, struct host_report *report, uint32_t lanes,
                        uint64_t seed, struct venv **out)
{
    struct venv_spec spec = {
        .env = c->env, .params = c->params, .num_lanes = lanes, .report = report};
    memset(report, 0, sizeof *report);
    rlb_status status = venv_create(&spec, seed, out);
    if (status < 0) {
        char text[1200];
        err_set(&c->err, ERR_FAILED, "%s",
                host_failure(report, c->env->id, status, text, sizeof text));
    }
    return status;
}

/* ---- actions ---- */

/* One of the actions that the mask allows, or any when it allows none. */
static int32_t allowed(const uint8_t *mask, uint32_t n, rlb_rng *rng)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        count += mask[i] != 0;
    uint32_t pick = rlb_rng_below(rng, count ? count : n);
    for (uint32_t i = 0; count && i < n; i++)
        if (mask[i] && pick-- == 0)
            return (int32_t)i;
    return (int32_t)pick;
}

static void random_action(struct venv *v, uint32_t lane, rlb_rng *rng)
{
    const rlb_space *a = &v->table.act;
    size_t agents = v->table.num_agents, first = lane * agents;
    for (size_t g = first; g < first + agents; g++)
        for (uint32_t k = 0; k < a->width; k++) {
            size_t at = g * a->width + k;
            if (a->kind == RLB_SPACE_BOX)
                ((float *)v->actions)[at] =
                    (float)(isfinite(a->low) && isfinite(a->high)
                                ? a->low + (a->high - a->low) * rlb_rng_uniform(rng)
                                : rlb_rng_normal(rng));
            else if (v->batch.action_mask)
                ((int32_t *)v->actions)[at] =
                    allowed(v->batch.action_mask + g * (size_t)a->n, (uint32_t)a->n, rng);
            else
                ((int32_t *)v->actions)[at] = (int32_t)rlb_rng_below(rng, (uint32_t)a->n);
        }
}

void conform_random_actions(struct venv *v, rlb_rng *rng)
{
    for (uint32_t l = 0; l < v->table.num_lanes; l++)
        random_action(v, l, rng);
}

/* One transition in all lanes and a reset of those that ended or came to the time limit. Before the
 * resets `seen` (may be NULL) is called. */
static rlb_status advance(struct venv *v, uint32_t *ages, void (*seen)(void *, struct venv *),
                          void *ctx)
{
    rlb_status status = v->env->step(v->self, 0, v->table.num_lanes);
    if (status >= 0 && seen)
        seen(ctx, v);
    for (uint32_t l = 0; l < v->table.num_lanes && status >= 0; l++)
        if (v->batch.terminated[l] || (++ages[l] == v->time_limit && v->time_limit)) {
            ages[l] = 0;
            status = v->env->reset(v->self, l, NULL);
        }
    return status;
}

/* ---- what a batch may hold ---- */

static const char *value_fault(const rlb_space *s, const void *data, size_t i, double *value)
{
    if (s->dtype == RLB_I32) {
        *value = ((const int32_t *)data)[i];
        return *value >= 0 && *value < (double)s->n ? NULL : "outside its space";
    }
    *value = s->dtype == RLB_U8 ? ((const uint8_t *)data)[i] : ((const float *)data)[i];
    if (isnan(*value))
        return "not a number";
    double slack = 1e-6 * (1 + fabs(*value));
    return *value >= s->low - slack && *value <= s->high + slack ? NULL : "outside its space";
}

static const char *space_fault(const char *what, const rlb_space *s, const void *data, size_t n,
                               char *out, size_t size)
{
    double value;
    for (size_t i = 0; data && i < n * s->width; i++) {
        const char *fault = value_fault(s, data, i, &value);
        if (fault) {
            snprintf(out, size, "%s: value %zu is %g, %s", what, i, value, fault);
            return out;
        }
    }
    return NULL;
}

static bool flags_fault(const uint8_t *flags, size_t n)
{
    for (size_t i = 0; flags && i < n; i++)
        if (flags[i] > 1)
            return true;
    return false;
}

/* Anything in the batch that the spaces do not allow: a sentence, or NULL. */
static const char *batch_fault(const struct venv *v, const rlb_env_spaces *spaces, char *out,
                               size_t size)
{
    const rlb_batch *b = &v->batch;
    size_t lanes = b->num_lanes, agents = lanes * b->num_agents;
    if (space_fault("observation", &spaces->obs, b->obs, agents, out, size) ||
        space_fault("joint state", &spaces->state, b->state, lanes, out, size))
        return out;
    for (size_t i = 0; i < agents; i++) {
        double r = b->rewards[i], slack = 1e-5 * (1 + fabs(r));
        if (!isfinite(r) || r < spaces->reward_low - slack || r > spaces->reward_high + slack) {
            snprintf(out, size, "reward %g is outside %g to %g", r, spaces->reward_low,
                     spaces->reward_high);
            return out;
        }
    }
    if (flags_fault(b->terminated, lanes) || flags_fault(b->success, lanes) ||
        flags_fault(b->alive, agents) ||
        flags_fault(b->action_mask, b->action_mask ? agents * (size_t)spaces->act.n : 0)) {
        snprintf(out, size, "a flag is neither 0 nor 1");
        return out;
    }
    for (size_t l = 0; l < lanes; l++)
        if (b->truncated[l]) {
            snprintf(out, size, "it sets truncated, which is the host's");
            return out;
        }
    return NULL;
}

/* ---- making ---- */

static enum conform_verdict check_create(struct conform *c)
{
    struct host_report report;
    struct venv *v = NULL;
    c->env->destroy(NULL);
    if (conform_bare(c, &report, 1, 1, &v) < 0)
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
        conform_random_actions(v, &rng);
        rlb_status status = advance(v, ages, NULL, NULL);
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
        rlb_status status = conform_bare(c, &report, 2, 1, &v);
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
        if (conform_bare(c, &report, 2, 1, &v) < 0 || !few_steps(c, v)) {
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
        s->fault = batch_fault(v, s->spaces, s->text, sizeof s->text);
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
    if (conform_bare(c, &report, 4, 1, &v) < 0)
        return conform_skip(c, "it cannot be created");
    struct soak s = {.spaces = &spaces};
    venv_spaces(c->env, c->params, &v->host, &spaces);
    s.fault = batch_fault(v, &spaces, s.text, sizeof s.text);
    rlb_rng_init(&rng, 2, 0);
    for (; steps < SOAK_STEPS && status >= 0 && !s.fault; steps++) {
        conform_random_actions(v, &rng);
        status = advance(v, ages, seen_in_soak, &s);
        if (status >= 0 && !s.fault)
            s.fault = space_fault("observation after a reset", &spaces.obs, v->batch.obs,
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

/* ---- two instances side by side ---- */

/* The arrays of lanes [lane, lane + n) of two instances: the first that differs, or NULL. */
static const char *lanes_differ(const struct venv *a, uint32_t la, const struct venv *b,
                                uint32_t lb, uint32_t n)
{
    size_t agents = a->table.num_agents;
    size_t mask = a->batch.action_mask ? agents * (size_t)a->table.act.n : 0;
    const struct {
        const char *name;
        const void *x, *y;
        size_t bytes;
    } arrays[] = {{"observations", a->batch.obs, b->batch.obs, a->obs_bytes},
                  {"joint states", a->batch.state, b->batch.state, a->state_bytes},
                  {"rewards", a->batch.rewards, b->batch.rewards, agents * sizeof(float)},
                  {"alive", a->batch.alive, b->batch.alive, agents},
                  {"action masks", a->batch.action_mask, b->batch.action_mask, mask},
                  {"terminated", a->batch.terminated, b->batch.terminated, 1},
                  {"success", a->batch.success, b->batch.success, 1}};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if (arrays[i].bytes &&
            memcmp((const char *)arrays[i].x + la * arrays[i].bytes,
                   (const char *)arrays[i].y + lb * arrays[i].bytes, n * arrays[i].bytes) != 0)
            return arrays[i].name;
    return NULL;
}

struct pair {
    struct venv *a, *b;
    struct host_report report_a, report_b;
    uint32_t ages_a[4], ages_b[4];
};

static bool make_pair(struct conform *c, uint32_t lanes_a, uint32_t lanes_b, struct pair *p)
{
    memset(p, 0, sizeof *p);
    return conform_bare(c, &p->report_a, lanes_a, 7, &p->a) >= 0 &&
           conform_bare(c, &p->report_b, lanes_b, 7, &p->b) >= 0;
}

static void end_pair(struct pair *p)
{
    venv_destroy(p->a);
    venv_destroy(p->b);
}

static void copy_action(struct pair *p, uint32_t lane)
{
    memcpy((char *)p->b->actions + lane * p->b->action_bytes,
           (const char *)p->a->actions + lane * p->a->action_bytes, p->a->action_bytes);
}

static enum conform_verdict check_same_seed(struct conform *c)
{
    struct pair p;
    rlb_rng rng;
    const char *differ = NULL;
    rlb_rng_init(&rng, 3, 0);
    if (!make_pair(c, 2, 2, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    int i = 0;
    for (; i < SHORT_STEPS && !(differ = lanes_differ(p.a, 0, p.b, 0, 2)); i++) {
        conform_random_actions(p.a, &rng);
        copy_action(&p, 0);
        copy_action(&p, 1);
        if (advance(p.a, p.ages_a, NULL, NULL) < 0 || advance(p.b, p.ages_b, NULL, NULL) < 0)
            break;
    }
    end_pair(&p);
    return differ ? conform_fail(c, "%s differ after %d steps", differ, i)
                  : conform_ok(c, "two instances agree over %d steps", i);
}

/* Lane 0 sees the same actions in both instances, the other lanes of b see others; a has one lane
 * only, so what a lane does depends neither on its neighbours nor on how many there are. */
static enum conform_verdict check_lanes(struct conform *c)
{
    struct pair p;
    rlb_rng rng, others;
    const char *differ = NULL;
    rlb_rng_init(&rng, 4, 0);
    rlb_rng_init(&others, 5, 0);
    if (!make_pair(c, 1, 3, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    int i = 0;
    for (; i < SHORT_STEPS && !(differ = lanes_differ(p.a, 0, p.b, 0, 1)); i++) {
        conform_random_actions(p.a, &rng);
        conform_random_actions(p.b, &others);
        copy_action(&p, 0);
        if (advance(p.a, p.ages_a, NULL, NULL) < 0 || advance(p.b, p.ages_b, NULL, NULL) < 0)
            break;
    }
    end_pair(&p);
    return differ ? conform_fail(c, "%s of a lane depend on other lanes (step %d)", differ, i)
                  : conform_ok(c, "a lane does the same beside others over %d steps", i);
}

/* Stepping lane 1 of 3 leaves the arrays of lanes 0 and 2 alone. */
static enum conform_verdict check_ranges(struct conform *c)
{
    struct pair p;
    rlb_rng rng;
    const char *differ = NULL;
    rlb_rng_init(&rng, 6, 0);
    if (!make_pair(c, 3, 3, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    conform_random_actions(p.a, &rng);
    for (int i = 0; i < 8 && !differ && c->env->step(p.a->self, 1, 1) >= 0; i++) {
        differ = lanes_differ(p.a, 0, p.b, 0, 1);
        differ = differ ? differ : lanes_differ(p.a, 2, p.b, 2, 1);
        if (p.a->batch.terminated[1])
            c->env->reset(p.a->self, 1, NULL);
    }
    end_pair(&p);
    return differ ? conform_fail(c, "stepping lane 1 changes the %s of its neighbours", differ)
                  : conform_ok(c, "stepping one lane leaves its neighbours alone");
}

/* ---- ends of episodes, seen through the host ---- */

static void keep_last(void *ctx, struct venv *v)
{
    memcpy(ctx, v->batch.obs, v->obs_bytes * v->table.num_lanes);
}

static enum conform_verdict check_final_obs(struct conform *c)
{
    struct pair p;
    rlb_rng rng;
    const char *fault = NULL;
    uint64_t ends = 0;
    rlb_rng_init(&rng, 8, 0);
    if (!make_pair(c, 2, 2, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    size_t bytes = p.a->obs_bytes;
    char *last = mem_alloc(2 * bytes + 1);
    for (int i = 0; i < 4000 && !fault; i++) {
        conform_random_actions(p.a, &rng);
        /* b is stepped by the host, with its resets; a bare, keeping what was there before. */
        if (p.b->table.step(&p.b->table, p.a->actions) < 0 ||
            advance(p.a, p.ages_a, keep_last, last) < 0)
            break;
        for (uint32_t l = 0; l < 2 && bytes; l++) {
            const char *final = (const char *)p.b->batch.final_obs + l * bytes;
            const char *now = (const char *)p.b->batch.obs + l * bytes;
            bool ended = p.b->batch.terminated[l] || p.b->batch.truncated[l];
            ends += ended;
            if (ended && memcmp(final, last + l * bytes, bytes) != 0)
                fault = "final_obs is not the last observation of the episode";
            if (memcmp(now, (const char *)p.a->batch.obs + l * bytes, bytes) != 0)
                fault = "obs after the end is not the first observation of the next episode";
        }
    }
    free(last);
    end_pair(&p);
    if (fault)
        return conform_fail(c, "%s", fault);
    return ends ? conform_ok(c, "right at %" PRIu64 " ends of episodes", ends)
                : conform_skip(c, "no episode ended in 4000 random steps");
}

/* ---- checkpoints, pictures, growth ---- */

static enum conform_verdict check_resume(struct conform *c)
{
    struct pair p;
    struct checkpoint_writer w;
    struct checkpoint_reader in;
    rlb_rng rng;
    const char *differ = NULL;
    if (!c->env->save)
        return conform_skip(c, "it cannot be saved");
    checkpoint_writer_init(&w);
    rlb_rng_init(&rng, 9, 0);
    bool made = make_pair(c, 2, 2, &p);
    rlb_status status = made ? RLB_OK : RLB_E_INTERNAL;
    for (int i = 0; i < SHORT_STEPS && status >= 0; i++) {
        conform_random_actions(p.a, &rng);
        status = advance(p.a, p.ages_a, NULL, NULL);
    }
    memcpy(p.ages_b, p.ages_a, sizeof p.ages_b);
    if (status >= 0)
        status = venv_save(p.a, &w.table);
    checkpoint_reader_over(&in, &w);
    if (status >= 0)
        status = venv_load(p.b, &in.table);
    for (int i = 0; i < SHORT_STEPS && status >= 0 && !differ; i++) {
        conform_random_actions(p.a, &rng);
        copy_action(&p, 0);
        copy_action(&p, 1);
        status = advance(p.a, p.ages_a, NULL, NULL);
        if (status >= 0)
            status = advance(p.b, p.ages_b, NULL, NULL);
        differ = lanes_differ(p.a, 0, p.b, 0, 2);
    }
    enum conform_verdict v = !made        ? conform_skip(c, "it cannot be created")
                             : status < 0 ? conform_fail(c, "save, load or step: %s (%s)",
                                                         host_status_name(status), p.report_b.text)
                             : differ ? conform_fail(c, "after save and load the %s differ", differ)
                                      : conform_ok(c, "save, load, go on is the same");
    end_pair(&p);
    checkpoint_writer_finish(&w);
    return v;
}

static enum conform_verdict check_views(struct conform *c)
{
    struct pair p;
    rlb_rng rng;
    const char *fault = NULL, *differ = NULL, *name = "";
    if (c->env->num_views == 0)
        return conform_skip(c, "it has none");
    rlb_rng_init(&rng, 10, 0);
    if (!make_pair(c, 2, 2, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    for (int i = 0; i < 100 && !fault && !differ; i++) {
        for (uint32_t k = 0; k < c->env->num_views && !fault; k++) {
            const rlb_view *view = host_row(c->env->views, c->env->view_stride, k);
            rlb_frame f = {.size = sizeof f, .lo = NAN, .hi = NAN};
            rlb_status status = c->env->view(p.b->self, k, (uint32_t)i % 2, &f);
            name = view->name;
            fault = status == RLB_E_UNSUPPORTED ? NULL
                    : status < 0                ? "it fails"
                                                : conform_frame_fault(&f, view->kind);
        }
        conform_random_actions(p.a, &rng);
        copy_action(&p, 0);
        copy_action(&p, 1);
        if (advance(p.a, p.ages_a, NULL, NULL) < 0 || advance(p.b, p.ages_b, NULL, NULL) < 0)
            break;
        differ = lanes_differ(p.a, 0, p.b, 0, 2);
    }
    end_pair(&p);
    if (fault)
        return conform_fail(c, "view '%s': %s", name, fault);
    return differ ? conform_fail(c, "drawing changes the %s", differ)
                  : conform_ok(c, "drawn at every step, nothing changes");
}

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
    if (conform_bare(c, &report, 2, 1, &v) < 0)
        return conform_skip(c, "it cannot be created");
    rlb_rng_init(&rng, 11, 0);
    rlb_status status = RLB_OK;
    for (int k = 0; k < 3; k++) {
        int64_t start = clock_mono_ns();
        for (int i = 0; i < 5000 && status >= 0 && clock_mono_ns() - start < soak_ns; i++) {
            conform_random_actions(v, &rng);
            status = advance(v, ages, NULL, NULL);
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
    if (conform_bare(c, &report, 1, 1, &v) < 0)
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
    {"same seed", check_same_seed, false},
    {"lane independence", check_lanes, false},
    {"ranges of lanes", check_ranges, false},
    {"final observation", check_final_obs, false},
    {"resume", check_resume, false},
    {"views", check_views, false},
    {"growth", check_growth, false},
    {"unknown interface", check_unknown, false},
    {"interfaces", conform_env_interfaces, false},
    {"model", conform_model_tables, false},
    {"model and experience", conform_model_experience, false},
    {NULL, NULL, false},
};
