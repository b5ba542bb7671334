/* Line drawings of a world: strokes kept as fine points of a RLB_VIEW_SCATTER frame drawn to
 * scale. */
#ifndef RLBENCH_SKETCH_H
#define RLBENCH_SKETCH_H

#include <rlbench/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Coordinates are the world's, y upwards; a colour is 0 to 7. */
typedef struct rlb_sketch {
    float *x, *y, *c; /* [room], memory of the host */
    double lo, hi;    /* what the picture shows from left to right */
    double spacing;   /* of the points along a stroke */
    uint32_t used, room;
} rlb_sketch;

/* Room for `room` points, no more are kept; strokes across the picture take 600. RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_sketch_init(rlb_sketch *s, const rlb_host *host, uint32_t room, double lo,
                                      double hi);
RLB_EXPORT void rlb_sketch_clear(rlb_sketch *s);
/* A straight stroke, ends included. */
RLB_EXPORT void rlb_sketch_line(rlb_sketch *s, uint32_t colour, double x0, double y0, double x1,
                                double y1);
/* A circle; gap 1: a closed stroke, above: dots so many spacings apart. */
RLB_EXPORT void rlb_sketch_circle(rlb_sketch *s, uint32_t colour, double x, double y, double radius,
                                  double gap);
/* A marker, of one size at any scale. */
RLB_EXPORT void rlb_sketch_mark(rlb_sketch *s, uint32_t colour, double x, double y);
/* Fills a frame of kind RLB_VIEW_SCATTER; the sketch and the caption are borrowed. */
RLB_EXPORT void rlb_sketch_frame(const rlb_sketch *s, const char *caption, rlb_frame *out);

#ifdef __cplusplus
}
#endif
#endif
