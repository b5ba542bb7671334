/* Everything that can be done: one row of actions.def each. Keys, `:` names, the help screen, the
 * key bar and rlbench-keys(7) all come from that table. */
#ifndef RLBENCH_TUI_ACTION_H
#define RLBENCH_TUI_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an action applies: everywhere, or on one screen (same order as screens.def). */
enum scope {
    SCOPE_GLOBAL,
#define SCREEN(ID, name) SCOPE_##ID,
#include "tui/screens.def"
#undef SCREEN
    SCOPE_COUNT
};

enum action {
    ACT_NONE,
#define ACTION(ID, scope, name, keys, bar, help) ACT_##ID,
#include "tui/actions.def"
#undef ACTION
    ACT_COUNT
};

struct action_row {
    enum action id;
    enum scope scope;
    const char *name; /* of the `:` command, unique within its scope and SCOPE_GLOBAL */
    const char *keys; /* names separated by blanks, unless others were chosen (action_keys) */
    const char *bar;  /* word on the key bar; "" when it is not there */
    const char *help; /* one sentence */
};

/* Rows in table order, ACT_NONE left out. */
extern const struct action_row action_rows[ACT_COUNT - 1];

const struct action_row *action_row(enum action a);
/* The keys of an action: names separated by blanks, "" when it has none. */
const char *action_keys(enum action a);
/* Other keys for it (a copy is kept; "" for none); NULL: those of the table again. */
void action_bind(enum action a, const char *keys);
bool action_has_key(enum action a, uint32_t key);
/* The same of a list of names. */
bool action_lists_key(const char *keys, uint32_t key);
/* What a key does on a screen: its own actions first, then the global ones; ACT_NONE: nothing. */
enum action action_for_key(enum scope screen, uint32_t key);
/* The same for a `:` name (n bytes). */
enum action action_for_name(enum scope screen, const char *name, size_t n);
/* The name nearest to a mistyped one, or NULL. */
const char *action_nearest(enum scope screen, const char *name);
/* The first key of an action as people read it, "" when it has none; returns out. */
char *action_key_text(enum action a, char *out, size_t size);

#endif
