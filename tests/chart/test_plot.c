/* Line charts as pictures, in three glyph sets and several sizes, and what must never get lost in
 * one. */
#include "chart/canvas.h"
#include "chart/plot.h"
#include "golden.h"

#include <math.h>

enum { MOST = 1000 };
static struct plot_column columns[6][MOST];
static const char *const sets[] = {"braille", "block", "ascii"};

static struct plot_column point(double mean)
{
    return (struct plot_column){mean, NAN, NAN, NAN, NAN, false};
}

static struct plot plot_of(const struct plot_curve *curves, size_t n, size_t num_columns)
{
    return (struct plot){.curves = curves,
                         .num_curves = n,
                         .columns = num_columns,
                         .hi = 300000,
                         .x_unit = "rounds",
                         .y_lo = NAN,
                         .y_hi = NAN};
}

static void check(struct rect r, enum glyphs glyphs, const struct plot *p, const char *name)
{
    struct grid g;
    char path[100];
    grid_init(&g, r.rows, r.cols);
    plot_draw(&g, r, p, glyphs);
    snprintf(path, sizeof path, "chart/golden/%s-%s", name, sets[glyphs]);
    golden_check(&g, path);
    grid_finish(&g);
}

/* Three seeds' means over decades with their bands. */
static void three_curves_with_bands(void)
{
    static const char *const names[] = {"N=2", "N=8", "N=32"};
    for (int glyphs = 0; glyphs < 3; glyphs++) {
        struct rect r = {0, 0, 12, 60};
        size_t n = plot_columns(r, (enum glyphs)glyphs);
        struct plot_curve curves[3];
        for (int k = 0; k < 3; k++) {
            for (size_t i = 0; i < n; i++) {
                double x = (double)i / (double)n;
                double y = exp(-9 * x) + 0.05 / pow(8, k);
                columns[k][i] = point(y);
                columns[k][i].lo = y * 0.7;
                columns[k][i].hi = y * 1.4;
            }
            curves[k] = (struct plot_curve){
                names[k], columns[k], k, columns[k][n - 1].mean, columns[k][n - 1].mean * 0.35,
                false};
        }
        struct plot p = plot_of(curves, 3, n);
        p.log_y = true;
        check(r, (enum glyphs)glyphs, &p, "plot-log");
        p.has_cursor = true;
        p.cursor = 100000;
        check(r, (enum glyphs)glyphs, &p, "plot-cursor");
    }
}

/* One run: ranges, a spike, a gap of NaN, a guide, and the number of points behind a column. */
static void one_curve_with_everything(void)
{
    static const struct plot_guide guide = {0.75, "optimum"};
    for (int glyphs = 0; glyphs < 3; glyphs++) {
        struct rect r = {0, 0, 11, 50};
        size_t n = plot_columns(r, (enum glyphs)glyphs);
        for (size_t i = 0; i < n; i++) {
            double x = (double)i / (double)n, y = 0.7 * (1 - exp(-6 * x));
            columns[0][i] = point(x > 0.45 && x < 0.55 ? NAN : y);
            columns[0][i].bad = isnan(columns[0][i].mean);
            columns[0][i].min = columns[0][i].mean - 0.05;
            columns[0][i].max = columns[0][i].mean + (i == n / 5 ? 0.6 : 0.05);
        }
        struct plot_curve curve = {"", columns[0], 0, 0.6983, NAN, false};
        struct plot p = plot_of(&curve, 1, n);
        p.guides = &guide;
        p.num_guides = 1;
        p.per_column = 1250;
        check(r, (enum glyphs)glyphs, &p, "plot-one");
    }
}

