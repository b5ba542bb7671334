/* Curves as files: SVG, gnuplot, pgfplots. */
#include "cmd/plot.h"

#include "base/file.h"
#include "base/num.h"
#include "chart/svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int plot_write(const char *path, const struct buf *text, struct err *e)
{
    if (strcmp(path, "-") == 0) {
        fwrite(text->data, 1, text->len, stdout);
        return OK;
    }
    int status = file_write_atomic(path, text->data, text->len, e);
    mode_t mask = umask(0);
    umask(mask);
    if (status == OK && chmod(path, 0666 & ~mask) != 0)
        status = err_sys(e, ERR_IO, "%s", path);
    return status;
}

/* ---- SVG ---- */

/* Of a line of one run its range stands in for the band. */
static void fill_line(struct svg_line *out, const struct judge_line *l, struct arena *a)
{
    double *columns = arena_alloc(a, 4 * (l->num_points + 1) * sizeof *columns);
    double *x = columns, *y = x + l->num_points, *lo = y + l->num_points, *hi = lo + l->num_points;
    for (size_t i = 0; i < l->num_points; i++) {
        const struct judge_point *p = &l->points[i];
        bool single = l->runs == 1 && p->least < p->greatest;
        x[i] = (double)p->step;
        y[i] = p->mid;
        lo[i] = single ? p->least : p->lo;
        hi[i] = single ? p->greatest : p->hi;
    }
    *out = (struct svg_line){
        .name = l->runs == 1 ? l->name : arena_printf(a, "%s (%zu runs)", l->name, l->runs),
        .x = x,
        .y = y,
        .lo = lo,
        .hi = hi,
        .n = l->num_points};
}

void plot_svg(const struct plot_request *r, struct judge_lines *l, bool as_file, struct buf *out)
{
    struct svg_line *lines = mem_alloc((l->lines.len + 1) * sizeof *lines);
    for (size_t i = 0; i < l->lines.len; i++)
        fill_line(&lines[i], &l->lines.data[i], &l->arena);
    const struct judge *j = &r->judging->judge;
    const struct svg_chart chart = {
        .title = *j->unit ? arena_printf(&l->arena, "%s [%s]", j->metric, j->unit) : j->metric,
        .x_label = arena_printf(&l->arena, "%ss", l->x_unit),
        .desc = arena_printf(&l->arena, "%s: %s", j->metric, judge_lines_rule(l, &r->how)),
        .lines = lines,
        .num_lines = l->lines.len,
        .log_x = r->log_x,
        .log_y = r->log_y,
        .width = 760,
        .height = 420};
    svg_chart(out, &chart, as_file);
    free(lines);
}

/* ---- tables of numbers ---- */

static void put_number(struct buf *out, double value)
{
    char text[40];
    buf_printf(out, " %s", num_format_real(value, text, sizeof text));
}

static void put_rows(const struct judge_line *l, struct buf *out)
{
    for (size_t i = 0; i < l->num_points; i++) {
        const struct judge_point *p = &l->points[i];
        buf_printf(out, "%llu", (unsigned long long)p->step);
        put_number(out, p->mid);
        put_number(out, p->lo);
        put_number(out, p->hi);
        buf_printf(out, " %u %u\n", p->runs, p->bad);
    }
}

/* Names go into comments and quotes: one line, no quote. */
static const char *plain_name(const struct judge_line *l, struct arena *a)
{
    char *name = arena_strdup(a, l->name);
    for (char *p = name; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == '"')
            *p = ' ';
    return name;
}

