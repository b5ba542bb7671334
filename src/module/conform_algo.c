/* Checks of an algorithm, each with instances of its own. */
#include "module/conform_course.h"

#include "base/sysinfo.h"
#include "module/role.h"
#include <rlbench/interfaces.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct course_how plain = {.seed = 1};
static const struct course_how cut = {.seed = 1, .cut = true};

/* ---- making ---- */

static enum conform_verdict check_create(struct conform *c)
{
    struct rig *r = NULL;
    c->algo->destroy(NULL);
    if (!course_rig(c, &plain, &r)) {
        bool no_world = c->num_worlds == 0 && !(c->algo->flags & RLB_A_NO_ENV);
        return no_world ? conform_skip(c, "%s", c->err.text)
                        : conform_fail(c, "with every parameter at its default: %s", c->err.text);
    }
    rig_destroy(r);
    return c->world->env ? conform_ok(c, "with %s", c->world->env->id)
                         : conform_ok(c, "without an environment");
}

static enum conform_verdict check_values(struct conform *c)
{
    const rlb_param *p = host_row(c->algo->params, c->algo->param_stride, c->index);
    rlb_value values[CONFORM_VALUES];
    size_t n = conform_values(p, values), accepted = 0;
    struct rig *r = NULL;
    char text[80];
    if (!course_rig(c, &plain, &r))
        return conform_skip(c, "it cannot be created at all");
    rig_destroy(r);
    for (size_t i = 0; i < n; i++) {
        c->params[c->index] = values[i];
        bool made = course_rig(c, &plain, &r);
        c->params[c->index] = p->def;
        param_format(p, values[i], text, sizeof text);
        if (!made && !conform_has_sentence(c->err.text))
            return conform_fail(c, "%s = %s is refused without a sentence", p->name, text);
        if (made)
            rig_destroy(r);
        accepted += made;
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
        struct rig *r = NULL;
        uint64_t done = 0;
        if (!course_rig(c, &plain, &r))
            return conform_skip(c, "it cannot be created");
        rig_step(r, 2, &done);
        rig_destroy(r);
        if (i % 10 == 9)
            m[i / 10] = conform_memory_now();
    }
    return conform_growth(m, 64, text, sizeof text)
               ? conform_fail(c, "with every ten instances %s", text)
               : conform_ok(c, "nothing is left of 30 instances");
}

/* ---- budgets ---- */

static enum conform_verdict check_budgets(struct conform *c)
{
    struct rig *r = NULL;
    struct course s = {.rss = sysinfo_rss_bytes()};
    if (!course_rig(c, &plain, &r))
        return conform_skip(c, "it cannot be created");
    enum conform_verdict v = conform_ok(c, "0 does nothing, 1 does one step");
    for (int i = 0; i < 4 && v == CONFORM_OK && !s.finished; i++) {
        uint64_t done = 0;
        rlb_status status = rig_step(r, 0, &done);
        if (status < 0)
            v = conform_fail(c, "a budget of 0 fails: %s", r->report.text);
        else if (done != 0)
            v = conform_fail(c, "a budget of 0 did %" PRIu64 " steps", done);
        done = 0;
        status = rig_step(r, 1, &done);
        s.finished = status == RLB_DONE;
        if (v == CONFORM_OK && status < 0)
            v = conform_fail(c, "a budget of 1 fails: %s", r->report.text);
        else if (v == CONFORM_OK && done == 0 && !s.finished)
            v = conform_fail(c, "a budget of 1 did no step");
    }
    rig_destroy(r);
    return v;
}

/* ---- the same run twice ---- */

/* Two whole courses that must agree. */
static enum conform_verdict compare(struct conform *c, const struct course_how *base,
                                    const struct course_how *how, const char *good)
{
    char text[300];
    struct course a = {0}, b = {0};
    enum conform_verdict v;
    if (!course_length(c) || !course_whole(c, base, &a))
        v = conform_skip(c, "it does not run");
    else if (!course_whole(c, how, &b))
        v = conform_fail(c, "%s", c->err.text);
    else if (course_difference(c, &a, &b, text, sizeof text))
        v = conform_fail(c, "%s", text);
    else
        v = conform_ok(c, "%s", good);
    course_finish(&a);
    course_finish(&b);
    return v;
}

