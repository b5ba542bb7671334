/* What an algorithm may have besides: live parameters, results, clients, interfaces. */
#include "module/conform_course.h"

#include <rlbench/interfaces.h>

#include <stdlib.h>
#include <string.h>

enum conform_verdict extras_live(struct conform *c)
{
    struct rig *r = NULL;
    size_t live = 0, accepted = 0, refused = 0;
    if (!course_length(c) || !course_rig(c, &course_plain, &r))
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

enum conform_verdict extras_results(struct conform *c)
{
    struct rig *r = NULL;
    uint64_t done = 0;
    if (!course_rig(c, &course_plain, &r))
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

enum conform_verdict extras_clients(struct conform *c)
{
    struct rig *r = NULL;
    const rlb_clients *t = c->algo->interface ? c->algo->interface(NULL, RLB_CLIENTS) : NULL;
    if (!t)
        return conform_skip(c, "it has no " RLB_CLIENTS);
    if (!course_rig(c, &course_plain, &r))
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

enum conform_verdict extras_unknown(struct conform *c)
{
    static const char id[] = "rlb.no-such-interface/1";
    struct rig *r = NULL;
    if (!c->algo->interface)
        return conform_skip(c, "it has no interface()");
    if (!course_rig(c, &course_plain, &r))
        return conform_skip(c, "it cannot be created");
    bool known = c->algo->interface(r->algo, id) || c->algo->interface(NULL, id);
    rig_destroy(r);
    return known ? conform_fail(c, "interface(\"%s\") is not NULL", id)
                 : conform_ok(c, "an unknown id gives NULL");
}
