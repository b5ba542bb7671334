#include "tui/words.h"

#include "base/clock.h"
#include "base/text.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *words_state_sign(enum run_state s, enum glyphs glyphs)
{
    static const char *const signs[RUN_NUM_STATES][3] = {
        [RUN_QUEUED] = {"○", "○", "o"},  [RUN_RUNNING] = {"●", "●", "*"},
        [RUN_PAUSED] = {"‖", "‖", "="},  [RUN_DONE] = {"✓", "√", "+"},
        [RUN_FAILED] = {"✗", "×", "x"},  [RUN_STOPPED] = {"■", "■", "-"},
        [RUN_CRASHED] = {"✗", "×", "x"},
    };
    return s < RUN_NUM_STATES ? signs[s][glyphs] : "?";
}

int words_state_role(enum run_state s)
{
    static const int roles[RUN_NUM_STATES] = {
        [RUN_QUEUED] = ROLE_DIM,  [RUN_RUNNING] = ROLE_GOOD, [RUN_PAUSED] = ROLE_WARN,
        [RUN_DONE] = ROLE_TEXT,   [RUN_FAILED] = ROLE_BAD,   [RUN_STOPPED] = ROLE_DIM,
        [RUN_CRASHED] = ROLE_BAD,
    };
    return s < RUN_NUM_STATES ? roles[s] : ROLE_TEXT;
}

char *words_death(const struct run_row *r, char *out, size_t size)
{
    const char *name = r->exit_signal > 0 ? sigabbrev_np(r->exit_signal) : NULL;
    if (r->exit_signal > 0)
        snprintf(out, size, "SIG%s", name ? name : "?");
    else if (r->exit_code)
        snprintf(out, size, "exit %d", r->exit_code);
    else
        snprintf(out, size, "%s", "");
    return out;
}

char *words_ago(int64_t then_us, int64_t now_us, char *out, size_t size)
{
    double s = (double)(now_us - then_us) / 1e6;
    char part[24];
    if (s < 60)
        snprintf(part, sizeof part, "%.0fs", s < 0 ? 0 : s);
    else if (s < 3600)
        snprintf(part, sizeof part, "%.0fm", s / 60);
    else if (s < 86400)
        snprintf(part, sizeof part, "%.0fh", s / 3600);
    else
        snprintf(part, sizeof part, "%.0fd", s / 86400);
    snprintf(out, size, "%s ago", part);
    return out;
}

int words_wrap(struct grid *g, struct rect r, int role, const char *text)
{
    int row = 0;
    while (*text && row < r.rows) {
        if (*text == '\n') {
            text++;
            row++;
            continue;
        }
        text += strspn(text, " ");
        /* as many words as fit; a word longer than the line is cut */
        size_t fits = 0, at = 0;
        for (;;) {
            size_t end = at + strspn(text + at, " ");
            end += strcspn(text + end, " \n");
            char *part = mem_printf("%.*s", (int)end, text);
            bool too_long = text_columns(part) > r.cols;
            free(part);
            if (too_long && fits)
                break;
            fits = end;
            if (too_long || !text[end] || text[end] == '\n')
                break;
            at = end;
        }
        grid_printf(g, r.row + row, r.col, r.cols, role, 0, "%.*s", (int)fits, text);
        text += fits;
        text += strspn(text, " ");
        if (*text == '\n')
            text++;
        row++;
    }
    return row;
}

void words_put(struct grid *g, int row, int col, int cols, int role, const char *head,
               const char *tail)
{
    int end = text_columns(tail), room = cols - end - 1;
    if (*head && room > 0)
        col += grid_text(g, row, col, room, role, 0, head) + 1;
    grid_text(g, row, col, end < cols ? end : cols, role, 0, tail);
}

char *words_first_sentence(const char *text, char *out, size_t size)
{
    size_t n = strcspn(text, "\n");
    for (size_t i = 0; i + 1 < n; i++)
        if (strchr(".?!:;", text[i]) && text[i + 1] == ' ') {
            n = i;
            break;
        }
    if (n && text[n - 1] == '.')
        n--;
    snprintf(out, size, "%.*s", (int)n, text);
    return out;
}

char *words_path(const char *path, char *out, size_t size)
{
    const char *home = getenv("HOME");
    size_t n = home ? strlen(home) : 0;
    if (n > 1 && strncmp(path, home, n) == 0 && path[n] == '/')
        snprintf(out, size, "~%s", path + n);
    else
        snprintf(out, size, "%s", path);
    return out;
}

void words_quote(struct buf *out, const char *text)
{
    buf_putc(out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            buf_puts(out, "'\\''");
        else
            buf_putc(out, *text);
    }
    buf_putc(out, '\'');
}
