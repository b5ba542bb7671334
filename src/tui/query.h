/* The Query screen's own state, shared by its files: screen_query.c (what happens), query_ask.c
 * (asking, and the editor), query_keep.c (saved queries). */
#ifndef RLBENCH_TUI_QUERY_H
#define RLBENCH_TUI_QUERY_H

#include "tui/query_model.h"
#include "tui/tui.h"

enum { QUERY_CLOCK_MS = 500 /* between two pictures while a query runs */ };

struct query_screen {
    struct query_model model;
    struct history typed;
    struct asker_answer coming; /* being read */
    bool reading;
    bool editing;  /* the editor has it */
    char *save_as; /* the name being asked about; owned */
};

/* ---- query_ask.c; those that return unsigned return reaction flags ---- */
/* A query in a process of its own; the one before it, if it runs still, is ended. */
unsigned query_ask(struct app *a, struct query_screen *s, const char *sql);
/* Ends the query that runs; false when none does. */
bool query_stop(struct app *a, struct query_screen *s);
/* Goes on reading an answer, a little at a time. */
unsigned query_read_on(struct app *a, struct query_screen *s);
/* The line in which a query is typed. */
unsigned query_open_prompt(struct app *a, struct query_screen *s);
/* Into the editor, and back: asked, when it is another one. */
unsigned query_edit(struct app *a, struct query_screen *s);
unsigned query_edited(struct app *a, struct query_screen *s);
/* The command line that asks the same. */
void query_put_command(const struct query_model *m, struct buf *out);
/* Drops blanks and line ends at the end. */
void query_trim(struct buf *text);

/* ---- query_keep.c ---- */
/* Asks a saved query, or offers them when there is no name. */
unsigned query_choose(struct app *a, struct query_screen *s, const char *name);
/* Asks the one under the cursor of that offer. */
unsigned query_choose_line(struct app *a, struct query_screen *s);
/* Saves the query that is shown, after a question where there is one of that name. */
unsigned query_save(struct app *a, struct query_screen *s, const char *name);

#endif
