/* `rlbench stats` as text. */
#include "cmd/runs.h"
#include "cmd/stats.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows for programs ---- */

static void print_csv(void *ctx, const struct stats_row *row)
{
    char n[24], threshold[40] = "", v[3][40];
    (void)ctx;
    snprintf(n, sizeof n, "%zu", row->n);
    if (!isnan(row->threshold))
        num_format_real(row->threshold, threshold, sizeof threshold);
    num_format_real(row->value.point, v[0], sizeof v[0]);
    num_format_real(row->value.low, v[1], sizeof v[1]);
    num_format_real(row->value.high, v[2], sizeof v[2]);
    const char *const fields[] = {
        row->kind, row->statistic, row->algorithm, row->versus, row->task, threshold,
        n,         v[0],           v[1],           v[2]};
    csv_row_print(fields, 10, stdout);
}

static void print_json(void *ctx, const struct stats_row *row)
{
    (void)ctx;
    json_t *o = json_pack("{s:i,s:s,s:s,s:s}", "v", 1, "kind", row->kind, "statistic",
                          row->statistic, "algorithm", row->algorithm);
    if (*row->versus)
        json_object_set_new(o, "versus", json_string(row->versus));
    if (*row->task)
        json_object_set_new(o, "task", json_string(row->task));
    if (!isnan(row->threshold))
        json_object_set_new(o, "threshold", json_number(row->threshold));
    json_object_set_new(o, "n", json_integer((json_int_t)row->n));
    json_object_set_new(o, "point", json_number(row->value.point));
    json_object_set_new(o, "low", json_number(row->value.low));
    json_object_set_new(o, "high", json_number(row->value.high));
    json_print(o);
}

/* ---- tables for people ---- */

struct rows {
    VEC(struct stats_row) data;
};

static void keep(void *ctx, const struct stats_row *row)
{
    struct rows *r = ctx;
    vec_push(&r->data, *row);
}

/* A table made cell by cell, the first column to the left. */
static void start_table(struct table *t, size_t columns)
{
    char *aligns = mem_alloc(columns + 1);
    *t = (struct table){.num_columns = columns};
    memset(aligns, 'r', columns);
    aligns[0] = 'l';
    t->aligns = arena_strdup(&t->arena, aligns);
    free(aligns);
}

/* The value of the one row that fits; NULL where there is none. */
static const struct stats_row *find(const struct rows *r, const char *kind, const char *statistic,
                                    const char *algorithm, const char *versus, const char *task)
{
    for (size_t i = 0; i < r->data.len; i++) {
        const struct stats_row *row = &r->data.data[i];
        if (strcmp(row->kind, kind) == 0 && strcmp(row->statistic, statistic) == 0 &&
            strcmp(row->algorithm, algorithm) == 0 && strcmp(row->versus, versus) == 0 &&
            strcmp(row->task, task) == 0)
            return row;
    }
    return NULL;
}

static void add_value(struct table *t, const struct stats_row *row)
{
    table_add(t, row ? interval_text(row->value, &t->arena) : "-");
}

/* "5", or "3-5" where tasks differ. */
static const char *seeds_text(const struct judge *j, const struct rows *r, const char *name,
                              const char *statistic, struct arena *a)
{
    size_t least = SIZE_MAX, most = 0;
    for (size_t t = 0; t < j->tasks.len; t++) {
        const struct stats_row *row = find(r, "cell", statistic, name, "", j->tasks.data[t].name);
        size_t n = row ? row->n : 0;
        least = n < least ? n : least;
        most = n > most ? n : most;
    }
    return least == most ? arena_printf(a, "%zu", most) : arena_printf(a, "%zu-%zu", least, most);
}

/* Makes each table and hands it over. */
struct tables {
    const struct stats_page *page;
    stats_take_table *take;
    void *ctx;
};

static void hand_over(const struct tables *out, const char *title, struct table *t)
{
    out->take(out->ctx, title, t);
    table_finish(t);
}

