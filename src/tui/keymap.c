#include "tui/keymap.h"

#include "base/text.h"
#include "tui/tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct binding {
    enum action act;
    struct mark at;
};

struct reader {
    struct recipe *file;
    VEC(struct binding) bound;
};

void keymap_reset(void)
{
    for (int i = 1; i < ACT_COUNT; i++)
        action_bind((enum action)i, NULL);
}

static const char *scope_name(enum scope s)
{
    return s == SCOPE_GLOBAL ? "everywhere" : screens[s - 1]->name;
}

static bool moves(enum action a)
{
    return a == ACT_DOWN || a == ACT_UP || a == ACT_LEFT || a == ACT_RIGHT;
}

/* ---- one action ---- */

/* Keys of a text, separated by blanks, added to out. */
static void take_names(struct reader *r, const struct node *n, const char *text, struct buf *out)
{
    while (*(text += strspn(text, " "))) {
        size_t len = strcspn(text, " ");
        uint32_t key = key_parse(text, len);
        char name[24];
        if (!key)
            recipe_error(r->file, n->at, "such as x, X, Space, Enter, Ctrl-P, F5, PgUp, Less",
                         "no key is called %.*s", (int)len, text);
        else if (moves(action_for_key(SCOPE_HELP, key)))
            recipe_error(r->file, n->at, NULL, "%.*s moves, everywhere, and means nothing else",
                         (int)len, text);
        else
            buf_printf(out, "%s%s", out->len ? " " : "",
                       strncmp(text, "<", len) == 0   ? "Less"
                       : strncmp(text, ">", len) == 0 ? "Greater"
                                                      : key_format(key, name, sizeof name));
        text += len;
    }
}

static void bind(struct reader *r, enum action act, const struct node *n)
{
    struct buf names = {0};
    if (moves(act)) {
        recipe_error(r->file, n->at, NULL, "hjkl and the arrows stay as they are");
    } else if (n->kind == NODE_SCALAR) {
        take_names(r, n, n->text, &names);
    } else if (n->kind == NODE_SEQUENCE) {
        for (size_t i = 0; i < n->num_items; i++)
            if (n->items[i].value->kind == NODE_SCALAR)
                take_names(r, n->items[i].value, n->items[i].value->text, &names);
            else
                recipe_error(r->file, n->items[i].value->at, NULL, "a key is a name");
    } else {
        recipe_error(r->file, n->at, NULL, "an action takes keys: \"p Ctrl-P\", or [p, Ctrl-P]");
    }
    action_bind(act, buf_text(&names));
    struct binding b = {act, n->at};
    vec_push(&r->bound, b);
    buf_finish(&names);
}

/* ---- screens and their actions ---- */

static enum action find_action(enum scope scope, const char *name)
{
    for (int i = 0; i < ACT_COUNT - 1; i++)
        if (action_rows[i].scope == scope && strcmp(action_rows[i].name, name) == 0)
            return action_rows[i].id;
    return ACT_NONE;
}

static void read_scope(struct reader *r, enum scope scope, const struct node *n)
{
    if (n->kind != NODE_MAPPING) {
        recipe_error(r->file, n->at, NULL, "%s takes actions with their keys", scope_name(scope));
        return;
    }
    for (size_t i = 0; i < n->num_items; i++) {
        const char *name = n->items[i].key, *names[ACT_COUNT];
        enum action act = find_action(scope, name);
        size_t num = 0;
        char hint[100];
        if (act != ACT_NONE) {
            bind(r, act, n->items[i].value);
            continue;
        }
        for (int k = 0; k < ACT_COUNT - 1; k++)
            if (action_rows[k].scope == scope)
                names[num++] = action_rows[k].name;
        const char *near = text_nearest(name, names, num);
        if (near)
            snprintf(hint, sizeof hint, "did you mean %s?", near);
        else
            snprintf(hint, sizeof hint, "rlbench-keys(7) has the names");
        recipe_error(r->file, n->items[i].key_at, hint, "%s is no action of %s", name,
                     scope_name(scope));
    }
}

static bool scope_named(const char *name, enum scope *out)
{
    for (int s = SCOPE_GLOBAL; s < SCOPE_COUNT; s++)
        if (strcmp(scope_name((enum scope)s), name) == 0) {
            *out = (enum scope)s;
            return true;
        }
    return false;
}

/* ---- conflicts ---- */

static bool overlap(const struct action_row *a, const struct action_row *b)
{
    return a->scope == b->scope || a->scope == SCOPE_GLOBAL || b->scope == SCOPE_GLOBAL;
}

/* What the table itself gives to both is meant so: the screen's own comes first. */
static bool meant(const struct action_row *a, const struct action_row *b, uint32_t key)
{
    return action_lists_key(a->keys, key) && action_lists_key(b->keys, key);
}

/* A key of both, 0: none. */
static uint32_t shared_key(enum action a, enum action b)
{
    for (const char *k = action_keys(a); *k; k += strspn(k, " ")) {
        size_t n = strcspn(k, " ");
        uint32_t key = key_parse(k, n);
        if (action_has_key(b, key) && !meant(action_row(a), action_row(b), key))
            return key;
        k += n;
    }
    return 0;
}

static void find_conflicts(struct reader *r)
{
    for (size_t i = 0; i < r->bound.len; i++) {
        const struct action_row *a = action_row(r->bound.data[i].act);
        for (int k = 0; k < ACT_COUNT - 1; k++) {
            const struct action_row *b = &action_rows[k];
            uint32_t key = a == b || !overlap(a, b) ? 0 : shared_key(a->id, b->id);
            char name[24];
            bool told = false; /* of two bound here, at the second one */
            for (size_t j = i + 1; j < r->bound.len; j++)
                told = told || r->bound.data[j].act == b->id;
            if (key && !told)
                recipe_error(r->file, r->bound.data[i].at,
                             "another key for one of them, or \"\" for none",
                             "%s would be %s (%s) and %s (%s)", key_format(key, name, sizeof name),
                             a->name, scope_name(a->scope), b->name, scope_name(b->scope));
        }
    }
}

void keymap_read(struct recipe *file, const struct node *n)
{
    struct reader r = {.file = file};
    if (n->kind != NODE_MAPPING) {
        recipe_error(file, n->at, NULL, "keys takes screens: live: {pause: P}");
        return;
    }
    for (size_t i = 0; i < n->num_items; i++) {
        enum scope scope;
        if (scope_named(n->items[i].key, &scope)) {
            read_scope(&r, scope, n->items[i].value);
            continue;
        }
        const char *names[SCOPE_COUNT];
        for (int s = 0; s < SCOPE_COUNT; s++)
            names[s] = scope_name((enum scope)s);
        const char *near = text_nearest(n->items[i].key, names, SCOPE_COUNT);
        char hint[80];
        snprintf(hint, sizeof hint, "did you mean %s?", near ? near : "everywhere");
        recipe_error(file, n->items[i].key_at, hint, "%s is no screen", n->items[i].key);
    }
    find_conflicts(&r);
    vec_finish(&r.bound);
}
