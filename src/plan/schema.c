#include "plan/schema.h"

#include "plan/keys.h"
#include "plan/schema_parts.h"
#include "plan/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DURATION_PATTERN "^([0-9][0-9._]*(ms|s|m|h|d)?)+$"
#define SEEDS_PATTERN "^[0-9][0-9_]*(\\.\\.[0-9]+)?( *, *[0-9]+(\\.\\.[0-9]+)?)*$"

static json_t *ref(const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/definitions/%s", name));
}

/* ---- values ---- */

static json_t *number_schema(const rlb_param *p)
{
    json_t *number = json_pack("{s:s}", "type", p->type == RLB_T_INT ? "integer" : "number");
    if (isfinite(p->min))
        json_object_set_new(number, "minimum", json_real(p->min));
    if (isfinite(p->max))
        json_object_set_new(number, "maximum", json_real(p->max));
    return json_pack("{s:[o, {s:s, s:s}]}", "anyOf", number, "type", "string", "pattern",
                     NUMBER_PATTERN);
}

static json_t *enum_schema(const rlb_param *p)
{
    json_t *choices = json_array();
    for (size_t i = 0; p->choices[i]; i++)
        json_array_append_new(choices, json_string(p->choices[i]));
    return json_pack("{s:o}", "enum", choices);
}

static json_t *default_of(const rlb_param *p)
{
    switch (p->type) {
    case RLB_T_BOOL: return json_boolean(p->def.i);
    case RLB_T_INT: return json_integer(p->def.i);
    case RLB_T_REAL:
        return isfinite(p->def.r) ? json_real(p->def.r)
                                  : json_string(p->def.r > 0 ? ".inf" : "-.inf");
    case RLB_T_ENUM: return json_string(p->choices[p->def.i]);
    default: return json_string(p->def.s);
    }
}

static json_t *param_schema(const rlb_param *p)
{
    json_t *s;
    switch (p->type) {
    case RLB_T_INT:
    case RLB_T_REAL: s = number_schema(p); break;
    case RLB_T_ENUM: s = enum_schema(p); break;
    case RLB_T_BOOL:
        s = json_pack("{s:[b, b, s, s, s, s]}", "enum", 1, 0, "yes", "no", "on", "off");
        break;
    default: s = json_pack("{s:[s, s, s]}", "type", "string", "number", "boolean"); break;
    }
    char text[700];
    snprintf(text, sizeof text, "%s%s%s%s", p->doc, *p->unit ? " (" : "", p->unit,
             *p->unit ? ")" : "");
    json_object_set_new(s, "description", json_string(text));
    json_object_set_new(s, "default", default_of(p));
    return s;
}

static json_t *key_schema(const struct plan_key *k)
{
    char text[700], about[400];
    json_t *s = k->duration_ms ? ref("duration") : param_schema(&k->as);
    snprintf(text, sizeof text, "%s (%s)", k->as.doc, plan_key_describe(k, about, sizeof about));
    if (k->duration_ms) /* beside a $ref everything else is ignored */
        s = json_pack("{s:[o]}", "allOf", s);
    json_object_set_new(s, "description", json_string(text));
    if (k->default_text || k->duration_ms)
        json_object_del(s, "default");
    return s;
}

/* {"enum": ids} of one kind. */
static json_t *ids_schema(const struct registry *reg, enum desc_kind kind)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < reg->descs.len; i++)
        if (reg->descs.data[i].kind == kind)
            json_array_append_new(ids, json_string(reg->descs.data[i].id));
    if (json_array_size(ids) > 0)
        return json_pack("{s:o}", "enum", ids);
    json_decref(ids);
    return json_pack("{s:s}", "type", "string");
}

/* ---- sections ---- */

json_t *schema_section(const char *doc)
{
    return json_pack("{s:[s, s], s:s, s:{}, s:b, s:{s:{}}}", "type", "object", "null",
                     "description", doc, "properties", "additionalProperties", 0,
                     "patternProperties", "^x-");
}