static void make_aggregate(const struct tables *out, const struct rows *r, enum stats_aggregate a)
{
    const char *statistic = stats_aggregate_name(a);
    const struct judge *j = &out->page->judging->judge;
    struct table t;
    start_table(&t, 2 + j->tasks.len + (j->tasks.len > 1));
    table_add(&t, "ALGORITHM");
    table_add(&t, "SEEDS");
    for (size_t i = 0; i < j->tasks.len; i++)
        table_add(&t, j->tasks.data[i].name);
    if (j->tasks.len > 1)
        table_add(&t, "ALL");
    for (size_t c = 0; c < j->contenders.len; c++) {
        const char *name = j->contenders.data[c].name;
        table_add(&t, name);
        table_add(&t, seeds_text(j, r, name, statistic, &t.arena));
        for (size_t i = 0; i < j->tasks.len; i++)
            add_value(&t, find(r, "cell", statistic, name, "", j->tasks.data[i].name));
        if (j->tasks.len > 1)
            add_value(&t, find(r, "aggregate", statistic, name, "", ""));
    }
    hand_over(out, a == STATS_GAP ? "gap (smaller is better)" : statistic, &t);
}

static void make_improvement(const struct tables *out, const struct rows *r)
{
    const struct judge *j = &out->page->judging->judge;
    size_t n = j->contenders.len;
    struct table t;
    start_table(&t, 1 + n);
    table_add(&t, "");
    for (size_t b = 0; b < n; b++)
        table_add(&t, j->contenders.data[b].name);
    for (size_t a = 0; a < n; a++) {
        table_add(&t, j->contenders.data[a].name);
        for (size_t b = 0; b < n; b++)
            if (a == b)
                table_add(&t, "");
            else
                add_value(&t, find(r, "improvement", "improvement", j->contenders.data[a].name,
                                   j->contenders.data[b].name, ""));
    }
    hand_over(out, "P(the row's algorithm improves on the column's)", &t);
}

static void make_paired(const struct tables *out, const struct rows *r)
{
    struct table t;
    table_init(&t, "PAIR|TASK|SEEDS|DIFFERENCE|WINS", "llrrr");
    for (size_t i = 0; i + 1 < r->data.len; i++) {
        const struct stats_row *row = &r->data.data[i], *wins = row + 1;
        if (strcmp(row->kind, "paired") != 0 || strcmp(row->statistic, "difference") != 0)
            continue;
        table_printf(&t, "%s - %s", row->algorithm, row->versus);
        table_add(&t, row->task);
        table_printf(&t, "%zu", row->n);
        add_value(&t, row);
        table_printf(&t, "%.0f %%", 100 * wins->value.point);
    }
    hand_over(out, "Difference on the same seeds, and how often the first is better", &t);
}

static void make_profile(const struct tables *out, const struct rows *r)
{
    const struct judge *j = &out->page->judging->judge;
    bool below = judge_minimises(j) && !j->normalised;
    struct table t;
    char number[32];
    start_table(&t, 1 + j->contenders.len);
    table_add(&t, below ? "BELOW" : "ABOVE");
    for (size_t c = 0; c < j->contenders.len; c++)
        table_add(&t, j->contenders.data[c].name);
    const struct stats_row *first = NULL;
    size_t per = 0; /* rows of one contender */
    for (size_t i = 0; i < r->data.len; i++) {
        if (strcmp(r->data.data[i].kind, "profile") != 0)
            continue;
        first = first ? first : &r->data.data[i];
        per += strcmp(r->data.data[i].algorithm, first->algorithm) == 0;
    }
    for (size_t i = 0; i < per; i++) {
        table_add(&t, num_format_short(first[i].threshold, number, sizeof number));
        for (size_t c = 0; c < j->contenders.len; c++)
            add_value(&t, &first[c * per + i]);
    }
    hand_over(out, below ? "Share of runs with a score below" : "Share of runs with a score above",
              &t);
}

