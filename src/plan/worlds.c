/* eval.worlds: the recipe's environment under other parameters, where the policy is evaluated, too.
 * A parameter with a list of values makes a world for each; several lists, for each combination. */
#include "plan/draft.h"

#include "recipe/typed.h"

#include <stdio.h>
#include <string.h>

enum { MAX_WORLDS = 100, MAX_NAME = 100 };

static bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_.:=,+";
    size_t n = strlen(text);
    return n > 0 && n <= MAX_NAME && strspn(text, letters) == n;
}

/* ---- one entry of the list ---- */

struct entry {
    const char *name;
    struct mark at; /* of the name */
    const struct node *params;
};

static const char *const about = "write - {name: windy, params: {wind: 0.2}}";

static bool read_entry(struct draft *d, const struct node *n, struct entry *out)
{
    const struct node *name = node_get(n, "name"), *params = node_get(n, "params");
    bool good = true;
    if (n->kind != NODE_MAPPING) {
        recipe_error(d->recipe, n->at, about, "a world must be a mapping, found %s",
                     node_kind_name(n));
        return false;
    }
    for (size_t i = 0; i < n->num_items; i++) {
        const char *key = n->items[i].key;
        if (strcmp(key, "name") == 0 || strcmp(key, "params") == 0 || strncmp(key, "x-", 2) == 0)
            continue;
        recipe_error(d->recipe, n->items[i].key_at, about, "%s is not a key of a world", key);
        good = false;
    }
    if (!name || name->kind != NODE_SCALAR || !is_name(name->text)) {
        recipe_error(d->recipe, name ? name->at : n->at,
                     "letters, digits and - _ . : = , + ; at most 100",
                     name ? "a world's name must be one word" : "a world has no name");
        good = false;
    }
    if (!params || params->kind != NODE_MAPPING || params->num_items == 0) {
        recipe_error(d->recipe, params ? params->at : n->at, about,
                     "a world must change some params of the environment");
        good = false;
    }
    *out = (struct entry){good ? name->text : "", name ? name->at : n->at, params};
    return good;
}

/* How many worlds an entry makes; 0 after complaining. */
static size_t count_worlds(struct draft *d, const struct entry *e)
{
    size_t total = 1;
    for (size_t i = 0; i < e->params->num_items; i++) {
        const struct node *v = e->params->items[i].value;
        bool list = v->kind == NODE_SEQUENCE;
        bool good = list ? v->num_items > 0 : v->kind == NODE_SCALAR && !node_is_nothing(v);
        for (size_t k = 0; list && k < v->num_items; k++)
            good = good && v->items[k].value->kind == NODE_SCALAR &&
                   !node_is_nothing(v->items[k].value);
        if (!good) {
            recipe_error(d->recipe, v->at, about,
                         "%s of world %s must be a value or a list of them",
                         e->params->items[i].key, e->name);
            return 0;
        }
        if (list && total <= MAX_WORLDS)
            total *= v->num_items;
    }
    if (total <= MAX_WORLDS)
        return total;
    recipe_error(d->recipe, e->at, NULL, "%s makes more than %d worlds", e->name, MAX_WORLDS);
    return 0;
}

/* The which-th combination: its name, and a given for each parameter. */
static void add_world(struct draft *d, const struct entry *e, size_t which)
{
    struct buf name = {0};
    size_t first = d->worlds.len, n = e->params->num_items, rest = which;
    buf_puts(&name, e->name);
    for (size_t i = 0; i < n; i++) { /* the last parameter changes fastest */
        size_t period = 1;
        for (size_t k = i + 1; k < n; k++)
            if (e->params->items[k].value->kind == NODE_SEQUENCE)
                period *= e->params->items[k].value->num_items;
        const struct node *v = e->params->items[i].value;
        bool list = v->kind == NODE_SEQUENCE;
        if (list) {
            v = v->items[rest / period].value;
            rest %= period;
            buf_printf(&name, "%c%s=%s", strchr(buf_text(&name), '=') ? ',' : ':',
                       e->params->items[i].key, v->text);
        }
        struct given g = {.key = e->params->items[i].key,
                          .text = v->text,
                          .key_at = e->params->items[i].key_at,
                          .at = v->at,
                          .source = draft_source(d, v->at, false)};
        struct world_value value = {.given = g};
        vec_push(&d->worlds, value);
    }
    if (!is_name(buf_text(&name)))
        recipe_error(d->recipe, e->at, "write a world for each value, with a name of its own",
                     "%s and its values do not make a name", e->name);
    for (size_t i = 0; i < first; i++)
        if (strcmp(d->worlds.data[i].world, buf_text(&name)) == 0) {
            recipe_error(d->recipe, e->at, NULL, "two worlds are called %s", buf_text(&name));
            break;
        }
    const char *whole = arena_strdup(d->arena, buf_text(&name));
    for (size_t i = first; i < d->worlds.len; i++) {
        d->worlds.data[i].world = whole;
        d->worlds.data[i].key =
            arena_printf(d->arena, "eval.worlds.%s.%s", whole, d->worlds.data[i].given.key);
    }
    buf_finish(&name);
}

