#include "base/clock.h"
#include "base/file.h"
#include "tui/plain.h"
#include "tui/words.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- lines ---- */

/* Reads what is there within ms (-1: as long as it takes); false when nothing came. */
static bool fill(struct plain *p, int ms)
{
    char part[4096];
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = poll(&fd, 1, ms);
    if (ready <= 0)
        return ready < 0 && errno == EINTR;
    ssize_t n = read(STDIN_FILENO, part, sizeof part);
    if (n < 0 && errno == EINTR)
        return true;
    if (n <= 0)
        p->ended = true;
    else
        buf_add(&p->input, part, (size_t)n);
    return n > 0;
}

static char *newline(const struct plain *p)
{
    return p->input.len ? memchr(p->input.data, '\n', p->input.len) : NULL;
}

bool plain_ask(struct plain *p, const char *prompt, const char **line)
{
    static char *last;
    printf("%s", prompt);
    fflush(stdout);
    while (!newline(p) && !p->ended)
        fill(p, -1);
    if (!newline(p) && p->input.len == 0) {
        putchar('\n');
        return false;
    }
    size_t n = newline(p) ? (size_t)(newline(p) - p->input.data) : p->input.len;
    free(last);
    last = mem_printf("%.*s", (int)n, p->input.data);
    buf_consume(&p->input, n < p->input.len ? n + 1 : n);
    for (size_t k = strlen(last); k > 0 && strchr(" \t\r", last[k - 1]);)
        last[--k] = '\0';
    *line = last + strspn(last, " \t");
    return true;
}

bool plain_wait(struct plain *p, int ms)
{
    int64_t end = clock_mono_ns() + ms * INT64_C(1000000);
    while (!newline(p)) {
        int64_t left = (end - clock_mono_ns()) / 1000000;
        if (left <= 0)
            return false;
        if (p->ended)
            poll(NULL, 0, (int)left);
        else
            fill(p, (int)left);
    }
    buf_consume(&p->input, (size_t)(newline(p) - p->input.data) + 1);
    return true;
}

bool plain_confirm(struct plain *p, const char *question)
{
    const char *line;
    char *prompt = mem_printf("%s y or n: ", question);
    bool yes = plain_ask(p, prompt, &line) && (strcmp(line, "y") == 0 || strcmp(line, "yes") == 0);
    free(prompt);
    return yes;
}

/* ---- the program again ---- */

static char *command_line(struct plain *p, const char *const *words)
{
    struct buf line = {0};
    char *self = place_self();
    bool role = strncmp(words[0], "--", 2) == 0;
    words_quote(&line, self);
    for (size_t i = 0; words[i]; i++) {
        buf_putc(&line, ' ');
        words_quote(&line, words[i]);
    }
    if (!role) {
        buf_puts(&line, " --db ");
        words_quote(&line, p->database);
    }
    if (!role && p->plugin_path) {
        buf_puts(&line, " --plugin-path ");
        words_quote(&line, p->plugin_path);
    }
    free(self);
    return line.data;
}

static int code_of(int status)
{
    return status >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : ERR_INTERNAL;
}

int plain_run(struct plain *p, const char *const *words)
{
    char *line = command_line(p, words);
    fflush(stdout);
    int code = code_of(system(line));
    free(line);
    return code;
}

int plain_capture(struct plain *p, const char *const *words, struct buf *out)
{
    char *line = command_line(p, words), part[4096];
    FILE *f = popen(line, "r");
    free(line);
    if (!f)
        return ERR_IO;
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(out, part, n);
    return code_of(pclose(f));
}

struct store *plain_store(struct plain *p)
{
    struct err e = ERR_INIT;
    if (!p->store && file_exists(p->database) &&
        store_open_read(p->database, &p->store, &e) != OK) {
        printf("%s\n", e.text);
        p->store = NULL;
    }
    return p->store;
}
