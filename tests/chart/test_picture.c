/* Every kind of view as a picture, and small pictures. */
#include "chart/picture.h"
#include "chart/spark.h"
#include "golden.h"

#include <math.h>

static const char *const sets[] = {"braille", "block", "ascii"};

static const char *const rooms[] = {"###########", "#    #    #", "#         #", "#    #    #",
                                    "## ####   #", "#    ## ###", "#    #    #", "#    #    #",
                                    "#         #", "#    #    #", "###########"};
enum { SIDE = 11 };
static float value[SIDE * SIDE], direction[SIDE * SIDE], marks[SIDE * SIDE];

static struct picture four_rooms(void)
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        int row = i / SIDE, col = i % SIDE;
        int wall = rooms[row][col] == '#';
        value[i] = wall ? NAN : (float)exp(-0.15 * (abs(row - 8) + abs(col - 8)));
        direction[i] = wall ? -1 : row < 8 ? 1 : row > 8 ? 3 : col < 8 ? 0 : 2;
        marks[i] = 0;
    }
    marks[8 * SIDE + 8] = 2;
    marks[1 * SIDE + 1] = 3;
    marks[2 * SIDE + 5] = 1;
    direction[8 * SIDE + 8] = -1;
    return (struct picture){.kind = PICTURE_FIELD,
                            .rows = SIDE,
                            .cols = SIDE,
                            .a = value,
                            .b = direction,
                            .c = marks,
                            .caption = "greedy policy and value",
                            .lo = NAN,
                            .hi = NAN};
}

static void check(const struct picture *p, int rows, int cols, const char *name)
{
    for (int glyphs = 0; glyphs < 3; glyphs++) {
        struct grid g;
        char path[100];
        grid_init(&g, rows, cols);
        picture_draw(&g, (struct rect){0, 0, rows, cols}, p, (enum glyphs)glyphs);
        snprintf(path, sizeof path, "chart/golden/%s-%s", name, sets[glyphs]);
        golden_check(&g, path);
        grid_finish(&g);
    }
}

static void fields(void)
{
    struct picture p = four_rooms();
    check(&p, 13, 30, "field");
    p.kind = PICTURE_HEATMAP;
    p.row_labels = "r0\nr1\nr2\nr3\nr4\nr5\nr6\nr7\nr8\nr9\nr10";
    p.col_labels = "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10";
    check(&p, 14, 30, "heatmap");
    p.kind = PICTURE_FIELD; /* half the room: squares of 2 x 2, marks kept, arrows left out */
    check(&p, 8, 40, "field-small");
}

/* A table of values wider than the pane: narrow cells, then blocks along that side only. */
static void wide_tables(void)
{
    static float v[4 * 150];
    for (int i = 0; i < 600; i++)
        v[i] = (float)sin(i % 150 * 0.05) * (float)(1 + i / 150);
    struct picture p = {.kind = PICTURE_HEATMAP,
                        .rows = 4,
                        .cols = 48,
                        .a = v,
                        .row_labels = "right\ndown\nleft\nup",
                        .lo = NAN,
                        .hi = NAN};
    check(&p, 6, 60, "table-narrow");
    p.cols = 150;
    check(&p, 6, 60, "table-blocks");
}

static void vectors(void)
{
    static float x[5 * 9], y[5 * 9];
    for (int i = 0; i < 45; i++) { /* around the middle */
        x[i] = (float)(i / 9 - 2) * 2;
        y[i] = (float)(4 - i % 9);
    }
    x[0] = NAN;
    struct picture p = {
        .kind = PICTURE_ARROWS, .rows = 5, .cols = 9, .a = x, .b = y, .lo = NAN, .hi = NAN};
    check(&p, 5, 18, "arrows");
}

static void points(void)
{
    static float x[60], y[60], c[60];
    for (int i = 0; i < 60; i++) {
        x[i] = (float)cos(i * 0.105) * (i % 2 ? 1.0f : 0.5f);
        y[i] = (float)sin(i * 0.105) * (i % 2 ? 1.0f : 0.5f);
        c[i] = (float)(i % 2);
    }
    x[7] = NAN;
    struct picture p = {
        .kind = PICTURE_SCATTER, .rows = 60, .cols = 1, .a = x, .b = y, .lo = NAN, .hi = NAN};
    check(&p, 9, 36, "scatter");
    p.c = c;
    check(&p, 9, 36, "scatter-classes");
}

