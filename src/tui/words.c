#include "tui/words.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
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

/* ---- curves in words ---- */

enum { TREND_LEAST = 6 };
enum way { STEADY, UP, DOWN, SWINGING };

/* Of the values from `from` on: a line through them by least squares, against what is left of it
 * and against the range of all. */
static enum way way_of(const double *v, size_t n, double range)
{
    double mx = (double)(n - 1) / 2, my = 0, sxx = 0, sxy = 0, rest = 0;
    for (size_t i = 0; i < n; i++)
        my += v[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        double x = (double)i - mx;
        sxx += x * x;
        sxy += x * (v[i] - my);
    }
    double slope = sxy / sxx, change = slope * (double)(n - 1);
    for (size_t i = 0; i < n; i++) {
        double r = v[i] - my - slope * ((double)i - mx);
        rest += r * r / (double)n;
    }
    rest = sqrt(rest);
    if (fabs(change) >= 0.1 * range && fabs(change) >= 2 * rest)
        return change > 0 ? UP : DOWN;
    return rest > 0.2 * range ? SWINGING : STEADY;
}

/* The mean of the last eighth against that of the first. */
static enum way bent(const double *v, size_t n, double range, enum way otherwise)
{
    size_t part = n / 8 ? n / 8 : 1;
    double change = 0;
    for (size_t i = 0; i < part; i++)
        change += (v[n - 1 - i] - v[i]) / (double)part;
    return fabs(change) < 0.5 * range ? otherwise : change > 0 ? UP : DOWN;
}

const char *words_trend(const double *values, size_t n)
{
    /* [of all][of the later half] */
    static const char *const words[4][4] = {
        [STEADY] = {"steady", "rising lately", "falling lately", "swinging lately"},
        [UP] = {"risen, now steady", "rising", "risen, now falling", "risen, now swinging"},
        [DOWN] = {"fallen, now steady", "fallen, now rising", "falling", "fallen, now swinging"},
        [SWINGING] = {"swinging, now steady", "swinging, now rising", "swinging, now falling",
                      "swinging"},
    };
    double *v = mem_alloc((n + 1) * sizeof *v), lo = INFINITY, hi = -INFINITY;
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i])) {
            v[m++] = values[i];
            lo = fmin(lo, values[i]);
            hi = fmax(hi, values[i]);
        }
    const char *word = "";
    if (m >= TREND_LEAST && hi - lo <= 1e-9 * fmax(fabs(lo), fabs(hi)))
        word = words[STEADY][STEADY];
    else if (m >= TREND_LEAST) {
        enum way all = way_of(v, m, hi - lo);
        /* a curve that has come down and stays there is bent: its line leaves much */
        if (all == STEADY || all == SWINGING) {
            enum way first = way_of(v, m / 2, hi - lo);
            all = first == UP || first == DOWN ? first : bent(v, m, hi - lo, all);
        }
        word = words[all][way_of(v + m / 2, m - m / 2, hi - lo)];
    }
    free(v);
    return word;
}