void stats_tables(const struct stats_page *p, stats_take_table *take, void *ctx)
{
    const struct tables out = {p, take, ctx};
    bool several = p->judging->judge.contenders.len > 1;
    struct rows r = {0};
    stats_each(p, keep, &r);
    for (int a = 0; a < STATS_NUM_AGGREGATES; a++)
        if (p->aggregates[a])
            make_aggregate(&out, &r, (enum stats_aggregate)a);
    if (p->improvement && several)
        make_improvement(&out, &r);
    if (p->paired && several)
        make_paired(&out, &r);
    if (p->profile)
        make_profile(&out, &r);
    vec_finish(&r.data);
}

/* ---- the page ---- */

static void print_table(void *ctx, const char *title, const struct table *t)
{
    const struct stats_page *p = ctx;
    printf(p->format == STATS_LATEX ? "\n%% %s\n" : "\n%s\n", title);
    if (p->format == STATS_MARKDOWN)
        putchar('\n');
    if (p->format == STATS_MARKDOWN)
        table_markdown(t, stdout);
    else if (p->format == STATS_LATEX)
        table_latex(t, stdout);
    else
        table_print(t, TABLE_ALIGNED, stdout);
}

static void print_head(const struct stats_page *p)
{
    struct judge *j = &p->judging->judge;
    const char *mark = p->format == STATS_LATEX ? "% " : "";
    size_t counted = 0;
    for (size_t i = 0; i < j->runs.len; i++)
        counted += j->runs.data[i].counts;
    printf("%sscore: %s; %zu of %zu runs\n", mark, judge_rule(j), counted, j->runs.len);
    if (p->format == STATS_MARKDOWN)
        putchar('\n');
    if (*judge_norm_text(p->norm))
        printf("%snormalised: %s\n", mark, judge_norm_text(p->norm));
    if (p->format == STATS_MARKDOWN)
        putchar('\n');
    printf("%sintervals: %g %% percentile bootstrap over seeds, %u replicates\n", mark,
           100 * p->judging->resampling.confidence, p->judging->resampling.replicates);
}

/* ---- notes and gates ---- */

static void print_notes(const struct stats_page *p, FILE *out)
{
    const struct judge *j = &p->judging->judge;
    const char *mark = p->format == STATS_LATEX ? "% " : p->format == STATS_MARKDOWN ? "- " : "";
    bool to_people = p->format != STATS_CSV;
    if (to_people && j->notes.len + p->verdicts.len)
        putchar('\n');
    for (size_t i = 0; i < j->notes.len; i++)
        fprintf(out, "%snote: %s\n", mark, j->notes.data[i]);
    for (size_t i = 0; i < p->verdicts.len; i++)
        fprintf(out, "%s%s\n", mark, p->verdicts.data[i].text);
}

static void print_json_notes(const struct stats_page *p)
{
    const struct judge *j = &p->judging->judge;
    for (size_t i = 0; i < j->notes.len; i++)
        json_print(json_pack("{s:i,s:s,s:s}", "v", 1, "kind", "note", "text", j->notes.data[i]));
    for (size_t i = 0; i < p->verdicts.len; i++)
        json_print(json_pack("{s:i,s:s,s:b,s:s}", "v", 1, "kind", "gate", "met",
                             p->verdicts.data[i].holds, "text", p->verdicts.data[i].text));
}

void stats_print(struct stats_page *p)
{
    static const char *const heads[] = {"kind",      "statistic", "algorithm", "versus", "task",
                                        "threshold", "n",         "point",     "low",    "high"};
    switch (p->format) {
    case STATS_CSV:
        csv_row_print(heads, 10, stdout);
        stats_each(p, print_csv, NULL);
        print_notes(p, stderr);
        break;
    case STATS_JSON:
        stats_each(p, print_json, NULL);
        print_json_notes(p);
        break;
    case STATS_TABLE:
    case STATS_MARKDOWN:
    case STATS_LATEX:
        print_head(p);
        stats_tables(p, print_table, p);
        print_notes(p, stdout);
    }
}