void schema_add(json_t *object, const char *name, json_t *schema)
{
    json_object_set_new(json_object_get(object, "properties"), name, schema);
}

const char *schema_doc_of(const char *path)
{
    for (size_t i = 0; i < num_plan_paths; i++)
        if (strcmp(plan_paths[i].path, path) == 0)
            return plan_paths[i].doc;
    return "";
}

json_t *schema_described(json_t *s, const char *path)
{
    json_object_set_new(s, "description", json_string(schema_doc_of(path)));
    return s;
}

/* A section with the rows of keys.c below it. */
static json_t *key_section(const char *name, const char *doc)
{
    json_t *s = schema_section(doc);
    size_t stem = strlen(name);
    for (size_t i = 0; i < num_plan_keys; i++)
        if (strncmp(plan_keys[i].path, name, stem) == 0 && plan_keys[i].path[stem] == '.')
            schema_add(s, plan_keys[i].path + stem + 1, key_schema(&plan_keys[i]));
    return s;
}

/* algorithm or env: name, params (checked by the rules below), and rows. */
static json_t *plugin_section(const struct registry *reg, enum desc_kind kind)
{
    bool is_algo = kind == DESC_ALGORITHM;
    json_t *s = key_section(is_algo ? "algorithm" : "env",
                            is_algo ? "what learns" : "the world it learns in");
    schema_add(s, "name",
               schema_described(ids_schema(reg, kind), is_algo ? "algorithm.name" : "env.name"));
    schema_add(s, "params",
               schema_described(json_pack("{s:[s, s]}", "type", "object", "null"),
                                is_algo ? "algorithm.params" : "env.params"));
    return s;
}

static json_t *digest_schema(void)
{
    return schema_described(json_pack("{s:s, s:s}", "type", "string", "pattern", "^[0-9a-f]{64}$"),
                            "dataset.sha256");
}

static json_t *dataset_section(void)
{
    json_t *s = schema_section("trajectories to learn from");
    schema_add(s, "path", schema_described(json_pack("{s:s}", "type", "string"), "dataset.path"));
    schema_add(s, "sha256", digest_schema());
    return s;
}

static json_t *seeds_schema(void)
{
    return json_pack("{s:s, s:[{s:s, s:i, s:i}, {s:s, s:s},"
                     " {s:s, s:i, s:{s:[{s:s, s:i}, {s:s, s:s}]}},"
                     " {s:s, s:b, s:{s:{}}, s:{s:{s:s, s:i, s:i, s:s}, s:{s:s, s:i, s:s}}}]}",
                     "description", "a count, a list, a range such as 1..10, or {count, base}",
                     "anyOf", "type", "integer", "minimum", 1, "maximum", PLAN_MAX_RUNS, "type",
                     "string", "pattern", SEEDS_PATTERN, "type", "array", "minItems", 1, "items",
                     "anyOf", "type", "integer", "minimum", 0, "type", "string", "pattern",
                     SEEDS_PATTERN, "type", "object", "additionalProperties", 0,
                     "patternProperties", "^x-", "properties", "count", "type", "integer",
                     "minimum", 1, "maximum", PLAN_MAX_RUNS, "description",
                     schema_doc_of("seeds.count"), "base", "type", "integer", "minimum", 0,
                     "description", schema_doc_of("seeds.base"));
}

/* ---- parameters of one plugin ---- */

static void definition_name(const struct desc *d, char *out, size_t size)
{
    snprintf(out, size, "%s:%s", d->kind == DESC_ALGORITHM ? "algorithm" : "env", d->id);
}

static json_t *params_schema(const struct desc *d)
{
    json_t *s = schema_section(d->title);
    for (size_t i = 0; i < d->num_params; i++)
        schema_add(s, d->params[i].name, param_schema(&d->params[i]));
    return s;
}

