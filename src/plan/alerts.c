/* alerts: a list of {when, do} of the recipe. */
#include "plan/alert.h"
#include "plan/draft.h"

#include "base/text.h"
#include "recipe/typed.h"

#include <string.h>

enum { MAX_ALERTS = 100 };

static const char *const about = "write - {when: \"episode/return < -100\", do: stop}";

static bool read_action(struct draft *d, const struct node *n, enum alert_action *out)
{
    const char *word = n->kind == NODE_SCALAR ? n->text : node_kind_name(n);
    for (int i = 0; n->kind == NODE_SCALAR && i < ALERT_NUM_ACTIONS; i++)
        if (strcmp(alert_actions[i], word) == 0) {
            *out = (enum alert_action)i;
            return true;
        }
    recipe_error(d->recipe, n->at, about, "do is warn, stop or pause, found %s", word);
    return false;
}

static bool check_rule(struct draft *d, const struct node *n)
{
    struct alert alert;
    size_t at = 0;
    if (n->kind != NODE_SCALAR || node_is_nothing(n) || strpbrk(n->text, "\n\r\t") ||
        strlen(n->text) > 300) {
        recipe_error(d->recipe, n->at, about, "when must be a rule, found %s", node_kind_name(n));
        return false;
    }
    const char *wrong = alert_parse(n->text, d->arena, &alert, &at);
    if (!wrong)
        return true;
    struct mark mark = n->at;
    for (size_t i = 0, len; i < at;
         i += len) { /* the place in the text, as it is written plainly */
        uint32_t cp;
        len = text_decode(n->text + i, at - i, &cp);
        mark.column++;
    }
    mark.column += n->quoted;
    mark.width = 1;
    recipe_error(d->recipe, mark, "see Alerts in man rlbench-recipe", "when: %s", wrong);
    return false;
}

static void read_one(struct draft *d, const struct node *n)
{
    const struct node *when = node_get(n, "when"), *act = node_get(n, "do");
    enum alert_action action = ALERT_WARN;
    bool good = true;
    if (n->kind != NODE_MAPPING) {
        recipe_error(d->recipe, n->at, about, "an alert must be a mapping, found %s",
                     node_kind_name(n));
        return;
    }
    for (size_t i = 0; i < n->num_items; i++) {
        const char *key = n->items[i].key;
        if (strcmp(key, "when") == 0 || strcmp(key, "do") == 0 || strncmp(key, "x-", 2) == 0)
            continue;
        recipe_error(d->recipe, n->items[i].key_at, about, "%s is not a key of an alert", key);
        good = false;
    }
    if (!when || !act)
        recipe_error(d->recipe, n->at, about, "an alert needs when and do");
    bool rule_is_good = when && check_rule(d, when); /* both are looked at: two errors in one go */
    bool action_is_good = act && read_action(d, act, &action);
    if (!good || !rule_is_good || !action_is_good)
        return;
    struct plan_value v = {.key = arena_printf(d->arena, "alerts.%zu", d->alerts.len + 1),
                           .text =
                               arena_printf(d->arena, "%s: %s", alert_actions[action], when->text),
                           .source = draft_source(d, when->at, false)};
    vec_push(&d->alerts, v);
}

void draft_read_alerts(struct draft *d, const struct node *list)
{
    if (node_is_nothing(list))
        return;
    if (list->kind != NODE_SEQUENCE)
        recipe_error(d->recipe, list->at, about, "alerts must be a list, found %s",
                     node_kind_name(list));
    else if (list->num_items > MAX_ALERTS)
        recipe_error(d->recipe, list->at, NULL, "%zu alerts are more than %d", list->num_items,
                     MAX_ALERTS);
    for (size_t i = 0; list->kind == NODE_SEQUENCE && i < list->num_items; i++)
        read_one(d, list->items[i].value);
}

void draft_emit_alerts(const struct draft *d, struct buf *out)
{
    if (d->alerts.len)
        buf_puts(out, "alerts:\n");
    for (size_t i = 0; i < d->alerts.len; i++) {
        const char *text = d->alerts.data[i].text, *colon = strchr(text, ':');
        buf_puts(out, "  - when: ");
        yaml_put_scalar(out, colon + 2);
        buf_printf(out, "\n    do: %.*s\n", (int)(colon - text), text);
    }
}
