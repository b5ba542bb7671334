#include "tui/log_model.h"

#include "tui/match.h"
#include <rlbench/plugin.h>

#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 5000 };

void log_model_init(struct log_model *m)
{
    *m = (struct log_model){.follow = true, .level = RLB_LOG_INFO};
}

static void line_free(struct log_line *l)
{
    free(l->run);
    free(l->kind);
    free(l->text);
}

void log_model_clear(struct log_model *m)
{
    for (size_t i = 0; i < m->lines.len; i++)
        line_free(&m->lines.data[i]);
    m->lines.len = m->shown.len = 0;
}

void log_model_finish(struct log_model *m)
{
    log_model_clear(m);
    vec_finish(&m->lines);
    vec_finish(&m->shown);
}

void log_model_add(struct log_model *m, const struct log_line *line)
{
    const char *at = line->text;
    do {
        size_t n = strcspn(at, "\n");
        struct log_line copy = *line;
        copy.run = mem_strdup(line->run);
        copy.kind = mem_strdup(line->kind);
        copy.text = mem_printf("%.*s", (int)n, at);
        vec_push(&m->lines, copy);
        at += n + (at[n] == '\n');
    } while (*at);
}

/* Stable, and nearly sorted already: lines come in order but for several runs read one by one. */
static void sort(struct log_line *lines, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct log_line l = lines[i];
        size_t k = i;
        for (; k > 0 && lines[k - 1].t_us > l.t_us; k--)
            lines[k] = lines[k - 1];
        lines[k] = l;
    }
}

void log_model_arrange(struct log_model *m)
{
    sort(m->lines.data, m->lines.len);
    if (m->lines.len > MOST_LINES) {
        size_t drop = m->lines.len - MOST_LINES;
        for (size_t i = 0; i < drop; i++)
            line_free(&m->lines.data[i]);
        memmove(m->lines.data, m->lines.data + drop, MOST_LINES * sizeof *m->lines.data);
        m->lines.len = MOST_LINES;
        m->list.at -= (int)drop;
        m->list.top -= (int)drop;
    }
    struct match match;
    match_init(&match, m->filter);
    m->shown.len = 0;
    for (size_t i = 0; i < m->lines.len; i++) {
        const struct log_line *l = &m->lines.data[i];
        const char *const texts[] = {l->run, l->kind, l->text, NULL};
        if (l->level >= m->level && match_any(&match, texts))
            vec_push(&m->shown, i);
    }
    match_finish(&match);
    if (m->follow)
        m->list.at = (int)m->shown.len - 1;
    list_set_count(&m->list, (int)m->shown.len);
}
