/* The one line at the bottom where people type, and the questions with y or n. While it is open it
 * gets raw keys: navigation keys are letters there. */
#ifndef RLBENCH_TUI_PROMPT_H
#define RLBENCH_TUI_PROMPT_H

#include "chart/grid.h"
#include "tui/history.h"

#include <stdbool.h>
#include <stdint.h>

struct app;

enum prompt_kind { PROMPT_NONE, PROMPT_TEXT, PROMPT_COMMAND, PROMPT_CONFIRM };

/* Text typed, or "" for yes. */
typedef unsigned (*prompt_fn)(struct app *, void *ctx, const char *text);

enum { PROMPT_BYTES = 4096 };

struct prompt {
    enum prompt_kind kind;
    char label[200];
    char text[PROMPT_BYTES]; /* UTF-8 */
    size_t len, cursor;      /* bytes */
    prompt_fn changed;       /* at every key (live filters), may be NULL */
    prompt_fn done;          /* Enter, or y */
    prompt_fn dropped;       /* Esc; gets the text it began with; may be NULL */
    void *ctx;
    char first[PROMPT_BYTES]; /* the text it began with */
    struct history *history;  /* what up and down bring back; NULL: nothing */
    size_t at_history;
    char draft[PROMPT_BYTES]; /* what was typed before the first of them was brought back */
    size_t offered;           /* Tab: which of the candidates stands there, from 1; 0: none does */
    size_t stem;              /* bytes of the line that they continue */
    char hint[200];           /* the candidates, shown behind the line */
};

/* Opens the line. */
void prompt_text(struct prompt *, const char *label, const char *initial, prompt_fn changed,
                 prompt_fn done, prompt_fn dropped, void *ctx);
void prompt_command(struct prompt *, struct history *);
/* Up and down bring back these lines in the line just opened, and Enter adds to them. */
void prompt_remember(struct prompt *, struct history *);
/* A question; y or Enter on Yes calls yes, anything else drops it. */
void prompt_confirm(struct prompt *, const char *question, prompt_fn yes, void *ctx);
/* One key for the open line; returns reaction flags. */
unsigned prompt_key(struct app *, struct prompt *, uint32_t key);
/* Draws it into one row. */
void prompt_view(const struct prompt *, struct grid *, struct rect row);

#endif
