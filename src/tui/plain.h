/* The workbench in lines: numbered menus, answers typed, no borders and no cursor. For screen
 * readers, for terminals that cannot place the cursor, and for scripts. */
#ifndef RLBENCH_TUI_PLAIN_H
#define RLBENCH_TUI_PLAIN_H

#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>

/* Standard input and output, until somebody leaves or the input ends. plugin_path may be NULL. */
int plain_main(const char *database, const char *plugin_path, struct err *e);

/* ---- for its files ---- */
struct plain {
    const char *database, *plugin_path;
    struct store *store; /* NULL until the file exists */
    struct buf input;    /* read and not used yet */
    bool ended, left;    /* the input ended; somebody leaves */
};

/* ---- plain_io.c ---- */
/* Shows a prompt and reads a line; false at the end of the input. The line lives until the next
 * call. */
bool plain_ask(struct plain *p, const char *prompt, const char **line);
/* Waits for a line, but no longer than ms; true when one came (it is used up). */
bool plain_wait(struct plain *p, int ms);
/* "y" after the question. */
bool plain_confirm(struct plain *p, const char *question);
/* This program again with these words (NULL-terminated), its output where ours goes. The database
 * and the plugins are added. Returns the exit code. */
int plain_run(struct plain *p, const char *const *words);
/* The same, with the output to *out. */
int plain_capture(struct plain *p, const char *const *words, struct buf *out);
/* Opens the database when it is there now. */
struct store *plain_store(struct plain *p);

/* ---- plain_runs.c ---- */
/* What these runs, seeds of one group, are and have come to, in sentences. */
void plain_describe(struct plain *p, const struct run_row *const *runs, size_t n);
/* A line whenever something has changed, until they are over or Enter is pressed. */
void plain_watch(struct plain *p, const int64_t *runs, size_t n);

#endif