/* A scatter with a range is a drawing: a circle is round, dots and markers side by side. */
static void drawing(void)
{
    enum { RING = 400, ROD = 100, ALL = RING + ROD + 1 };
    static float x[ALL], y[ALL], c[ALL];
    for (int i = 0; i < RING; i++) {
        x[i] = (float)cos(i * 6.2832 / RING);
        y[i] = (float)sin(i * 6.2832 / RING);
        c[i] = -1;
    }
    for (int i = 0; i < ROD; i++) {
        x[RING + i] = 0.5f * (float)i / ROD;
        y[RING + i] = 0.8f * (float)i / ROD;
        c[RING + i] = -2;
    }
    c[ALL - 1] = 2;
    struct picture p = {.kind = PICTURE_SCATTER,
                        .rows = ALL,
                        .cols = 1,
                        .a = x,
                        .b = y,
                        .c = c,
                        .caption = "step 12  angle 0.6 rad",
                        .lo = -1.2,
                        .hi = 1.2};
    check(&p, 12, 40, "drawing");
    check(&p, 20, 24, "drawing-tall");
}

static void bars(void)
{
    static const float v[] = {0.2f, 0.5f, 0.95f, -0.3f, 0.125f, NAN};
    struct picture p = {.kind = PICTURE_BARS,
                        .rows = 2,
                        .cols = 3,
                        .a = v,
                        .row_labels = "s0\ns1",
                        .col_labels = "left\nup\nright",
                        .lo = NAN,
                        .hi = NAN};
    check(&p, 8, 40, "bars");
    static float many[64];
    for (int i = 0; i < 64; i++)
        many[i] = (float)(1.2 + sin(i * 0.2));
    p = (struct picture){
        .kind = PICTURE_BARS, .rows = 1, .cols = 64, .a = many, .lo = 0, .hi = NAN};
    check(&p, 6, 70, "bars-standing");
    check(&p, 6, 30, "bars-folded");
}

static void lines(void)
{
    static float v[2 * 200];
    for (int i = 0; i < 200; i++) {
        v[i] = (float)sin(i * 0.06);
        v[200 + i] = (float)cos(i * 0.06);
    }
    struct picture p = {.kind = PICTURE_LINES,
                        .rows = 2,
                        .cols = 200,
                        .a = v,
                        .row_labels = "sin\ncos",
                        .lo = NAN,
                        .hi = NAN};
    check(&p, 9, 50, "lines");
}

static void texts_and_nothing(void)
{
    struct picture p = {
        .kind = PICTURE_TEXT,
        .text = "round\t1841\nsync in\t59\nand a line that is longer than there is room",
        .caption = "9 of 10 agree"};
    check(&p, 5, 30, "text");
    p.text = NULL;
    check(&p, 3, 30, "text-nothing");
    struct picture odd = {.kind = (enum picture_kind)77, .caption = "?"};
    check(&odd, 3, 46, "unknown-kind");
    static const float gaps[] = {NAN, INFINITY};
    struct picture empty = {
        .kind = PICTURE_HEATMAP, .rows = 1, .cols = 2, .a = gaps, .lo = NAN, .hi = NAN};
    check(&empty, 3, 30, "heatmap-nothing");
}

static void small_pictures(void)
{
    double wave[40], few[] = {1, NAN, 3, 4, 5};
    for (int i = 0; i < 40; i++)
        wave[i] = sin(i * 0.25);
    for (int glyphs = 0; glyphs < 3; glyphs++) {
        struct grid g;
        char path[100];
        grid_init(&g, 7, 24);
        sparkline_draw(&g, 0, 0, 16, wave, 40, (enum glyphs)glyphs, ROLE_SERIES0);
        sparkline_draw(&g, 1, 0, 16, few, 5, (enum glyphs)glyphs, ROLE_SERIES0);
        sparkline_draw(&g, 2, 0, 16, few, 1, (enum glyphs)glyphs, ROLE_SERIES0);
        progress_draw(&g, 3, 0, 20, 0.618, (enum glyphs)glyphs, ROLE_SERIES0);
        progress_draw(&g, 4, 0, 20, 0.9999, (enum glyphs)glyphs, ROLE_SERIES0);
        progress_draw(&g, 5, 0, 20, NAN, (enum glyphs)glyphs, ROLE_SERIES0);
        progress_draw(&g, 6, 0, 20, 1, (enum glyphs)glyphs, ROLE_SERIES0);
        snprintf(path, sizeof path, "chart/golden/small-%s", sets[glyphs]);
        golden_check(&g, path);
        grid_finish(&g);
    }
}

CHECK_MAIN("chart/picture", {"fields", fields}, {"wide tables", wide_tables}, {"vectors", vectors},
           {"points", points}, {"drawings", drawing}, {"bars", bars}, {"lines", lines},
           {"texts and nothing", texts_and_nothing}, {"small pictures", small_pictures})
