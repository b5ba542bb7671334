/* rlbench plot: curves with bands, into the scrollback or into files. */
#include "cmd/plot.h"

#include "chart/plot.h"

#include <rlbench/plugin.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { GRID_STEPS = 400, CURVE_REPLICATES = 1000, ROWS = 20, COLUMNS = 80 };

static const struct opt opts[] = {
    {"svg", 0, "FILE", "write an SVG picture"},
    {"data", 0, "FILE", "write the numbers for gnuplot"},
    {"pgfplots", 0, "FILE", "write a picture for LaTeX"},
    {"mean", 0, NULL, "the line is the mean of the runs (default: interquartile mean)"},
    {"columns", 0, "N", "files have at most N steps (default 400)"},
    {"log-y", 0, NULL, "logarithmic values (the default where the metric says so)"},
    {"linear", 0, NULL, "not logarithmic"},
    {"log-x", 0, NULL, "logarithmic steps, in files"},
    INTERVAL_OPTS,
    {"rows", 0, "N", "rows of the chart (default 20)"},
    {"cols", 0, "N", "columns of the chart (default: those of the terminal, else 80)"},
    {"glyphs", 0, "SET", "draw with braille, block or ascii characters"},
    {NULL, 0, NULL, NULL},
};

/* ---- a chart of characters ---- */

static struct plot_column *reduce(const struct judge_line *l, const struct plot *p, double *last,
                                  double *half, struct arena *a)
{
    struct plot_column *columns = arena_alloc(a, (p->columns + 1) * sizeof *columns);
    *last = *half = NAN;
    for (size_t c = 0; c < p->columns; c++)
        columns[c] = (struct plot_column){NAN, NAN, NAN, NAN, NAN, false};
    for (size_t i = 0; i < l->num_points; i++) {
        const struct judge_point *point = &l->points[i];
        columns[plot_column_of(p, point->step)] = (struct plot_column){.mean = point->mid,
                                                                       .min = point->least,
                                                                       .max = point->greatest,
                                                                       .lo = point->lo,
                                                                       .hi = point->hi,
                                                                       .bad = point->bad > 0};
        if (!isnan(point->mid)) {
            *last = point->mid;
            *half = (point->hi - point->lo) / 2;
        }
    }
    return columns;
}

void plot_cells(const struct plot_request *r, struct judge_lines *l, enum glyphs glyphs,
                struct grid *g)
{
    struct plot_curve *curves = arena_alloc(&l->arena, (l->lines.len + 1) * sizeof *curves);
    const struct rect all = {1, 0, g->rows - 1, g->cols};
    struct plot p = {.curves = curves,
                     .num_curves = l->lines.len,
                     .columns = plot_columns(all, glyphs),
                     .lo = l->first,
                     .hi = l->last,
                     .x_unit = arena_printf(&l->arena, "%ss", l->x_unit),
                     .log_y = r->log_y,
                     .y_lo = NAN,
                     .y_hi = NAN};
    for (size_t i = 0; i < l->lines.len; i++) {
        curves[i].name = l->lines.data[i].name;
        curves[i].style = (int)(i % 8);
        curves[i].columns =
            reduce(&l->lines.data[i], &p, &curves[i].last, &curves[i].half, &l->arena);
    }
    grid_printf(g, 0, 0, g->cols, ROLE_TITLE, ATTR_BOLD, "%s%s", r->judging->judge.metric,
                r->log_y ? ", logarithmic" : "");
    plot_draw(g, all, &p, glyphs);
    if (glyphs == GLYPHS_ASCII)
        grid_to_ascii(g);
}

static int terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS;
}

static int print_chart(struct plot_request *r, const struct cli *c, struct err *e)
{
    struct judge_lines lines = {0};
    enum glyphs glyphs;
    struct grid g;
    bool color = false;
    size_t rows = ROWS, cols = (size_t)terminal_columns();
    int status = cli_glyphs(c, &glyphs, e);
    if (status == OK)
        status = cli_color(c, &color, e);
    if (status == OK)
        status = cli_get_size(c, "rows", 5, &rows, e);
    if (status == OK)
        status = cli_get_size(c, "cols", 20, &cols, e);
    if (status == OK && (rows > 500 || cols > 1000))
        status = err_set(e, ERR_USAGE, "at most 500 rows and 1000 columns");
    if (status != OK)
        return status;
    struct judge_line_how how = r->how;
    how.force = true;
    how.columns = plot_columns((struct rect){1, 0, (int)rows - 1, (int)cols}, glyphs);
    status = judge_draw_lines(&r->judging->judge, r->judging->store, &how, &lines, e);
    if (status == OK) {
        grid_init(&g, (int)rows, (int)cols);
        plot_cells(r, &lines, glyphs, &g);
        grid_print(&g, color);
        grid_finish(&g);
        printf("%s\n", judge_lines_rule(&lines, &how));
    }
    judge_lines_finish(&lines);
    return status;
}

