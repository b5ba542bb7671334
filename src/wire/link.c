#include "wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* One wire_fill reads no more than FILL_MAX, so that a worker that never stops talking leaves its
 * reader time for everybody else. */
enum { READ_CHUNK = 256 << 10, FILL_MAX = 1 << 20 };

void wire_link_init(struct wire_link *l, int fd)
{
    *l = (struct wire_link){.fd = fd};
    if (fd >= 0) {
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
}

void wire_link_finish(struct wire_link *l)
{
    if (l->fd >= 0)
        close(l->fd);
    buf_finish(&l->in);
    buf_finish(&l->out);
    *l = (struct wire_link){.fd = -1};
}

void wire_send(struct wire_link *l, enum wire_type type, const void *msg)
{
    wire_encode(&l->out, type, msg);
}

/* Sockets must not raise SIGPIPE; pipes (the scanner's) have no send(). */
static ssize_t write_some(int fd, const void *bytes, size_t n)
{
    ssize_t w = send(fd, bytes, n, MSG_NOSIGNAL);
    return w < 0 && errno == ENOTSOCK ? write(fd, bytes, n) : w;
}

int wire_flush(struct wire_link *l, struct err *e)
{
    size_t done = 0;
    int status = OK;
    while (done < l->out.len) {
        ssize_t w = write_some(l->fd, l->out.data + done, l->out.len - done);
        if (w > 0) {
            done += (size_t)w;
        } else if (w < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            break;
        } else if (w < 0 && errno != EINTR) {
            status = err_sys(e, ERR_IO, "the other side is gone");
            break;
        }
    }
    buf_consume(&l->out, done);
    return status;
}

int wire_fill(struct wire_link *l, struct err *e)
{
    buf_consume(&l->in, l->in_used);
    l->in_used = 0;
    for (size_t total = 0;;) {
        buf_reserve(&l->in, READ_CHUNK);
        ssize_t n = read(l->fd, l->in.data + l->in.len, READ_CHUNK);
        if (n > 0) {
            l->in.len += (size_t)n;
            total += (size_t)n;
            if (n < READ_CHUNK || total >= FILL_MAX)
                return OK;
        } else if (n == 0) {
            return err_set(e, ERR_NOINPUT, "the other side closed the connection");
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return OK;
        } else if (errno != EINTR) {
            return err_sys(e, ERR_IO, "cannot read from the other side");
        }
    }
}

int wire_next(struct wire_link *l, enum wire_type *type, union wire_any *out, struct err *e)
{
    if (l->in.len == l->in_used)
        return 0;
    ptrdiff_t n = wire_decode(l->in.data + l->in_used, l->in.len - l->in_used, type, out, e);
    if (n <= 0)
        return n < 0 ? -1 : 0;
    l->in_used += (size_t)n;
    return 1;
}