/* When the recipe names this plugin (and the sweep names none), params are this plugin's. */
static json_t *rule(const struct desc *d)
{
    const char *kind = d->kind == DESC_ALGORITHM ? "algorithm" : "env";
    char name[200];
    definition_name(d, name, sizeof name);
    return json_pack("{s:{s:[s], s:{s:{s:[s], s:{s:{s:s}}}}, s:o}, s:{s:{s:{s:{s:o}}}}}", "if",
                     "required", kind, "properties", kind, "required", "name", "properties", "name",
                     "const", d->id, "not",
                     ref(d->kind == DESC_ALGORITHM ? "sweeps_algorithm" : "sweeps_env"), "then",
                     "properties", kind, "properties", "params", ref(name));
}

/* An algorithm must be named, unless the sweep or a file that is extended does. */
static json_t *needs_algorithm(void)
{
    return json_pack("{s:{s:{s:[o, {s:[s]}]}}, s:{s:[s], s:{s:{s:[s]}}}}", "if", "not", "anyOf",
                     ref("sweeps_algorithm"), "required", "extends", "then", "required",
                     "algorithm", "properties", "algorithm", "required", "name");
}

/* True of recipes whose sweep sets key. */
static json_t *sweeps(const char *key)
{
    return json_pack("{s:[s], s:{s:{s:[{s:[s], s:{s:{s:[s]}}}, {s:[s], s:{s:{s:{s:[s]}}}}]}}}",
                     "required", "sweep", "properties", "sweep", "anyOf", "required", "parameters",
                     "properties", "parameters", "required", key, "required", "runs", "properties",
                     "runs", "contains", "required", key);
}

/* ---- the sweep ---- */

/* Adds a schema for one swept path; a path of several plugins takes what any of them takes. */
static void add_path(json_t *paths, const char *path, json_t *schema)
{
    json_t *known = json_object_get(paths, path);
    json_t *any = json_object_get(known, "anyOf");
    if (known)
        json_array_append_new(any, schema);
    else
        json_object_set_new(paths, path, json_pack("{s:[o]}", "anyOf", schema));
}

static json_t *swept_paths(const struct registry *reg)
{
    json_t *paths = json_object();
    add_path(paths, "algorithm.name", ids_schema(reg, DESC_ALGORITHM));
    add_path(paths, "env.name", ids_schema(reg, DESC_ENVIRONMENT));
    add_path(paths, "dataset.path", json_pack("{s:s}", "type", "string"));
    add_path(paths, "dataset.sha256", digest_schema());
    for (size_t i = 0; i < num_plan_keys; i++)
        add_path(paths, plan_keys[i].path, key_schema(&plan_keys[i]));
    for (size_t i = 0; i < reg->descs.len; i++) {
        const struct desc *d = &reg->descs.data[i];
        for (size_t j = 0; j < d->num_params; j++) {
            char path[300];
            snprintf(path, sizeof path, "%s.params.%s",
                     d->kind == DESC_ALGORITHM ? "algorithm" : "env", d->params[j].name);
            add_path(paths, path, param_schema(&d->params[j]));
        }
    }
    return paths;
}

