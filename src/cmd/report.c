/* rlbench report: what a group of runs came to, as one HTML file. */
#include "cmd/report.h"

#include "chart/svg.h"
#include "cmd/html.h"
#include "cmd/runs.h"

#include <rlbench/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GRID_STEPS = 400, CURVE_REPLICATES = 1000 };

static const struct opt opts[] = {
    {"out", 'o', "FILE", "the HTML file to write; - is the standard output"},
    {"plot", 'p', "METRIC", "draw this metric, too; repeatable"},
    SCORE_OPTS,
    INTERVAL_OPTS,
    {"normalize", 0, "HOW", "none, minmax, LO:HI or TASK=LO:HI; repeatable"},
    {"gate", 'g', "GATE", "'A>B@0.95', 'A>=X' or 'A<=X'; repeatable"},
    {NULL, 0, NULL, NULL},
};

/* ---- results ---- */

static void take_table(void *ctx, const char *title, const struct table *t)
{
    struct report *r = ctx;
    html_table(&r->html, t, title);
}

static void put_note(struct report *r, const char *class, const char *text)
{
    buf_printf(&r->html, "<p class=\"%s\">", class);
    svg_text(&r->html, text);
    buf_puts(&r->html, "</p>\n");
}

static void put_results(struct report *r)
{
    struct judge *j = &r->judging->judge;
    struct buf line = {0};
    html_element(&r->html, "h2", "Results");
    buf_printf(&line, "Score of a run: %s. ", judge_rule(j));
    if (*judge_norm_text(r->stats.norm))
        buf_printf(&line, "Normalised: %s. ", judge_norm_text(r->stats.norm));
    buf_printf(&line,
               "Intervals: %g %% percentile bootstrap over seeds, %u replicates. The "
               "interquartile mean (iqm) is the mean of the middle half of the scores.",
               100 * r->judging->resampling.confidence, r->judging->resampling.replicates);
    html_element(&r->html, "p", buf_text(&line));
    buf_finish(&line);
    for (size_t i = 0; i < r->stats.verdicts.len; i++)
        put_note(r, r->stats.verdicts.data[i].holds ? "note good" : "note",
                 r->stats.verdicts.data[i].text);
    for (size_t i = 0; i < j->notes.len; i++)
        put_note(r, "note", j->notes.data[i]);
    stats_tables(&r->stats, take_table, r);
}

/* ---- curves ---- */

static int put_curve(struct report *r, const char *metric, struct err *e)
{
    struct judging shown = *r->judging; /* the same runs, another metric */
    struct plot_request request = {.judging = &shown};
    struct judge_lines lines = {0};
    struct judge_how how = r->judging->judge.how;
    how.metric = metric;
    request.how = (struct judge_line_how){
        .centre = STATS_IQM, .columns = GRID_STEPS, .resampling = shown.resampling};
    request.how.resampling.replicates = CURVE_REPLICATES;
    int status = judge_collect(&shown.judge, shown.store, shown.rows, shown.num_rows, &how, e);
    if (status == OK)
        status = judge_draw_lines(&shown.judge, shown.store, &request.how, &lines, e);
    if (status == OK) {
        request.log_y = shown.judge.flags & RLB_M_LOG;
        buf_puts(&r->html, "<figure>\n");
        plot_svg(&request, &lines, false, &r->html);
        html_element(&r->html, "figcaption", judge_lines_rule(&lines, &request.how));
        buf_puts(&r->html, "</figure>\n");
    }
    judge_lines_finish(&lines);
    judge_finish(&shown.judge);
    return status;
}

/* The metric that is judged, the headlines of the runs, and those asked for; each once. */
static int put_curves(struct report *r, const struct cli *c, struct err *e)
{
    const struct judge *j = &r->judging->judge;
    VEC(const char *) metrics = {0};
    const char *name = j->metric;
    int status = OK;
    html_element(&r->html, "h2", "Curves");
    for (size_t i = 0, k = 0; name;) {
        bool known = !*name;
        for (size_t m = 0; m < metrics.len; m++)
            known = known || strcmp(metrics.data[m], name) == 0;
        if (!known)
            vec_push(&metrics, name);
        name = i < j->runs.len ? j->runs.data[i++].row.headline : cli_get_nth(c, "plot", k++);
    }
    for (size_t i = 0; i < metrics.len && status == OK; i++)
        status = put_curve(r, metrics.data[i], e);
    vec_finish(&metrics);
    return status;
}

