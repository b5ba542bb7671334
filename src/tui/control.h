/* The supervisors of the runs in the database: connections, commands, subscriptions. */
#ifndef RLBENCH_TUI_CONTROL_H
#define RLBENCH_TUI_CONTROL_H

#include "supervisor/client.h"

#include <poll.h>

struct app;

struct control_client {
    char *socket;
    struct client client;
    VEC(char *) asked; /* what was asked, in order: answers come in that order; owned */
};
struct control {
    VEC(struct control_client *) clients;
};

void control_finish(struct control *);
/* Sends verb and arg to the run's supervisor without waiting; connects first when need be. The
 * answer comes to the message line. OK, or ERR_NOINPUT when nobody listens there. */
int control_command(struct control *, const char *socket, int64_t run, const char *verb,
                    const char *arg, struct err *e);
/* STATUS, VIEW, EVENT and this FRAME of a run come as EVENT_MESSAGE from now on; interval 0 ends
 * the frames. */
int control_subscribe(struct control *, const char *socket, int64_t run, uint32_t source,
                      uint32_t index, uint32_t interval_ms, struct err *e);
/* For the loop: appends what to poll; after the poll reads, and hands messages to app_update. */
size_t control_poll_fds(struct control *, struct pollfd *fds, size_t max);
unsigned control_read(struct app *);

#endif
