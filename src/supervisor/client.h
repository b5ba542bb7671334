/* A front's end of a supervisor's control socket: non-blocking, one per supervisor. */
#ifndef RLBENCH_SUPERVISOR_CLIENT_H
#define RLBENCH_SUPERVISOR_CLIENT_H

#include "base/err.h"
#include "wire/wire.h"

struct client {
    struct wire_link
        link; /* poll link.fd; wire_fill, wire_next to read STATUS, VIEW, FRAME, EVENT, REPLY */
};

/* ERR_NOINPUT when nobody listens there. */
int client_connect(struct client *c, const char *socket_path, struct err *e);
void client_close(struct client *c);
/* Sends COMMAND and waits up to 5 s for its REPLY (for CLI verbs). */
int client_command(struct client *c, int64_t run, const char *verb, const char *arg,
                   struct buf *answer, struct err *e);

#endif
