/* What a picture costs: a 200 x 50 screen of six charts, each a bundle of ten seeds of 10,000
 * points, reduced and drawn from nothing; and a batch of new points on a chart of 100,000.
 *
 * The floor is what any program pays that draws into a grid of cells: clearing it and copying it
 * once. Prints CPU milliseconds (median of several rounds) and the ratio to the floor. */
#include "base/clock.h"
#include "base/mem.h"
#include "chart/plot.h"
#include "series/bundle.h"
#include "series/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 50, COLS = 200, CHARTS = 6, SEEDS = 10, POINTS = 10000, LONG = 100000, BATCH = 100 };
enum { ROUNDS = 201 };

static struct series curves[CHARTS][SEEDS];
static struct series long_curve;

static double noise(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (double)(*state >> 11) * 0x1p-53 - 0.5;
}

static void make_data(void)
{
    uint64_t state = 88172645463325252u;
    for (int c = 0; c < CHARTS; c++)
        for (int k = 0; k < SEEDS; k++)
            for (uint64_t i = 0; i < POINTS; i++) {
                uint64_t step = i * 30;
                double v = exp(-(double)i / 2000) + 0.1 * noise(&state) + 0.2;
                series_append(&curves[c][k], &step, &v, 1);
            }
    for (uint64_t i = 0; i < LONG; i++) {
        double v = sin((double)i / 9000) + noise(&state);
        series_append(&long_curve, &i, &v, 1);
    }
}

static void draw_bundle(struct grid *g, struct rect r, int chart)
{
    struct rect in = grid_box(g, r, GLYPHS_BRAILLE, ROLE_BORDER, "eval/return, 10 seeds");
    size_t n = plot_columns(in, GLYPHS_BRAILLE);
    const struct series *list[SEEDS];
    static struct bundle_column bundle[2 * COLS];
    static struct plot_column columns[2 * COLS];
    for (int k = 0; k < SEEDS; k++)
        list[k] = &curves[chart][k];
    bundle_reduce(list, SEEDS, 0, (uint64_t)POINTS * 30, n, bundle);
    for (size_t i = 0; i < n; i++)
        columns[i] = (struct plot_column){bundle[i].mean, NAN,          NAN,
                                          bundle[i].lo,   bundle[i].hi, bundle[i].bad > 0};
    struct plot_curve curve = {
        .name = "", .columns = columns, .last = bundle[n - 1].mean, .half = NAN};
    struct plot p = {.curves = &curve,
                     .num_curves = 1,
                     .columns = n,
                     .hi = (uint64_t)POINTS * 30,
                     .x_unit = "steps",
                     .y_lo = NAN,
                     .y_hi = NAN,
                     .per_column = 150};
    plot_draw(g, in, &p, GLYPHS_BRAILLE);
}

static void full_frame(struct grid *g)
{
    grid_clear(g);
    for (int c = 0; c < CHARTS; c++)
        draw_bundle(g, (struct rect){c / 3 * 25, c % 3 * 66, 25, 66}, c);
}

/* A batch arrives and its chart is drawn again. */
static void live_batch(struct grid *g)
{
    static uint64_t step = LONG;
    static struct series_column reduced[2 * COLS];
    static struct plot_column columns[2 * COLS];
    for (int i = 0; i < BATCH; i++, step++) {
        double v = (double)(step % 7);
        series_append(&long_curve, &step, &v, 1);
    }
    struct rect r = {0, 0, 25, 66};
    size_t n = plot_columns(r, GLYPHS_BRAILLE);
    grid_fill(g, r, ' ', ROLE_TEXT, ROLE_TEXT, 0);
    series_reduce(&long_curve, 0, step, n, reduced);
    for (size_t i = 0; i < n; i++)
        columns[i] = (struct plot_column){
            reduced[i].mean, reduced[i].min, reduced[i].max, NAN, NAN, reduced[i].bad > 0};
    struct plot_curve curve = {.name = "", .columns = columns, .half = NAN};
    struct plot p = {.curves = &curve,
                     .num_curves = 1,
                     .columns = n,
                     .hi = step,
                     .y_lo = NAN,
                     .y_hi = NAN,
                     .per_column = step / (n / 2)};
    plot_draw(g, r, &p, GLYPHS_BRAILLE);
}

static struct grid shown;

static void bare(struct grid *g)
{
    grid_clear(g);
    memcpy(shown.cells, g->cells, sizeof *g->cells * ROWS * COLS);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double median_ms(void (*work)(struct grid *), struct grid *g)
{
    static int64_t took[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from = clock_cpu_ns();
        work(g);
        took[i] = clock_cpu_ns() - from;
    }
    qsort(took, ROUNDS, sizeof took[0], compare);
    return (double)took[ROUNDS / 2] * 1e-6;
}

int main(void)
{
    struct grid g;
    grid_init(&g, ROWS, COLS);
    grid_init(&shown, ROWS, COLS);
    make_data();
    double floor_ms = median_ms(bare, &g);
    double frame_ms = median_ms(full_frame, &g), batch_ms = median_ms(live_batch, &g);
    printf("clear and copy 200x50 cells     %8.3f ms\n", floor_ms);
    printf("frame, 6 charts x 10 seeds      %8.3f ms  %6.1f x floor   bound 3 ms\n", frame_ms,
           frame_ms / floor_ms);
    printf("batch of 100 on a 100k chart    %8.3f ms  %6.1f x floor   bound 0.5 ms\n", batch_ms,
           batch_ms / floor_ms);
    for (int c = 0; c < CHARTS; c++)
        for (int k = 0; k < SEEDS; k++)
            series_finish(&curves[c][k]);
    series_finish(&long_curve);
    grid_finish(&g);
    grid_finish(&shown);
    return frame_ms <= 3 && batch_ms <= 0.5 ? 0 : 1;
}
