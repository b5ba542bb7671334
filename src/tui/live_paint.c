#include "tui/live_paint.h"

#include <stdlib.h>

void live_paint_finish(struct live_paint *p)
{
    vec_finish(&p->marks);
    *p = (struct live_paint){0};
}

void live_paint_fit(struct live_paint *p, size_t rows, size_t cols)
{
    if (p->rows == rows && p->cols == cols)
        return;
    p->marks.len = 0;
    p->rows = rows;
    p->cols = cols;
    p->row = rows / 2;
    p->col = cols / 2;
}

static size_t moved(size_t at, int by, size_t n)
{
    if (by < 0)
        return at > 0 ? at - 1 : 0;
    return by > 0 && at + 1 < n ? at + 1 : at;
}

void live_paint_move(struct live_paint *p, int rows, int cols)
{
    p->row = moved(p->row, rows, p->rows);
    p->col = moved(p->col, cols, p->cols);
}

void live_paint_mark(struct live_paint *p, int weight)
{
    for (size_t i = 0; i < p->marks.len; i++) {
        struct paint_mark *m = &p->marks.data[i];
        if (m->row != p->row || m->col != p->col)
            continue;
        if (m->weight == weight)
            *m = p->marks.data[--p->marks.len];
        else
            m->weight = weight;
        return;
    }
    const struct paint_mark new = {p->row, p->col, weight};
    vec_push(&p->marks, new);
}

void live_paint_text(const struct live_paint *p, struct buf *out)
{
    for (size_t i = 0; i < p->marks.len; i++) {
        const struct paint_mark *m = &p->marks.data[i];
        buf_printf(out, "%s%sgoal %zu,%zu@%zux%zu", i ? "; " : "", m->weight < 0 ? "-1 " : "",
                   m->row, m->col, p->rows, p->cols);
    }
}
