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

/* One line of the record of what was done. */
struct said {
    int64_t t_us;
    char *text; /* owned */
};

struct app {
    /* ---- data */
    char *database;       /* path of the file */
    char *plugin_path;    /* --plugin-path, or NULL */
    char *state_folder;   /* where what was typed and copied is kept; NULL: nowhere */
    char *config_folder;  /* where what somebody wrote lies; NULL: nowhere */
    struct store *store;  /* read-only; NULL until the file exists */
    bool store_refused;   /* it cannot be read: said once, not tried again */
    int64_t data_version; /* of the store when EVENT_DATA was last sent */
    size_t num_live;      /* runs that are queued, running or paused: look more often */
    char newest[120];     /* the newest run in a few words, for a terminal too small for more */
    VEC(int64_t) focus; /* the runs that Live and Log show, grouped as in the plan; may be empty */
    int64_t focus_run;  /* its group stands out among them; 0: none does */
    unsigned focus_serial; /* counts changes of focus */
    bool follow;           /* focus moves to the newest experiment by itself */
    struct control control;
    struct tasks tasks;
    /* ---- what is shown */
    struct look look;
    const char *theme; /* name */
    bool mouse;
    int rows, cols;
    const struct screen *screen;
    const struct screen *previous; /* where Esc goes back to */
    const struct screen *helped;   /* what Help is about, and where it goes back to */
    void *states[SCREEN_COUNT];    /* by scope - 1 */
    struct prompt prompt;
    struct history typed; /* behind `:` */
    struct {              /* the line at the bottom; "" when there is nothing to say */
        enum tone tone;
        char text[400];
    } message;
    int64_t wake_ns; /* monotonic time of the next EVENT_TICK, 0: none */
    struct bar_item {
        int col, cols;
        enum action act;
    } bar[16]; /* the key bar as last drawn: for the mouse and for F2 to F9 */
    size_t num_bar;
    VEC(struct said) commands; /* what was done here, as command lines: shown on Log */
    char *clipboard;           /* owned; for REACT_COPY */
    char *export_file;         /* owned; being asked about */
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
/* All runs of that run's experiment; its group stands out. */
void app_focus_experiment(struct app *, const struct run_row *of);
/* The newest experiment, a live one first; false when there is no run. */
bool app_focus_newest(struct app *);
/* Puts a text on the clipboard of the terminal; returns REACT_COPY. */
unsigned app_copy(struct app *, const char *text);
/* Keeps what was done, as the command line that does the same. */
void app_record(struct app *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Sends a command to the supervisor of a run, with the answer on the message line. */
unsigned app_control(struct app *, const struct run_row *run, const char *verb, const char *arg);
/* Asks for an EVENT_TICK at this monotonic time (the earliest wish wins). */
void app_wake(struct app *, int64_t at_ns);
/* Asks for an editor on path; return REACT_EDIT after it. */
void app_edit(struct app *, const char *path, unsigned line, unsigned column);

/* ---- the core, pure of terminals ---- */
struct app_options {
    const char *database, *plugin_path;
    const char *state_folder, *config_folder; /* NULL: nothing is kept, nothing is read */
    enum glyphs glyphs;
    const char *theme;
    bool mouse;
};
void app_init(struct app *, const struct app_options *);
void app_finish(struct app *);
/* Chooses and enters the first screen: Live on the newest run (a live one first), Recipes when
 * there is none. */
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
struct tui_options {
    const char *database, *plugin_path; /* plugin_path may be NULL */
    const char *color, *glyphs;         /* words of the command line, NULL: not given */
    const char *script;                 /* a key script instead of a terminal, NULL: none */
    bool no_mouse;
    bool plain; /* lines instead of a screen */
};
/* `rlbench` without a verb: until somebody leaves. ERR_USAGE when there is no terminal to use. */
int tui_main(const struct tui_options *o, struct err *e);

#endif
