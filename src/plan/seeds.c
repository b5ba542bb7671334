/* Seeds: a count, a list, {count, base}, or text such as "1..10" and "1,2,5..8". */
#include "plan/draft.h"

#include "base/num.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const rlb_param count_row = RLB_INT("count", 1, 1, PLAN_MAX_RUNS, "", 0, "number of seeds");
static const rlb_param base_row = RLB_INT("base", 1, 0, 1e15, "", 0, "the first seed");

static const char about_seeds[] =
    "write a count (10), a list ([1, 2, 5]), a range (1..10) or {count: 10, base: 1}";

static bool parse(struct draft *d, const struct given *g, const rlb_param *row, const char *text,
                  int64_t *out)
{
    char why[300];
    rlb_value v;
    if (param_parse(row, text, &v, why, sizeof why)) {
        given_error(d, g, about_seeds, "%s %s", g->key, why);
        return false;
    }
    *out = v.i;
    return true;
}

static void add(struct draft *d, const struct given *g, int64_t first, int64_t count)
{
    if (count < 1 || count > PLAN_MAX_RUNS || d->seed_values.len + (size_t)count > PLAN_MAX_RUNS) {
        given_error(d, g, NULL, "%s: more than %d seeds", g->key, PLAN_MAX_RUNS);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        vec_push(&d->seed_values, (uint64_t)(first + i));
        vec_push(&d->seed_marks, g->at);
    }
}

/* "7" or "1..10". */
static bool add_item(struct draft *d, const struct given *g, const char *text)
{
    const char *dots = strstr(text, "..");
    int64_t first, last;
    if (!dots) {
        if (!parse(d, g, &base_row, text, &first))
            return false;
        add(d, g, first, 1);
        return true;
    }
    const char *from = arena_strndup(d->arena, text, (size_t)(dots - text));
    if (!parse(d, g, &base_row, from, &first) || !parse(d, g, &base_row, dots + 2, &last))
        return false;
    if (last < first) {
        given_error(d, g, about_seeds, "%s: the range %s ends before it starts", g->key, text);
        return false;
    }
    add(d, g, first, last - first + 1);
    return true;
}

/* A count, or items separated by commas. */
static void read_text(struct draft *d, const struct given *g)
{
    int64_t count;
    d->seed_values.len = d->seed_marks.len = 0;
    if (!strpbrk(g->text, ",") && !strstr(g->text, "..")) {
        struct given named = *g;
        named.key = "seeds";
        if (parse(d, &named, &count_row, g->text, &count))
            add(d, g, 1, count);
        return;
    }
    char *copy = mem_strdup(g->text), *rest = copy, *item;
    while ((item = strsep(&rest, ","))) {
        item += strspn(item, " ");
        item[strcspn(item, " ")] = '\0';
        if (!add_item(d, g, item))
            break;
    }
    free(copy);
}

static void read_list(struct draft *d, const struct node *list)
{
    for (size_t i = 0; i < list->num_items; i++) {
        const struct node *n = list->items[i].value;
        struct given g = {.key = "seeds", .text = n->text, .at = n->at, .key_at = n->at};
        if (n->kind != NODE_SCALAR)
            given_error(d, &g, about_seeds, "a seed must be a whole number, found %s",
                        node_kind_name(n));
        else
            add_item(d, &g, n->text);
    }
    if (list->num_items == 0)
        recipe_error(d->recipe, list->at, about_seeds, "the list of seeds is empty");
}

/* {count, base}, each of which --set may change. */
static void read_mapping(struct draft *d)
{
    int64_t count = 1, base = 1;
    const struct node *m = d->seeds && d->seeds->kind == NODE_MAPPING ? d->seeds : NULL;
    if (d->seeds && d->seeds->kind == NODE_SEQUENCE) /* --set changed the other part */
        count = (int64_t)d->seeds->num_items;
    else if (d->seeds && d->seeds->kind == NODE_SCALAR && num_parse_int(d->seeds->text, &count))
        count = 1;
    static const struct {
        const char *key, *path;
        const rlb_param *row;
    } parts[] = {{"count", "seeds.count", &count_row}, {"base", "seeds.base", &base_row}};
    for (int i = 0; i < 2; i++) {
        int64_t *out = i == 0 ? &count : &base;
        const struct given *set = givens_find(d->sets.data, d->sets.len, parts[i].path);
        const struct node *n = node_get(m, parts[i].key);
        struct given g = {.key = parts[i].path, .at = n ? n->at : (struct mark){1, 1, 0, 0}};
        if (set)
            parse(d, set, parts[i].row, set->text, out);
        else if (n && n->kind != NODE_SCALAR)
            given_error(d, &g, about_seeds, "%s must be a whole number, found %s", g.key,
                        node_kind_name(n));
        else if (n)
            parse(d, &g, parts[i].row, n->text, out);
    }
    for (size_t i = 0; m && i < m->num_items; i++)
        if (strcmp(m->items[i].key, "count") != 0 && strcmp(m->items[i].key, "base") != 0 &&
            strncmp(m->items[i].key, "x-", 2) != 0)
            recipe_error(d->recipe, m->items[i].key_at,
                         hint_unknown_key(d, "seeds", m->items[i].key),
                         "seeds.%s is not a key of recipes", m->items[i].key);
    struct given whole = {.key = "seeds.count", .at = d->seeds_at};
    add(d, &whole, base, count);
}

struct seed_place {
    uint64_t seed;
    size_t index;
};

static int by_seed(const void *x, const void *y)
{
    const struct seed_place *a = x, *b = y;
    return a->seed != b->seed ? (a->seed < b->seed ? -1 : 1) : a->index < b->index ? -1 : 1;
}

static void refuse_repeats(struct draft *d, const struct given *g)
{
    size_t n = d->seed_values.len;
    struct seed_place *sorted = mem_alloc((n + 1) * sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct seed_place){d->seed_values.data[i], i};
    qsort(sorted, n, sizeof *sorted, by_seed);
    for (size_t i = 1; i < n; i++) {
        struct given again = *g;
        if (sorted[i].seed != sorted[i - 1].seed)
            continue;
        again.at = d->seed_marks.data[sorted[i].index];
        given_error(d, &again, "equal seeds give equal runs, bit for bit",
                    "seed %" PRIu64 " is given twice", sorted[i].seed);
    }
    free(sorted);
}

void draft_read_seeds(struct draft *d, const char *override)
{
    struct given option = {.key = "seeds", .text = override, .source = "--seeds"};
    const struct given *text = givens_find(d->sets.data, d->sets.len, "seeds");
    struct given file = {.key = "seeds", .at = d->seeds_at};
    bool set_part = givens_find(d->sets.data, d->sets.len, "seeds.count") ||
                    givens_find(d->sets.data, d->sets.len, "seeds.base");
    if (override) {
        option.origin = arena_printf(d->arena, "--seeds %s", override);
        text = &option;
    }
    if (!text && d->seeds && node_is_nothing(d->seeds))
        recipe_error(d->recipe, d->seeds_at, about_seeds, "seeds has no value");
    else if (!text && !set_part && d->seeds && d->seeds->kind == NODE_SCALAR) {
        file.text = d->seeds->text;
        file.at = d->seeds->at;
        text = &file;
    }
    if (text) {
        read_text(d, text);
        refuse_repeats(d, text);
    } else if (!set_part && d->seeds && d->seeds->kind == NODE_SEQUENCE) {
        file.at = d->seeds->at;
        read_list(d, d->seeds);
        refuse_repeats(d, &file);
    } else {
        read_mapping(d);
    }
}
