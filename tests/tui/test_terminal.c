/* The real program on a pseudo-terminal: every kind of terminal, every kind of death, silence. */
#include "base/file.h"
#include "check.h"
#include "tui/tui.h"

#include "pty.h" /* after ours: <utmp.h> has an EMPTY of its own */

#define ALT_ON "\033[?1049h"
#define ALT_OFF "\033[?1049l"

static const char *const *command(const char *first, const char *second)
{
    static const char *argv[8];
    int n = 0;
    argv[n++] = getenv("RLBENCH_SELF");
    argv[n++] = "--db";
    argv[n++] = "none.db";
    if (first)
        argv[n++] = first;
    if (second)
        argv[n++] = second;
    argv[n] = NULL;
    return argv;
}

static void at_home(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    setenv("NCURSES_GPM_TERMS", "none", 1); /* the console's mouse library leaks on its own */
    if (chdir(getenv("SCRATCH")) != 0)
        exit(99);
}

static void start(struct pty *p, const char *term)
{
    at_home();
    pty_start(p, 24, 80, term, command(NULL, NULL));
}

static void every_terminal(void)
{
    static const char *const terms[] = {
        "xterm-256color",   "xterm", "vt100", "linux", "screen", "screen-256color", "tmux-256color",
        "no-such-terminal", ""};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct pty p;
        start(&p, terms[i]);
        CU_ASSERT(pty_until(&p, "[1] Recipes", 8000));
        if (i >= 7)
            CU_ASSERT(pty_until(&p, "is not known here: drawing as xterm-256color", 3000));
        bool plain = strcmp(terms[i], "vt100") == 0;
        CU_ASSERT(pty_until(&p, plain ? "+- recipes" : "─ recipes", 3000));
        pty_keys(&p, "q");
        int status = pty_wait(&p, 5000);
        CU_ASSERT_EQUAL(status, 0);
        if (status != 0)
            fprintf(stderr, "TERM=%s: status %d\n%s", terms[i], status, pty_text(&p));
        CU_ASSERT(pty_modes_are_back(&p));
        pty_finish(&p);
    }
}

/* Every screen in every terminal: it comes, and in ASCII nothing else does. */
static void every_screen_in_every_terminal(void)
{
    static const struct {
        const char *term, *locale;
        bool ascii;
    } cases[] = {{"xterm-256color", "C.UTF-8", false},
                 {"xterm", "C", true},
                 {"vt100", "C.UTF-8", true},
                 {"linux", "C.UTF-8", false},
                 {"screen", "C", true},
                 {"no-such-terminal", "C", true}};
    at_home();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pty p;
        setenv("LC_ALL", cases[i].locale, 1);
        start(&p, cases[i].term);
        CU_ASSERT(pty_until(&p, "[1] Recipes", 8000));
        for (int k = 0; k < SCREEN_COUNT; k++) {
            char key[2] = {(char)('0' + screens[k]->number), '\0'}, title[40];
            if (!screens[k]->number)
                continue;
            snprintf(title, sizeof title, "[%s] %s", key, screens[k]->title);
            pty_keys(&p, key);
            CU_ASSERT(pty_until(&p, title, 5000));
        }
        pty_keys(&p, "q");
        CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
        bool plain = true;
        for (size_t k = 0; k < p.raw.len; k++)
            plain = plain && (unsigned char)p.raw.data[k] < 0x80;
        CU_ASSERT_EQUAL(plain, cases[i].ascii);
        pty_finish(&p);
    }
    setenv("LC_ALL", "C.UTF-8", 1);
}

static void what_is_no_screen_gets_lines(void)
{
    struct pty p;
    start(&p, "dumb");
    CU_ASSERT(pty_until(&p, "TERM=dumb cannot place the cursor: lines instead of a screen", 5000));
    CU_ASSERT(pty_until(&p, "number, q to leave:", 5000));
    pty_keys(&p, "q\r");
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    CU_ASSERT_PTR_NULL(memchr(p.raw.data, '\033', p.raw.len));
    CU_ASSERT(pty_modes_are_back(&p));
    pty_finish(&p);
    /* output into a pipe */
    at_home();
    char *line = mem_printf("'%s' --db none.db 2>&1 </dev/null | cat; exit ${PIPESTATUS:-0}",
                            getenv("RLBENCH_SELF"));
    FILE *f = popen(line, "r");
    char text[300] = "";
    CU_ASSERT(fread(text, 1, sizeof text - 1, f) > 0);
    pclose(f);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "the workbench needs a terminal"));
    free(line);
}

