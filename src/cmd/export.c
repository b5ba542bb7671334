/* rlbench export: everything that runs logged, complete, in order, and the same bytes every time.
 */
#include "cmd/judging.h"
#include "cmd/runs.h"

#include "base/csv.h"
#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opt opts[] = {
    {"what", 0, "WHAT", "points (default), episodes, scores or params"},
    {"format", 0, "FORMAT", "csv (default) or jsonl, one object per line"},
    SCORE_OPTS,
    {NULL, 0, NULL, NULL},
};

/* ---- lines ---- */

struct writer {
    bool json;
    struct buf line, prefix; /* prefix: the cells that tell the run, equal on all its lines */
    const char *const *names;
    int cells; /* on the line so far, those of the prefix included */
};

static void put_json_text(struct buf *b, const char *text)
{
    json_t *value = json_string(text);
    if (!value) /* not UTF-8 */
        value = json_null();
    char *dump = json_dumps(value, JSON_ENCODE_ANY);
    buf_puts(b, dump);
    free(dump);
    json_decref(value);
}

static void start_cell(struct writer *w)
{
    if (w->json) {
        buf_puts(&w->line, w->cells ? "," : "{");
        put_json_text(&w->line, w->names[w->cells]);
        buf_putc(&w->line, ':');
    } else if (w->cells) {
        buf_putc(&w->line, ',');
    }
    w->cells++;
}

static void add_text(struct writer *w, const char *text)
{
    start_cell(w);
    (w->json ? put_json_text : csv_put)(&w->line, text);
}

/* A number as text; JSON has no infinities, they are strings there. */
static void add_number(struct writer *w, const char *text)
{
    bool plain = !w->json || !strpbrk(text, "ni");
    start_cell(w);
    buf_printf(&w->line, plain ? "%s" : "\"%s\"", text);
}

/* What is not known: nothing, or null. */
static void add_nothing(struct writer *w)
{
    start_cell(w);
    buf_puts(&w->line, w->json ? "null" : "");
}

static int end_line(struct writer *w)
{
    buf_puts(&w->line, w->json ? "}\n" : "\r\n");
    fwrite(w->line.data, 1, w->line.len, stdout);
    buf_clear(&w->line);
    return ferror(stdout);
}

/* ---- what tells the run ---- */

enum { RUN_CELLS = 7 };
#define RUN_NAMES "run", "uid", "experiment", "algorithm", "environment", "label", "seed"

static void set_prefix(struct writer *w, const struct run_row *r)
{
    char number[24];
    buf_clear(&w->line);
    w->cells = 0;
    snprintf(number, sizeof number, "%lld", (long long)r->id);
    add_number(w, number);
    add_text(w, r->uid);
    add_text(w, r->experiment);
    add_text(w, r->algo);
    add_text(w, r->env);
    add_text(w, r->label);
    snprintf(number, sizeof number, "%llu", (unsigned long long)r->seed);
    add_number(w, number);
    buf_clear(&w->prefix);
    buf_add(&w->prefix, w->line.data, w->line.len);
    buf_clear(&w->line);
}

static void start_line(struct writer *w)
{
    buf_add(&w->line, w->prefix.data, w->prefix.len);
    w->cells = RUN_CELLS;
}

/* ---- what can be exported ---- */

/* Rows of a query on one run, %lld is its number, in the order of an index: nothing is sorted and
 * nothing kept. kinds, per column: t text, n number, m measurement (NULL is NaN), o a number that
 * may not be known. */
struct source {
    const char *what, *kinds, *sql;
    const char *const *names;
};

static const char *const point_names[] = {RUN_NAMES, "metric", "step", "sub", "attempt", "value"};
static const char *const episode_names[] = {RUN_NAMES, "kind",   "step",    "index",
                                            "attempt", "return", "success", "length"};
static const char *const param_names[] = {RUN_NAMES, "key", "value", "number", "source"};

static const struct source sources[] = {
    {"points", "tnnnm",
     "SELECT m.name, p.step, p.sub, p.attempt, p.value FROM point p CROSS JOIN metric m"
     " ON m.id = p.metric_id CROSS JOIN attempt a ON a.run_id = p.run_id AND a.n = p.attempt"
     " AND p.step <= a.visible_to WHERE p.run_id = %lld"
     " ORDER BY p.metric_id, p.step, p.sub, p.attempt",
     point_names},
    {"episodes", "tnnnmon",
     "SELECT CASE e.kind WHEN 0 THEN 'training' ELSE 'evaluation' END, e.step, e.idx, e.attempt,"
     " e.ret, e.extra, e.len FROM episode e CROSS JOIN attempt a ON a.run_id = e.run_id"
     " AND a.n = e.attempt AND e.step <= a.visible_to WHERE e.run_id = %lld"
     " ORDER BY e.kind, e.step, e.idx, e.attempt",
     episode_names},
    {"params", "ttot", "SELECT key, txt, num, source FROM param WHERE run_id = %lld ORDER BY key",
     param_names},
};

