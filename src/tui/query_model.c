#include "tui/query_model.h"

#include "tui/match.h"

#include <stdlib.h>
#include <string.h>

void query_model_finish(struct query_model *m)
{
    free(m->sql);
    asker_finish(&m->answer);
    vec_finish(&m->shown);
    query_saved_finish(&m->saved);
    *m = (struct query_model){0};
}

static bool row_matches(const struct query_model *m, const struct match *match, size_t row)
{
    const struct asker_answer *a = &m->answer;
    bool found = match->negated;
    for (size_t c = 0; c < a->num_columns && found == match->negated; c++) {
        const char *cell = asker_cell(a, row, c);
        const char *const texts[] = {cell ? cell : "NULL", NULL};
        found = match_any(match, texts);
    }
    return found;
}

void query_model_arrange(struct query_model *m)
{
    struct match match;
    match_init(&match, m->filter);
    m->shown.len = 0;
    for (size_t row = 0; row < m->answer.num_rows; row++)
        if (match.all || row_matches(m, &match, row))
            vec_push(&m->shown, row);
    match_finish(&match);
    list_set_count(&m->list, (int)m->shown.len);
}

void query_model_take(struct query_model *m, struct asker_answer *answer)
{
    asker_finish(&m->answer);
    m->answer = *answer;
    *answer = (struct asker_answer){0};
    m->answered = true;
    m->running = m->stopped = false;
    m->filter[0] = '\0';
    m->column = m->left = 0;
    m->list.at = m->list.top = 0;
    query_model_arrange(m);
}

size_t query_model_row(const struct query_model *m)
{
    return (size_t)m->list.at < m->shown.len ? m->shown.data[m->list.at] : SIZE_MAX;
}