void draft_read_worlds(struct draft *d, const struct node *list, struct mark at)
{
    size_t total = 0;
    d->worlds_at = at;
    if (node_is_nothing(list))
        return;
    if (list->kind != NODE_SEQUENCE) {
        recipe_error(d->recipe, list->at, about, "eval.worlds must be a list, found %s",
                     node_kind_name(list));
        return;
    }
    for (size_t i = 0; i < list->num_items; i++) {
        struct entry e;
        size_t n = read_entry(d, list->items[i].value, &e) ? count_worlds(d, &e) : 0;
        total += n;
        for (size_t k = 0; total <= MAX_WORLDS && k < n; k++)
            add_world(d, &e, k);
    }
    if (total > MAX_WORLDS)
        recipe_error(d->recipe, at, NULL, "%zu worlds are more than %d", total, MAX_WORLDS);
}

/* ---- in a run ---- */

static void resolve_one(struct draft *d, const struct world_value *w, struct plan_run *run)
{
    char why[700], text[64];
    rlb_value v;
    struct given at_key = w->given;
    at_key.at = at_key.key_at;
    int at = desc_param(run->env, w->given.key);
    const rlb_param *p = at >= 0 ? &run->env->params[at] : NULL;
    if (!p) {
        given_error(d, &at_key,
                    hint_unknown_path(d, arena_printf(d->arena, "env.params.%s", w->given.key)),
                    "%s is not a parameter of %s", w->given.key, run->env->id);
    } else if (param_parse(p, w->given.text, &v, why, sizeof why)) {
        given_error(d, &w->given, hint_about(d, p), "%s of world %s %s", w->given.key, w->world,
                    why);
    } else {
        const char *kept = p->type == RLB_T_STR    ? v.s
                           : p->type == RLB_T_ENUM ? p->choices[v.i]
                                                   : param_format(p, v, text, sizeof text);
        bool num = p->type == RLB_T_INT || p->type == RLB_T_REAL;
        run->choices[run->num_choices++] =
            (struct plan_value){.key = w->key,
                                .text = arena_strdup(d->arena, kept),
                                .num = !num                   ? 0
                                       : p->type == RLB_T_INT ? (double)v.i
                                                              : v.r,
                                .is_num = num,
                                .source = w->given.source};
    }
}

void draft_resolve_worlds(struct draft *d, struct plan_run *run)
{
    if (d->worlds.len && (!run->env || run->settings.eval_every == 0))
        draft_warn(d, d->worlds_at, run->env ? "write eval: {every: 10k}" : NULL,
                   run->env ? "eval.worlds changes nothing: there is no evaluation"
                            : "eval.worlds changes nothing without an environment");
    for (size_t i = 0; run->env && i < d->worlds.len; i++)
        resolve_one(d, &d->worlds.data[i], run);
}

/* ---- back ---- */

void draft_emit_worlds(const struct draft *d, const struct plan_run *run, struct buf *out)
{
    const char *last = "";
    if (d->worlds.len)
        buf_puts(out, "  worlds:\n");
    for (size_t i = 0; i < d->worlds.len; i++) {
        const struct world_value *w = &d->worlds.data[i];
        const struct plan_value *v = run_value(run, w->key);
        if (strcmp(w->world, last) != 0) {
            buf_puts(out, "    - name: ");
            yaml_put_scalar(out, w->world);
            buf_puts(out, "\n      params:\n");
        }
        last = w->world;
        buf_printf(out, "        %s: ", w->given.key);
        yaml_put_scalar(out, v ? v->text : w->given.text);
        buf_putc(out, '\n');
    }
}
