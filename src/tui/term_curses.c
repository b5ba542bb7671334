/* The one file that knows curses: it paints the cells of a grid that have changed, and turns what
 * comes from the keyboard into events. */
#include "base/clock.h"
#include "base/text.h"
#include "tui/clipboard.h"
#include "tui/guard.h"
#include "tui/term.h"
#include "tui/theme.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

enum { DOUBLE_CLICK_MS = 400, ESC_MS = 25 };

struct term_curses {
    struct terminal base;
    SCREEN *screen;
    WINDOW *keys;      /* where input is read: reading from stdscr would draw it */
    struct grid shown; /* what the terminal shows */
    bool all;          /* nothing of it is known */
    int signals;       /* signalfd: SIGWINCH, SIGTSTP */
    sigset_t old_mask;
    int colors; /* 0: none are used */
    const char *theme;
    struct tint tints[ROLE_COUNT];
    short pairs[ROLE_COUNT][ROLE_COUNT]; /* [bg][fg], 0: not made yet */
    int num_pairs;
    int64_t clicked_ns;
    int clicked_row, clicked_col;
};

static struct term_curses *self_of(struct terminal *t)
{
    return (struct term_curses *)t;
}

/* ---- colours ---- */

static void set_theme(struct terminal *t, const char *name)
{
    struct term_curses *c = self_of(t);
    c->theme = name;
    for (int role = 0; role < ROLE_COUNT; role++)
        c->tints[role] = theme_tint(name, c->colors, (enum role)role);
    memset(c->pairs, 0, sizeof c->pairs);
    c->num_pairs = 0;
    c->all = true;
}

static short pair_of(struct term_curses *c, int fg, int bg)
{
    if (c->colors == 0)
        return 0;
    short *pair = &c->pairs[bg][fg];
    if (*pair == 0) {
        short f = c->tints[fg].fg, b = c->tints[bg].bg;
        if (f < 0 && b < 0)
            return 0;
        if (c->num_pairs + 1 >= COLOR_PAIRS || c->num_pairs + 1 > 30000)
            return 0;
        *pair = (short)++c->num_pairs;
        init_pair(*pair, f, b);
    }
    return *pair;
}

static void start_colors(struct term_curses *c, enum color color)
{
    const char *no_color = getenv("NO_COLOR");
    bool off = color == COLOR_NEVER || (color == COLOR_AUTO && no_color && *no_color);
    c->colors = 0;
    if (off || !has_colors() || start_color() == ERR)
        return;
    use_default_colors();
    /* More than 256 are true colours, whose numbers mean something else. */
    c->colors = COLORS > 256 ? 8 : COLORS;
}

/* ---- drawing ---- */

static attr_t attributes(uint8_t attrs)
{
    return ((attrs & ATTR_BOLD) ? A_BOLD : 0) | ((attrs & ATTR_REVERSE) ? A_REVERSE : 0) |
           ((attrs & ATTR_UNDERLINE) ? A_UNDERLINE : 0);
}

static void paint(struct term_curses *c, int row, int col, const struct cell *cell)
{
    int fg = cell->fg < ROLE_COUNT ? cell->fg : ROLE_TEXT;
    int bg = cell->bg < ROLE_COUNT ? cell->bg : ROLE_TEXT;
    uint8_t attrs = cell->attrs | c->tints[fg].attrs;
    attrs ^= c->tints[bg].bg_attrs;
    /* The C library must agree on the width, or the rest of the row would shift. */
    wchar_t text[2] = {(wchar_t)cell->cp, 0};
    if (wcwidth(text[0]) != text_width(cell->cp))
        text[0] = L'?';
    cchar_t cc;
    setcchar(&cc, text, attributes(attrs), pair_of(c, fg, bg), NULL);
    mvadd_wch(row, col, &cc);
}

