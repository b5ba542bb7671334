/* Query with an answer, as the child that asks the database writes it. */
#ifndef RLBENCH_TESTS_TUI_QUERY_FIXTURE_H
#define RLBENCH_TESTS_TUI_QUERY_FIXTURE_H

#include "golden.h"
#include "tui/query_model.h"

#include <math.h>

static const char *const query_names[] = {"step", "loss", "a longer name than most", "note"};

static inline struct query_model *query_model_of(struct app *a)
{
    return a->states[SCOPE_QUERY - 1]; /* the first member of the screen's state */
}

static inline void query_put(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text) + 1);
}

/* An answer as the child writes it. */
static inline void query_answer(size_t rows, const char *x, struct buf *out)
{
    buf_puts(out, "C4");
    buf_putc(out, '\0');
    for (int i = 0; i < 4; i++)
        query_put(out, query_names[i]);
    for (size_t i = 0; i < rows; i++) {
        char text[64];
        buf_puts(out, *x ? "Rr" : "Ri");
        snprintf(text, sizeof text, "%s%zu", x, 100 * i);
        query_put(out, text);
        buf_putc(out, i % 7 == 3 ? 'n' : 'r');
        snprintf(text, sizeof text, "%.6f", exp(-0.05 * (double)i));
        query_put(out, i % 7 == 3 ? "" : text);
        buf_putc(out, 'i');
        snprintf(text, sizeof text, "%zu", i * i);
        query_put(out, text);
        buf_putc(out, 't');
        query_put(out, i % 2 ? "plain" : "日本語, and a text that is longer than a column is wide");
    }
    buf_putc(out, '.');
}

static inline void query_give(struct app *a, struct buf *text, int status)
{
    struct query_model *m = query_model_of(a);
    struct asker_answer answer;
    asker_begin(&answer, text, status);
    asker_step(&answer, INT64_MAX);
    free(m->sql);
    m->sql = mem_strdup("SELECT step, loss, square AS \"a longer name than most\", note\n"
                        "FROM somewhere ORDER BY step");
    query_model_take(m, &answer);
    m->seconds = 0.0123;
    buf_finish(text);
}

/* 200 rows, the thirty-first and the second column under the cursor. */
static inline void query_fill(struct app *a)
{
    struct buf text = {0};
    query_answer(200, "", &text);
    query_give(a, &text, 0);
    for (int i = 0; i < 30; i++)
        app_act(a, ACT_DOWN, "");
    app_act(a, ACT_RIGHT, "");
}

#endif
