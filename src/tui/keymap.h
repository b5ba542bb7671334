/* Keys that somebody chose, from the configuration:
 *
 *   keys:
 *     everywhere: {quit: Q}
 *     live: {pause: "P Ctrl-P", stop: [X]}
 */
#ifndef RLBENCH_TUI_KEYMAP_H
#define RLBENCH_TUI_KEYMAP_H

#include "recipe/recipe.h"

/* Binds what a node says; mistakes and conflicts become diagnostics of the file. hjkl and the
 * arrows are not to be had, and the actions that move by them keep theirs. Two actions that can
 * both be reached must not share a key when one of them was bound here. */
void keymap_read(struct recipe *file, const struct node *n);
/* The table's keys again. */
void keymap_reset(void);

#endif
