/* Texts for the clipboard of the terminal: OSC 52, wrapped for what stands in between. */
#ifndef RLBENCH_TUI_CLIPBOARD_H
#define RLBENCH_TUI_CLIPBOARD_H

#include "base/mem.h"

#include <stdbool.h>

struct app;

/* What passes our bytes on. */
enum clipboard_way {
    CLIPBOARD_PLAIN,
    CLIPBOARD_TMUX,   /* both as tmux takes it itself (set-clipboard on) and for it to pass on
                         (allow-passthrough on): as it comes, it does neither, see clipboard_tmux */
    CLIPBOARD_SCREEN, /* GNU screen passes on short strings only: one string in several */
    CLIPBOARD_NONE    /* a terminal known not to have one */
};
enum { CLIPBOARD_MOST = 74994 /* bytes of text: what xterm takes, 100,000 in base 64 */ };

/* By the values of TERM, TMUX and STY (NULL: not set). */
enum clipboard_way clipboard_way(const char *term, const char *tmux, const char *sty);
/* Appends the bytes to be sent; false, and nothing, when there is no way or the text is too long.
 */
bool clipboard_encode(const char *text, enum clipboard_way way, struct buf *out);
/* Gives the text to tmux by its own command, which sends it on unless set-clipboard is off; false
 * when there is none, or one too old (before 3.2). */
bool clipboard_tmux(const char *text);
/* Where the terminal takes no text: app->clipboard into a file of the state folder, whose name the
 * message line tells. */
void clipboard_keep(struct app *a);

#endif
