/* The terminal workbench. One thread: event -> update (reaction flags) -> view into a grid -> the
 * terminal shows the difference. Nothing here blocks: slow work runs in a task (task.h). */
#ifndef RLBENCH_TUI_TUI_H
#define RLBENCH_TUI_TUI_H

#include "store/store.h"
#include "tui/control.h"
#include "tui/prompt.h"
#include "tui/screen.h"
#include "tui/task.h"

enum { SCREEN_COUNT = SCOPE_COUNT - 1 };

/* How things are drawn; the same in every view, so that a test can fix it. */
struct look {
    enum glyphs glyphs;
    int64_t now_us; /* wall clock, for "31s ago" */
};

enum tone { TONE_INFO, TONE_GOOD, TONE_WARN, TONE_BAD };

struct app {
    /* ---- data */
    char *database;        /* path of the file */
    char *plugin_path;     /* --plugin-path, or NULL */
    struct store *store;   /* read-only; NULL until the file exists */
    int64_t data_version;  /* of the store when EVENT_DATA was last sent */
    bool any_live;         /* some run is queued, running or paused: look more often */
    VEC(int64_t) focus;    /* the runs that Live and Log show, as one bundle; may be empty */
    unsigned focus_serial; /* counts changes of focus */
    bool follow;           /* focus moves to the newest experiment by itself */
    struct control control;
    struct tasks tasks;
    /* ---- what is shown */
    struct look look;
    const char *theme; /* name */
    bool mouse;
    int rows, cols;
    const struct screen *screen, *previous;
    void *states[SCREEN_COUNT]; /* by scope - 1 */
    struct prompt prompt;
    struct {
        enum tone tone;
        char text[400];
    } message;
    int64_t wake_ns; /* monotonic time of the next EVENT_TICK, 0: none */
    struct {
        char *path; /* owned; for REACT_EDIT */
        unsigned line, column;
        bool created; /* a new file: forget it when it is left empty */
    } edit;
};

extern const struct screen *const screens[SCREEN_COUNT]; /* by scope - 1 */

/* ---- for screens ---- */
/* A sentence on the message line, until the next one. */
void app_say(struct app *, enum tone, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Shows another screen: leave, enter. */
unsigned app_go(struct app *, enum scope);
/* Which runs Live and Log show. Copies ids. */
void app_focus(struct app *, const int64_t *ids, size_t n);
/* Asks for an EVENT_TICK at this monotonic time (the earliest wish wins). */
void app_wake(struct app *, int64_t at_ns);
/* Asks for an editor on path; return REACT_EDIT after it. */
void app_edit(struct app *, const char *path, unsigned line, unsigned column);

/* ---- the core, pure of terminals ---- */
struct app_options {
    const char *database, *plugin_path;
    enum glyphs glyphs;
    const char *theme;
    bool mouse;
};
void app_init(struct app *, const struct app_options *);
void app_finish(struct app *);
/* Chooses and enters the first screen: Live on the newest live run, Runs, or Recipes. */
unsigned app_start(struct app *);
unsigned app_update(struct app *, const struct event *);
unsigned app_act(struct app *, enum action, const char *arg);
/* A `:` line. */
unsigned app_command(struct app *, const char *line);
/* Polls the database's version; sends EVENT_DATA to the screen when it has changed. */
unsigned app_poll_data(struct app *);
/* Draws everything into g, which has app->rows x app->cols cells. */
void app_view(struct app *, struct grid *g);

/* ---- the program ---- */
/* `rlbench` without a verb. argv as main got it; returns the exit code. */
int tui_main(int argc, char **argv);

#endif
