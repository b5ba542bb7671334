#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "chart/spark.h"
#include "tui/runs_model.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum column {
    COL_STATE,
    COL_RECIPE,
    COL_ALGO,
    COL_WORLD,
    COL_SEEDS,
    COL_DONE,
    COL_ETA,
    COL_LAST,
    COL_TREND,
    COL_COUNT
};

static const struct {
    const char *title;
    int least, most; /* columns of the terminal */
    int rank;        /* what goes first when the room is short: the highest */
    bool right;
    int sort; /* the order whose sign it carries, -1: none */
} columns[COL_COUNT] = {
    [COL_STATE] = {"state", 9, 9, 0, false, SORT_STATE},
    [COL_RECIPE] = {"recipe", 16, 32, 0, false, SORT_RECIPE},
    [COL_ALGO] = {"algorithm", 10, 18, 3, false, SORT_ALGORITHM},
    [COL_WORLD] = {"world", 9, 16, 4, false, SORT_WORLD},
    [COL_SEEDS] = {"seeds", 15, 30, 1, false, -1},
    [COL_DONE] = {"done", 5, 5, 0, true, SORT_DONE},
    [COL_ETA] = {"ETA", 8, 8, 0, true, -1},
    [COL_LAST] = {"last", 9, 9, 0, true, SORT_LAST},
    [COL_TREND] = {"trend", 6, 16, 2, false, -1},
};

/* Columns that the cells of a column ask for, within its bounds. */
static void widths_wanted(const struct runs_model *m, int least[COL_COUNT], int most[COL_COUNT])
{
    int recipe = m->recipe_cols, label = m->label_cols, brief = m->brief_cols;
    for (int c = 0; c < COL_COUNT; c++) {
        least[c] = columns[c].least;
        most[c] = columns[c].most;
    }
    most[COL_RECIPE] = recipe < least[COL_RECIPE] ? least[COL_RECIPE] : recipe;
    most[COL_RECIPE] = most[COL_RECIPE] < 32 ? most[COL_RECIPE] : 32;
    least[COL_SEEDS] = brief < 9 ? 9 : brief < 22 ? brief : 22;
    most[COL_SEEDS] = label < least[COL_SEEDS] ? least[COL_SEEDS] : label < 48 ? label : 48;
}

/* Widths for a room; 0: left out. */
static void lay_out(const struct runs_model *m, int room, int width[COL_COUNT])
{
    int used = -1, rank = 4, least[COL_COUNT], most[COL_COUNT];
    widths_wanted(m, least, most);
    for (;; rank--) {
        used = -1;
        for (int c = 0; c < COL_COUNT; c++) {
            width[c] = columns[c].rank <= rank ? least[c] : 0;
            used += width[c] ? width[c] + 1 : 0;
        }
        if (used <= room || rank == 0)
            break;
    }
    /* What is left goes round, a column each time. */
    for (bool grown = true; grown && used < room;) {
        grown = false;
        for (int c = 0; c < COL_COUNT && used < room; c++)
            if (width[c] && width[c] < most[c]) {
                width[c]++;
                used++;
                grown = true;
            }
    }
}

static void put(struct grid *g, int row, int col, int width, bool right, int role, int attrs,
                const char *text)
{
    int n = text_columns(text);
    grid_text(g, row, right && n < width ? col + width - n : col, width, role, attrs, text);
}

static void header(const struct runs_model *m, const struct look *look, struct grid *g,
                   struct rect r, const int width[COL_COUNT])
{
    int col = r.col;
    for (int c = 0; c < COL_COUNT; c++) {
        if (!width[c])
            continue;
        char title[24];
        bool sorted = columns[c].sort == (int)m->sort;
        const char *sign =
            look->glyphs == GLYPHS_ASCII ? (m->reverse ? "^" : "v") : (m->reverse ? "▴" : "▾");
        snprintf(title, sizeof title, "%s%s", columns[c].title, sorted ? sign : "");
        put(g, r.row, col, width[c], columns[c].right, ROLE_DIM, sorted ? ATTR_BOLD : 0, title);
        col += width[c] + 1;
    }
}

/* Groups differ at the end of their labels: that end, and the number of seeds, stay in sight. */
static void put_seeds(struct grid *g, int row, int col, int width, const struct runs_line *l)
{
    char seeds[32];
    runs_seeds(l, seeds, sizeof seeds);
    int room = width - text_columns(seeds) - 1;
    const char *shown = text_columns(l->label) > room ? l->brief : l->label;
    if (text_columns(shown) > room && room > 1) {
        while (text_columns(shown) > room - 1) {
            uint32_t cp;
            shown += text_decode(shown, strlen(shown), &cp);
        }
        char cut[208];
        snprintf(cut, sizeof cut, "…%s", shown);
        words_put(g, row, col, width, ROLE_TEXT, cut, seeds);
        return;
    }
    words_put(g, row, col, width, ROLE_TEXT, shown, seeds);
}

/* What stands where the time to go would: when it ended, or what it died of. */
static void eta_text(const struct runs_line *l, const struct look *look, char *out, size_t size)
{
    if (isfinite(l->eta_s))
        clock_format_duration(l->eta_s, out, size);
    else if (l->state == RUN_CRASHED || l->state == RUN_FAILED)
        words_death(l->first, out, size);
    else if (l->ended_us)
        words_ago(l->ended_us, look->now_us, out, size);
    else
        snprintf(out, size, "%s", look->glyphs == GLYPHS_ASCII ? "-" : "—");
}

