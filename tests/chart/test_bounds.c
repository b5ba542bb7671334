/* Nothing draws outside its rectangle, whatever its size and whatever the data: random rectangles
 * in a grid full of sentinels. */
#include "chart/picture.h"
#include "chart/plot.h"
#include "chart/spark.h"
#include "check.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 30, COLS = 90, ROUNDS = 6000, CELLS = 400 };

static uint64_t state = 0x9E3779B97F4A7C15u; /* Marsaglia's xorshift64 */
static uint64_t below(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 20) % n;
}

static double any_double(void)
{
    static const double odd[] = {0, -0.0, NAN, INFINITY, -INFINITY, 1e308, -1e308, 5e-324, 1, -1};
    return below(8) == 0 ? odd[below(10)] : (double)below(2000) / 100 - 10;
}

static struct grid grid;

static void fill(void)
{
    for (int i = 0; i < ROWS * COLS; i++)
        grid.cells[i] = (struct cell){.cp = 0xFFFD, .fg = 77, .bg = 78, .attrs = 79};
}

/* Every cell outside r is as fill() left it; every cell inside is a character. */
static int untouched_outside(struct rect r)
{
    for (int row = 0; row < ROWS; row++)
        for (int col = 0; col < COLS; col++) {
            const struct cell *c = &grid.cells[row * COLS + col];
            int inside =
                row >= r.row && row < r.row + r.rows && col >= r.col && col < r.col + r.cols;
            if (!inside && (c->cp != 0xFFFD || c->fg != 77 || c->bg != 78 || c->attrs != 79))
                return 0;
            if (inside && c->fg >= ROLE_COUNT && c->fg != 77)
                return 0;
        }
    return 1;
}

static struct rect any_rect(void)
{
    struct rect r = {(int)below(ROWS), (int)below(COLS), 0, 0};
    r.rows = (int)below(below(3) ? (uint64_t)(ROWS - r.row) + 1 : 4);
    r.cols = (int)below(below(3) ? (uint64_t)(COLS - r.col) + 1 : 9);
    r.rows = r.row + r.rows > ROWS ? ROWS - r.row : r.rows;
    r.cols = r.col + r.cols > COLS ? COLS - r.col : r.cols;
    return r;
}

static void charts_stay_inside(void)
{
    static struct plot_column columns[9][2 * COLS];
    grid_init(&grid, ROWS, COLS);
    int bad = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct rect r = any_rect();
        enum glyphs glyphs = (enum glyphs)below(3);
        struct plot_curve curves[9];
        size_t n = plot_columns(r, glyphs);
        for (int k = 0; k < 9; k++) {
            for (size_t i = 0; i < n; i++)
                columns[k][i] = (struct plot_column){any_double(), any_double(), any_double(),
                                                     any_double(), any_double(), below(9) == 0};
            curves[k] = (struct plot_curve){below(2) ? "a name of a curve" : NULL,
                                            columns[k],
                                            (int)below(12),
                                            any_double(),
                                            any_double(),
                                            below(3) == 0};
        }
        struct plot_guide guide = {any_double(), "a guide"};
        struct plot p = {.curves = curves,
                         .num_curves = below(10),
                         .key = below(2) ? "n_agents" : NULL,
                         .columns = below(20) ? n : n + 1,
                         .lo = below(2) ? 0 : below(UINT64_MAX),
                         .x_unit = below(2) ? "environment steps" : NULL,
                         .log_y = below(2),
                         .y_lo = below(2) ? NAN : any_double(),
                         .y_hi = below(2) ? NAN : any_double(),
                         .guides = &guide,
                         .num_guides = below(2),
                         .has_cursor = below(2),
                         .cursor = below(UINT64_MAX),
                         .per_column = below(100000)};
        p.hi = p.lo + below(below(2) ? 10 : UINT64_MAX - p.lo);
        fill();
        plot_draw(&grid, r, &p, glyphs);
        bad += !untouched_outside(r);
    }
    CU_ASSERT_EQUAL(bad, 0);
}

static void pictures_stay_inside(void)
{
    static float a[CELLS], b[CELLS], c[CELLS];
    int bad = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct rect r = any_rect();
        for (int i = 0; i < CELLS; i++) {
            a[i] = (float)any_double();
            b[i] = below(3) ? (float)below(5) - 1 : (float)any_double();
            c[i] = below(3) ? (float)below(5) : (float)any_double();
        }
        size_t rows = below(21), cols = below(20);
        struct picture p = {.kind = (enum picture_kind)below(9),
                            .rows = rows,
                            .cols = cols,
                            .a = below(9) ? a : NULL,
                            .b = below(9) ? b : NULL,
                            .c = below(2) ? c : NULL,
                            .text = below(2) ? "a text\twith a tab\nand lines\n\n日本語の行" : NULL,
                            .caption = below(2) ? "a caption 日本" : NULL,
                            .row_labels =
                                below(2) ? "one\ntwo\n日本語\na long label of a row" : NULL,
                            .col_labels = below(2) ? "0\n1\n2\n日本\n4" : NULL,
                            .lo = below(2) ? NAN : any_double(),
                            .hi = below(2) ? NAN : any_double()};
        fill();
        picture_draw(&grid, r, &p, (enum glyphs)below(3));
        bad += !untouched_outside(r);
    }
    CU_ASSERT_EQUAL(bad, 0);
}

static void small_ones_stay_inside(void)
{
    int bad = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct rect r = any_rect();
        double v[50];
        for (int i = 0; i < 50; i++)
            v[i] = any_double();
        enum glyphs glyphs = (enum glyphs)below(3);
        if (r.rows == 0)
            continue;
        fill();
        struct rect row = {r.row, r.col, 1, r.cols};
        switch (below(4)) {
        case 0: sparkline_draw(&grid, r.row, r.col, r.cols, v, below(51), glyphs, ROLE_TEXT); break;
        case 1: spark_bar(&grid, r.row, r.col, r.cols, any_double(), glyphs, ROLE_TEXT); break;
        case 2: progress_draw(&grid, r.row, r.col, r.cols, any_double(), glyphs, ROLE_TEXT); break;
        case 3:
            row = (struct rect){r.row, r.col, r.rows, 1};
            spark_column(&grid, r.row + r.rows - 1, r.col, r.rows, any_double(), glyphs, ROLE_TEXT);
            break;
        }
        bad += !untouched_outside(row);
        fill();
        grid_box(&grid, r, glyphs, ROLE_BORDER, "a title 日本語");
        bad += !untouched_outside(r);
    }
    CU_ASSERT_EQUAL(bad, 0);
    grid_finish(&grid);
}

CHECK_MAIN("chart/bounds", {"charts stay inside", charts_stay_inside},
           {"pictures stay inside", pictures_stay_inside},
           {"small ones stay inside", small_ones_stay_inside})