/* ---- the profile ---- */

struct profile {
    VEC(struct stats_row) rows;
};

static void keep_profile(void *ctx, const struct stats_row *row)
{
    struct profile *p = ctx;
    if (strcmp(row->kind, "profile") == 0)
        vec_push(&p->rows, *row);
}

static void put_profile(struct report *r)
{
    const struct judge *j = &r->judging->judge;
    struct stats_page page = r->stats;
    struct profile p = {0};
    struct arena a = {0};
    page.profile = true;
    page.improvement = false;
    page.format = STATS_CSV; /* all thresholds */
    memset(page.aggregates, 0, sizeof page.aggregates);
    stats_each(&page, keep_profile, &p);
    size_t per = j->contenders.len ? p.rows.len / j->contenders.len : 0;
    struct svg_line *lines = arena_alloc(&a, (j->contenders.len + 1) * sizeof *lines);
    for (size_t c = 0; c < j->contenders.len && per; c++) {
        double *x = arena_alloc(&a, 4 * per * sizeof *x), *y = x + per, *lo = y + per,
               *hi = lo + per;
        for (size_t i = 0; i < per; i++) {
            const struct stats_row *row = &p.rows.data[c * per + i];
            x[i] = row->threshold;
            y[i] = row->value.point;
            lo[i] = row->value.low;
            hi[i] = row->value.high;
        }
        lines[c] = (struct svg_line){j->contenders.data[c].name, x, y, lo, hi, per};
    }
    bool below = judge_minimises(j) && !j->normalised;
    const struct svg_chart chart = {
        .title = below ? "Share of runs with a score below" : "Share of runs with a score above",
        .x_label = j->normalised ? "normalised score" : j->metric,
        .desc = "Performance profile with pointwise bootstrap intervals",
        .lines = lines,
        .num_lines = j->contenders.len,
        .width = 760,
        .height = 340};
    if (per) {
        buf_puts(&r->html, "<figure>\n");
        svg_chart(&r->html, &chart, false);
        buf_puts(&r->html, "</figure>\n");
    }
    vec_finish(&p.rows);
    arena_finish(&a);
}

/* ---- the verb ---- */

static int write_report(struct report *r, const struct cli *c, const char *path, struct err *e)
{
    struct buf title = {0};
    report_title(r, &title);
    html_begin(&r->html, buf_text(&title));
    buf_finish(&title);
    report_head(r);
    put_results(r);
    put_profile(r);
    int status = put_curves(r, c, e);
    report_runs(r);
    if (status == OK)
        status = report_provenance(r, e);
    if (status == OK)
        status = report_again(r, c, e);
    html_end(&r->html);
    return status == OK ? plot_write(path, &r->html, e) : status;
}

static int run(struct cli *c, struct err *e)
{
    struct judging g = {0};
    struct report r = {.judging = &g, .stats = {.judging = &g}};
    const char *path = cli_get(c, "out");
    bool met = true;
    if (!path)
        return err_set(e, ERR_USAGE, "where to? report [RUN|EXPERIMENT]... -o FILE.html");
    r.stats.aggregates[STATS_IQM] = r.stats.aggregates[STATS_MEAN] = r.stats.improvement = true;
    r.stats.first = STATS_IQM;
    int status = judging_open(&g, c, c->args, c->num_args, e);
    if (status == OK)
        status = judging_normalise(&g, c, &r.stats.norm, e);
    if (status == OK)
        status = stats_check_gates(&r.stats, c, &met, e);
    if (status == OK) {
        stats_warn(&r.stats);
        status = write_report(&r, c, path, e);
    }
    if (status == OK && !met)
        status = ERR_FAILED; /* the file says which */
    buf_finish(&r.html);
    vec_finish(&r.stats.verdicts);
    judging_close(&g);
    return status;
}

const struct verb verb_report = {
    .name = "report",
    .args = "[RUN|EXPERIMENT|FILTER]... -o FILE.html [OPTION]...",
    .doc = "write results, curves, provenance and commands as one HTML file",
    .examples = "rlbench report quickstart -o quickstart.html\n"
                "rlbench report 'algo=sarsa' 'algo=q-learning' -o both.html --plot td_error\n",
    .opts = opts,
    .run = run,
};