static void line(const struct runs_line *l, const struct look *look, struct grid *g, int row,
                 int col, const int width[COL_COUNT])
{
    char text[64];
    for (int c = 0; c < COL_COUNT; c++) {
        if (!width[c])
            continue;
        switch ((enum column)c) {
        case COL_STATE:
            snprintf(text, sizeof text, "%s %s", words_state_sign(l->state, look->glyphs),
                     run_state_name(l->state));
            put(g, row, col, width[c], false, words_state_role(l->state), 0, text);
            break;
        case COL_RECIPE:
            put(g, row, col, width[c], false, ROLE_TEXT, 0, l->first->experiment);
            break;
        case COL_ALGO: put(g, row, col, width[c], false, ROLE_TEXT, 0, l->first->algo); break;
        case COL_WORLD: put(g, row, col, width[c], false, ROLE_TEXT, 0, l->first->env); break;
        case COL_SEEDS: put_seeds(g, row, col, width[c], l); break;
        case COL_DONE:
            snprintf(text, sizeof text, "%.0f %%", floor(100 * l->done));
            put(g, row, col, width[c], true, ROLE_TEXT, 0, isnan(l->done) ? "" : text);
            break;
        case COL_ETA:
            eta_text(l, look, text, sizeof text);
            put(g, row, col, width[c], true, isfinite(l->eta_s) ? ROLE_TEXT : ROLE_DIM, 0, text);
            break;
        case COL_LAST:
            if (isnan(l->last))
                break;
            put(g, row, col, width[c], true, ROLE_TEXT, 0,
                num_format_short(l->last, text, sizeof text));
            break;
        case COL_TREND:
            if (l->num_spark > 0)
                sparkline_draw(g, row, col, width[c], l->spark, (size_t)l->num_spark, look->glyphs,
                               ROLE_SERIES0);
            break;
        case COL_COUNT: break;
        }
        col += width[c] + 1;
    }
}

static void title(const struct runs_model *m, char *out, size_t size)
{
    char marks[32] = "";
    if (m->marks.len)
        snprintf(marks, sizeof marks, " · %zu marked", m->marks.len);
    snprintf(out, size, "runs%s · sorted by %s · filter: %s%s%s",
             m->bundle ? " grouped by recipe" : "", runs_sort_names[m->sort],
             m->filter[0] ? m->filter : "none", marks, m->archived ? " · with archived" : "");
}

static void empty(const struct runs_model *m, struct grid *g, struct rect r)
{
    grid_text(g, r.row + 1, r.col + 2, r.cols - 4, ROLE_DIM, 0,
              m->filter[0] ? "No run matches the filter. Esc drops it."
                           : "No runs yet. 1 shows the recipes; Enter runs one.");
}

/* The line under the cursor in words: what does not fit into the columns. */
static void detail(struct runs_model *m, const struct look *look, struct grid *g, struct rect r)
{
    const struct runs_line *l = runs_model_current(m);
    if (!l || r.rows < 1)
        return;
    const struct run_row *run = l->first;
    char ago[32], best[40] = "";
    if (*run->headline && isfinite(run->best)) {
        char number[32];
        snprintf(best, sizeof best, " · best %s",
                 num_format_short(run->best, number, sizeof number));
    }
    grid_printf(g, r.row, r.col, r.cols, ROLE_DIM, 0, "%.8s%s · %s%s%s · started %s%s%s", run->uid,
                l->num_runs > 1 ? " …" : "", run->headline, *run->headline ? "" : "no metric yet",
                best,
                words_ago(run->started_us ? run->started_us : run->created_us, look->now_us, ago,
                          sizeof ago),
                *run->message ? " · " : "", run->message);
}

void runs_view(struct runs_model *m, const struct look *look, struct grid *g, struct rect r)
{
    char text[700];
    title(m, text, sizeof text);
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, text);
    if (m->lines.len == 0) {
        empty(m, g, in);
        list_layout(&m->list, (struct rect){in.row, in.col, 0, 0});
        return;
    }
    int width[COL_COUNT];
    lay_out(m, in.cols - 4, width);
    header(m, look, g, (struct rect){in.row, in.col + 3, 1, in.cols - 4}, width);
    struct rect body = {in.row + 1, in.col, in.rows - 3, in.cols};
    list_layout(&m->list, body);
    for (int i = 0; i < body.rows && m->list.top + i < m->list.count; i++) {
        int at = m->list.top + i, row = body.row + i;
        const struct runs_line *l = &m->lines.data[at];
        if (at == m->list.at) {
            grid_fill(g, (struct rect){row, in.col, 1, in.cols}, ' ', ROLE_TEXT, ROLE_SELECT, 0);
            grid_text(g, row, in.col + 1, 1, ROLE_FOCUS, ATTR_BOLD, "▸");
        }
        if (l->marked)
            grid_text(g, row, in.col + 2, 1, ROLE_KEY, ATTR_BOLD, "◆");
        line(l, look, g, row, in.col + 3, width);
    }
    list_draw_scrollbar(&m->list, g, in.col + in.cols, look->glyphs);
    detail(m, look, g, (struct rect){in.row + in.rows - 1, in.col + 3, 1, in.cols - 4});
}