/* A swept parameter: values, or what to draw from. */
static json_t *spec_schema(json_t *value)
{
    json_t *s = schema_section("what a parameter is swept over"), *names = json_array();
    const char *name;
    for (size_t i = 0; (name = sweep_distribution(i)); i++)
        json_array_append_new(names, json_string(name));
    json_object_set_new(s, "type", json_string("object"));
    schema_add(s, "values",
               json_pack("{s:s, s:i, s:O}", "type", "array", "minItems", 1, "items", value));
    schema_add(s, "value", json_incref(value));
    schema_add(s, "probabilities",
               json_pack("{s:s, s:{s:s, s:i, s:i}}", "type", "array", "items", "type", "number",
                         "minimum", 0, "maximum", 1));
    schema_add(s, "distribution", json_pack("{s:o}", "enum", names));
    static const char *const numbers[] = {"min", "max", "mu", "sigma", "q"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        schema_add(s, numbers[i],
                   json_pack("{s:[{s:s}, {s:s, s:s}]}", "anyOf", "type", "number", "type", "string",
                             "pattern", NUMBER_PATTERN));
    json_object_set_new(s, "oneOf",
                        json_pack("[{s:[s]}, {s:[s]}, {s:[s, s]}, {s:[s, s]}]", "required",
                                  "values", "required", "value", "required", "min", "max",
                                  "required", "mu", "sigma"));
    return s;
}

static json_t *metric_schema(void)
{
    return schema_described(
        json_pack("{s:s, s:[s, s], s:b, s:{s:{}}, s:{s:{s:s}, s:{s:[s, s]}}}", "type", "object",
                  "required", "name", "goal", "additionalProperties", 0, "patternProperties", "^x-",
                  "properties", "name", "type", "string", "goal", "enum", "maximize", "minimize"),
        "sweep.metric");
}

/* Random sweeps and bayes have a run_cap; without drawing there are neither ranges nor caps. What
 * goes by results has a metric. */
static json_t *sweep_rules(void)
{
    json_t *listed =
        json_pack("{s:[{s:[s]}, {s:[s]}]}", "anyOf", "required", "values", "required", "value");
    return json_pack("[{s:{s:[s], s:{s:{s:[s, s]}}}, s:{s:[s]}, s:{s:{s:{s:{s:o}}, s:b, s:b}}},"
                     " {s:{s:[s], s:{s:{s:s}}}, s:{s:[s]}, s:{s:{s:b}}},"
                     " {s:{s:[s]}, s:{s:[s]}}]",
                     "if", "required", "method", "properties", "method", "enum", "random", "bayes",
                     "then", "required", "run_cap", "else", "properties", "parameters",
                     "patternProperties", "^[a-w]", listed, "run_cap", 0, "seed", 0, "if",
                     "required", "method", "properties", "method", "const", "bayes", "then",
                     "required", "metric", "else", "properties", "parallel", 0, "if", "required",
                     "early_terminate", "then", "required", "metric");
}

static json_t *sweep_schema(const struct registry *reg)
{
    json_t *s = schema_section("several groups of runs that differ in some keys");
    json_t *grid = schema_section(schema_doc_of("sweep.parameters")),
           *run = schema_section("one group of runs");
    json_t *paths = swept_paths(reg), *schema;
    const char *path;
    json_object_foreach(paths, path, schema)
    {
        schema_add(grid, path, spec_schema(schema));
        schema_add(run, path, json_incref(schema));
    }
    json_decref(paths);
    schema_add(
        run, "label",
        json_pack("{s:s, s:s}", "type", "string", "description", "what lists and charts call it"));
    schema_add(
        s, "method",
        schema_described(json_pack("{s:[s, s, s, s]}", "enum", "grid", "list", "random", "bayes"),
                         "sweep.method"));
    schema_add(s, "early_terminate", schema_early());
    schema_add(s, "parallel",
               schema_described(
                   json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", 1, "maximum", 1000),
                   "sweep.parallel"));
    schema_add(s, "metric", metric_schema());
    json_object_set_new(grid, "minProperties", json_integer(1));
    schema_add(s, "parameters", grid);
    schema_add(s, "run_cap",
               schema_described(json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", 1,
                                          "maximum", PLAN_MAX_RUNS),
                                "sweep.run_cap"));
    schema_add(
        s, "seed",
        schema_described(json_pack("{s:s, s:i}", "type", "integer", "minimum", 0), "sweep.seed"));
    json_object_set_new(s, "allOf", sweep_rules());
    schema_add(s, "runs",
               json_pack("{s:s, s:i, s:s, s:o}", "type", "array", "minItems", 1, "description",
                         schema_doc_of("sweep.runs"), "items", run));
    return s;
}