static enum conform_verdict check_run(struct conform *c)
{
    struct course s = {0};
    struct rig *r = NULL;
    enum conform_verdict v;
    if (!course_rig(c, &plain, &r))
        return conform_skip(c, "it cannot be created");
    course_init(&s, c);
    if (!course_length(c) || (s.steps = c->steps) == 0 ||
        !course_run(c, r, &plain, COURSE_WINDOWS, &s))
        v = conform_fail(c, "%s", c->err.text);
    else
        v = conform_ok(c, "%" PRIu64 " %ss in %d windows", s.done, c->algo->step_unit,
                       COURSE_WINDOWS);
    for (uint32_t i = 0; v == CONFORM_OK && i < r->host.num_folds; i++)
        if (r->host.folds[i].bad)
            v = conform_fail(
                c, "metric %s becomes %g",
                ((const rlb_metric *)host_row(c->algo->metrics, c->algo->metric_stride, i))->name,
                r->host.folds[i].bad_value);
    course_finish(&s);
    rig_destroy(r);
    return v;
}

static enum conform_verdict check_same_seed(struct conform *c)
{
    return compare(c, &plain, &plain, "two runs agree in every bit");
}

static enum conform_verdict check_slices(struct conform *c)
{
    return compare(c, &plain, &cut, "slices of 1 to 7 give the same run");
}

static enum conform_verdict check_views(struct conform *c)
{
    if (c->algo->num_views == 0)
        return conform_skip(c, "it has none");
    return compare(c, &cut, &(struct course_how){.seed = 1, .cut = true, .look = true},
                   "drawn between all slices, the run is the same");
}

static enum conform_verdict check_act(struct conform *c)
{
    if (!c->algo->act)
        return conform_skip(c, "it has no act()");
    return compare(c, &cut, &(struct course_how){.seed = 1, .cut = true, .act = true},
                   "asked between all slices, the run is the same");
}

static enum conform_verdict check_measure(struct conform *c)
{
    if (!c->algo->measure)
        return conform_skip(c, "it has no measure()");
    return compare(c, &plain, &(struct course_how){.seed = 1, .measure_twice = true},
                   "called twice, the run is the same");
}

static enum conform_verdict check_lanes(struct conform *c)
{
    const struct course_how wide = {.seed = 1, .lanes = 3};
    struct course s = {0};
    struct rig *r = NULL;
    if (c->algo->flags & (RLB_A_NO_ENV | RLB_A_OWN_LANES))
        return conform_skip(c, "it takes no lanes from the recipe");
    if (!course_length(c))
        return conform_skip(c, "it does not run");
    if (!course_rig(c, &wide, &r))
        return conform_has_sentence(c->err.text)
                   ? conform_ok(c, "three are refused with a sentence")
                   : conform_fail(c, "three are refused without a sentence");
    course_init(&s, c);
    bool good = course_run(c, r, &wide, COURSE_WINDOWS, &s);
    course_finish(&s);
    rig_destroy(r);
    return good ? conform_ok(c, "runs with three") : conform_fail(c, "with three: %s", c->err.text);
}

/* ---- checkpoints ---- */

/* Half a course, its checkpoint in w; and it goes on: saving must not change it. */
static bool half(struct conform *c, struct checkpoint_writer *w, struct course *s)
{
    struct rig *r = NULL;
    course_init(s, c);
    if (!course_rig(c, &plain, &r))
        return false;
    bool good = course_run(c, r, &plain, COURSE_WINDOWS / 2, s);
    rlb_status status = good ? rig_save(r, w) : RLB_OK;
    if (status < 0) {
        char text[1200];
        err_set(&c->err, ERR_FAILED, "save(): %s",
                host_failure(&r->report, c->algo->id, status, text, sizeof text));
        good = false;
    }
    rig_destroy(r);
    return good;
}

static bool second_half(struct conform *c, const struct checkpoint_writer *w, struct course *s)
{
    struct rig *r = NULL;
    struct checkpoint_reader in;
    if (!course_rig(c, &plain, &r))
        return false;
    checkpoint_reader_over(&in, w);
    rlb_status status = rig_load(r, &in);
    bool good = status >= 0;
    if (!good) {
        char text[1200];
        err_set(&c->err, ERR_FAILED, "load() of what save() wrote: %s",
                host_failure(&r->report, c->algo->id, status, text, sizeof text));
    }
    good = good && course_run(c, r, &plain, COURSE_WINDOWS, s);
    rig_destroy(r);
    return good;
}

