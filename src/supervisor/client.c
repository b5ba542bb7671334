#include "config.h"

#include "supervisor/client.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_MS = 5000 };

int client_connect(struct client *c, const char *socket_path, struct err *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    wire_link_init(&c->link, -1);
    if (socket_path[0] == '\0')
        return err_set(e, ERR_NOINPUT, "no supervisor is at work on it");
    if (strlen(socket_path) >= sizeof address.sun_path)
        return err_set(e, ERR_CONFIG, "the socket's path is longer than %zu bytes: %s",
                       sizeof address.sun_path - 1, socket_path);
    memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, ERR_INTERNAL, "cannot make a socket");
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
        bool nobody = errno == ENOENT || errno == ECONNREFUSED;
        int status = err_sys(e,
                             nobody            ? ERR_NOINPUT
                             : errno == EACCES ? ERR_PERM
                                               : ERR_IO,
                             "no supervisor answers at %s", socket_path);
        close(fd);
        return status;
    }
    wire_link_init(&c->link, fd);
    const struct wire_hello hello = {.protocol = WIRE_PROTOCOL, .build = PACKAGE_STRING};
    wire_send(&c->link, WIRE_HELLO, &hello);
    int status = wire_flush(&c->link, e);
    if (status != OK)
        client_close(c);
    return status;
}

void client_close(struct client *c)
{
    wire_link_finish(&c->link);
}

int client_command(struct client *c, int64_t run, const char *verb, const char *arg,
                   struct buf *answer, struct err *e)
{
    const struct wire_command command = {.run = (uint64_t)run, .verb = verb, .arg = arg};
    const int64_t end = clock_mono_ns() + ANSWER_MS * INT64_C(1000000);
    wire_send(&c->link, WIRE_COMMAND, &command);
    int status = wire_flush(&c->link, e);
    for (;;) {
        enum wire_type type;
        union wire_any msg;
        int got;
        while ((got = wire_next(&c->link, &type, &msg, e)) > 0) {
            if (type != WIRE_REPLY)
                continue;
            buf_puts(answer, msg.reply.text);
            return msg.reply.code == OK ? OK
                                        : err_set(e, (int)msg.reply.code, "%s", msg.reply.text);
        }
        if (got < 0)
            return ERR_DATA;
        if (status != OK)
            return status;
        int64_t left_ms = (end - clock_mono_ns()) / 1000000;
        if (left_ms <= 0)
            return err_set(e, ERR_BUSY, "the supervisor did not answer within %d s",
                           ANSWER_MS / 1000);
        short events = (short)(POLLIN | (c->link.out.len ? POLLOUT : 0));
        struct pollfd fd = {c->link.fd, events, 0};
        if (poll(&fd, 1, (int)left_ms) < 0 && errno != EINTR)
            return err_sys(e, ERR_IO, "cannot wait for the supervisor");
        if (fd.revents & POLLOUT)
            status = wire_flush(&c->link, e);
        /* What was sent before it went away still counts: the loop reads it first. */
        if ((fd.revents & (POLLIN | POLLHUP | POLLERR)) && wire_fill(&c->link, e) != OK)
            status = err_set(e, ERR_NOINPUT, "the supervisor went away before it answered");
    }
}
