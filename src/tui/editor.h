/* $VISUAL or $EDITOR on app->edit. */
#ifndef RLBENCH_TUI_EDITOR_H
#define RLBENCH_TUI_EDITOR_H

struct app;

/* Runs it on the terminal, which must have been given back, and waits. */
void editor_run(struct app *);
/* Tells the screen that the file may have changed; returns reaction flags. */
unsigned editor_done(struct app *);
/* The command line for an editor, opening path at line and column (0: none), in the way that this
 * editor understands; owned. */
char *editor_command(const char *editor, const char *path, unsigned line, unsigned column);

#endif