static void draw(struct terminal *t, const struct grid *g)
{
    struct term_curses *c = self_of(t);
    if (g->rows != c->shown.rows || g->cols != c->shown.cols) {
        grid_resize(&c->shown, g->rows, g->cols);
        c->all = true;
    }
    if (c->all)
        erase();
    bool changed = c->all;
    size_t i = 0;
    for (int row = 0; row < g->rows; row++)
        for (int col = 0; col < g->cols; col++, i++) {
            const struct cell *new = &g->cells[i];
            if (!c->all && memcmp(new, &c->shown.cells[i], sizeof *new) == 0)
                continue;
            changed = true;
            if (new->cp)
                paint(c, row, col, new);
        }
    if (!changed)
        return;
    memcpy(c->shown.cells, g->cells, i * sizeof *g->cells);
    c->all = false;
    refresh();
}

static void repaint(struct terminal *t)
{
    (void)t;
    clearok(curscr, TRUE);
    wrefresh(curscr);
}

/* ---- input ---- */

static uint32_t special_key(wint_t k)
{
    static const struct {
        wint_t curses;
        uint32_t key;
    } map[] = {
        {KEY_UP, K_UP},
        {KEY_DOWN, K_DOWN},
        {KEY_LEFT, K_LEFT},
        {KEY_RIGHT, K_RIGHT},
        {KEY_HOME, K_HOME},
        {KEY_END, K_END},
        {KEY_PPAGE, K_PAGE_UP},
        {KEY_NPAGE, K_PAGE_DOWN},
        {KEY_IC, K_INSERT},
        {KEY_DC, K_DELETE},
        {KEY_BTAB, K_BACKTAB},
        {KEY_ENTER, K_ENTER},
        {KEY_BACKSPACE, K_BACKSPACE},
        {KEY_A1, K_HOME},
        {KEY_C1, K_END},
        {KEY_A3, K_PAGE_UP},
        {KEY_C3, K_PAGE_DOWN},
        {KEY_FIND, K_HOME},
        {KEY_SELECT, K_END},
    };
    if (k >= KEY_F(1) && k <= KEY_F(12))
        return K_F1 + (uint32_t)(k - KEY_F(1));
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++)
        if (map[i].curses == k)
            return map[i].key;
    return 0;
}

static bool mouse_event(struct term_curses *c, struct event *out)
{
    MEVENT m;
    if (getmouse(&m) != OK)
        return false;
    out->kind = EVENT_MOUSE;
    out->mouse.row = m.y;
    out->mouse.col = m.x;
    if (m.bstate & BUTTON4_PRESSED)
        out->mouse.act = MOUSE_WHEEL_UP;
    else if (m.bstate & BUTTON5_PRESSED)
        out->mouse.act = MOUSE_WHEEL_DOWN;
    else if (m.bstate & BUTTON1_PRESSED) {
        int64_t now = clock_mono_ns();
        bool twice = m.y == c->clicked_row && m.x == c->clicked_col &&
                     now - c->clicked_ns < DOUBLE_CLICK_MS * INT64_C(1000000);
        out->mouse.act = twice ? MOUSE_DOUBLE : MOUSE_CLICK;
        c->clicked_ns = twice ? 0 : now;
        c->clicked_row = m.y;
        c->clicked_col = m.x;
    } else {
        return false;
    }
    return true;
}

static void window_size(int *rows, int *cols)
{
    struct winsize w;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row && w.ws_col) {
        *rows = w.ws_row;
        *cols = w.ws_col;
    } else {
        getmaxyx(stdscr, *rows, *cols);
    }
}

/* True when a signal made an event. */
static bool take_signals(struct term_curses *c, struct event *out)
{
    struct signalfd_siginfo info;
    bool resized = false;
    while (read(c->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGWINCH)
            resized = true;
        else if (info.ssi_signo == SIGTSTP)
            c->base.stop_request = true;
    }
    if (!resized)
        return false;
    int rows, cols;
    window_size(&rows, &cols);
    resizeterm(rows, cols);
    c->all = true;
    out->kind = EVENT_RESIZE;
    out->size.rows = rows;
    out->size.cols = cols;
    return true;
}

