/* SVG charts: where things are, by hand, and whether an XML reader takes them. */
#include "chart/svg.h"

#include "base/file.h"
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct svg_chart chart(const struct svg_line *lines, size_t n)
{
    return (struct svg_chart){.title = "a < b & \"c\"",
                              .x_label = "step",
                              .desc = "how",
                              .lines = lines,
                              .num_lines = n,
                              .width = 760,
                              .height = 420};
}

/* The d of the path after the k-th mention of `what`, into numbers; how many there are. */
static size_t path_after(const char *svg, const char *what, double *out, size_t most)
{
    const char *at = strstr(svg, what);
    size_t n = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    at = strstr(at, " d=\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    for (at += 4; *at && *at != '"' && n < most;) {
        char *end;
        double v = strtod(at, &end);
        if (end == at)
            at++;
        else {
            out[n++] = v;
            at = end;
        }
    }
    return n;
}

/* Two decimals are printed. */
static void near(double found, double expected)
{
    CU_ASSERT_DOUBLE_EQUAL(found, expected, 0.0051);
}

static void coordinates(void)
{
    const double x[] = {0, 5, 10}, y[] = {0, 1, 0.5}, lo[] = {0, 0.5, 0.25}, hi[] = {0.5, 1, 0.75};
    const struct svg_line line = {"one", x, y, lo, hi, 3};
    struct svg_chart c = chart(&line, 1);
    struct svg_area a = svg_area_of(&c);
    struct buf b = {0};
    double p[32];
    svg_chart(&b, &c, true);
    CU_ASSERT_EQUAL(path_after(b.data, "stroke-width=\"1.6\"", p, 32), 6);
    /* x from edge to edge; y with 4 % of air at either end: 1.08 in all */
    double height = a.bottom - a.top;
    near(p[0], a.left);
    near(p[2], (a.left + a.right) / 2);
    near(p[4], a.right);
    near(p[1], a.bottom - height * 0.04 / 1.08);
    near(p[3], a.top + height * 0.04 / 1.08);
    near(p[5], (a.top + a.bottom) / 2);
    /* the band: along the top, and back along the bottom */
    CU_ASSERT_EQUAL(path_after(b.data, "fill-opacity", p, 32), 12);
    near(p[0], a.left);
    near(p[1], a.bottom - height * 0.54 / 1.08);
    near(p[5], a.bottom - height * 0.79 / 1.08);
    near(p[6], a.right);
    near(p[7], a.bottom - height * 0.29 / 1.08);
    near(p[10], a.left);
    near(p[11], a.bottom - height * 0.04 / 1.08);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.data, "<title>a &lt; b &amp; &quot;c&quot;</title>"));
    buf_finish(&b);
}

static void logarithmic(void)
{
    const double x[] = {1, 10, 100}, y[] = {0.01, 1, 100};
    const struct svg_line line = {"one", x, y, NULL, NULL, 3};
    struct svg_chart c = chart(&line, 1);
    struct buf b = {0};
    double p[32];
    c.log_x = c.log_y = true;
    struct svg_area a = svg_area_of(&c);
    svg_chart(&b, &c, false);
    CU_ASSERT_EQUAL(path_after(b.data, "stroke-width=\"1.6\"", p, 32), 6);
    near(p[2], (a.left + a.right) / 2);
    near(p[3], (a.top + a.bottom) / 2);
    near(p[1] - p[3], p[3] - p[5]);
    CU_ASSERT(strncmp(b.data, "<svg", 4) == 0);
    buf_finish(&b);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

/* A line is broken at what cannot be drawn; what stands alone is a dot. */
static void gaps(void)
{
    const double x[] = {0, 1, 2, 3, 4, 5}, y[] = {1, 2, (double)NAN, 3, (double)INFINITY, 4};
    const struct svg_line line = {"one", x, y, NULL, NULL, 6};
    const struct svg_chart c = chart(&line, 1);
    struct buf b = {0};
    double p[32];
    svg_chart(&b, &c, true);
    CU_ASSERT_EQUAL(path_after(b.data, "stroke-width=\"1.6\"", p, 32), 8);
    CU_ASSERT_EQUAL(count(b.data, "<circle"), 2);
    CU_ASSERT_PTR_NULL(strstr(b.data, "nan"));
    CU_ASSERT_PTR_NULL(strstr(b.data, "inf"));
    buf_finish(&b);
}

/* A reader of XML takes all of it, with nothing to draw and with names made of anything. */
static void well_formed(void)
{
    const double x[] = {1, 2}, y[] = {-1, (double)NAN};
    const struct svg_line lines[] = {{"\001<\xff]]>&\xf0\x9f\x98\x80", x, y, NULL, NULL, 2},
                                     {"", NULL, NULL, NULL, NULL, 0}};
    const char *folder = getenv("SCRATCH");
    char *path = mem_printf("%s/chart.svg", folder ? folder : "/tmp");
    char *command = mem_printf("xmllint --noout '%s'", path);
    if (system("command -v xmllint >/dev/null 2>&1") != 0)
        fprintf(stderr, "no xmllint: not checked. ");
    for (size_t n = 0; n <= 2; n++) {
        struct svg_chart c = chart(lines, n);
        struct buf b = {0};
        c.log_y = n == 2;
        svg_chart(&b, &c, true);
        CU_ASSERT_EQUAL(file_write_atomic(path, b.data, b.len, NULL), 0);
        if (system("command -v xmllint >/dev/null 2>&1") == 0)
            CU_ASSERT_EQUAL(system(command), 0);
        buf_finish(&b);
    }
    free(path);
    free(command);
}

CHECK_MAIN("chart: svg", {"coordinates", coordinates}, {"logarithmic", logarithmic}, {"gaps", gaps},
           {"well-formed", well_formed})
