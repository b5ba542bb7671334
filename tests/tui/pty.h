/* A program on a pseudo-terminal, its screen read back through libvterm: what a person would see.
 */
#ifndef RLBENCH_TESTS_TUI_PTY_H
#define RLBENCH_TESTS_TUI_PTY_H

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

struct pty {
    pid_t pid;
    int fd, slave; /* the slave stays open here, so that its modes can be asked for at the end */
    int rows, cols;
    struct termios before;
    VTerm *vt;
    VTermScreen *screen;
    size_t bytes; /* written by the program since somebody set it to 0 */
    struct buf raw, text;
};

static inline void pty_start(struct pty *p, int rows, int cols, const char *term,
                             const char *const *argv)
{
    *p = (struct pty){.rows = rows, .cols = cols};
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    if (openpty(&p->fd, &p->slave, NULL, NULL, &size) < 0)
        exit(99);
    tcgetattr(p->slave, &p->before);
    p->vt = vterm_new(rows, cols);
    vterm_set_utf8(p->vt, 1);
    p->screen = vterm_obtain_screen(p->vt);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_reset(p->screen, 1);
    p->pid = fork();
    if (p->pid == 0) {
        close(p->fd);
        login_tty(p->slave);
        setenv("TERM", term, 1);
        unsetenv("TMUX");
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    fcntl(p->fd, F_SETFL, O_NONBLOCK);
    fcntl(p->fd, F_SETFD, FD_CLOEXEC);
    fcntl(p->slave, F_SETFD, FD_CLOEXEC);
}

/* Reads for this long. */
static inline void pty_pump(struct pty *p, int ms)
{
    int64_t end = clock_mono_ns() + (int64_t)ms * 1000000;
    for (;;) {
        int left = (int)((end - clock_mono_ns()) / 1000000);
        struct pollfd fd = {.fd = p->fd, .events = POLLIN};
        if (left < 0 || poll(&fd, 1, left) <= 0)
            return;
        char part[65536];
        ssize_t n = read(p->fd, part, sizeof part);
        if (n <= 0)
            return;
        p->bytes += (size_t)n;
        buf_add(&p->raw, part, (size_t)n);
        vterm_input_write(p->vt, part, (size_t)n);
    }
}

/* The screen as lines. */
static inline const char *pty_text(struct pty *p)
{
    buf_clear(&p->text);
    for (int row = 0; row < p->rows; row++) {
        for (int col = 0; col < p->cols; col++) {
            VTermScreenCell cell;
            char utf8[4];
            vterm_screen_get_cell(p->screen, (VTermPos){row, col}, &cell);
            buf_add(&p->text, utf8, text_encode(cell.chars[0] ? cell.chars[0] : ' ', utf8));
            col += cell.width > 1 ? cell.width - 1 : 0;
        }
        while (p->text.len && p->text.data[p->text.len - 1] == ' ')
            p->text.len--;
        buf_putc(&p->text, '\n');
    }
    return buf_text(&p->text);
}

static inline bool pty_shows(struct pty *p, const char *text)
{
    return strstr(pty_text(p), text) != NULL;
}

/* Waits until text is on the screen; prints the screen when it does not come. */
static inline bool pty_until(struct pty *p, const char *text, int ms)
{
    int64_t end = clock_mono_ns() + (int64_t)ms * 1000000;
    do {
        pty_pump(p, 20);
        if (pty_shows(p, text))
            return true;
    } while (clock_mono_ns() < end);
    fprintf(stderr, "waited in vain for \"%s\":\n%s", text, pty_text(p));
    return false;
}

/* Waits until nothing has come for a while. */
static inline void pty_settle(struct pty *p, int quiet_ms)
{
    do {
        p->bytes = 0;
        pty_pump(p, quiet_ms);
    } while (p->bytes);
}

static inline void pty_keys(struct pty *p, const char *keys)
{
    for (size_t n = strlen(keys); n;) {
        ssize_t w = write(p->fd, keys, n);
        if (w < 0 && errno != EAGAIN && errno != EINTR)
            return;
        if (w > 0) {
            keys += w;
            n -= (size_t)w;
        }
    }
}

static inline void pty_resize(struct pty *p, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    p->rows = rows;
    p->cols = cols;
    vterm_set_size(p->vt, rows, cols);
    ioctl(p->fd, TIOCSWINSZ, &size);
}

/* Waits for the end; the status of waitpid, or -1 (and kills it) when it does not come. */
static inline int pty_wait(struct pty *p, int ms)
{
    int status;
    for (int64_t end = clock_mono_ns() + (int64_t)ms * 1000000; clock_mono_ns() < end;) {
        pty_pump(p, 10);
        if (waitpid(p->pid, &status, WNOHANG) == p->pid)
            return status;
    }
    fprintf(stderr, "it does not end:\n%s", pty_text(p));
    kill(p->pid, SIGKILL);
    waitpid(p->pid, &status, 0);
    return -1;
}

static inline bool pty_modes_are_back(struct pty *p)
{
    struct termios now;
    tcgetattr(p->slave, &now);
    return now.c_iflag == p->before.c_iflag && now.c_oflag == p->before.c_oflag &&
           now.c_cflag == p->before.c_cflag && now.c_lflag == p->before.c_lflag &&
           memcmp(now.c_cc, p->before.c_cc, sizeof now.c_cc) == 0;
}

/* The last of all occurrences in what the program wrote, NULL: none. */
static inline const char *pty_last(struct pty *p, const char *bytes)
{
    const char *last = NULL, *from = buf_text(&p->raw);
    size_t n = strlen(bytes);
    for (const char *at = from; (at = memmem(at, (size_t)(from + p->raw.len - at), bytes, n)); at++)
        last = at;
    return last;
}

static inline void pty_finish(struct pty *p)
{
    vterm_free(p->vt);
    close(p->fd);
    close(p->slave);
    buf_finish(&p->raw);
    buf_finish(&p->text);
}

#endif