static void few_points_and_odd_values(void)
{
    struct rect r = {0, 0, 7, 40};
    size_t n = plot_columns(r, GLYPHS_BRAILLE);
    struct plot_curve curve = {"", columns[0], 0, NAN, NAN, false};
    struct plot p = plot_of(&curve, 1, n);
    for (size_t i = 0; i < n; i++)
        columns[0][i] = point(NAN);
    check(r, GLYPHS_BRAILLE, &p, "plot-empty");
    columns[0][n / 2].bad = true;
    check(r, GLYPHS_BRAILLE, &p, "plot-only-bad");
    columns[0][n / 2] = point(3);
    check(r, GLYPHS_BRAILLE, &p, "plot-one-point");
    columns[0][0] = columns[0][n - 1] = point(3);
    check(r, GLYPHS_BRAILLE, &p, "plot-constant");
    columns[0][0] = point(0);
    columns[0][n / 2] = point(1e-6);
    columns[0][n - 1] = point(-1);
    p.log_y = true; /* zero and below lie on the floor */
    check(r, GLYPHS_BRAILLE, &p, "plot-log-zero");
    p.log_y = false;
    columns[0][0] = point(1e300);
    columns[0][n - 1] = point(-1e300);
    check(r, GLYPHS_BRAILLE, &p, "plot-huge");
}

/* Rows of a grid's column range that hold anything of the canvas. */
static int cells_with_dots(const struct grid *g, int col)
{
    int count = 0;
    for (int row = 0; row < g->rows; row++) {
        uint32_t cp = g->cells[row * g->cols + col].cp;
        count += (cp > 0x2800 && cp < 0x2900) || (cp >= 0x2580 && cp < 0x25A0);
    }
    return count;
}

static void a_spike_shows_from_line_to_tip(void)
{
    for (int glyphs = 0; glyphs < 2; glyphs++) {
        struct rect r = {0, 0, 20, 80};
        size_t n = plot_columns(r, (enum glyphs)glyphs);
        for (size_t i = 0; i < n; i++) {
            columns[0][i] = point(0);
            columns[0][i].min = -0.01;
            columns[0][i].max = i == 71 ? 1 : 0.01;
        }
        struct plot_curve curve = {"", columns[0], 0, NAN, NAN, false};
        struct plot p = plot_of(&curve, 1, n);
        struct grid g;
        grid_init(&g, r.rows, r.cols);
        plot_draw(&g, r, &p, (enum glyphs)glyphs);
        int col = 8 + 71 / canvas_dots_x((enum glyphs)glyphs);
        CU_ASSERT(cells_with_dots(&g, col) >= 17); /* 18 rows, less the margins */
        CU_ASSERT(cells_with_dots(&g, col + 1) <= 2);
        grid_finish(&g);
    }
}

static void colour_is_not_needed_to_tell_curves_apart(void)
{
    uint32_t seen[CANVAS_STYLES];
    for (int k = 0; k < CANVAS_STYLES; k++)
        for (int glyphs = 0; glyphs < 3; glyphs++) {
            seen[k] = canvas_marker((enum glyphs)glyphs, k);
            for (int i = 0; i < k; i++)
                CU_ASSERT_NOT_EQUAL(canvas_marker((enum glyphs)glyphs, i), seen[k]);
        }
}

/* Tick rows of the y axis, in every height and range, are never next to each other. */
static void labels_keep_a_row_between_them(void)
{
    int touching = 0, without = 0;
    for (int rows = 3; rows < 40; rows++)
        for (int i = 0; i < 200; i++) {
            struct rect r = {0, 0, rows, 60};
            size_t n = plot_columns(r, GLYPHS_BRAILLE);
            double lo = 0.001 * (i + 1), hi = lo * (1.02 + 0.13 * i);
            for (size_t c = 0; c < n; c++)
                columns[0][c] = point(c % 2 ? lo : hi);
            struct plot_curve curve = {"", columns[0], 0, NAN, NAN, false};
            struct plot p = plot_of(&curve, 1, n);
            p.log_y = i % 2;
            struct grid g;
            grid_init(&g, rows, 60);
            plot_draw(&g, r, &p, GLYPHS_BRAILLE);
            int last = -2, ticks = 0;
            for (int row = 0; row < rows; row++)
                if (g.cells[row * 60 + 7].cp == 0x2524) {
                    touching += row - last < 2;
                    last = row;
                    ticks++;
                }
            without += ticks == 0 && rows >= 8;
            grid_finish(&g);
        }
    CU_ASSERT_EQUAL(touching, 0);
    CU_ASSERT_EQUAL(without, 0);
}

