#include "base/num.h"
#include "base/text.h"
#include "tui/log_model.h"
#include "tui/tui.h"
#include "tui/words.h"
#include <rlbench/plugin.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *word, *sign, *ascii;
    int role;
} levels[LOG_LEVELS] = {
    {"debug", "·", ".", ROLE_DIM}, {"info", " ", " ", ROLE_TEXT}, {"warning", "⚠", "!", ROLE_WARN},
    {"error", "✗", "x", ROLE_BAD}, {"you", "▸", ">", ROLE_FOCUS},
};

static void clock_text(int64_t t_us, char *out, size_t size)
{
    time_t s = (time_t)(t_us / 1000000);
    struct tm tm;
    if (!localtime_r(&s, &tm) || !strftime(out, size, "%H:%M:%S", &tm))
        snprintf(out, size, "--:--:--");
}

static void line(const struct log_line *l, const struct look *look, struct grid *g, struct rect at)
{
    int level = l->level < 0 ? 0 : l->level >= LOG_LEVELS ? RLB_LOG_ERROR : l->level;
    int who = at.cols / 4 > 32 ? 32 : at.cols / 4, col = at.col;
    char text[32];
    clock_text(l->t_us, text, sizeof text);
    col += grid_text(g, at.row, col, 8, ROLE_DIM, 0, text) + 1;
    grid_text(g, at.row, col, 1, levels[level].role, ATTR_BOLD,
              look->glyphs == GLYPHS_ASCII ? levels[level].ascii : levels[level].sign);
    col += 2;
    const char *seed = strstr(l->run, " seed ");
    char name[200];
    snprintf(name, sizeof name, "%.*s", seed ? (int)(seed - l->run) : 0, l->run);
    words_put(g, at.row, col, who, ROLE_DIM, name, seed ? seed + 1 : l->run);
    col += who + 1;
    if (l->step) {
        num_format_short((double)l->step, text, sizeof text);
        int n = text_columns(text);
        grid_text(g, at.row, n < 7 ? col + 7 - n : col, 7, ROLE_DIM, 0, text);
    }
    col += 8;
    grid_text(g, at.row, col, at.col + at.cols - col, levels[level].role, 0, l->text);
}

void log_view(struct log_model *m, const struct look *look, struct grid *g, struct rect r)
{
    char title[700];
    snprintf(title, sizeof title, "log of %s · %s and above%s%s%s",
             m->all_runs ? "all runs" : "the run in focus", levels[m->level].word,
             m->filter[0] ? " · filter: " : "", m->filter, m->follow ? " · following" : "");
    struct rect in = grid_box(g, r, look->glyphs, ROLE_BORDER, title);
    list_layout(&m->list, in);
    if (m->shown.len == 0)
        grid_text(g, in.row + 1, in.col + 2, in.cols - 4, ROLE_DIM, 0,
                  m->lines.len ? "No line of this level matches."
                               : "Nothing has been said. Warnings, crashes and what runs print "
                                 "come here.");
    for (int i = 0; i < in.rows && m->list.top + i < m->list.count; i++) {
        int at = m->list.top + i, row = in.row + i;
        if (at == m->list.at && !m->follow)
            grid_fill(g, (struct rect){row, in.col, 1, in.cols}, ' ', ROLE_TEXT, ROLE_SELECT, 0);
        line(&m->lines.data[m->shown.data[at]], look, g,
             (struct rect){row, in.col + 1, 1, in.cols - 2});
    }
    list_draw_scrollbar(&m->list, g, in.col + in.cols, look->glyphs);
}