/* ---- the whole ---- */

static json_t *text_schema(const char *path)
{
    return schema_described(json_pack("{s:[s, s, s]}", "type", "string", "number", "null"), path);
}

static json_t *definitions(const struct registry *reg)
{
    json_t *defs = json_object();
    json_object_set_new(defs, "duration",
                        json_pack("{s:[{s:s, s:i}, {s:s, s:s}]}", "anyOf", "type", "number",
                                  "minimum", 0, "type", "string", "pattern", DURATION_PATTERN));
    json_object_set_new(defs, "sweeps_algorithm", sweeps("algorithm.name"));
    json_object_set_new(defs, "sweeps_env", sweeps("env.name"));
    for (size_t i = 0; i < reg->descs.len; i++) {
        char name[200];
        definition_name(&reg->descs.data[i], name, sizeof name);
        json_object_set_new(defs, name, params_schema(&reg->descs.data[i]));
    }
    return defs;
}

/* A profile has the keys of a recipe but version, extends and profiles. */
static json_t *profiles_schema(const json_t *recipe)
{
    json_t *one = schema_section("keys put over the others");
    const char *key;
    json_t *schema;
    json_object_foreach(json_object_get(recipe, "properties"), key, schema)
    {
        if (schema && strcmp(key, "version") != 0)
            schema_add(one, key, json_pack("{s:o}", "$ref", json_sprintf("#/properties/%s", key)));
    }
    json_object_set_new(one, "type", json_string("object"));
    return schema_described(json_pack("{s:s, s:o}", "type", "object", "additionalProperties", one),
                            "profiles");
}

void schema_write(const struct registry *reg, struct buf *out)
{
    static const struct {
        const char *name, *doc;
    } sections[] = {{"budget", "how long a run is"},
                    {"eval", "evaluation with the greedy policy"},
                    {"log", "points of the curves"},
                    {"checkpoint", "what a run is resumed from"},
                    {"limits", "what a run may use"}};
    static const char *const texts[] = {"name", "describe", "duration"};
    json_t *s = schema_section("a recipe of rlbench; see rlbench-recipe(5)"), *rules = json_array();
    json_object_set_new(s, "$schema", json_string("http://json-schema.org/draft-07/schema#"));
    json_object_set_new(s, "title", json_string("rlbench recipe"));
    json_object_set_new(s, "type", json_string("object"));
    schema_add(s, "version", schema_described(json_pack("{s:i}", "const", 1), "version"));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        schema_add(s, texts[i], text_schema(texts[i]));
    schema_add(s, "algorithm", plugin_section(reg, DESC_ALGORITHM));
    schema_add(s, "env", plugin_section(reg, DESC_ENVIRONMENT));
    schema_add(s, "dataset", dataset_section());
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        schema_add(s, sections[i].name, key_section(sections[i].name, sections[i].doc));
    schema_add(json_object_get(json_object_get(s, "properties"), "eval"), "worlds",
               schema_worlds());
    schema_add(s, "seeds", seeds_schema());
    schema_add(s, "on_nan", key_schema(plan_key_find("on_nan")));
    schema_add(s, "alerts", schema_alerts());
    schema_add(s, "gates", schema_gates());
    schema_add(s, "sweep", sweep_schema(reg));
    schema_add(s, "profiles", profiles_schema(s));
    schema_add(s, "extends", schema_extends());
    json_array_append_new(rules, needs_algorithm());
    for (size_t i = 0; i < reg->descs.len; i++)
        json_array_append_new(rules, rule(&reg->descs.data[i]));
    json_object_set_new(s, "allOf", rules);
    json_object_set_new(s, "definitions", definitions(reg));
    char *text = json_dumps(s, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    buf_printf(out, "%s\n", text ? text : "{}");
    free(text);
    json_decref(s);
}
