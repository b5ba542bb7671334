#include "tui/sweep_model.h"

#include <math.h>
#include <stdlib.h>

void sweep_model_finish(struct sweep_model *m)
{
    sweep_finish(&m->results);
    free(m->importance);
    free(m->order);
    *m = (struct sweep_model){.key = m->key, .list = m->list};
}

static int by_run(const void *a, const void *b, void *model)
{
    const struct sweep_model *m = model;
    int64_t x = m->results.groups.data[*(const size_t *)a].run,
            y = m->results.groups.data[*(const size_t *)b].run;
    return (x > y) - (x < y);
}

size_t sweep_model_first_key(const struct sweep_model *m)
{
    size_t best = 0;
    for (size_t k = 1; k < m->results.keys.len; k++)
        if (m->importance[k] > m->importance[best] || isnan(m->importance[best]))
            best = k;
    return best;
}

void sweep_model_conclude(struct sweep_model *m, int64_t run_under_cursor)
{
    const struct sweep_results *r = &m->results;
    size_t n = r->groups.len;
    m->importance = mem_grow(m->importance, r->keys.len + 1, sizeof *m->importance);
    for (size_t k = 0; k < r->keys.len; k++)
        m->importance[k] = sweep_importance(r, r->keys.data[k]);
    m->order = mem_grow(m->order, n + 1, sizeof *m->order);
    for (size_t i = 0; i < n; i++)
        m->order[i] = i;
    if (n)
        qsort_r(m->order, n, sizeof *m->order, by_run, m);
    m->key = m->key <= r->keys.len ? m->key : 0;
    list_set_count(&m->list, (int)n);
    for (size_t i = 0; i < n; i++)
        if (r->groups.data[i].run == run_under_cursor)
            m->list.at = (int)i;
    list_set_count(&m->list, (int)n);
    m->there = true;
}

double sweep_model_best(const struct sweep_model *m, size_t n)
{
    double best = NAN;
    for (size_t i = 0; i <= n && i < m->results.groups.len; i++) {
        double mean = sweep_mean(&m->results.groups.data[m->order[i]]);
        if (isnan(best) || (m->results.maximize ? mean > best : mean < best))
            best = mean;
    }
    return best;
}