static void glyphs_and_colours(void)
{
    struct pty p;
    at_home();
    setenv("LC_ALL", "C", 1);
    start(&p, "xterm-256color"); /* the locale decides */
    CU_ASSERT(pty_until(&p, "+- recipes", 5000));
    pty_keys(&p, "q");
    pty_wait(&p, 5000);
    pty_finish(&p);
    pty_start(&p, 24, 80, "xterm-256color",
              command("--glyphs", "block")); /* unless asked for more */
    CU_ASSERT(pty_until(&p, "┌─ recipes", 5000));
    pty_keys(&p, "q");
    pty_wait(&p, 5000);
    pty_finish(&p);
    setenv("LC_ALL", "C.UTF-8", 1);
    start(&p, "xterm-256color");
    CU_ASSERT(pty_until(&p, "╭─ recipes", 5000));
    CU_ASSERT_PTR_NOT_NULL(pty_last(&p, "\033[38;5;"));
    pty_keys(&p, "q");
    pty_wait(&p, 5000);
    pty_finish(&p);
    setenv("NO_COLOR", "1", 1);
    start(&p, "xterm-256color");
    CU_ASSERT(pty_until(&p, "╭─ recipes", 5000));
    CU_ASSERT_PTR_NULL(pty_last(&p, "38;5;"));
    CU_ASSERT_PTR_NULL(pty_last(&p, "48;5;"));
    pty_keys(&p, "q");
    pty_wait(&p, 5000);
    pty_finish(&p);
    unsetenv("NO_COLOR");
}

static void every_death_gives_the_terminal_back(void)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGABRT, SIGBUS, SIGKILL};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct pty p;
        start(&p, "xterm-256color");
        CU_ASSERT(pty_until(&p, "[1] Recipes", 5000));
        CU_ASSERT(!pty_modes_are_back(&p)); /* so that the test below can fail */
        CU_ASSERT_PTR_NOT_NULL(pty_last(&p, ALT_ON));
        kill(p.pid, signals[i]);
        int status = pty_wait(&p, 5000);
        CU_ASSERT(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
        for (int k = 0; k < 100 && !(pty_last(&p, ALT_OFF) && pty_modes_are_back(&p)); k++)
            pty_pump(&p, 20);
        const char *on = pty_last(&p, ALT_ON), *off = pty_last(&p, ALT_OFF);
        CU_ASSERT(on && off && off > on);
        CU_ASSERT_PTR_NOT_NULL(pty_last(&p, "\033[?25h"));   /* the cursor */
        CU_ASSERT_PTR_NOT_NULL(pty_last(&p, "\033[?1000l")); /* the mouse */
        CU_ASSERT(pty_modes_are_back(&p));
        pty_finish(&p);
    }
}

static void a_terminal_that_goes_away_ends_it(void)
{
    struct pty p;
    start(&p, "xterm-256color");
    CU_ASSERT(pty_until(&p, "[1] Recipes", 5000));
    close(p.slave);
    close(p.fd); /* hang-up */
    int status = 0;
    bool ended = false;
    for (int i = 0; i < 250 && !ended; i++) {
        usleep(20000);
        ended = waitpid(p.pid, &status, WNOHANG) == p.pid;
    }
    CU_ASSERT(ended);
    if (!ended) {
        kill(p.pid, SIGKILL);
        waitpid(p.pid, &status, 0);
    }
    p.fd = p.slave = -1;
    pty_finish(&p);
}

static uint64_t cpu_ns(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    struct buf text = {0};
    uint64_t ns = file_read(path, 4096, &text, NULL) == OK ? strtoull(text.data, NULL, 10) : 0;
    buf_finish(&text);
    return ns;
}

static void nothing_is_written_when_nothing_changes(void)
{
    struct pty p;
    start(&p, "xterm-256color");
    CU_ASSERT(pty_until(&p, "[1] Recipes", 5000));
    pty_settle(&p, 500);
    uint64_t before = cpu_ns(p.pid);
    p.bytes = 0;
    pty_pump(&p, 3000);
    CU_ASSERT_EQUAL(p.bytes, 0);
    double share = (double)(cpu_ns(p.pid) - before) / 3e9;
    CU_ASSERT(share < 0.01); /* bench/tui measures against the promise */
    pty_keys(&p, "\002");    /* a key that means nothing */
    pty_pump(&p, 300);
    CU_ASSERT_EQUAL(p.bytes, 0);
    pty_keys(&p, "q");
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    pty_finish(&p);
}

