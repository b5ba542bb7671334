/* gates: what an experiment must show, checked when its runs have ended. */
#include "plan/draft.h"

#include "base/num.h"
#include "recipe/typed.h"

#include <string.h>

static const char *const about =
    "write - {compare: [a, b], metric: eval/return, stat: poi, at_least: 0.95}";

static const char *read_word(struct draft *d, const struct node *n, const char *key)
{
    if (n->kind == NODE_SCALAR && !node_is_nothing(n) && strlen(n->text) <= 200 &&
        !strpbrk(n->text, "\n\r\t<>@"))
        return n->text;
    recipe_error(d->recipe, n->at, about, "%s must be a name", key);
    return NULL;
}

static bool read_compare(struct draft *d, const struct node *n, struct plan_gate *out)
{
    if (n->kind != NODE_SEQUENCE || n->num_items != 2) {
        recipe_error(d->recipe, n->at, about, "compare must be a list of two names");
        return false;
    }
    for (int i = 0; i < 2; i++) {
        out->compare[i] = read_word(d, n->items[i].value, "compare");
        out->at[i] = n->items[i].value->at;
    }
    if (!out->compare[0] || !out->compare[1])
        return false;
    if (strcmp(out->compare[0], out->compare[1]) != 0)
        return true;
    recipe_error(d->recipe, out->at[1], NULL, "compare names the same twice");
    return false;
}

static bool read_bound(struct draft *d, const struct node *n, struct plan_gate *out)
{
    if (n->kind == NODE_SCALAR && !num_parse_real(n->text, &out->at_least) && out->at_least > 0 &&
        out->at_least <= 1)
        return true;
    recipe_error(d->recipe, n->at, about, "at_least must be a probability above 0");
    return false;
}

static bool read_stat(struct draft *d, const struct node *n)
{
    if (n->kind == NODE_SCALAR && strcmp(n->text, "poi") == 0)
        return true;
    recipe_error(d->recipe, n->at, "poi: the probability that a run of the first is better",
                 "stat must be poi");
    return false;
}

static void read_one(struct draft *d, const struct node *n)
{
    struct plan_gate gate = {0};
    bool good = true;
    if (n->kind != NODE_MAPPING) {
        recipe_error(d->recipe, n->at, about, "a gate must be a mapping, found %s",
                     node_kind_name(n));
        return;
    }
    for (size_t i = 0; i < n->num_items; i++) {
        const char *key = n->items[i].key;
        const struct node *value = n->items[i].value;
        if (strcmp(key, "compare") == 0)
            good = read_compare(d, value, &gate) && good;
        else if (strcmp(key, "metric") == 0)
            good = (gate.metric = read_word(d, value, "metric")) && good;
        else if (strcmp(key, "stat") == 0)
            good = read_stat(d, value) && good;
        else if (strcmp(key, "at_least") == 0)
            good = read_bound(d, value, &gate) && good;
        else if (strncmp(key, "x-", 2) != 0) {
            recipe_error(d->recipe, n->items[i].key_at, about, "%s is not a key of a gate", key);
            good = false;
        }
    }
    static const char *const needed[] = {"compare", "metric", "at_least"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!node_get(n, needed[i])) {
            recipe_error(d->recipe, n->at, about, "a gate needs %s", needed[i]);
            good = false;
        }
    if (good)
        vec_push(&d->plan->gates, gate);
}

void draft_read_gates(struct draft *d, const struct node *list)
{
    if (list->kind != NODE_SEQUENCE && !node_is_nothing(list))
        recipe_error(d->recipe, list->at, about, "gates must be a list, found %s",
                     node_kind_name(list));
    for (size_t i = 0; list->kind == NODE_SEQUENCE && i < list->num_items; i++)
        read_one(d, list->items[i].value);
}

bool plan_gate_means(const char *name, const char *label, const char *algo)
{
    return strcmp(name, label) == 0 || strcmp(name, algo) == 0;
}

void draft_check_gates(struct draft *d, const struct plan_run *groups, size_t n)
{
    for (size_t i = 0; i < d->plan->gates.len; i++)
        for (int k = 0; k < 2; k++) {
            const struct plan_gate *g = &d->plan->gates.data[i];
            bool found = false;
            for (size_t j = 0; j < n; j++)
                found =
                    found || plan_gate_means(g->compare[k], groups[j].label, groups[j].algo->id);
            if (!found)
                recipe_error(d->recipe, g->at[k], "a label of the sweep, or an algorithm",
                             "the recipe has no runs called %s", g->compare[k]);
        }
}

void draft_emit_gates(const struct draft *d, struct buf *out)
{
    char number[40];
    if (d->plan->gates.len)
        buf_puts(out, "gates:\n");
    for (size_t i = 0; i < d->plan->gates.len; i++) {
        const struct plan_gate *g = &d->plan->gates.data[i];
        buf_puts(out, "  - compare:\n      - ");
        yaml_put_scalar(out, g->compare[0]);
        buf_puts(out, "\n      - ");
        yaml_put_scalar(out, g->compare[1]);
        buf_puts(out, "\n    metric: ");
        yaml_put_scalar(out, g->metric);
        buf_printf(out, "\n    stat: poi\n    at_least: %s\n",
                   num_format_real(g->at_least, number, sizeof number));
    }
}
