#include "supervisor/internal.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_BURST = 200, LIMIT_RATE = 20, LINE_MAX_BYTES = 2000, PUMP_BYTES = 64 << 10 };

bool limiter_pass(struct limiter *l, int64_t now_ns)
{
    if (l->last_ns == 0)
        l->tokens = LIMIT_BURST;
    else
        l->tokens += (double)(now_ns - l->last_ns) * 1e-9 * LIMIT_RATE;
    if (l->tokens > LIMIT_BURST)
        l->tokens = LIMIT_BURST;
    l->last_ns = now_ns;
    if (l->tokens < 1) {
        l->dropped++;
        return false;
    }
    l->tokens -= 1;
    return true;
}

void lines_init(struct lines *l, int fd)
{
    *l = (struct lines){.fd = fd};
    if (fd >= 0)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void lines_finish(struct lines *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
    buf_finish(&l->partial);
}

/* A worker's text ends up on terminals and in JSON: nothing of it may be an escape sequence. */
void lines_clean(const char *text, size_t n, size_t max, struct buf *out)
{
    size_t start = out->len;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        i += text_decode(text + i, n - i, &cp);
        if (cp == '\t' || cp == '\n')
            cp = ' ';
        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
            continue;
        char bytes[4];
        size_t len = text_encode(cp, bytes);
        if (out->len - start + len + 3 > max) {
            buf_puts(out, "\xe2\x80\xa6");
            return;
        }
        buf_add(out, bytes, len);
    }
}

static void hand_over(struct lines *l, const char *text, size_t n, int64_t now_ns,
                      void (*line)(void *ctx, const char *text), void *ctx)
{
    struct buf clean = {0};
    lines_clean(text, n, LINE_MAX_BYTES, &clean);
    if (clean.len > 0) {
        snprintf(l->last, sizeof l->last, "%s", clean.data);
        if (limiter_pass(&l->limiter, now_ns))
            line(ctx, clean.data);
    }
    buf_finish(&clean);
}

/* Progress bars end their lines with a carriage return. A line without end is handed over in
 * pieces. */
static void split(struct lines *l, bool ended, int64_t now_ns,
                  void (*line)(void *ctx, const char *text), void *ctx)
{
    size_t start = 0;
    for (size_t i = 0; i < l->partial.len; i++) {
        char c = l->partial.data[i];
        if (c != '\n' && c != '\r' && i - start < LINE_MAX_BYTES)
            continue;
        hand_over(l, l->partial.data + start, i - start, now_ns, line, ctx);
        start = i + (c == '\n' || c == '\r');
    }
    buf_consume(&l->partial, start);
    if (ended && l->partial.len > 0) {
        hand_over(l, l->partial.data, l->partial.len, now_ns, line, ctx);
        buf_clear(&l->partial);
    }
}

bool lines_pump(struct lines *l, int64_t now_ns, void (*line)(void *ctx, const char *text),
                void *ctx)
{
    bool ended = false;
    if (l->fd < 0)
        return false;
    for (size_t total = 0; total < PUMP_BYTES && !ended;) {
        buf_reserve(&l->partial, 8192);
        ssize_t n = read(l->fd, l->partial.data + l->partial.len, 8192);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n <= 0) {
            ended = true;
            break;
        }
        l->partial.len += (size_t)n;
        total += (size_t)n;
        l->total += (uint64_t)n;
    }
    split(l, ended, now_ns, line, ctx);
    if (ended) {
        close(l->fd);
        l->fd = -1;
    }
    return !ended;
}
