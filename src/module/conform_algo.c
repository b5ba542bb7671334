/* Checks of an algorithm, each with instances of its own. */
#include "module/conform_course.h"

#include "base/clock.h"
#include "base/sysinfo.h"
#include "module/role.h"

#include <inttypes.h>
#include <stdio.h>

static const struct course_how cut = {.seed = 1, .cut = true};

/* ---- making ---- */

static enum conform_verdict check_create(struct conform *c)
{
    struct rig *r = NULL;
    c->algo->destroy(NULL);
    if (!course_rig(c, &course_plain, &r)) {
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
    if (!course_rig(c, &course_plain, &r))
        return conform_skip(c, "it cannot be created at all");
    rig_destroy(r);
    for (size_t i = 0; i < n; i++) {
        c->params[c->index] = values[i];
        bool made = course_rig(c, &course_plain, &r);
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
        if (!course_rig(c, &course_plain, &r))
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
    if (!course_rig(c, &course_plain, &r))
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
    if (!course_rig(c, &course_plain, &r))
        return conform_skip(c, "it cannot be created");
    course_init(&s, c);
    if (!course_length(c) || (s.steps = c->steps) == 0 ||
        !course_run(c, r, &course_plain, COURSE_WINDOWS, &s))
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
    return compare(c, &course_plain, &course_plain, "two runs agree in every bit");
}

static enum conform_verdict check_slices(struct conform *c)
{
    return compare(c, &course_plain, &cut, "slices of 1 to 7 give the same run");
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
    return compare(c, &course_plain, &(struct course_how){.seed = 1, .measure_twice = true},
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

/* The beginning of a course: in some worlds a figure takes long to measure. *refused: the world is
 * not accepted. */
static bool beginning(struct conform *c, struct course *s, bool *refused)
{
    struct rig *r = NULL;
    course_init(s, c);
    *refused = !course_rig(c, &course_plain, &r);
    bool good = !*refused && course_run(c, r, &course_plain, 1, s);
    rig_destroy(r);
    return good;
}

/* One more world: accepted, and begun twice in the same way (once where that takes long), or
 * refused with a sentence. */
static enum conform_verdict try_world(struct conform *c, bool *refused)
{
    const char *id = c->world->env->id;
    int64_t start = clock_mono_ns();
    struct course a = {0}, b = {0};
    char text[300];
    enum conform_verdict v = CONFORM_OK;
    bool good = beginning(c, &a, refused);
    bool slow = clock_mono_ns() - start > 500000000;
    if (*refused && !conform_has_sentence(c->err.text))
        v = conform_fail(c, "%s is refused without a sentence", id);
    else if (!good && !*refused)
        v = conform_fail(c, "with %s: %s", id, c->err.text);
    else if (good && !slow && beginning(c, &b, refused) &&
             course_difference(c, &a, &b, text, sizeof text))
        v = conform_fail(c, "with %s: %s", id, text);
    course_finish(&a);
    course_finish(&b);
    return v;
}

static enum conform_verdict check_worlds(struct conform *c)
{
    size_t runs = 0, refusals = 0;
    enum conform_verdict v = CONFORM_OK;
    if (c->algo->flags & RLB_A_NO_ENV)
        return conform_skip(c, "it takes none");
    if (!course_length(c))
        return conform_skip(c, "it does not run");
    const struct world *first = c->world;
    for (size_t i = 0; i < c->num_worlds && v == CONFORM_OK; i++) {
        bool refused;
        if (&c->worlds[i] == first)
            continue;
        c->world = &c->worlds[i];
        v = try_world(c, &refused);
        runs += !refused;
        refusals += refused;
    }
    c->world = first;
    return v == CONFORM_OK
               ? conform_ok(c, "runs with %zu more, refuses %zu with a sentence", runs, refusals)
               : v;
}

/* ---- growth ---- */

static enum conform_verdict check_growth(struct conform *c)
{
    struct rig *r = NULL;
    struct course s = {0};
    struct conform_memory m[3];
    char text[100];
    if (!course_length(c) || !course_rig(c, &course_plain, &r))
        return conform_skip(c, "it does not run: %s", c->err.text);
    s.rss = sysinfo_rss_bytes();
    enum conform_verdict v = CONFORM_OK;
    for (int i = 0; i < 3 && v == CONFORM_OK; i++) {
        course_init(&s, c);
        bool good = course_run(c, r, &course_plain, COURSE_WINDOWS, &s);
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
    {"other worlds", check_worlds, false},
    {"resume", resume_same, false},
    {"damaged checkpoint", resume_damage, false},
    {"live parameters", extras_live, false},
    {"results", extras_results, false},
    {"clients", extras_clients, false},
    {"unknown interface", extras_unknown, false},
    {NULL, NULL, false},
};
