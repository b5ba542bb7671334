#include "lib/rl/host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static RLB_PRINTF(3, 4) rlb_status fail(const rlb_host *h, rlb_status status, const char *fmt, ...)
{
    struct bare_host *b = h->ctx;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(b->failure, sizeof b->failure, fmt, ap);
    va_end(ap);
    return status;
}

static void *alloc(const rlb_host *h, size_t bytes)
{
    struct bare_host *b = h->ctx;
    if (b->allocs_left == 0 || b->num_blocks == sizeof b->blocks / sizeof *b->blocks ||
        bytes > (size_t)1 << 32)
        return NULL;
    b->allocs_left -= b->allocs_left > 0;
    size_t rounded = (bytes + 63) / 64 * 64;
    void *block = aligned_alloc(64, rounded ? rounded : 64);
    if (block)
        memset(block, 0, rounded);
    return b->blocks[b->num_blocks++] = block;
}

void bare_start(struct bare_host *b)
{
    memset(b, 0, sizeof *b);
    b->allocs_left = -1;
    b->host = (rlb_host){.size = sizeof b->host, .ctx = b, .fail = fail, .alloc = alloc};
}

void bare_finish(struct bare_host *b)
{
    for (size_t i = 0; i < b->num_blocks; i++)
        free(b->blocks[i]);
}

struct head {
    uint32_t tag, reserved;
    uint64_t n;
};

static void append(struct bare_stream *s, const void *bytes, size_t n)
{
    s->bytes = realloc(s->bytes, s->size + n + 1);
    if (!s->bytes)
        abort();
    if (n)
        memcpy(s->bytes + s->size, bytes, n);
    s->size += n;
}

static rlb_status put(rlb_writer *w, uint32_t tag, const void *bytes, size_t n)
{
    struct bare_stream *s = w->ctx;
    struct head head = {tag, 0, n};
    append(s, &head, sizeof head);
    append(s, bytes, n);
    s->chunks++;
    return RLB_OK;
}

static rlb_status peek(rlb_reader *r, uint32_t *tag, size_t *n)
{
    struct bare_stream *s = r->ctx;
    struct head head;
    if (s->size - s->at < sizeof head)
        return RLB_DONE;
    memcpy(&head, s->bytes + s->at, sizeof head);
    *tag = head.tag;
    *n = head.n;
    return RLB_OK;
}

static rlb_status get(rlb_reader *r, uint32_t tag, void *bytes, size_t n)
{
    struct bare_stream *s = r->ctx;
    uint32_t found;
    size_t length;
    if (peek(r, &found, &length) != RLB_OK || found != tag || length != n)
        return RLB_E_FORMAT;
    if (n)
        memcpy(bytes, s->bytes + s->at + sizeof(struct head), n);
    s->at += sizeof(struct head) + n;
    return RLB_OK;
}

void stream_start(struct bare_stream *s)
{
    memset(s, 0, sizeof *s);
    s->writer = (rlb_writer){.size = sizeof s->writer, .ctx = s, .put = put};
    s->reader = (rlb_reader){.size = sizeof s->reader, .ctx = s, .get = get, .peek = peek};
}

void stream_finish(struct bare_stream *s)
{
    free(s->bytes);
}
