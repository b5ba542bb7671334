#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "chart/canvas.h"
#include "tui/query_model.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMN = 40, SQL_ROWS = 3 };

/* ---- the query ---- */

static void draw_sql(const struct query_model *m, const struct look *look, struct grid *g,
                     struct rect r)
{
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, "query");
    in.col++;
    in.cols -= 2;
    if (m->sql) {
        words_wrap(g, in, ROLE_TEXT, m->sql);
        return;
    }
    char type[16], saved[16];
    char *text =
        mem_printf("%s types a query, %s offers saved ones. For a start: SELECT experiment, "
                   "algo, seed, state, last FROM v_run ORDER BY id DESC. All tables and "
                   "views: man rlbench-db.",
                   action_key_text(ACT_QUERY_ASK, type, sizeof type),
                   action_key_text(ACT_QUERY_SAVED, saved, sizeof saved));
    words_wrap(g, in, ROLE_DIM, text);
    free(text);
}

/* ---- what went wrong ---- */

/* Its lines as they are, for a caret stands under the place; long ones are shifted until it shows.
 */
static void draw_error(const char *text, struct grid *g, struct rect r)
{
    const char *caret = strrchr(text, '\n');
    bool points = caret && strspn(caret + 1, " ") + 1 == strlen(caret + 1);
    int at = points ? text_columns(caret + 1) : 0;
    int shift = at > r.cols - 4 ? at - r.cols / 2 : 0, row = r.row;
    for (const char *line = text; *line && row < r.row + r.rows;) {
        size_t n = strcspn(line, "\n");
        char *copy = mem_printf("%.*s", (int)n, line);
        const char *from = copy;
        if (row == r.row) {
            row += words_wrap(g, (struct rect){row, r.col, r.rows, r.cols}, ROLE_BAD, copy);
        } else {
            for (int i = 0; i < shift && *from; i++) {
                uint32_t cp;
                from += text_decode(from, strlen(from), &cp);
            }
            grid_text(g, row++, r.col, r.cols, *from == '^' || !line[n] ? ROLE_BAD : ROLE_TEXT, 0,
                      from);
        }
        free(copy);
        line += n + (line[n] == '\n');
    }
}

/* ---- the table ---- */

static int width_of(const struct query_model *m, size_t column)
{
    int w = m->answer.columns[column].widest;
    return w < 1 ? 1 : w > MOST_COLUMN ? MOST_COLUMN : w;
}

/* Moves what is in sight so that the column under the cursor is. */
static void keep_column(struct query_model *m, int room)
{
    if (m->column < m->left)
        m->left = m->column;
    for (; m->left < m->column; m->left++) {
        int used = -2;
        for (size_t c = m->left; c <= m->column; c++)
            used += width_of(m, c) + 2;
        if (used <= room)
            return;
    }
}

/* Ends of lines and tabs as blanks. */
static void put_cell(struct grid *g, int row, int col, int width, bool right, int role, int attrs,
                     const char *text)
{
    char line[4 * MOST_COLUMN + 8];
    if (text[strcspn(text, "\t\r\n")]) {
        snprintf(line, sizeof line, "%s", text);
        for (char *c = line; (c = strpbrk(c, "\t\r\n"));)
            *c = ' ';
        text = line;
    }
    int n = text_columns(text);
    grid_text(g, row, right && n < width ? col + width - n : col, width, role, attrs, text);
}

static void draw_row(const struct query_model *m, struct grid *g, int row, struct rect r,
                     size_t index, bool current)
{
    int col = r.col + 1, end = r.col + r.cols - 1;
    for (size_t c = m->left; c < m->answer.num_columns && col < end; c++) {
        int width = width_of(m, c) < end - col ? width_of(m, c) : end - col;
        bool right = m->answer.columns[c].is_number;
        if (index == SIZE_MAX) {
            put_cell(g, row, col, width, right, ROLE_TITLE,
                     c == m->column ? ATTR_BOLD | ATTR_UNDERLINE : ATTR_BOLD,
                     m->answer.columns[c].name);
        } else {
            const char *text = asker_cell(&m->answer, index, c);
            put_cell(g, row, col, width, right, text ? ROLE_TEXT : ROLE_DIM,
                     current && c == m->column ? ATTR_REVERSE : 0, text ? text : "NULL");
        }
        col += width + 2;
    }
}

