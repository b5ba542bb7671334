/* The Live screen's own state, shared by its files: screen_live.c (what happens), live_draw.c and
 * live_chart.c (how it looks). */
#ifndef RLBENCH_TUI_LIVE_H
#define RLBENCH_TUI_LIVE_H

#include "tui/live_kept.h"
#include "tui/live_model.h"
#include "tui/live_paint.h"
#include "tui/live_replay.h"
#include "tui/live_views.h"
#include "tui/tui.h"

enum { LIVE_MAX_PANES = 64 };

struct live {
    struct live_model model;
    struct live_kept kept;
    struct live_views views;
    struct live_replay replay; /* of the chosen view */
    struct live_paint paint;   /* onto it */
    unsigned focus_serial;     /* of the app when the model was read */
    bool loading;              /* curves in sight are not all read yet */
    /* ---- what is shown */
    VEC(size_t) charts; /* metrics that have points and pass the filter, in order */
    size_t first;       /* chart in the first pane */
    size_t pane;        /* the pane in focus; the view's is the last */
    bool full;          /* that pane alone */
    bool seeds;         /* every run its own line */
    size_t group;       /* the one that stands out; SIZE_MAX: none */
    bool only;          /* nothing but that group */
    bool zoomed;
    uint64_t lo, hi; /* window of steps while zoomed */
    bool has_cursor;
    uint64_t cursor;
    size_t smoothing; /* index of live_strengths */
    char filter[64];
    /* ---- the newest event worth a line */
    struct {
        int64_t after; /* id of the last one read */
        int64_t t_us;
        int level;
        char text[300];
    } event;
    /* ---- pace of reading */
    int64_t read_ns;
    bool must_read;
    /* ---- as last drawn: for moving between panes and for the mouse */
    struct live_layout {
        int rows, cols; /* of panes */
        size_t panes;   /* on the page, the view's among them */
        size_t charts;
        bool view;
        struct rect at[LIVE_MAX_PANES];
        int plot_cols; /* columns of cells in a chart */
    } layout;
};

enum { LIVE_STRENGTHS = 7 };
extern const double live_strengths[LIVE_STRENGTHS];

/* ---- live_read.c ---- */
/* Which metrics have a chart: those with points that pass the filter. */
void live_choose_charts(struct live *l);
/* Everything in sight. */
unsigned live_read_all(struct app *a, struct live *l);
/* The same, at once or as soon as the last time is long enough ago. */
unsigned live_read_soon(struct app *a, struct live *l);
/* Curves in sight that are not read yet, for a short while; asks for a tick when there is more. */
unsigned live_read_curves(struct app *a, struct live *l);

/* ---- live_move.c; all return reaction flags ---- */
/* Makes the window of steps `factor` times as wide, around a step or around the crosshair. */
unsigned live_zoom_at(struct live *l, double factor, uint64_t around);
unsigned live_zoom(struct live *l, double factor);
/* By a quarter of its width, -1 earlier, 1 later. */
unsigned live_pan(struct live *l, int direction);
unsigned live_move_cursor(struct live *l, int columns);
/* The page that begins with, or holds, that chart. */
unsigned live_show_from(struct app *a, struct live *l, size_t first);
unsigned live_turn_page(struct app *a, struct live *l, int by);
/* The pane after or before, on the next page after the last one. */
unsigned live_next_pane(struct app *a, struct live *l, int by);
/* The nearest pane in a direction; beyond the last row the next page. */
unsigned live_move_pane(struct app *a, struct live *l, int rows, int cols);

/* The next group stands out; after the last one none does. */
unsigned live_next_group(struct app *a, struct live *l);
/* Only that group, or all groups again. */
unsigned live_only_group(struct app *a, struct live *l);

/* ---- live_chart.c ---- */
void live_draw_chart(const struct app *a, struct live *l, struct grid *g, struct rect r,
                     size_t metric_index, bool focused);
void live_draw_view(const struct app *a, struct live *l, struct grid *g, struct rect r,
                    bool focused);

/* The picture that is shown, the newest or one of the replay, and its step; NULL: none. */
const struct picture *live_picture(const struct live *l, uint64_t *step);

/* ---- live_film.c: a view alone ---- */
/* What an action means there; false when it means nothing of its own. */
bool live_film_act(struct app *a, struct live *l, enum action action, unsigned *react);
/* Moves on while it plays; asks for the next tick. */
unsigned live_film_tick(struct app *a, struct live *l);
/* The line below the picture. */
void live_film_line(const struct live *l, struct buf *out);

/* ---- live_brush.c: a reward painted onto a map alone ---- */
/* What an action means there; false when it means nothing of its own. */
bool live_brush_act(struct app *a, struct live *l, enum action action, unsigned *react);
/* The square under the cursor, 1 + index in the picture shown; 0: none. */
size_t live_brush_cursor(const struct live *l);
/* Adds to the line below the picture; true when nothing else should stand there. */
bool live_brush_line(const struct live *l, struct buf *out);

/* ---- screen_live.c ---- */
/* name=value to everything that runs here; what the workers say of it comes as events. */
unsigned live_set(struct app *a, struct live *l, const char *assignment);

/* ---- live_draw.c ---- */
/* The window of steps all charts show; false when there are no points. */
bool live_window(const struct live *l, uint64_t *lo, uint64_t *hi);
/* The part of the body that panes share. */
struct rect live_panes(struct rect body);
/* The same of the screen as large as it is now. */
struct rect live_body(const struct app *a);
/* Where panes go in r: as many as fit of `charts` from l->first on, and the view's. */
void live_lay_out(struct live *l, struct rect r);
/* Draws the body. */
void live_draw(const struct app *a, struct live *l, struct grid *g, struct rect r);
/* The middle of the title bar. */
void live_status(const struct app *a, const struct live *l, struct buf *out);

#endif
