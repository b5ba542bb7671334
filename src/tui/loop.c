/* The loop: wait, update, draw. Sleeps as long as nothing is due. */
#include "tui/loop.h"

#include "base/clock.h"
#include "tui/clipboard.h"
#include "tui/editor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

enum {
    LIVE_MS = 300,   /* how often the database is looked at while something runs */
    QUIET_MS = 2000, /* and otherwise */
    FRAME_MS = 66,   /* pictures of new data come at most this often */
    MOST_FDS = 64
};

struct loop {
    struct app *app;
    struct terminal *term;
    struct grid grid;
    int64_t drawn_ns, polled_ns;
    int64_t read_ns;    /* what reading the last change took */
    bool dirty, urgent; /* something to draw; somebody pressed a key for it */
};

static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

static int until(int64_t at_ns, int64_t now)
{
    return at_ns <= now ? 0 : (int)((at_ns - now + 999999) / 1000000);
}

/* A database so large that reading a change takes long is read less often. */
static int64_t poll_due(const struct loop *l)
{
    int64_t wait = (l->app->num_live ? LIVE_MS : QUIET_MS) * INT64_C(1000000);
    return l->polled_ns + (wait > 20 * l->read_ns ? wait : 20 * l->read_ns);
}

static int timeout(struct loop *l)
{
    int64_t now = clock_mono_ns();
    int ms = until(poll_due(l), now);
    if (l->dirty)
        ms = sooner(ms, l->urgent ? 0 : until(l->drawn_ns + FRAME_MS * INT64_C(1000000), now));
    if (l->app->wake_ns)
        ms = sooner(ms, until(l->app->wake_ns, now));
    return sooner(ms, l->term->ops->timeout(l->term));
}

/* Gives the terminal away while something else has it. */
static void lend(struct loop *l, void (*to)(struct app *))
{
    l->term->ops->release(l->term);
    to(l->app);
    l->term->ops->acquire(l->term);
    struct event ev = {.kind = EVENT_RESIZE};
    l->term->ops->size(l->term, &ev.size.rows, &ev.size.cols);
    app_update(l->app, &ev);
    l->dirty = l->urgent = true;
}

static void suspend(struct app *a)
{
    (void)a;
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    kill(0, SIGTSTP); /* the whole job; it is blocked here until the next line */
    sigprocmask(SIG_UNBLOCK, &stop, &before);
    sigprocmask(SIG_SETMASK, &before, NULL); /* here again after fg */
}

static void edit(struct app *a)
{
    editor_run(a);
}

/* Does what an update asked for; false when that was the end. */
static bool react(struct loop *l, unsigned flags)
{
    struct terminal *t = l->term;
    if (flags & REACT_QUIT)
        return false;
    if (flags & REACT_MOUSE)
        t->ops->set_mouse(t, l->app->mouse);
    if (flags & REACT_THEME)
        t->ops->set_theme(t, l->app->theme);
    if ((flags & REACT_COPY) && !t->ops->copy(t, l->app->clipboard))
        clipboard_keep(l->app);
    if (flags & REACT_REPAINT)
        t->ops->repaint(t);
    if (flags & REACT_EDIT) {
        lend(l, edit);
        flags |= editor_done(l->app);
    }
    if (flags & REACT_SUSPEND)
        lend(l, suspend);
    if (flags & REACT_DRAW)
        l->dirty = true;
    return true;
}

static void draw(struct loop *l)
{
    struct app *a = l->app;
    if (l->grid.rows != a->rows || l->grid.cols != a->cols)
        grid_resize(&l->grid, a->rows, a->cols);
    app_view(a, &l->grid);
    l->term->ops->draw(l->term, &l->grid);
    l->drawn_ns = clock_mono_ns();
    l->dirty = l->urgent = false;
}

/* All keys that are there, then one picture. OK, ERR_FAILED-like codes of the terminal, -1: quit.
 */
static int keys(struct loop *l, bool *quit, struct err *e)
{
    struct event ev;
    int got;
    while ((got = l->term->ops->next(l->term, &ev, e)) > 0) {
        l->urgent = true;
        if (!react(l, app_update(l->app, &ev))) {
            *quit = true;
            return OK;
        }
    }
    if (l->term->stop_request) {
        l->term->stop_request = false;
        react(l, REACT_SUSPEND);
    }
    if (got < 0)
        *quit = true;
    return got < 0 ? e->code : OK;
}

static unsigned due(struct loop *l)
{
    struct app *a = l->app;
    int64_t now = clock_mono_ns();
    unsigned flags = REACT_NONE;
    if (now >= poll_due(l)) {
        flags |= app_poll_data(a);
        l->polled_ns = clock_mono_ns();
        l->read_ns = l->polled_ns - now;
    }
    if (a->wake_ns && now >= a->wake_ns) {
        a->wake_ns = 0;
        const struct event tick = {.kind = EVENT_TICK};
        flags |= app_update(a, &tick);
    }
    return flags;
}

int loop_run(struct app *a, struct terminal *t, struct err *e)
{
    struct loop l = {.app = a, .term = t, .polled_ns = clock_mono_ns()};
    t->ops->size(t, &a->rows, &a->cols);
    grid_init(&l.grid, a->rows, a->cols);
    bool quit = !react(&l, app_start(a));
    if (!quit)
        draw(&l);
    int status = OK;
    while (!quit && status == OK) {
        struct pollfd fds[MOST_FDS] = {{.fd = t->fd, .events = POLLIN}};
        size_t n = 1;
        n += control_poll_fds(&a->control, fds + n, MOST_FDS - n);
        n += task_poll_fds(&a->tasks, fds + n, MOST_FDS - n);
        if (poll(fds, (nfds_t)n, timeout(&l)) < 0 && errno != EINTR)
            status = err_sys(e, ERR_IO, "cannot wait for keys");
        a->look.now_us = clock_wall_us();
        if (status == OK)
            status = keys(&l, &quit, e);
        if (quit || status != OK)
            break;
        unsigned flags = due(&l);
        if (a->control.clients.len)
            flags |= control_read(a);
        if (a->tasks.running.len)
            flags |= task_read(a);
        quit = !react(&l, flags);
        int64_t next_frame = l.drawn_ns + FRAME_MS * INT64_C(1000000);
        if (l.dirty && (l.urgent || clock_mono_ns() >= next_frame))
            draw(&l);
        else
            l.urgent = false;
    }
    grid_finish(&l.grid);
    return status;
}