static void a_storm_of_resizes(void)
{
    struct pty p;
    start(&p, "xterm-256color");
    CU_ASSERT(pty_until(&p, "[1] Recipes", 5000));
    pty_settle(&p, 200);
    char *first = mem_strdup(pty_text(&p));
    unsigned seed = 1;
    for (int i = 0; i < 200; i++) {
        seed = seed * 1103515245 + 12345;
        pty_resize(&p, 1 + (int)(seed >> 16) % 60, 1 + (int)(seed >> 8) % 220);
        if (i % 10 == 0)
            pty_pump(&p, 5);
    }
    pty_resize(&p, 24, 80);
    CU_ASSERT(pty_until(&p, "[1] Recipes", 5000));
    pty_settle(&p, 300);
    pty_keys(&p, "\014"); /* Ctrl-L: libvterm keeps cells of its own when it grows */
    pty_settle(&p, 300);
    CU_ASSERT_STRING_EQUAL(pty_text(&p), first);
    pty_resize(&p, 10, 40);
    CU_ASSERT(pty_until(&p, "needs 80x24, has 40x10", 3000));
    pty_keys(&p, "q");
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    free(first);
    pty_finish(&p);
}

static void stop_foreground(struct pty *p)
{
    pid_t group = 0;
    if (ioctl(p->fd, TIOCGPGRP, &group) == 0 && group > 1)
        kill(-group, SIGTSTP);
}

/* Under a shell with job control, as only there a program can be stopped. */
static void stopped_and_continued(void)
{
    struct pty p;
    at_home();
    const char *const shell[] = {"/bin/bash", "--norc", "--noprofile", "-i", NULL};
    setenv("PS1", "ready> ", 1);
    pty_start(&p, 24, 80, "xterm-256color", shell);
    CU_ASSERT(pty_until(&p, "ready>", 5000));
    char *line = mem_printf("'%s' --db none.db\r", getenv("RLBENCH_SELF"));
    pty_keys(&p, line);
    free(line);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT(pty_until(&p, "[1] Recipes", 5000));
        if (i == 0)
            pty_keys(&p, "\032"); /* Ctrl-Z */
        else
            stop_foreground(&p); /* somebody else's wish */
        CU_ASSERT(pty_until(&p, "Stopped", 5000));
        CU_ASSERT(!pty_shows(&p, "[1] Recipes"));
        CU_ASSERT_PTR_NOT_NULL(pty_last(&p, ALT_OFF));
        pty_keys(&p, "clear\r");
        pty_settle(&p, 300);
        pty_keys(&p, "fg\r");
    }
    CU_ASSERT(pty_until(&p, "[1] Recipes", 5000));
    pty_keys(&p, "?");
    CU_ASSERT(pty_until(&p, "[?] Help", 5000));
    pty_keys(&p, "qq");
    pty_settle(&p, 300);
    pty_keys(&p, "exit 7\r");
    int status = pty_wait(&p, 5000);
    CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    pty_finish(&p);
}

static void keys_and_mouse_arrive(void)
{
    struct pty p;
    start(&p, "xterm-256color");
    CU_ASSERT(pty_until(&p, "[1] Recipes", 5000));
    pty_keys(&p, "\033OP"); /* F1 */
    CU_ASSERT(pty_until(&p, "[?] Help", 5000));
    pty_keys(&p, "\033"); /* Esc alone */
    CU_ASSERT(pty_until(&p, "[1] Recipes", 5000));
    pty_keys(&p, ":runs\r");
    CU_ASSERT(pty_until(&p, "[2] Runs", 5000));
    int col = 0; /* the key bar's last entry, by mouse (SGR, counted from 1) */
    const char *bar = strrchr(pty_text(&p), '?');
    for (const char *at = bar; at > p.text.data && at[-1] != '\n'; at--)
        col++;
    char click[40];
    snprintf(click, sizeof click, "\033[<0;%d;24M\033[<0;%d;24m", col + 2, col + 2);
    pty_keys(&p, click);
    CU_ASSERT(pty_until(&p, "[?] Help", 5000));
    pty_keys(&p, "q%"); /* the mouse goes back to the terminal */
    CU_ASSERT(pty_until(&p, "mouse off", 5000));
    CU_ASSERT(pty_last(&p, "\033[?1006;1000l") || pty_last(&p, "\033[?1000l"));
    pty_keys(&p, "\003"); /* Ctrl-C leaves */
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    pty_finish(&p);
}

CHECK_MAIN("terminal", {"every terminal", every_terminal},
           {"every screen in every terminal", every_screen_in_every_terminal},
           {"what is no screen gets lines", what_is_no_screen_gets_lines},
           {"glyphs and colours", glyphs_and_colours},
           {"every death gives the terminal back", every_death_gives_the_terminal_back},
           {"a terminal that goes away ends it", a_terminal_that_goes_away_ends_it},
           {"nothing is written when nothing changes", nothing_is_written_when_nothing_changes},
           {"a storm of resizes", a_storm_of_resizes},
           {"stopped and continued", stopped_and_continued},
           {"keys and mouse arrive", keys_and_mouse_arrive})