static int next(struct terminal *t, struct event *out, struct err *e)
{
    struct term_curses *c = self_of(t);
    if (take_signals(c, out))
        return 1;
    for (;;) {
        wint_t k;
        errno = 0;
        int got = wget_wch(c->keys, &k);
        if (got == ERR) {
            /* Nothing there, or the terminal is gone for good. */
            if (errno == EIO || errno == ENXIO || errno == EBADF) {
                err_set(e, ERR_IO, "the terminal is gone");
                return -1;
            }
            return 0;
        }
        if (got == KEY_CODE_YES && k == KEY_RESIZE)
            continue; /* our own signal said so already */
        if (got == KEY_CODE_YES && k == KEY_MOUSE) {
            if (mouse_event(c, out))
                return 1;
            continue;
        }
        uint32_t key = got == KEY_CODE_YES ? special_key(k) : (uint32_t)k;
        if (key == '\n')
            key = K_ENTER;
        if (key == K_CTRL('H'))
            key = K_BACKSPACE;
        if (key == 0 || (got == OK && key >= K_SPECIAL))
            continue;
        out->kind = EVENT_KEY;
        out->key = key;
        return 1;
    }
}

static int no_timeout(struct terminal *t)
{
    (void)t;
    return -1;
}

static void size(struct terminal *t, int *rows, int *cols)
{
    (void)t;
    getmaxyx(stdscr, *rows, *cols);
}

/* ---- the terminal's other sides ---- */

static void set_mouse(struct terminal *t, bool on)
{
    (void)t;
    mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

static void term_release(struct terminal *t)
{
    (void)t;
    endwin();
    guard_release();
}

static void acquire(struct terminal *t)
{
    struct term_curses *c = self_of(t);
    guard_hold();
    int rows, cols;
    window_size(&rows, &cols);
    resizeterm(rows, cols);
    c->all = true;
    clearok(curscr, TRUE);
    refresh();
}

static bool copy(struct terminal *t, const char *text)
{
    (void)t;
    struct buf out = {0};
    enum clipboard_way way = clipboard_way(getenv("TERM"), getenv("TMUX"), getenv("STY"));
    if (way == CLIPBOARD_TMUX && clipboard_tmux(text))
        return true;
    bool taken = clipboard_encode(text, way, &out);
    fwrite(buf_text(&out), 1, out.len, stdout);
    fflush(stdout);
    buf_finish(&out);
    return taken;
}

static void destroy(struct terminal *t)
{
    struct term_curses *c = self_of(t);
    endwin();
    guard_finish();
    delwin(c->keys);
    delscreen(c->screen);
    sigprocmask(SIG_SETMASK, &c->old_mask, NULL);
    close(c->signals);
    close(c->base.fd);
    grid_finish(&c->shown);
    free(c);
}

static const struct term_ops curses_ops = {
    .size = size,
    .next = next,
    .timeout = no_timeout,
    .draw = draw,
    .repaint = repaint,
    .release = term_release,
    .acquire = acquire,
    .set_mouse = set_mouse,
    .set_theme = set_theme,
    .copy = copy,
    .destroy = destroy,
};

/* ---- opening ---- */

/* The first name that terminfo knows here: TERM itself, else what most terminals are. */
static const char *known_terminal(const char *wanted, struct err *e)
{
    const char *const names[] = {wanted, "xterm-256color", "xterm", "vt100"};
    for (size_t i = wanted && *wanted ? 0 : 1; i < sizeof names / sizeof names[0]; i++) {
        int found;
        if (setupterm(names[i], STDOUT_FILENO, &found) != OK)
            continue;
        bool useful = cursor_address != NULL && clear_screen != NULL;
        if (useful)
            return names[i];
        del_curterm(cur_term);
        if (i == 0) {
            err_set(e, ERR_USAGE,
                    "TERM=%s cannot place the cursor, so the workbench has no screen to draw on; "
                    "use rlbench run RECIPE and rlbench ls",
                    wanted);
            return NULL;
        }
    }
    err_set(e, ERR_USAGE, "no terminal description is installed (TERM=%s); install ncurses-base",
            wanted ? wanted : "");
    return NULL;
}

/* What leaves the full screen, collected from terminfo while it is known. */
static void guard_terminal(void)
{
    const char *const parts[] = {exit_attribute_mode, orig_pair, keypad_local, cursor_normal,
                                 exit_ca_mode};
    struct buf bytes = {0};
    if (key_mouse)
        buf_puts(&bytes, "\033[?1000l\033[?1006l");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        /* padding ($<5>) is for terminals of another age */
        for (const char *p = parts[i]; p && *p; p++) {
            if (p[0] == '$' && p[1] == '<')
                p += strcspn(p, ">");
            else
                buf_putc(&bytes, *p);
        }
    }
    guard_start(STDOUT_FILENO, bytes.data, bytes.len);
    buf_finish(&bytes);
}

