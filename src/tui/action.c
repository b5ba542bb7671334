#include "tui/action.h"

#include "base/mem.h"
#include "base/text.h"
#include "tui/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct action_row action_rows[ACT_COUNT - 1] = {
#define ACTION(ID, scope, name, keys, bar, help) {ACT_##ID, SCOPE_##scope, name, keys, bar, help},
#include "tui/actions.def"
#undef ACTION
};

enum { NUM_ROWS = ACT_COUNT - 1 };

const struct action_row *action_row(enum action a)
{
    return a > ACT_NONE && a < ACT_COUNT ? &action_rows[a - 1] : NULL;
}

static char *chosen[ACT_COUNT]; /* keys that the configuration binds; owned */

const char *action_keys(enum action a)
{
    const struct action_row *row = action_row(a);
    return !row ? "" : chosen[a] ? chosen[a] : row->keys;
}

void action_bind(enum action a, const char *keys)
{
    free(chosen[a]);
    chosen[a] = mem_strdup(keys);
}

bool action_lists_key(const char *keys, uint32_t key)
{
    for (const char *k = keys; *k; k += strspn(k, " ")) {
        size_t n = strcspn(k, " ");
        if (key_parse(k, n) == key)
            return true;
        k += n;
    }
    return false;
}

bool action_has_key(enum action a, uint32_t key)
{
    return action_lists_key(action_keys(a), key);
}

enum action action_for_key(enum scope screen, uint32_t key)
{
    const enum scope order[] = {screen, SCOPE_GLOBAL};
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < NUM_ROWS; i++)
            if (action_rows[i].scope == order[pass] && action_has_key(action_rows[i].id, key))
                return action_rows[i].id;
    return ACT_NONE;
}

static bool visible(const struct action_row *row, enum scope screen)
{
    return row->scope == screen || row->scope == SCOPE_GLOBAL;
}

enum action action_for_name(enum scope screen, const char *name, size_t n)
{
    const enum scope order[] = {screen, SCOPE_GLOBAL};
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < NUM_ROWS; i++) {
            const struct action_row *row = &action_rows[i];
            if (row->scope == order[pass] && strlen(row->name) == n &&
                strncmp(row->name, name, n) == 0)
                return row->id;
        }
    return ACT_NONE;
}

const char *action_nearest(enum scope screen, const char *name)
{
    const char *candidates[NUM_ROWS];
    size_t n = 0;
    for (int i = 0; i < NUM_ROWS; i++)
        if (visible(&action_rows[i], screen))
            candidates[n++] = action_rows[i].name;
    return text_nearest(name, candidates, n);
}

char *action_key_text(enum action a, char *out, size_t size)
{
    const char *keys = action_keys(a);
    snprintf(out, size, "%.*s", (int)strcspn(keys, " "), keys);
    return out;
}
