#include "tui/editor.h"

#include "base/file.h"
#include "tui/config.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How editors are told a place; %u line, %u column where there is a second. */
static const struct {
    const char *name;
    bool column;
    const char *format;
} places[] = {
    {"vi", false, "+%u"},
    {"vim", true, "'+call cursor(%u,%u)'"},
    {"nvim", true, "'+call cursor(%u,%u)'"},
    {"nano", true, "+%u,%u"},
    {"emacs", true, "+%u:%u"},
    {"emacsclient", true, "+%u:%u"},
    {"kak", true, "+%u:%u"},
    {"micro", true, "+%u:%u"},
    {"ed", false, ""},
    {"joe", false, "+%u"},
    {"mg", false, "+%u"},
    {"mcedit", false, "+%u"},
    {"ne", true, "+%u,%u"},
    {"jed", false, "-g %u"},
};

char *editor_command(const char *editor, const char *path, unsigned line, unsigned column)
{
    struct buf out = {0};
    buf_puts(&out, editor);
    char *first = mem_strdup(editor);
    first[strcspn(first, " ")] = '\0';
    const char *base = file_base(first);
    for (size_t i = 0; line && i < sizeof places / sizeof places[0]; i++) {
        if (strcmp(places[i].name, base) != 0 || !*places[i].format)
            continue;
        buf_putc(&out, ' ');
        const char *rest = strchr(places[i].format, '%');
        buf_add(&out, places[i].format, (size_t)(rest - places[i].format));
        buf_printf(&out, "%u", line);
        rest += 2;
        const char *second = strchr(rest, '%');
        if (second) {
            buf_add(&out, rest, (size_t)(second - rest));
            buf_printf(&out, "%u", column ? column : 1);
            rest = second + 2;
        }
        buf_puts(&out, rest);
    }
    buf_putc(&out, ' ');
    words_quote(&out, path);
    free(first);
    return out.data;
}

static const char *chosen(void)
{
    const char *const names[] = {"VISUAL", "EDITOR"};
    if (config_get()->editor)
        return config_get()->editor;
    for (int i = 0; i < 2; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return "vi";
}

void editor_run(struct app *a)
{
    char *command = editor_command(chosen(), a->edit.path, a->edit.line, a->edit.column);
    char *const argv[] = {(char[]){"sh"}, (char[]){"-c"}, command, NULL};
    posix_spawnattr_t attr;
    posix_spawnattr_init(&attr);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    /* Ctrl-C in the editor is the editor's. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    pid_t pid;
    int status = 0;
    int failure = posix_spawn(&pid, "/bin/sh", NULL, &attr, argv, environ);
    if (failure == 0)
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    posix_spawnattr_destroy(&attr);
    if (failure || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
        app_say(a, TONE_BAD,
                "cannot run the editor %s; set VISUAL or EDITOR, or editor in the configuration",
                chosen());
    free(command);
}

unsigned editor_done(struct app *a)
{
    const struct event ev = {.kind = EVENT_DATA};
    return REACT_DRAW | app_update(a, &ev);
}