static bool is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* The locale decides, unless somebody asks for more than it offers. */
static int choose_glyphs(int wanted, const char *name)
{
    setlocale(LC_CTYPE, "");
    if (wanted == GLYPHS_BRAILLE || wanted == GLYPHS_BLOCK) {
        if (!is_utf8())
            setlocale(LC_CTYPE, "C.UTF-8");
        return is_utf8() ? wanted : GLYPHS_ASCII;
    }
    if (wanted == GLYPHS_ASCII || !is_utf8() || strncmp(name, "vt", 2) == 0)
        return GLYPHS_ASCII;
    /* the font of the Linux console has no braille */
    return strcmp(name, "linux") == 0 ? GLYPHS_BLOCK : GLYPHS_BRAILLE;
}

/* One descriptor to poll for keys and signals. */
static int open_inputs(struct term_curses *c)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    sigaddset(&set, SIGTSTP);
    sigprocmask(SIG_BLOCK, &set, &c->old_mask);
    c->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    int fd = epoll_create1(EPOLL_CLOEXEC);
    const int inputs[] = {STDIN_FILENO, c->signals};
    for (int i = 0; i < 2; i++) {
        struct epoll_event ev = {.events = EPOLLIN, .data.fd = inputs[i]};
        epoll_ctl(fd, EPOLL_CTL_ADD, inputs[i], &ev);
    }
    return fd;
}

static void start_curses(struct term_curses *c, enum color color, const char *theme, bool mouse)
{
    raw();
    noecho();
    nonl();
    set_escdelay(ESC_MS);
    curs_set(0);
    c->keys = newpad(1, 1);
    keypad(c->keys, TRUE);
    nodelay(c->keys, TRUE);
    mouseinterval(0);
    start_colors(c, color);
    set_theme(&c->base, theme);
    set_mouse(&c->base, mouse);
}

int term_curses_create(enum color color, const char *theme, bool mouse, int *glyphs, char note[200],
                       struct terminal **out, struct err *e)
{
    note[0] = '\0';
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(e, ERR_USAGE,
                       "the workbench needs a terminal; rlbench --plain does without, and so do "
                       "rlbench run RECIPE and rlbench ls");
    const char *wanted = getenv("TERM");
    const char *name = known_terminal(wanted, e);
    if (!name)
        return ERR_USAGE;
    if (name != wanted)
        snprintf(note, 200, "TERM=%.40s is not known here: drawing as %s",
                 wanted && *wanted ? wanted : "(unset)", name);
    *glyphs = choose_glyphs(*glyphs, name);
    guard_terminal();
    del_curterm(cur_term);

    struct term_curses *c = mem_alloc(sizeof *c);
    c->base = (struct terminal){.ops = &curses_ops, .fd = open_inputs(c)};
    guard_hold();
    c->screen = newterm(name, stdout, stdin);
    if (!c->screen) {
        guard_finish();
        sigprocmask(SIG_SETMASK, &c->old_mask, NULL);
        close(c->signals);
        close(c->base.fd);
        free(c);
        return err_set(e, ERR_USAGE, "curses cannot use this terminal (TERM=%s)", name);
    }
    start_curses(c, color, theme, mouse);
    *out = &c->base;
    return OK;
}
