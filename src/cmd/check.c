/* rlbench check: every mistake of a recipe at once, and what it would run. */
#include "cmd/cmd.h"

#include "base/text.h"
#include "plan/plan.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opt opts[] = {
    {"explain", 0, NULL, "every value and where it came from"},
    {"set", 0, "KEY=VALUE", "change a value; may be repeated"},
    {"profile", 0, "NAME", "with a profile; may be repeated. Without: every profile is checked"},
    {"seeds", 0, "SEEDS", "a count, a list 1,2,5 or a range 1..10 instead of the recipe's"},
    {"json", 0, NULL, "one JSON object for each recipe"},
    {NULL, 0, NULL, NULL},
};

/* One recipe on its way through the verb. */
struct checked {
    struct recipe recipe;
    struct plan plan;
    int status;
    struct err why;
};

/* With one profile, or (NULL) with those of the command line. */
static void check(const char *file, const char *profile, const struct registry *reg,
                  const struct cli *c, struct checked *out)
{
    *out = (struct checked){.why = ERR_INIT};
    VEC(const char *) sets = {0};
    for (size_t i = 0; cli_get_nth(c, "set", i); i++)
        vec_push(&sets, cli_get_nth(c, "set", i));
    out->status = recipe_read(file, &out->recipe, &out->why);
    const char *name = profile ? profile : cli_get(c, "profile");
    for (size_t i = 0; out->recipe.root && name; i++) {
        name = profile ? (i ? NULL : profile) : cli_get_nth(c, "profile", i);
        if (name)
            out->status = recipe_use_profile(&out->recipe, name, &out->why);
    }
    if (out->recipe.root) /* also after errors: the rest of them */
        out->status = plan_make(&out->recipe, reg, sets.data, sets.len, cli_get(c, "seeds"),
                                &out->plan, &out->why);
    vec_finish(&sets);
}

static void checked_finish(struct checked *k)
{
    plan_finish(&k->plan);
    recipe_finish(&k->recipe);
}

/* A right recipe may have a wrong profile: then that is what was checked. */
static void check_profiles(const char *file, const struct registry *reg, const struct cli *c,
                           struct checked *k)
{
    const struct node *profiles = k->recipe.profiles;
    for (size_t i = 0; k->status == OK && profiles && i < profiles->num_items; i++) {
        struct checked with;
        check(file, profiles->items[i].key, reg, c, &with);
        if (with.status == OK) {
            checked_finish(&with);
            continue;
        }
        checked_finish(k);
        *k = with;
        return;
    }
}

/* ---- for people ---- */

/* The ids that the runs use, each once: "q-learning, sarsa". */
static void put_ids(const struct plan *p, enum desc_kind kind, struct buf *out)
{
    VEC(const struct desc *) seen = {0};
    for (size_t g = 0; g < p->num_groups; g++) {
        const struct plan_run *r = &p->runs.data[g];
        const struct desc *desc = kind == DESC_ALGORITHM ? r->algo : r->env;
        bool known = desc == NULL;
        for (size_t i = 0; i < seen.len; i++)
            known = known || seen.data[i] == desc;
        if (known)
            continue;
        vec_push(&seen, desc);
        buf_printf(out, "%s%s",
                   seen.len > 1               ? ", "
                   : kind == DESC_ENVIRONMENT ? " on "
                                              : "",
                   desc->id);
    }
    vec_finish(&seen);
}

static void put_summary(const struct plan *p, struct buf *out)
{
    buf_printf(out, "ok: %zu run%s (", p->runs.len, p->runs.len == 1 ? "" : "s");
    if (p->num_groups > 1)
        buf_printf(out, "%zu groups × ", p->num_groups);
    buf_printf(out, "%zu seed%s), ", p->num_seeds, p->num_seeds == 1 ? "" : "s");
    put_ids(p, DESC_ALGORITHM, out);
    put_ids(p, DESC_ENVIRONMENT, out);
    buf_putc(out, '\n');
}

static void put_value(const struct checked *k, const struct plan_value *v, struct buf *out)
{
    const char *text = *v->text ? v->text : "''";
    buf_printf(out, "  %-32s %s%*s  ", v->key, text,
               text_columns(text) < 20 ? 20 - text_columns(text) : 0, "");
    if (strncmp(v->source, "file:", 5) == 0)
        buf_printf(out, "%s:%s\n", k->recipe.path, v->source + 5);
    else
        buf_printf(out, "%s\n", v->source);
}

static const struct plan_value *find_value(const struct plan_run *r, const char *key)
{
    for (size_t i = 0; i < r->num_choices + r->num_values; i++) {
        const struct plan_value *v =
            i < r->num_choices ? &r->choices[i] : &r->values[i - r->num_choices];
        if (strcmp(v->key, key) == 0)
            return v;
    }
    return NULL;
}

static bool same_in_all(const struct plan *p, const struct plan_value *v)
{
    for (size_t g = 0; g < p->num_groups; g++) {
        const struct plan_value *other = find_value(&p->runs.data[g], v->key);
        if (!other || strcmp(other->text, v->text) != 0)
            return false;
    }
    return true;
}

/* The values of one run: those every group has, or those only it has. */
static void put_values(const struct checked *k, const struct plan_run *r, bool common,
                       struct buf *out)
{
    for (size_t i = 0; i < r->num_choices; i++)
        if (same_in_all(&k->plan, &r->choices[i]) == common)
            put_value(k, &r->choices[i], out);
    for (size_t i = 0; i < r->num_values; i++)
        if (same_in_all(&k->plan, &r->values[i]) == common)
            put_value(k, &r->values[i], out);
}

