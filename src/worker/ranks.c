#include "worker/ranks.h"

#include "wire/ranks.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static bool write_all(int fd, const void *bytes, size_t n)
{
    for (const char *at = bytes; n > 0;) {
        ssize_t put = send(fd, at, n, MSG_NOSIGNAL);
        if (put < 0 && errno != EINTR)
            return false;
        at += put > 0 ? put : 0;
        n -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

static bool read_all(int fd, void *bytes, size_t n)
{
    for (char *at = bytes; n > 0;) {
        ssize_t got = read(fd, at, n);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        at += got > 0 ? got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* Asks, and reads the answer's head; the sentence of a failure stays. */
static int ask(struct ranks *r, struct ranks_head *head, const void *bytes, struct err *e)
{
    uint64_t n = head->n;
    if (r->apart)
        return err_set(e, ERR_FAILED, "%s", r->text);
    bool whole = write_all(r->fd, head, sizeof *head) && write_all(r->fd, bytes, n) &&
                 read_all(r->fd, head, sizeof *head);
    if (whole && head->status == 0)
        return OK;
    r->apart = true;
    snprintf(r->text, sizeof r->text, "%s",
             whole ? head->text : "the program that carries calls between ranks has ended");
    return err_set(e, ERR_FAILED, "%s", r->text);
}

static int take(struct ranks *r, const struct ranks_head *head, struct buf *out, struct err *e)
{
    buf_reserve(out, head->n + 1);
    if (!read_all(r->fd, out->data + out->len, head->n)) {
        r->apart = true;
        snprintf(r->text, sizeof r->text, "an answer of the other ranks was cut off");
        return err_set(e, ERR_FAILED, "%s", r->text);
    }
    out->len += head->n;
    return OK;
}

int ranks_sum(struct ranks *r, double *values, uint64_t n, struct err *e)
{
    struct ranks_head head = {.op = RANKS_SUM, .n = n * sizeof *values};
    int status = ask(r, &head, values, e);
    if (status == OK && !read_all(r->fd, values, n * sizeof *values)) {
        r->apart = true;
        snprintf(r->text, sizeof r->text, "a sum over the ranks was cut off");
        status = err_set(e, ERR_FAILED, "%s", r->text);
    }
    return status;
}

int ranks_tell(struct ranks *r, struct buf *bytes, struct err *e)
{
    struct ranks_head head = {.op = RANKS_TELL, .n = r->rank == 0 ? bytes->len : 0};
    int status = ask(r, &head, bytes->data, e);
    if (status == OK && r->rank > 0) {
        buf_clear(bytes);
        status = take(r, &head, bytes, e);
    }
    return status;
}

int ranks_gather(struct ranks *r, const struct buf *own, const char *failure, struct buf *all,
                 struct err *e)
{
    struct ranks_head head = {.op = RANKS_GATHER, .n = own->len};
    snprintf(head.text, sizeof head.text, "%s", failure);
    int status = ask(r, &head, own->data, e);
    return status == OK ? take(r, &head, all, e) : status;
}