static void draw_table(struct query_model *m, const struct look *look, struct grid *g,
                       struct rect in)
{
    keep_column(m, in.cols - 2);
    draw_row(m, g, in.row, in, SIZE_MAX, false);
    struct rect body = {in.row + 1, in.col, in.rows - 2, in.cols};
    list_layout(&m->list, body);
    for (int i = 0; i < body.rows && m->list.top + i < m->list.count; i++) {
        int at = m->list.top + i, row = body.row + i;
        if (at == m->list.at)
            grid_fill(g, (struct rect){row, in.col, 1, in.cols}, ' ', ROLE_TEXT, ROLE_SELECT, 0);
        draw_row(m, g, row, in, m->shown.data[at], at == m->list.at);
    }
    /* a value that was cut is whole here */
    size_t row = query_model_row(m);
    if (row != SIZE_MAX) {
        const char *text = asker_cell(&m->answer, row, m->column);
        grid_printf(g, in.row + in.rows - 1, in.col + 1, in.cols - 2, ROLE_DIM, 0, "%s = %s",
                    m->answer.columns[m->column].name, text ? text : "NULL");
    }
    list_draw_scrollbar(&m->list, g, in.col + in.cols, look->glyphs);
}

/* ---- the rest ---- */

static void draw_choice(struct query_model *m, const struct look *look, struct grid *g,
                        struct rect r)
{
    struct rect in = grid_box(g, r, look->glyphs, ROLE_FOCUS, "saved queries");
    list_layout(&m->choice, in);
    for (int i = 0; i < in.rows && m->choice.top + i < m->choice.count; i++) {
        int at = m->choice.top + i, row = in.row + i;
        if (at == m->choice.at)
            grid_fill(g, (struct rect){row, in.col, 1, in.cols}, ' ', ROLE_TEXT, ROLE_SELECT, 0);
        grid_text(g, row, in.col + 2, in.cols - 3, ROLE_TEXT, 0, m->saved.names.data[at]);
    }
    list_draw_scrollbar(&m->choice, g, in.col + in.cols, look->glyphs);
}

static void title(const struct query_model *m, int64_t now_ns, char *out, size_t size)
{
    char text[32], rows[64];
    const struct asker_answer *a = &m->answer;
    snprintf(rows, sizeof rows, "%zu%s row%s", m->shown.len, m->filter[0] ? " matching" : "",
             m->shown.len == 1 ? "" : "s");
    if (m->running)
        snprintf(out, size, "running for %s · Esc stops it",
                 clock_format_duration((double)(now_ns - m->since_ns) / 1e9, text, sizeof text));
    else if (m->stopped)
        snprintf(out, size, "stopped");
    else if (!m->answered)
        snprintf(out, size, "result");
    else if (a->error)
        snprintf(out, size, "error");
    else
        snprintf(out, size, "%s%s%s%s · %.0f ms", rows, m->filter[0] ? " · filter: " : "",
                 m->filter, a->more ? " · there are more: the first ones are shown" : "",
                 1000 * m->seconds);
}

static void draw_chart(const struct query_model *m, const struct look *look, struct grid *g,
                       struct rect in)
{
    const char *why;
    if (query_chart_kind(m, &why) == QUERY_POINTS && in.rows > 4) {
        /* what the markers mean; lines and bars say so themselves */
        int col = in.col + 1;
        for (size_t c = 1, k = 0; c < m->answer.num_columns && k < 8; c++) {
            if (!m->answer.columns[c].is_number)
                continue;
            grid_put(g, in.row, col, canvas_marker(look->glyphs, (int)k), ROLE_SERIES0 + (int)k, 0);
            col += 2;
            col += grid_printf(g, in.row, col, in.col + in.cols - col, ROLE_SERIES0 + (int)k, 0,
                               "%s  ", m->answer.columns[c].name);
            k++;
        }
        in.row++;
        in.rows--;
    }
    query_chart_draw(m, g, in, look->glyphs);
}

void query_view(struct query_model *m, const struct look *look, int64_t now_ns, struct grid *g,
                struct rect r)
{
    char text[700];
    int rows = SQL_ROWS + (r.rows > 30 ? 2 : 0) + 2;
    draw_sql(m, look, g, (struct rect){r.row, r.col, rows, r.cols});
    struct rect rest = {r.row + rows, r.col, r.rows - rows, r.cols};
    if (m->choosing) {
        draw_choice(m, look, g, rest);
        return;
    }
    title(m, now_ns, text, sizeof text);
    struct rect in = grid_box(g, rest, look->glyphs, ROLE_BORDER, text);
    if (!m->answered || in.rows < 3)
        return;
    if (m->answer.error)
        draw_error(m->answer.error, g, (struct rect){in.row, in.col + 1, in.rows, in.cols - 2});
    else if (m->chart)
        draw_chart(m, look, g, in);
    else if (m->answer.num_columns)
        draw_table(m, look, g, in);
}
