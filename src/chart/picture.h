/* Pictures that algorithms and environments offer (the views of rlbench/plugin.h), drawn into a
 * rectangle. */
#ifndef RLBENCH_CHART_PICTURE_H
#define RLBENCH_CHART_PICTURE_H

#include "chart/grid.h"

#include <stddef.h>

/* The numbers of RLB_VIEW_*, which this layer does not see. */
enum picture_kind {
    PICTURE_HEATMAP = 1,
    PICTURE_ARROWS = 2,
    PICTURE_SCATTER = 3,
    PICTURE_BARS = 4,
    PICTURE_TEXT = 5,
    PICTURE_FIELD = 6,
    PICTURE_LINES = 7
};

struct picture {
    enum picture_kind kind;
    size_t rows, cols;
    const float *a, *b, *c;     /* as rlb_frame says for the kind; NULL where there is none */
    const char *text, *caption; /* NULL: none */
    const char *row_labels, *col_labels; /* separated by newlines; NULL: none */
    double lo, hi;                       /* range of a; NaN: from the data */
    size_t cursor; /* the square of a heatmap or field that is pointed at, 1 + index; 0: none */
};

/* Nothing is drawn outside r. A picture without data says so. */
void picture_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs);

/* ---- for the kinds' own files ---- */
/* The i-th of labels separated by newlines into out ("" when there is none); returns out. */
char *picture_label(const char *labels, size_t i, char *out, size_t size);
/* Widest of the first n labels in columns. */
int picture_label_columns(const char *labels, size_t n);
/* Least and greatest finite value of v[0..n), replaced by p->lo and p->hi where given; false when
 * there is neither. */
struct picture_range {
    double lo, hi;
};
int picture_find_range(const struct picture *p, const float *v, size_t n,
                       struct picture_range *out);

void heatmap_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs);
void arrows_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs);
/* A scatter with lo and hi: to scale, without axes. */
void drawing_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs);
/* A point of a class: its marker, or for class -1 - k a dot in the colour of k. */
struct canvas;
void scatter_point(struct canvas *c, int x, int y, float class);
void scatter_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs);
void bars_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs);
void lines_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs);

#endif