void plot_gnuplot(const struct plot_request *r, struct judge_lines *l, struct buf *out)
{
    const struct judge *j = &r->judging->judge;
    const char *centre = r->how.centre == STATS_IQM ? "iqm" : "mean";
    buf_printf(out, "# %s against %ss, %s\n", j->metric, l->x_unit, judge_lines_rule(l, &r->how));
    buf_puts(out, "# gnuplot: set datafile missing 'nan'\n");
    for (size_t i = 0; i < l->lines.len; i++)
        buf_printf(out,
                   "#   plot FILE index %zu using 1:3:4 with filledcurves fs transparent solid 0.2 "
                   "notitle, '' index %zu using 1:2 with lines title \"%s\"\n",
                   i, i, plain_name(&l->lines.data[i], &l->arena));
    for (size_t i = 0; i < l->lines.len; i++) {
        buf_printf(out, "%s# index %zu: %s, %zu run%s\n# step %s low high runs not_finite\n",
                   i ? "\n\n" : "", i, plain_name(&l->lines.data[i], &l->arena),
                   l->lines.data[i].runs, l->lines.data[i].runs == 1 ? "" : "s", centre);
        put_rows(&l->lines.data[i], out);
    }
}

/* ---- pgfplots ---- */

static void put_tex(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\')
            buf_puts(out, "\\textbackslash{}");
        else if (*text == '~' || *text == '^')
            buf_printf(out, "\\%c{}", *text);
        else {
            if (strchr("&%$#_{}", *text))
                buf_putc(out, '\\');
            buf_putc(out, *text);
        }
    }
}

static double mid_of(const struct judge_point *p)
{
    return p->mid;
}

static double low_of(const struct judge_point *p)
{
    return p->lo;
}

static double high_of(const struct judge_point *p)
{
    return p->hi;
}

static void put_coordinates(const struct judge_line *l, double (*of)(const struct judge_point *),
                            struct buf *out)
{
    for (size_t i = 0; i < l->num_points; i++) {
        char text[40];
        double value = of(&l->points[i]);
        if (!isnan(value))
            buf_printf(out, " (%llu,%s)", (unsigned long long)l->points[i].step,
                       num_format_real(value, text, sizeof text));
    }
}

static bool has_band(const struct judge_line *l)
{
    for (size_t i = 0; i < l->num_points; i++)
        if (!isnan(l->points[i].lo))
            return true;
    return false;
}

void plot_pgfplots(const struct plot_request *r, struct judge_lines *l, struct buf *out)
{
    static const char *const colours[] = {"blue",   "red",  "teal",  "violet",
                                          "orange", "cyan", "black", "olive"};
    const struct judge *j = &r->judging->judge;
    buf_printf(out, "%% %s against %ss, %s\n", j->metric, l->x_unit, judge_lines_rule(l, &r->how));
    buf_puts(out, "% \\usepackage{pgfplots} \\usepgfplotslibrary{fillbetween}\n"
                  "\\begin{tikzpicture}\n\\begin{axis}[xlabel={");
    put_tex(out, l->x_unit);
    buf_puts(out, "}, ylabel={");
    put_tex(out, j->metric);
    buf_printf(out, "}%s%s, unbounded coords=jump, legend pos=outer north east]\n",
               r->log_x ? ", xmode=log" : "", r->log_y ? ", ymode=log" : "");
    for (size_t i = 0; i < l->lines.len; i++) {
        const struct judge_line *line = &l->lines.data[i];
        const char *colour = colours[i % (sizeof colours / sizeof colours[0])];
        if (has_band(line)) {
            buf_printf(out, "\\addplot[name path=lo%zu, draw=none, forget plot] coordinates {", i);
            put_coordinates(line, low_of, out);
            buf_printf(out, "};\n\\addplot[name path=hi%zu, draw=none, forget plot] coordinates {",
                       i);
            put_coordinates(line, high_of, out);
            buf_printf(out,
                       "};\n\\addplot[%s, opacity=0.2, forget plot] fill between[of=lo%zu and "
                       "hi%zu];\n",
                       colour, i, i);
        }
        buf_printf(out, "\\addplot[%s] coordinates {", colour);
        put_coordinates(line, mid_of, out);
        buf_puts(out, "};\n\\addlegendentry{");
        put_tex(out, line->name);
        buf_puts(out, "}\n");
    }
    buf_puts(out, "\\end{axis}\n\\end{tikzpicture}\n");
}
