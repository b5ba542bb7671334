#include "tui/clipboard.h"

#include "base/file.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCREEN_CHUNK = 250 /* bytes: older versions cut longer strings */ };

static void put_base64(struct buf *out, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *b = (const unsigned char *)text;
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = (unsigned)b[i] << 16 | (i + 1 < n ? (unsigned)b[i + 1] << 8 : 0) |
                     (i + 2 < n ? b[i + 2] : 0);
        buf_putc(out, digits[v >> 18]);
        buf_putc(out, digits[v >> 12 & 63]);
        buf_putc(out, i + 1 < n ? digits[v >> 6 & 63] : '=');
        buf_putc(out, i + 2 < n ? digits[v & 63] : '=');
    }
}

enum clipboard_way clipboard_way(const char *term, const char *tmux, const char *sty)
{
    static const char *const none[] = {"linux", "vt", "dumb", "ansi", "cons", "sun"};
    if (tmux && *tmux)
        return CLIPBOARD_TMUX;
    if (sty && *sty)
        return CLIPBOARD_SCREEN;
    for (size_t i = 0; term && i < sizeof none / sizeof none[0]; i++)
        if (strncmp(term, none[i], strlen(none[i])) == 0)
            return CLIPBOARD_NONE;
    return CLIPBOARD_PLAIN;
}

/* Strings of screen, one after the other: \eP piece \e\\ */
static void put_for_screen(struct buf *out, struct buf *sequence)
{
    for (size_t i = 0; i < sequence->len; i += SCREEN_CHUNK) {
        size_t left = sequence->len - i;
        buf_puts(out, "\033P");
        buf_add(out, sequence->data + i, left < SCREEN_CHUNK ? left : SCREEN_CHUNK);
        buf_puts(out, "\033\\");
    }
}

bool clipboard_encode(const char *text, enum clipboard_way way, struct buf *out)
{
    struct buf sequence = {0};
    if (way == CLIPBOARD_NONE || strlen(text) > CLIPBOARD_MOST)
        return false;
    buf_puts(&sequence, "\033]52;c;");
    put_base64(&sequence, text);
    buf_putc(&sequence, '\a');
    if (way == CLIPBOARD_SCREEN) {
        put_for_screen(out, &sequence);
    } else {
        buf_add(out, sequence.data, sequence.len);
        if (way == CLIPBOARD_TMUX) /* an escape within is doubled; there is the first one only */
            buf_printf(out, "\033Ptmux;\033%s\033\\", sequence.data);
    }
    buf_finish(&sequence);
    return true;
}

bool clipboard_tmux(const char *text)
{
    FILE *f = popen("exec tmux load-buffer -w - >/dev/null 2>&1", "w");
    if (!f)
        return false;
    size_t n = strlen(text), written = fwrite(text, 1, n, f);
    return pclose(f) == 0 && written == n;
}

void clipboard_keep(struct app *a)
{
    struct err e = ERR_INIT;
    char shown[300];
    if (!a->state_folder) {
        app_say(a, TONE_BAD, "this terminal has no clipboard");
        return;
    }
    char *path = mem_printf("%s/copied.txt", a->state_folder);
    int status = file_mkdirs(a->state_folder, &e);
    if (status == OK)
        status = file_write_atomic(path, a->clipboard, strlen(a->clipboard), &e);
    if (status == OK)
        app_say(a, TONE_INFO, "%s: copied to %s",
                strlen(a->clipboard) > CLIPBOARD_MOST ? "too long for the terminal"
                                                      : "this terminal has no clipboard",
                words_path(path, shown, sizeof shown));
    else
        app_say(a, TONE_BAD, "%s", e.text);
    free(path);
}
