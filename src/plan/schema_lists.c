/* JSON Schema of the keys that hold lists and mappings of their own: worlds, alerts, gates, … */
#include "plan/schema_parts.h"

json_t *schema_worlds(void)
{
    json_t *world = schema_section("one world"),
           *one = json_pack("{s:[s, s, s]}", "type", "string", "number", "boolean");
    json_object_set_new(world, "type", json_string("object"));
    json_object_set_new(world, "required", json_pack("[s, s]", "name", "params"));
    schema_add(world, "name",
               json_pack("{s:s, s:s}", "type", "string", "pattern", "^[A-Za-z0-9_.:=,+-]{1,100}$"));
    schema_add(world, "params",
               json_pack("{s:s, s:i, s:{s:[o, {s:s, s:i, s:O}]}}", "type", "object",
                         "minProperties", 1, "additionalProperties", "anyOf", one, "type", "array",
                         "minItems", 1, "items", one));
    return schema_described(json_pack("{s:[s, s], s:o}", "type", "array", "null", "items", world),
                            "eval.worlds");
}

/* {type: hyperband, min_iter | max_iter and s, eta, strict} */
json_t *schema_early(void)
{
    json_t *s = schema_section(schema_doc_of("sweep.early_terminate"));
    static const struct {
        const char *key, *doc;
        int least;
    } counts[] = {{"min_iter", "step of the first rung", 1},
                  {"max_iter", "steps of a whole run; rungs lie below it", 1},
                  {"s", "with max_iter: number of rungs", 1},
                  {"eta", "of those at a rung one in eta goes on, default 3", 2}};
    json_object_set_new(s, "type", json_string("object"));
    schema_add(s, "type", json_pack("{s:s}", "const", "hyperband"));
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        schema_add(s, counts[i].key,
                   json_pack("{s:[{s:s, s:i}, {s:s, s:s}], s:s}", "anyOf", "type", "integer",
                             "minimum", counts[i].least, "type", "string", "pattern",
                             NUMBER_PATTERN, "description", counts[i].doc));
    schema_add(s, "strict",
               json_pack("{s:[b, b, s, s, s, s, s, s], s:s}", "enum", 1, 0, "true", "false", "yes",
                         "no", "on", "off", "description",
                         "whether all trials wait at a rung for each other"));
    json_object_set_new(s, "required", json_pack("[s]", "type"));
    json_object_set_new(s, "oneOf",
                        json_pack("[{s:[s], s:{s:b, s:b}}, {s:[s, s], s:{s:b}}]", "required",
                                  "min_iter", "properties", "max_iter", 0, "s", 0, "required",
                                  "max_iter", "s", "properties", "min_iter", 0));
    return s;
}

json_t *schema_alerts(void)
{
    return schema_described(
        json_pack("{s:[s, s], s:i, s:{s:s, s:[s, s], s:b, s:{s:{}}, s:{s:{s:s, s:i, s:i},"
                  " s:{s:[s, s, s]}}}}",
                  "type", "array", "null", "maxItems", 100, "items", "type", "object", "required",
                  "when", "do", "additionalProperties", 0, "patternProperties", "^x-", "properties",
                  "when", "type", "string", "minLength", 1, "maxLength", 300, "do", "enum", "warn",
                  "stop", "pause"),
        "alerts");
}

/* One gate of a group, or of two that are compared. */
static json_t *one_gate(const char *who, json_t *names, json_t *stat)
{
    json_t *gate = schema_section("one gate");
    json_object_set_new(gate, "type", json_string("object"));
    json_object_set_new(gate, "required", json_pack("[s, s]", who, "metric"));
    schema_add(gate, who, names);
    schema_add(gate, "metric", json_pack("{s:s}", "type", "string"));
    schema_add(gate, "stat", stat);
    schema_add(gate, "at_least", json_pack("{s:s}", "type", "number"));
    schema_add(gate, "at_most", json_pack("{s:s}", "type", "number"));
    json_object_set_new(
        gate, "oneOf",
        json_pack("[{s:[s]}, {s:[s]}]", "required", "at_least", "required", "at_most"));
    return gate;
}

json_t *schema_gates(void)
{
    json_t *two =
        one_gate("compare",
                 json_pack("{s:s, s:i, s:i, s:b, s:{s:[s, s]}}", "type", "array", "minItems", 2,
                           "maxItems", 2, "uniqueItems", 1, "items", "type", "string", "number"),
                 json_pack("{s:[s, s, s, s]}", "enum", "poi", "iqm", "mean", "median"));
    json_t *one = one_gate("group", json_pack("{s:[s, s]}", "type", "string", "number"),
                           json_pack("{s:[s, s, s]}", "enum", "iqm", "mean", "median"));
    return schema_described(
        json_pack("{s:[s, s], s:{s:[o, o]}}", "type", "array", "null", "items", "anyOf", two, one),
        "gates");
}

json_t *schema_extends(void)
{
    return schema_described(json_pack("{s:[{s:s, s:i}, {s:s, s:{s:s, s:i}}]}", "anyOf", "type",
                                      "string", "minLength", 1, "type", "array", "items", "type",
                                      "string", "minLength", 1),
                            "extends");
}
