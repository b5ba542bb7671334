/* The frame around every screen: title bar, message line, key bar. */
#include "tui/tui.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { LEAST_ROWS = 24, LEAST_COLS = 80 };

static void title_bar(struct app *a, struct grid *g)
{
    grid_fill(g, (struct rect){0, 0, 1, a->cols}, ' ', ROLE_TEXT, ROLE_BAR, 0);
    char right[40];
    if (a->screen->number)
        snprintf(right, sizeof right, "[%d] %s", a->screen->number, a->screen->title);
    else
        snprintf(right, sizeof right, "[?] %s", a->screen->title);
    int columns = text_columns(right);
    int at = a->cols - columns - 1;
    grid_text(g, 0, 1, 7, ROLE_TITLE, ATTR_BOLD, "rlbench");
    grid_text(g, 0, at, columns, ROLE_TITLE, ATTR_BOLD, right);
    struct buf middle = {0};
    if (a->screen->status)
        a->screen->status(a, a->states[a->screen->scope - 1], &middle);
    grid_text(g, 0, 10, at - 12, ROLE_TEXT, 0, buf_text(&middle));
    buf_finish(&middle);
}

static void message_line(struct app *a, struct grid *g, int row)
{
    static const struct {
        int role;
        const char *sign[3]; /* by glyph set */
    } tones[] = {
        [TONE_INFO] = {ROLE_TEXT, {"", "", ""}},
        [TONE_GOOD] = {ROLE_GOOD, {"✓ ", "√ ", "ok: "}},
        [TONE_WARN] = {ROLE_WARN, {"⚠ ", "! ", "! "}},
        [TONE_BAD] = {ROLE_BAD, {"✗ ", "! ", "! "}},
    };
    if (a->prompt.kind != PROMPT_NONE) {
        prompt_view(&a->prompt, g, (struct rect){row, 0, 1, a->cols});
        return;
    }
    if (!a->message.text[0])
        return;
    int role = tones[a->message.tone].role;
    int used =
        grid_text(g, row, 1, 4, role, ATTR_BOLD, tones[a->message.tone].sign[a->look.glyphs]);
    grid_text(g, row, 1 + used, a->cols - 2 - used, role, 0, a->message.text);
}

static int item_columns(const struct action_row *row)
{
    char k[16];
    return text_columns(action_key_text(row->id, k, sizeof k)) + 1 + text_columns(row->bar);
}

static int put_item(struct app *a, struct grid *g, int line, int col, const struct action_row *row)
{
    char k[16];
    int used = grid_text(g, line, col, a->cols - col, ROLE_KEY, ATTR_BOLD,
                         action_key_text(row->id, k, sizeof k));
    used +=
        1 + grid_text(g, line, col + used + 1, a->cols - col - used - 1, ROLE_TEXT, 0, row->bar);
    if (a->num_bar < sizeof a->bar / sizeof a->bar[0])
        a->bar[a->num_bar++] = (struct bar_item){col, used, row->id};
    return used + 2;
}

/* The screen's own first, as many as fit beside the global ones. */
static void key_bar(struct app *a, struct grid *g, int line)
{
    grid_fill(g, (struct rect){line, 0, 1, a->cols}, ' ', ROLE_TEXT, ROLE_BAR, 0);
    const enum scope order[] = {a->screen->scope, SCOPE_GLOBAL};
    int left = 0, col = 1;
    for (int i = 0; i < ACT_COUNT - 1; i++)
        if (action_rows[i].scope == SCOPE_GLOBAL && *action_rows[i].bar)
            left += item_columns(&action_rows[i]) + 2;
    a->num_bar = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < ACT_COUNT - 1; i++) {
            const struct action_row *row = &action_rows[i];
            if (row->scope != order[pass] || !*row->bar)
                continue;
            int reserve = pass == 0 ? left : 0;
            if (col + item_columns(row) + reserve <= a->cols)
                col += put_item(a, g, line, col, row);
        }
}

/* Too small for a screen: what matters in one line. */
static void summary(struct app *a, struct grid *g)
{
    grid_printf(g, 0, 0, a->cols, ROLE_TEXT, 0, "rlbench: %zu live%s%s", a->num_live,
                a->newest[0] ? ", newest " : "", a->newest);
    char quit[16];
    grid_printf(g, 1, 0, a->cols, ROLE_DIM, 0, "needs %dx%d, has %dx%d; %s leaves", LEAST_COLS,
                LEAST_ROWS, a->cols, a->rows, action_key_text(ACT_QUIT, quit, sizeof quit));
}

void app_view(struct app *a, struct grid *g)
{
    grid_clear(g);
    if (a->rows < LEAST_ROWS || a->cols < LEAST_COLS) {
        a->num_bar = 0;
        summary(a, g);
    } else {
        title_bar(a, g);
        a->screen->view(a, a->states[a->screen->scope - 1], g,
                        (struct rect){1, 0, a->rows - 3, a->cols});
        message_line(a, g, a->rows - 2);
        key_bar(a, g, a->rows - 1);
    }
    if (a->look.glyphs == GLYPHS_ASCII)
        grid_to_ascii(g);
}