static enum conform_verdict check_resume(struct conform *c)
{
    struct course a = {0}, b = {0};
    struct checkpoint_writer w;
    char text[300];
    enum conform_verdict v;
    if (!c->algo->save)
        return conform_skip(c, "it cannot be saved");
    checkpoint_writer_init(&w);
    if (!course_length(c) || !course_whole(c, &plain, &a))
        v = conform_skip(c, "it does not run");
    else if (c->world->env && !c->world->env->save)
        v = conform_skip(c, "%s cannot be saved", c->world->env->id);
    else if (!half(c, &w, &b) || !second_half(c, &w, &b))
        v = conform_fail(c, "%s", c->err.text);
    else if (course_difference(c, &a, &b, text, sizeof text))
        v = conform_fail(c, "after half of the run, save and load: %s", text);
    else
        v = conform_ok(c, "half, save, load, half is the whole run");
    checkpoint_writer_finish(&w);
    course_finish(&a);
    course_finish(&b);
    return v;
}

/* A stream without chunks, and one whose every chunk is a byte. */
static rlb_status no_chunk(rlb_reader *r, uint32_t tag, void *bytes, size_t n)
{
    (void)r, (void)tag, (void)bytes, (void)n;
    return RLB_E_FORMAT;
}

static rlb_status no_peek(rlb_reader *r, uint32_t *tag, size_t *n)
{
    (void)r, (void)tag, (void)n;
    return RLB_DONE;
}

static enum conform_verdict check_damage(struct conform *c)
{
    rlb_reader empty = {.size = sizeof empty, .get = no_chunk, .peek = no_peek};
    struct rig *r = NULL;
    if (!c->algo->save)
        return conform_skip(c, "it cannot be saved");
    if (!course_rig(c, &plain, &r))
        return conform_skip(c, "it cannot be created");
    r->host.setting_up = true;
    rlb_status status = c->algo->load(r->algo, &empty);
    r->host.setting_up = false;
    rig_destroy(r);
    return status < 0 ? conform_ok(c, "an empty one is refused")
                      : conform_fail(c, "load() accepts a checkpoint without any chunk");
}

/* ---- the rest of the table ---- */

static enum conform_verdict check_live(struct conform *c)
{
    struct rig *r = NULL;
    size_t live = 0, accepted = 0, refused = 0;
    if (!course_length(c) || !course_rig(c, &plain, &r))
        return conform_skip(c, "it does not run");
    enum conform_verdict v = CONFORM_OK;
    for (uint32_t i = 0; i < c->algo->num_params && v == CONFORM_OK; i++) {
        const rlb_param *p = host_row(c->algo->params, c->algo->param_stride, i);
        rlb_value values[CONFORM_VALUES + 1];
        if (!(p->flags & RLB_P_LIVE))
            continue;
        size_t n = conform_values(p, values);
        values[n++] = p->def;
        live++;
        for (size_t k = 0; k < n && v == CONFORM_OK; k++) {
            uint64_t done = 0;
            r->report.text[0] = '\0';
            rlb_status status = c->algo->set_param(r->algo, i, values[k]);
            if (status < 0 && !r->report.text[0])
                v = conform_fail(c, "%s is refused without a sentence", p->name);
            else if (k + 1 == n && status < 0)
                v = conform_fail(c, "the default of %s is refused: %s", p->name, r->report.text);
            accepted += status >= 0;
            refused += status < 0;
            rig_step(r, 3, &done);
        }
    }
    rig_destroy(r);
    if (v == CONFORM_OK)
        v = live ? conform_ok(c, "%zu parameters, %zu values accepted, %zu refused", live, accepted,
                              refused)
                 : conform_skip(c, "no parameter is live");
    return v;
}