struct rows {
    struct writer *writer;
    const struct source *source;
};

static int take_row(void *ctx, int n, const char *types, const char *const *texts)
{
    struct rows *r = ctx;
    start_line(r->writer);
    for (int i = 0; i < n; i++) {
        char kind = r->source->kinds[i];
        if (kind == 't')
            add_text(r->writer, texts[i]);
        else if (types[i] == 'n' && kind == 'm')
            add_number(r->writer, "nan");
        else if (types[i] == 'n')
            add_nothing(r->writer);
        else
            add_number(r->writer, texts[i]);
    }
    return end_line(r->writer);
}

static void print_head(const struct writer *w, size_t columns)
{
    for (size_t i = 0; i < columns && !w->json; i++)
        printf("%s%s", i ? "," : "", w->names[i]);
    fputs(w->json ? "" : "\r\n", stdout);
}

static int export_rows(struct store *s, const struct run_row *rows, size_t n,
                       const struct source *source, struct writer *w, struct err *e)
{
    int status = OK;
    w->names = source->names;
    print_head(w, RUN_CELLS + strlen(source->kinds));
    for (size_t i = 0; i < n && status == OK; i++) {
        struct rows ctx = {w, source};
        const struct store_sink sink = {&ctx, NULL, take_row};
        struct buf sql = {0};
        const char *at = strstr(source->sql, "%lld");
        set_prefix(w, &rows[i]);
        buf_printf(&sql, "%.*s%lld%s", (int)(at - source->sql), source->sql, (long long)rows[i].id,
                   at + 4);
        status = store_query(s, buf_text(&sql), &sink, e);
        buf_finish(&sql);
    }
    return status;
}

/* ---- scores ---- */

static int export_scores(struct judging *g, struct writer *w)
{
    static const char *const names[] = {RUN_NAMES, "state", "contender", "task",
                                        "metric",  "score", "counts",    "why"};
    struct judge *j = &g->judge;
    int stop = 0;
    w->names = names;
    print_head(w, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < j->runs.len && !stop; i++) {
        const struct judge_run *r = &j->runs.data[i];
        char number[40];
        set_prefix(w, &r->row);
        start_line(w);
        add_text(w, run_state_name(r->row.state));
        add_text(w, j->contenders.data[r->contender].name);
        add_text(w, j->tasks.data[r->task].name);
        add_text(w, j->metric);
        if (r->counts || !r->why)
            add_number(w, num_format_real(r->value, number, sizeof number));
        else
            add_nothing(w);
        add_number(w, r->counts ? "1" : "0");
        add_text(w, r->why ? r->why : r->counts ? "" : "older run of the seed");
        stop = end_line(w);
    }
    return OK;
}

/* ---- the verb ---- */

static int read_what(const struct cli *c, const struct source **source, bool *json, struct err *e)
{
    const char *what = cli_get(c, "what"), *format = cli_get(c, "format");
    *json = format && strcmp(format, "jsonl") == 0;
    if (format && !*json && strcmp(format, "csv") != 0)
        return err_set(e, ERR_USAGE, "no format '%s'; formats: csv jsonl", format);
    *source = what ? NULL : &sources[0];
    for (size_t i = 0; what && i < sizeof sources / sizeof sources[0]; i++)
        if (strcmp(sources[i].what, what) == 0)
            *source = &sources[i];
    if (!*source && strcmp(what, "scores") != 0)
        return err_set(e, ERR_USAGE, "nothing called '%s'; --what points, episodes, scores, params",
                       what);
    return OK;
}

static int export_source(const struct cli *c, const struct source *source, struct writer *w,
                         struct err *e)
{
    struct store *s = NULL;
    struct arena a = {0};
    struct run_row *rows;
    size_t n = 0;
    int status = cli_open_store(c, &s, e);
    if (status == OK)
        status = judge_select(s, c->args, c->num_args, &a, &rows, &n, e);
    if (status == OK)
        status = export_rows(s, rows, n, source, w, e);
    arena_finish(&a);
    store_close(s);
    return status;
}

static int run(struct cli *c, struct err *e)
{
    struct writer w = {0};
    const struct source *source = NULL;
    int status = read_what(c, &source, &w.json, e);
    if (status == OK && source) {
        status = export_source(c, source, &w, e);
    } else if (status == OK) {
        struct judging g = {0};
        status = judging_open(&g, c, c->args, c->num_args, e);
        if (status == OK)
            status = export_scores(&g, &w);
        judging_close(&g);
    }
    buf_finish(&w.line);
    buf_finish(&w.prefix);
    return status;
}

const struct verb verb_export = {
    .name = "export",
    .args = "[RUN|EXPERIMENT|FILTER]... [OPTION]...",
    .doc = "print points, episodes, scores or parameters as CSV or JSON lines",
    .examples = "rlbench export @last > points.csv\n"
                "rlbench export quickstart --what episodes --format jsonl\n"
                "rlbench export algo=sarsa --what scores --window 10\n",
    .opts = opts,
    .run = run,
};
