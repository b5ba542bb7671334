#include "tui/history.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_BYTES = 4 << 20 };

static void push(struct history *h, char *line)
{
    if (h->lines.len == HISTORY_MOST) {
        free(h->lines.data[0]);
        memmove(h->lines.data, h->lines.data + 1, --h->lines.len * sizeof *h->lines.data);
    }
    vec_push(&h->lines, line);
}

/* One line of the file for one of ours, which may have several. */
static void put_line(struct buf *out, const char *line)
{
    for (; *line; line++) {
        if (*line == '\\' || *line == '\n')
            buf_putc(out, '\\');
        buf_putc(out, *line == '\n' ? 'n' : *line);
    }
    buf_putc(out, '\n');
}

static char *take_line(const char *from, size_t n)
{
    char *line = mem_alloc(n + 1), *to = line;
    for (const char *end = from + n; from < end; from++) {
        bool escaped = *from == '\\' && from + 1 < end;
        from += escaped;
        *to++ = escaped && *from == 'n' ? '\n' : *from;
    }
    return line;
}

void history_open(struct history *h, const char *path)
{
    struct buf text = {0};
    size_t found = 0;
    h->path = mem_strdup(path);
    if (!path || file_read(path, MOST_BYTES, &text, NULL) != OK)
        buf_clear(&text);
    for (const char *at = buf_text(&text); *at;) {
        size_t n = strcspn(at, "\n");
        if (n)
            push(h, take_line(at, n));
        found += n > 0;
        at += n + (at[n] == '\n');
    }
    if (found >
        2 * HISTORY_MOST) { /* written anew now and then, so that it does not grow for ever */
        buf_clear(&text);
        for (size_t i = 0; i < h->lines.len; i++)
            put_line(&text, h->lines.data[i]);
        file_write_atomic(path, text.data, text.len, NULL);
    }
    buf_finish(&text);
}

/* One write at the end of the file: lines of two sessions do not mix. What cannot be kept is no
 * reason to bother anybody. */
static void append(const char *path, const char *line)
{
    struct buf text = {0};
    char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
    if (slash && slash > folder) {
        *slash = '\0';
        file_mkdirs(folder, NULL);
    }
    free(folder);
    put_line(&text, line);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        ssize_t written = write(fd, text.data, text.len);
        (void)written;
        close(fd);
    }
    buf_finish(&text);
}

void history_add(struct history *h, const char *line)
{
    size_t n = h->lines.len;
    if (!*line || (n && strcmp(h->lines.data[n - 1], line) == 0))
        return;
    push(h, mem_strdup(line));
    if (h->path)
        append(h->path, line);
}

void history_finish(struct history *h)
{
    for (size_t i = 0; i < h->lines.len; i++)
        free(h->lines.data[i]);
    vec_finish(&h->lines);
    free(h->path);
    *h = (struct history){0};
}