static void put_explanation(const struct checked *k, struct buf *out)
{
    const struct plan *p = &k->plan;
    buf_printf(out, "%s\nprecedence: default < extends < file < profile < sweep < --set\n",
               p->name);
    put_values(k, &p->runs.data[0], true, out);
    for (size_t g = 0; p->num_groups > 1 && g < p->num_groups; g++) {
        buf_printf(out, "group %s  %s\n", p->runs.data[g].group, p->runs.data[g].label);
        put_values(k, &p->runs.data[g], false, out);
    }
}

static void print_text(const struct checked *k, const struct cli *c, const char *verb)
{
    struct buf messages = {0}, out = {0};
    recipe_print_diags(&k->recipe, &messages);
    if (k->status != OK && k->status != ERR_DATA)
        buf_printf(&messages, "rlbench %s: %s\n", verb, k->why.text);
    if (k->status == OK) {
        if (cli_has(c, "explain"))
            put_explanation(k, &out);
        if (c->num_args > 1)
            buf_printf(&out, "%s: ", k->recipe.path);
        put_summary(&k->plan, &out);
    }
    fputs(buf_text(&messages), stderr);
    fputs(buf_text(&out), stdout);
    buf_finish(&messages);
    buf_finish(&out);
}

/* ---- for programs ---- */

static json_t *json_diags(const struct recipe *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->diags.len; i++) {
        const struct diag *d = &r->diags.data[i];
        json_t *one =
            json_pack("{s:s, s:s, s:i, s:i, s:i}", "severity", d->warning ? "warning" : "error",
                      "text", d->text, "line", (int)d->at.line, "column", (int)d->at.column,
                      "width", (int)d->at.width);
        if (d->at.file)
            json_object_set_new(one, "file", json_string(r->files.data[d->at.file].path));
        if (d->hint)
            json_object_set_new(one, "hint", json_string(d->hint));
        if (d->origin)
            json_object_set_new(one, "origin", json_string(d->origin));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *json_value(const struct plan_value *v)
{
    return json_pack("{s:s, s:s}", "value", v->text, "source", v->source);
}

static json_t *json_group(const struct plan *p, size_t g, bool explain)
{
    const struct plan_run *r = &p->runs.data[g];
    json_t *seeds = json_array(), *values = json_object();
    for (size_t s = 0; s < p->num_seeds; s++)
        json_array_append_new(seeds,
                              json_integer((json_int_t)p->runs.data[s * p->num_groups + g].seed));
    for (size_t i = 0; explain && i < r->num_choices; i++)
        json_object_set_new(values, r->choices[i].key, json_value(&r->choices[i]));
    for (size_t i = 0; explain && i < r->num_values; i++)
        json_object_set_new(values, r->values[i].key, json_value(&r->values[i]));
    json_t *group =
        json_pack("{s:s, s:s, s:s, s:s, s:o}", "group", r->group, "label", r->label, "algorithm",
                  r->algo->id, "env", r->env ? r->env->id : "", "seeds", seeds);
    if (explain)
        json_object_set(group, "values", values);
    json_decref(values);
    return group;
}

static void print_json(const struct checked *k, const struct cli *c)
{
    json_t *o = json_pack("{s:i, s:s, s:b, s:o}", "v", 1, "recipe", k->recipe.path, "ok",
                          k->status == OK, "diagnostics", json_diags(&k->recipe));
    if (k->status == OK) {
        const struct plan *p = &k->plan;
        json_t *groups = json_array();
        for (size_t g = 0; g < p->num_groups; g++)
            json_array_append_new(groups, json_group(p, g, cli_has(c, "explain")));
        json_object_set_new(o, "name", json_string(p->name));
        json_object_set_new(o, "hash", json_string(p->recipe_hash));
        json_object_set_new(o, "runs", json_integer((json_int_t)p->runs.len));
        json_object_set_new(o, "groups", groups);
    } else if (k->status != ERR_DATA) {
        json_object_set_new(o, "error", json_string(k->why.text));
    }
    char *text = json_dumps(o, JSON_COMPACT);
    puts(text ? text : "{}");
    free(text);
    json_decref(o);
}

/* ---- the verb ---- */

static int run(struct cli *c, struct err *e)
{
    struct registry reg = {0};
    size_t errors = 0, bad = 0;
    if (c->num_args == 0)
        return err_set(e, ERR_USAGE, "which recipe? rlbench check recipe.yaml");
    int status = registry_load(&reg, cli_get(c, "plugin-path"), e);
    if (status != OK)
        goto finish_registry;
    for (size_t i = 0; i < c->num_args; i++) {
        struct checked k;
        char *file = recipe_find(c->args[i]);
        check(file, NULL, &reg, c, &k);
        if (!cli_has(c, "profile"))
            check_profiles(file, &reg, c, &k);
        free(file);
        if (cli_has(c, "json"))
            print_json(&k, c);
        else
            print_text(&k, c, c->verb->name);
        errors += recipe_errors(&k.recipe);
        bad += k.status != OK;
        if (k.status != OK && status != ERR_DATA)
            status = k.status;
        checked_finish(&k);
    }
    if (errors && !cli_has(c, "json"))
        err_set(e, ERR_DATA, "%zu error%s in %zu recipe%s; see man rlbench-recipe", errors,
                errors == 1 ? "" : "s", bad, bad == 1 ? "" : "s");
finish_registry:
    registry_finish(&reg);
    return status;
}

const struct verb verb_check = {
    .name = "check",
    .args = "RECIPE... [OPTION]...",
    .doc = "check recipes: all mistakes at once, and what they would run",
    .examples = "rlbench check my.yaml                     all its mistakes\n"
                "rlbench check my.yaml --explain           every value and where it came from\n"
                "rlbench check my.yaml --set alpha=0.5     with a value changed\n",
    .opts = opts,
    .run = run,
};
