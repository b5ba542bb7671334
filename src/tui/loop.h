/* The loop between a terminal and the app. */
#ifndef RLBENCH_TUI_LOOP_H
#define RLBENCH_TUI_LOOP_H

#include "tui/term.h"
#include "tui/tui.h"

/* Runs until somebody leaves or the terminal ends; app and terminal stay the caller's. */
int loop_run(struct app *a, struct terminal *t, struct err *e);

#endif
