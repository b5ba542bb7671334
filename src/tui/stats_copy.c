/* What Stats shows as a table for other programs, in the columns of `rlbench stats`. */
#include "cmd/judging.h"
#include "cmd/table.h"
#include "tui/stats_model.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct stats_number *find(const struct stats_model *m, size_t contender, size_t task)
{
    for (size_t i = 0; i < m->num_aggregates; i++)
        if (m->numbers.data[i].a == contender && m->numbers.data[i].task == task)
            return &m->numbers.data[i];
    return NULL;
}

static size_t runs_of(const struct stats_number *n)
{
    return n && n->of.num_tasks ? n->of.start[n->of.num_tasks] : 0;
}

/* "5", or "3-5" where tasks differ. */
static const char *seeds_text(const struct stats_model *m, size_t contender, struct arena *a)
{
    size_t least = SIZE_MAX, most = 0;
    for (size_t t = 0; t < m->judge.tasks.len; t++) {
        size_t n = runs_of(find(m, contender, t));
        least = n < least ? n : least;
        most = n > most ? n : most;
    }
    return least == most ? arena_printf(a, "%zu", most) : arena_printf(a, "%zu-%zu", least, most);
}

static void start_table(struct table *t, size_t columns, struct arena *a)
{
    char *aligns = arena_alloc(a, columns + 1);
    *t = (struct table){.num_columns = columns, .aligns = aligns};
    memset(aligns, 'r', columns);
    aligns[0] = 'l';
}

static void fill_aggregates(const struct stats_model *m, struct table *t, struct arena *a)
{
    const struct judge *j = &m->judge;
    size_t tasks = j->tasks.len, columns = tasks + (tasks > 1);
    start_table(t, 2 + columns, a);
    table_add(t, "ALGORITHM");
    table_add(t, "SEEDS");
    for (size_t k = 0; k < columns; k++)
        table_add(t, k < tasks ? j->tasks.data[k].name : "ALL");
    for (size_t c = 0; c < j->contenders.len; c++) {
        table_add(t, j->contenders.data[c].name);
        table_add(t, seeds_text(m, c, a));
        for (size_t k = 0; k < columns; k++) {
            const struct stats_number *n = find(m, c, k);
            table_add(t, n ? interval_text(n->value, a) : "-");
        }
    }
}

static void fill_improvement(const struct stats_model *m, struct table *t, struct arena *a)
{
    const struct judge *j = &m->judge;
    size_t n = j->contenders.len;
    start_table(t, 1 + n, a);
    table_add(t, "P(row improves on column)");
    for (size_t b = 0; b < n; b++)
        table_add(t, j->contenders.data[b].name);
    for (size_t x = 0; x < n; x++) {
        table_add(t, j->contenders.data[x].name);
        for (size_t y = 0; y < n; y++)
            table_add(t, x == y ? "" : interval_text(stats_model_improvement(m, x, y), a));
    }
}

static void put_table(const struct table *t, enum stats_copy format, FILE *out)
{
    (format == COPY_LATEX ? table_latex : table_markdown)(t, out);
}

/* ---- CSV: one number a row ---- */

static void put_row(FILE *out, const char *kind, const char *statistic, const char *algorithm,
                    const char *versus, const char *task, size_t n, struct stats_interval i)
{
    char count[24], v[3][40];
    const double values[] = {i.point, i.low, i.high};
    snprintf(count, sizeof count, "%zu", n);
    for (int k = 0; k < 3; k++)
        num_format_real(values[k], v[k], sizeof v[k]);
    const char *const fields[] = {kind, statistic, algorithm, versus, task,
                                  "",   count,     v[0],      v[1],   v[2]};
    csv_row_print(fields, 10, out);
}

static void put_csv(const struct stats_model *m, FILE *out)
{
    static const char *const heads[] = {"kind",      "statistic", "algorithm", "versus", "task",
                                        "threshold", "n",         "point",     "low",    "high"};
    const struct judge *j = &m->judge;
    csv_row_print(heads, 10, out);
    for (size_t i = 0; i < m->num_aggregates; i++) {
        const struct stats_number *n = &m->numbers.data[i];
        bool all = n->task >= j->tasks.len;
        put_row(out, all ? "aggregate" : "cell", stats_aggregate_name(m->aggregate),
                j->contenders.data[n->a].name, "", all ? "" : j->tasks.data[n->task].name,
                runs_of(n), n->value);
    }
    for (size_t i = m->num_aggregates; i < m->numbers.len; i++) {
        const struct stats_number *n = &m->numbers.data[i];
        if (n->a == SIZE_MAX) /* of a gate */
            continue;
        size_t runs = runs_of(n) + n->against.start[n->against.num_tasks];
        for (int side = 0; side < 2; side++) {
            size_t a = side ? n->b : n->a, b = side ? n->a : n->b;
            put_row(out, "improvement", "improvement", j->contenders.data[a].name,
                    j->contenders.data[b].name, "", runs, stats_model_improvement(m, a, b));
        }
    }
}

char *stats_copy_text(struct stats_model *m, enum stats_copy format)
{
    char *text = NULL;
    size_t size;
    struct arena a = {0};
    struct table t;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return mem_strdup("");
    if (format == COPY_CSV) {
        put_csv(m, out);
    } else {
        fprintf(out, "%s%s of %s%s\n\n", format == COPY_LATEX ? "% " : "",
                stats_aggregate_name(m->aggregate), m->rule,
                m->judge.normalised ? ", normalised" : "");
        fill_aggregates(m, &t, &a);
        put_table(&t, format, out);
        table_finish(&t);
        if (m->judge.contenders.len > 1) {
            fputc('\n', out);
            fill_improvement(m, &t, &a);
            put_table(&t, format, out);
            table_finish(&t);
        }
    }
    fclose(out);
    arena_finish(&a);
    return text;
}
