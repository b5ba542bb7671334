/* Descriptors as JSON, one object a line. Infinite bounds are left out: JSON has no infinity. */
#include "cmd/describe.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

static void put_line(json_t *object, struct buf *out)
{
    char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17));
    if (line)
        buf_printf(out, "%s\n", line);
    free(line);
    json_decref(object);
}

static const char *type_word(uint32_t type)
{
    static const char *const words[] = {"?", "bool", "int", "real", "enum", "text"};
    return type < sizeof words / sizeof words[0] ? words[type] : "?";
}

static json_t *default_value(const rlb_param *p)
{
    switch (p->type) {
    case RLB_T_BOOL: return json_boolean(p->def.i);
    case RLB_T_INT: return json_integer(p->def.i);
    case RLB_T_REAL: return isfinite(p->def.r) ? json_real(p->def.r) : json_null();
    case RLB_T_ENUM: return json_string(p->choices[p->def.i]);
    default: return json_string(p->def.s);
    }
}

static json_t *param_object(const rlb_param *p)
{
    json_t *o = json_pack("{ss ss ss ss so sb sb sb}", "name", p->name, "type", type_word(p->type),
                          "unit", p->unit, "doc", p->doc, "default", default_value(p), "log",
                          (p->flags & RLB_P_LOG) != 0, "live", (p->flags & RLB_P_LIVE) != 0,
                          "expert", (p->flags & RLB_P_EXPERT) != 0);
    if ((p->type == RLB_T_INT || p->type == RLB_T_REAL) && isfinite(p->min))
        json_object_set_new(o, "min", json_real(p->min));
    if ((p->type == RLB_T_INT || p->type == RLB_T_REAL) && isfinite(p->max))
        json_object_set_new(o, "max", json_real(p->max));
    if (p->type == RLB_T_ENUM) {
        json_t *list = json_array();
        for (size_t i = 0; p->choices[i]; i++)
            json_array_append_new(list, json_string(p->choices[i]));
        json_object_set_new(o, "choices", list);
    }
    return o;
}

static void add_tables(const struct desc *d, json_t *o)
{
    json_t *params = json_array(), *metrics = json_array(), *views = json_array();
    for (size_t i = 0; i < d->num_params; i++)
        json_array_append_new(params, param_object(&d->params[i]));
    for (size_t i = 0; i < d->num_metrics; i++) {
        const rlb_metric *m = &d->metrics[i];
        json_array_append_new(metrics,
                              json_pack("{ss ss ss ss ss sb}", "name", m->name, "unit", m->unit,
                                        "doc", m->doc, "fold", describe_fold(m->fold), "goal",
                                        describe_goal(m->goal), "headline",
                                        (m->flags & RLB_M_HEADLINE) != 0));
    }
    for (size_t i = 0; i < d->num_views; i++)
        json_array_append_new(views,
                              json_pack("{ss ss ss}", "name", d->views[i].name, "kind",
                                        describe_view(d->views[i].kind), "doc", d->views[i].doc));
    json_object_set_new(o, "doc", json_string(d->doc));
    json_object_set_new(o, "citation", json_string(d->citation));
    json_object_set_new(o, "build", json_string(d->build));
    json_object_set_new(o, "sha256", json_string(d->sha256));
    json_object_set_new(o, "params", params);
    json_object_set_new(o, "metrics", metrics);
    json_object_set_new(o, "views", views);
}

void describe_json(const struct desc *d, bool whole, struct buf *out)
{
    char abi[16];
    snprintf(abi, sizeof abi, "%u.%u", d->abi_major, d->abi_minor);
    json_t *o = json_pack("{si ss ss ss ss ss ss}", "v", 1, "kind", describe_kind(d), "id", d->id,
                          "title", d->title, "version", d->version, "abi", abi, "path", d->path);
    if (d->kind == DESC_ALGORITHM) {
        json_object_set_new(o, "step_unit", json_string(d->step_unit));
        json_object_set_new(o, "needs_env", json_boolean(!(d->flags & RLB_A_NO_ENV)));
        json_object_set_new(o, "evaluates", json_boolean(d->has_act));
    }
    json_object_set_new(o, "resumable", json_boolean(d->has_save));
    if (whole)
        add_tables(d, o);
    put_line(o, out);
}

void describe_json_broken(const struct broken *b, struct buf *out)
{
    put_line(
        json_pack("{si ss ss ss}", "v", 1, "kind", "broken", "path", b->path, "reason", b->reason),
        out);
}
