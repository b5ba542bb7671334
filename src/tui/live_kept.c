#include "tui/live_kept.h"

#include <stdlib.h>
#include <string.h>

void live_kept_finish(struct live_kept *k)
{
    for (size_t i = 0; i < k->metrics * k->groups; i++)
        free(k->lines[i].cells);
    free(k->lines);
    *k = (struct live_kept){0};
}

static void fit(struct live_kept *k, const struct live_model *m)
{
    if (k->metrics == m->metrics.len && k->groups == m->groups.len)
        return;
    live_kept_finish(k);
    k->metrics = m->metrics.len;
    k->groups = m->groups.len;
    k->lines = mem_alloc(k->metrics * k->groups * sizeof *k->lines);
}

/* FNV-1a over whole words. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    return (hash ^ word) * UINT64_C(0x100000001B3);
}

static uint64_t content_of(const struct live_model *m, size_t metric, size_t group)
{
    const struct live_metric *of = &m->metrics.data[metric];
    uint64_t hash = mix(UINT64_C(0xCBF29CE484222325), (uint64_t)of->id);
    for (size_t r = 0; r < m->runs.len; r++)
        if (m->runs.data[r].group == group)
            hash = mix(mix(hash, (uint64_t)m->runs.data[r].id), of->curves[r].changes);
    return hash;
}

void live_kept_group(struct live_kept *k, const struct live_model *m, size_t metric, size_t group,
                     uint64_t lo, uint64_t hi, size_t columns, struct plot_column *out,
                     double *last, double *half)
{
    fit(k, m);
    struct live_kept_line *line = &k->lines[metric * k->groups + group];
    const struct live_key key = {.content = content_of(m, metric, group),
                                 .lo = lo,
                                 .hi = hi,
                                 .columns = columns,
                                 .log_y = m->metrics.data[metric].log_y,
                                 .strength = m->strength};
    if (!line->cells || memcmp(&line->key, &key, sizeof key) != 0) {
        line->cells = mem_grow(line->cells, columns + 1, sizeof *line->cells);
        live_reduce_group(m, metric, group, lo, hi, columns, line->cells, &line->last, &line->half);
        line->key = key;
    }
    memcpy(out, line->cells, columns * sizeof *out);
    *last = line->last;
    *half = line->half;
}
