/* The pictures that running algorithms and environments offer: what there is, which one is watched,
 * and the last one that came. */
#ifndef RLBENCH_TUI_LIVE_VIEWS_H
#define RLBENCH_TUI_LIVE_VIEWS_H

#include "chart/picture.h"
#include "wire/wire.h"

#include <stdbool.h>

struct app;
struct live_model;

struct live_view {
    int64_t run;
    uint32_t source, index, kind, flags; /* source 0: algorithm, 1: environment; RLB_V_* */
    char *name, *doc;
};

struct live_views {
    VEC(struct live_view) all; /* of all runs seen */
    uint32_t source, index;    /* the chosen one */
    int64_t run;               /* whose; 0: none yet */
    char *socket;              /* of the supervisor that sends frames; NULL: none does */
    struct {
        bool there;
        int64_t run; /* whose: the one watched before stays until the next one's comes */
        uint64_t step;
        struct picture picture; /* points into the buffers */
        struct buf a, b, c;
        char *texts[4]; /* text, caption, row and column labels */
    } frame;
};

void live_views_finish(struct live_views *v);
/* Forgets everything (other runs came into focus); stops the frames. */
void live_views_clear(struct app *a, struct live_views *v);
/* Asks the supervisors of the live runs for what there is, and for frames of the chosen view of the
 * first running run. Call when runs or their states have changed. */
void live_views_subscribe(struct app *a, struct live_views *v, const struct live_model *m);
/* Stops the frames. */
void live_views_stop(struct app *a, struct live_views *v);
/* The next view, or the same view of the next live run. */
void live_views_next(struct app *a, struct live_views *v, const struct live_model *m);
void live_views_next_run(struct app *a, struct live_views *v, const struct live_model *m);

void live_views_take_view(struct live_views *v, const struct wire_view *view);
/* True when it is the picture shown. A frame whose arrays are shorter than its size says is left
 * out. */
bool live_views_take_frame(struct live_views *v, const struct wire_frame *frame);

/* The chosen view, or NULL; *at of *count of its run, from 1. */
const struct live_view *live_views_chosen(const struct live_views *v, size_t *at, size_t *count);

#endif