static const char *result_fault(const rlb_result *x)
{
    uint64_t items = 1;
    if (!x->name || !x->doc || x->name[0] < 'a' || x->name[0] > 'z' ||
        strspn(x->name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(x->name))
        return "has no proper name";
    if (x->dtype < RLB_RESULT_F64 || x->dtype > RLB_RESULT_F32 || x->rank > 4)
        return "has a type or rank that does not exist";
    for (uint32_t i = 0; i < x->rank; i++)
        if (__builtin_mul_overflow(items, x->shape[i], &items))
            return "is larger than any memory";
    if (items > 0 && !x->data)
        return "has no data";
    const char *bytes = x->data;
    volatile char touch = 0;
    if (items > 0)
        touch = bytes[0] ^ bytes[items * (x->dtype == RLB_RESULT_F32 ? 4 : 8) - 1];
    (void)touch;
    return NULL;
}

static enum conform_verdict check_results(struct conform *c)
{
    struct rig *r = NULL;
    uint64_t done = 0;
    if (!course_rig(c, &plain, &r))
        return conform_skip(c, "it cannot be created");
    const rlb_results *t = c->algo->interface ? c->algo->interface(r->algo, RLB_RESULTS) : NULL;
    enum conform_verdict v =
        t ? conform_ok(c, "%u arrays", t->count) : conform_skip(c, "it has no " RLB_RESULTS);
    rig_step(r, 3, &done);
    for (uint32_t i = 0; t && i < t->count && v == CONFORM_OK; i++) {
        rlb_result x = {.name = NULL};
        rlb_status status = t->get(r->algo, i, &x);
        const char *fault = status < 0 ? "cannot be had" : result_fault(&x);
        if (fault)
            v = conform_fail(c, "result %u%s%s %s", i, x.name ? " " : "", x.name ? x.name : "",
                             fault);
    }
    rig_destroy(r);
    return v;
}

static bool env_has_param(const rlb_env *env, const char *name)
{
    for (uint32_t i = 0; i < env->num_params; i++)
        if (strcmp(((const rlb_param *)host_row(env->params, env->param_stride, i))->name, name) ==
            0)
            return true;
    return false;
}

static enum conform_verdict check_clients(struct conform *c)
{
    struct rig *r = NULL;
    const rlb_clients *t = c->algo->interface ? c->algo->interface(NULL, RLB_CLIENTS) : NULL;
    if (!t)
        return conform_skip(c, "it has no " RLB_CLIENTS);
    if (!course_rig(c, &plain, &r))
        return conform_skip(c, "it cannot be created");
    rig_destroy(r);
    uint32_t n = t->count(c->params);
    rlb_override *list = mem_alloc((t->max_overrides + 1) * sizeof *list);
    enum conform_verdict v = n ? conform_ok(c, "%u clients", n) : conform_fail(c, "no clients");
    for (uint32_t i = 0; i < n && v == CONFORM_OK; i++) {
        uint32_t k = t->overrides(c->params, i, list);
        if (k > t->max_overrides)
            v = conform_fail(c, "client %u has %u overrides, at most %u were announced", i, k,
                             t->max_overrides);
        for (uint32_t j = 0; j < k && v == CONFORM_OK; j++)
            if (c->world->env && !env_has_param(c->world->env, list[j].name))
                v = conform_fail(c, "client %u overrides %s, which %s does not have", i,
                                 list[j].name, c->world->env->id);
    }
    free(list);
    return v;
}

static enum conform_verdict check_unknown(struct conform *c)
{
    static const char id[] = "rlb.no-such-interface/1";
    struct rig *r = NULL;
    if (!c->algo->interface)
        return conform_skip(c, "it has no interface()");
    if (!course_rig(c, &plain, &r))
        return conform_skip(c, "it cannot be created");
    bool known = c->algo->interface(r->algo, id) || c->algo->interface(NULL, id);
    rig_destroy(r);
    return known ? conform_fail(c, "interface(\"%s\") is not NULL", id)
                 : conform_ok(c, "an unknown id gives NULL");
}

static enum conform_verdict check_growth(struct conform *c)
{
    struct rig *r = NULL;
    struct course s = {0};
    struct conform_memory m[3];
    char text[100];
    if (!course_length(c) || !course_rig(c, &plain, &r))
        return conform_skip(c, "it does not run: %s", c->err.text);
    s.rss = sysinfo_rss_bytes();
    enum conform_verdict v = CONFORM_OK;
    for (int i = 0; i < 3 && v == CONFORM_OK; i++) {
        course_init(&s, c);
        bool good = course_run(c, r, &plain, COURSE_WINDOWS, &s);
        uint64_t rss = s.rss;
        course_finish(&s);
        s = (struct course){.rss = rss};
        m[i] = conform_memory_now();
        if (!good)
            v = conform_fail(c, "%s", c->err.text);
    }
    rig_destroy(r);
    if (v != CONFORM_OK)
        return v;
    if (role_sanitized())
        return conform_skip(c, "a sanitizer takes memory of its own");
    return conform_growth(m, 16 << 10, text, sizeof text)
               ? conform_fail(c, "%s", text)
               : conform_ok(c, "%" PRIu64 " %ss take no more memory", 3 * c->steps,
                            c->algo->step_unit);
}

const struct conform_check conform_algo_checks[] = {
    {"create", check_create, false},
    {"values of ", check_values, true},
    {"destroy", check_destroy, false},
    {"budgets", check_budgets, false},
    {"growth", check_growth, false},
    {"finite", check_run, false},
    {"same seed", check_same_seed, false},
    {"slices", check_slices, false},
    {"measure", check_measure, false},
    {"views", check_views, false},
    {"act", check_act, false},
    {"lanes", check_lanes, false},
    {"resume", check_resume, false},
    {"damaged checkpoint", check_damage, false},
    {"live parameters", check_live, false},
    {"results", check_results, false},
    {"clients", check_clients, false},
    {"unknown interface", check_unknown, false},
    {NULL, NULL, false},
};
