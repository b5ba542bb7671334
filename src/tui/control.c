#include "tui/control.h"

#include "tui/tui.h"

#include <stdlib.h>
#include <string.h>

static void client_free(struct control_client *c)
{
    client_close(&c->client);
    for (size_t i = 0; i < c->asked.len; i++)
        free(c->asked.data[i]);
    vec_finish(&c->asked);
    free(c->socket);
    free(c);
}

static void drop(struct control *ctl, size_t i)
{
    client_free(ctl->clients.data[i]);
    ctl->clients.data[i] = ctl->clients.data[--ctl->clients.len];
}

void control_finish(struct control *ctl)
{
    while (ctl->clients.len)
        drop(ctl, ctl->clients.len - 1);
    vec_finish(&ctl->clients);
}

static int find(struct control *ctl, const char *socket, struct control_client **out, struct err *e)
{
    for (size_t i = 0; i < ctl->clients.len; i++)
        if (strcmp(ctl->clients.data[i]->socket, socket) == 0) {
            *out = ctl->clients.data[i];
            return OK;
        }
    struct control_client *c = mem_alloc(sizeof *c);
    int status = client_connect(&c->client, socket, e);
    if (status != OK) {
        free(c);
        return status;
    }
    c->socket = mem_strdup(socket);
    vec_push(&ctl->clients, c);
    *out = c;
    return OK;
}

int control_command(struct control *ctl, const char *socket, int64_t run, const char *verb,
                    const char *arg, struct err *e)
{
    struct control_client *c;
    int status = find(ctl, socket, &c, e);
    if (status != OK)
        return status;
    vec_push(&c->asked, mem_printf("%s %s", verb, arg));
    wire_send(&c->client.link, WIRE_COMMAND,
              &(struct wire_command){.run = (uint64_t)run, .verb = verb, .arg = arg});
    return wire_flush(&c->client.link, e);
}

int control_subscribe(struct control *ctl, const char *socket, int64_t run, uint32_t source,
                      uint32_t index, uint32_t interval_ms, struct err *e)
{
    struct control_client *c;
    int status = find(ctl, socket, &c, e);
    if (status != OK)
        return status;
    wire_send(
        &c->client.link, WIRE_SUBSCRIBE,
        &(struct wire_subscribe){
            .run = (uint64_t)run, .source = source, .index = index, .interval_ms = interval_ms});
    return wire_flush(&c->client.link, e);
}

size_t control_poll_fds(struct control *ctl, struct pollfd *fds, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < ctl->clients.len && n < max; i++) {
        const struct wire_link *link = &ctl->clients.data[i]->client.link;
        fds[n++] = (struct pollfd){.fd = link->fd,
                                   .events = (short)(POLLIN | (link->out.len ? POLLOUT : 0))};
    }
    return n;
}

static void answered(struct app *app, struct control_client *c, const struct wire_reply *reply)
{
    char *asked = NULL;
    if (c->asked.len) {
        asked = c->asked.data[0];
        memmove(c->asked.data, c->asked.data + 1, --c->asked.len * sizeof *c->asked.data);
    }
    if (reply->code != OK)
        app_say(app, TONE_BAD, "%s: %s", asked ? asked : "the supervisor", reply->text);
    else if (reply->text[0])
        app_say(app, TONE_INFO, "%s", reply->text);
    free(asked);
}

/* Everything one supervisor has said; false when it is gone. */
static bool listen_to(struct app *app, struct control_client *c, unsigned *react)
{
    struct err e = ERR_INIT;
    bool alive = wire_flush(&c->client.link, &e) == OK;
    alive = wire_fill(&c->client.link, &e) == OK && alive; /* last words are read all the same */
    enum wire_type type;
    union wire_any body;
    int got;
    while ((got = wire_next(&c->client.link, &type, &body, &e)) > 0) {
        if (type == WIRE_REPLY) {
            answered(app, c, &body.reply);
            *react |= REACT_DRAW;
            continue;
        }
        struct event ev = {.kind = EVENT_MESSAGE};
        ev.message.type = type;
        ev.message.body = &body;
        *react |= app_update(app, &ev);
    }
    return alive && got == 0;
}

unsigned control_read(struct app *app)
{
    unsigned react = REACT_NONE;
    for (size_t i = app->control.clients.len; i-- > 0;)
        if (!listen_to(app, app->control.clients.data[i], &react))
            drop(&app->control, i);
    return react;
}