static void steps_and_columns_agree(void)
{
    struct plot p = {.columns = 100, .lo = 1000, .hi = 1999};
    CU_ASSERT_EQUAL(plot_column_of(&p, 0), 0);
    CU_ASSERT_EQUAL(plot_column_of(&p, 1000), 0);
    CU_ASSERT_EQUAL(plot_column_of(&p, 1009), 0);
    CU_ASSERT_EQUAL(plot_column_of(&p, 1010), 1);
    CU_ASSERT_EQUAL(plot_column_of(&p, 1999), 99);
    CU_ASSERT_EQUAL(plot_column_of(&p, UINT64_MAX), 99);
}

/* The rows of a chart as text. */
static const char *drawn(struct rect r, const struct plot *p, struct buf *out)
{
    struct grid g;
    grid_init(&g, r.rows, r.cols);
    plot_draw(&g, r, p, GLYPHS_BLOCK);
    grid_dump(&g, out);
    grid_finish(&g);
    return buf_text(out);
}

/* Names stay longer than intervals and values; the key is said once; what has no room is counted;
 * more room is more rows. */
static void the_legend_keeps_names_longest(void)
{
    static const char *const names[] = {"2", "8", "32", "64", "128", "256"};
    static const struct {
        int rows, cols;
        size_t curves;
        const char *has, *has_not;
    } cases[] = {
        {9, 80, 3, "n_agents  ● 2 0.0123 ± 0.0011  ■ 8", "more"},
        {9, 50, 3, "n_agents  ● 2 0.0123  ■ 8 0.0123  ▲ 32 0.0123", "±"},
        {9, 36, 3, "n_agents  ● 2  ■ 8  ▲ 32", "0.0123"},
        {9, 28, 4, " ● 2  ■ 8  ▲ 32  ◆ 64", "n_agents"},
        {9, 24, 6, " ● 2  ■ 8  ▲ 32  +3 more", "n_agents"},
        {12, 36, 6, "◆ 64\n ○ 128  □ 256", "more"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct rect r = {0, 0, cases[c].rows, cases[c].cols};
        size_t n = plot_columns(r, GLYPHS_BLOCK);
        struct plot_curve curves[6];
        for (size_t k = 0; k < 6; k++) {
            for (size_t i = 0; i < n; i++)
                columns[k][i] = point(0.5);
            curves[k] = (struct plot_curve){names[k], columns[k], (int)k, 0.012345, 0.00111, false};
        }
        struct plot p = plot_of(curves, cases[c].curves, n);
        p.key = "n_agents";
        p.per_column = 1;
        struct buf out = {0};
        const char *text = drawn(r, &p, &out);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, cases[c].has));
        CU_ASSERT_PTR_NULL(strstr(text, cases[c].has_not));
        if (!strstr(text, cases[c].has) || strstr(text, cases[c].has_not))
            fprintf(stderr, "case %zu:\n%s", c, text);
        buf_finish(&out);
    }
}

CHECK_MAIN("chart/plot", {"three curves with bands", three_curves_with_bands},
           {"one curve with everything", one_curve_with_everything},
           {"few points and odd values", few_points_and_odd_values},
           {"a spike shows from line to tip", a_spike_shows_from_line_to_tip},
           {"colour is not needed to tell curves apart", colour_is_not_needed_to_tell_curves_apart},
           {"labels keep a row between them", labels_keep_a_row_between_them},
           {"the legend keeps names longest", the_legend_keeps_names_longest},
           {"steps and columns agree", steps_and_columns_agree})
