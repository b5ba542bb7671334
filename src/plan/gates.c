/* gates: what an experiment must show, checked when its runs have ended. */
#include "plan/draft.h"

#include "base/num.h"
#include "recipe/typed.h"

#include <math.h>
#include <string.h>

static const char *const about =
    "write - {compare: [a, b], metric: eval/return, stat: poi, at_least: 0.95}, or - {group: a, "
    "metric: eval/return, stat: iqm, at_least: 100}";
static const char *const stats[] = {"poi", "iqm", "mean", "median"};

static const char *read_word(struct draft *d, const struct node *n, const char *key)
{
    if (n->kind == NODE_SCALAR && !node_is_nothing(n) && strlen(n->text) <= 200 &&
        !strpbrk(n->text, "\n\r\t<>@") && !strstr(n->text, " - "))
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

static bool read_stat(struct draft *d, const struct node *n, struct plan_gate *out)
{
    for (size_t i = 0; n->kind == NODE_SCALAR && i < sizeof stats / sizeof stats[0]; i++)
        if (strcmp(n->text, stats[i]) == 0) {
            out->stat = stats[i];
            return true;
        }
    recipe_error(d->recipe, n->at,
                 "poi: the probability that a run of the first is better; the others: aggregates",
                 "stat must be poi, iqm, mean or median");
    return false;
}

/* One key of a gate; false after complaining. */
static bool read_key(struct draft *d, const char *key, struct mark key_at, const struct node *value,
                     struct plan_gate *out)
{
    if (strcmp(key, "compare") == 0)
        return read_compare(d, value, out);
    if (strcmp(key, "group") == 0) {
        out->at[0] = value->at;
        return (out->compare[0] = read_word(d, value, "group")) != NULL;
    }
    if (strcmp(key, "metric") == 0)
        return (out->metric = read_word(d, value, "metric")) != NULL;
    if (strcmp(key, "stat") == 0)
        return read_stat(d, value, out);
    if (strcmp(key, "at_least") == 0 || strcmp(key, "at_most") == 0) {
        out->at_most = strcmp(key, "at_most") == 0;
        if (value->kind == NODE_SCALAR && !num_parse_real(value->text, &out->bound) &&
            isfinite(out->bound))
            return true;
        recipe_error(d->recipe, value->at, about, "%s must be a number", key);
        return false;
    }
    if (strncmp(key, "x-", 2) == 0)
        return true;
    recipe_error(d->recipe, key_at, about, "%s is not a key of a gate", key);
    return false;
}

static bool check_parts(struct draft *d, const struct node *n)
{
    static const struct {
        const char *keys[2], *text;
    } needed[] = {{{"compare", "group"}, "compare, or group"},
                  {{"metric", "metric"}, "metric"},
                  {{"at_least", "at_most"}, "at_least, or at_most"}};
    bool good = true;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        const struct node *a = node_get(n, needed[i].keys[0]), *b = node_get(n, needed[i].keys[1]);
        if (!a && !b)
            recipe_error(d->recipe, n->at, about, "a gate needs %s", needed[i].text);
        else if (a && b && a != b)
            recipe_error(d->recipe, b->at, about, "a gate has both %s and %s", needed[i].keys[0],
                         needed[i].keys[1]);
        else
            continue;
        good = false;
    }
    return good;
}

/* What goes with the statistic. */
static bool check_sense(struct draft *d, const struct node *n, struct plan_gate *g)
{
    bool poi = strcmp(g->stat, "poi") == 0;
    if (poi && !g->compare[1])
        recipe_error(d->recipe, n->at, about, "poi compares two: a group has iqm, mean or median");
    else if (poi && (g->at_most || !(g->bound > 0 && g->bound <= 1)))
        recipe_error(d->recipe, n->at, about, "at_least must be a probability above 0");
    else
        return true;
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
    for (size_t i = 0; i < n->num_items; i++)
        good = read_key(d, n->items[i].key, n->items[i].key_at, n->items[i].value, &gate) && good;
    good = check_parts(d, n) && good;
    if (!gate.stat)
        gate.stat = gate.compare[1] || !node_get(n, "group") ? "poi" : "iqm";
    if (good && check_sense(d, n, &gate))
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
        for (int k = 0; k < 2 && d->plan->gates.data[i].compare[k]; k++) {
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
        buf_puts(out, g->compare[1] ? "  - compare:\n      - " : "  - group: ");
        yaml_put_scalar(out, g->compare[0]);
        if (g->compare[1]) {
            buf_puts(out, "\n      - ");
            yaml_put_scalar(out, g->compare[1]);
        }
        buf_puts(out, "\n    metric: ");
        yaml_put_scalar(out, g->metric);
        buf_printf(out, "\n    stat: %s\n    %s: %s\n", g->stat,
                   g->at_most ? "at_most" : "at_least",
                   num_format_real(g->bound, number, sizeof number));
    }
}

int plan_read_gates(struct recipe *r, struct plan *p, struct err *e)
{
    *p = (struct plan){0};
    struct draft d = {.recipe = r, .plan = p, .arena = &p->arena, .duration = ""};
    const struct node *list = r->root ? node_get(r->root, "gates") : NULL;
    if (list)
        draft_read_gates(&d, list);
    return recipe_errors(r) ? err_set(e, ERR_DATA, "the gates of %s are damaged", r->path) : OK;
}
