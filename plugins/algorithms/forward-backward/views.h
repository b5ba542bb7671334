/* Scratch of the pictures. */
#ifndef FB_VIEWS_H
#define FB_VIEWS_H

#include "fb.h"

enum { PLANE_ROWS = 16, PLANE_COLS = 32, BINS = 24 };

struct pictures {
    float *a, *b, *c; /* [cells] each */
    float *states;    /* [S] */
    uint32_t cells;
    rlb_state_map map;
    float *plane_q;     /* [PLANE_COLS][A] */
    double *reward, *v; /* [S] */
    char caption[160];
};

/* A sentence in place of a picture. */
void fb_say(struct fb *f, const char *text, rlb_frame *out);
/* views_b.c */
void fb_view_embedding(struct fb *f, rlb_frame *out);
void fb_view_eigenvalues(struct fb *f, rlb_frame *out);
void fb_view_similarities(struct fb *f, rlb_frame *out);

#endif