/* ---- files ---- */

static void svg_file(const struct plot_request *r, struct judge_lines *l, struct buf *out)
{
    plot_svg(r, l, true, out);
}

static const struct {
    const char *option;
    void (*write)(const struct plot_request *r, struct judge_lines *l, struct buf *out);
} files[] = {{"svg", svg_file}, {"data", plot_gnuplot}, {"pgfplots", plot_pgfplots}};
enum { NUM_FILES = sizeof files / sizeof files[0] };

static int write_files(struct plot_request *r, const struct cli *c, struct err *e)
{
    struct judge_lines lines = {0};
    int status = judge_draw_lines(&r->judging->judge, r->judging->store, &r->how, &lines, e);
    for (size_t i = 0; i < NUM_FILES && status == OK; i++) {
        const char *path = cli_get(c, files[i].option);
        struct buf text = {0};
        if (!path)
            continue;
        files[i].write(r, &lines, &text);
        status = plot_write(path, &text, e);
        buf_finish(&text);
    }
    judge_lines_finish(&lines);
    return status;
}

/* ---- the verb ---- */

static int read_request(const struct cli *c, struct plot_request *r, struct err *e)
{
    size_t replicates = CURVE_REPLICATES;
    r->how = (struct judge_line_how){.centre = cli_has(c, "mean") ? STATS_MEAN : STATS_IQM,
                                     .columns = GRID_STEPS,
                                     .resampling = r->judging->resampling};
    r->log_x = cli_has(c, "log-x");
    int status = cli_get_size(c, "columns", 2, &r->how.columns, e);
    if (status == OK)
        status = cli_get_size(c, "replicates", 100, &replicates, e);
    r->how.resampling.replicates = (uint32_t)replicates;
    return status;
}

static void say_notes(const struct judge *j)
{
    for (size_t i = 0; i < j->runs.len; i++) {
        const struct judge_run *r = &j->runs.data[i];
        if (r->metric && r->why)
            fprintf(stderr, "note: run %lld is drawn although it is %s\n", (long long)r->row.id,
                    r->why);
    }
}

static int run(struct cli *c, struct err *e)
{
    struct judging g = {0};
    struct plot_request r = {.judging = &g};
    struct judge_how how;
    bool any_file = false;
    if (c->num_args == 0)
        return err_set(e, ERR_USAGE, "which metric? plot [RUN|GROUP]... METRIC");
    for (size_t i = 0; i < NUM_FILES; i++)
        any_file = any_file || cli_has(c, files[i].option);
    int status = judging_start(&g, c, &how, e);
    how.metric = c->args[c->num_args - 1];
    if (status == OK)
        status = read_request(c, &r, e);
    if (status == OK)
        status = judge_select(g.store, c->args, c->num_args - 1, &g.arena, &g.rows, &g.num_rows, e);
    if (status == OK)
        status = judge_collect(&g.judge, g.store, g.rows, g.num_rows, &how, e);
    if (status == OK) {
        r.log_y = cli_has(c, "log-y") || ((g.judge.flags & RLB_M_LOG) && !cli_has(c, "linear"));
        say_notes(&g.judge);
        status = any_file ? write_files(&r, c, e) : print_chart(&r, c, e);
    }
    judging_close(&g);
    return status;
}

const struct verb verb_plot = {
    .name = "plot",
    .args = "[RUN|EXPERIMENT|FILTER]... METRIC [OPTION]...",
    .doc = "draw curves with bands over seeds, here or into files",
    .examples = "rlbench plot eval/return\n"
                "rlbench plot quickstart q_rmse --log-y --rows 30\n"
                "rlbench plot algo=sarsa eval/return --svg return.svg --data return.dat\n"
                "rlbench plot @last td_error --svg -\n",
    .opts = opts,
    .run = run,
};
