#include "config.h"

#include "supervisor/internal.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A slow front loses pictures first, then everything but replies, then its connection. */
enum {
    FRONTS_MAX = 64,
    SUBSCRIPTIONS_MAX = 64,
    FRAMES_UNTIL = 1 << 20,
    MESSAGES_UNTIL = 4 << 20,
    CLOSED_AT = 8 << 20
};

/* ---- the socket ---- */

/* In a shared /tmp somebody else may have been here first. */
static int check_folder(const char *folder, struct err *e)
{
    struct stat st;
    if (lstat(folder, &st) < 0)
        return err_sys(e, ERR_CANTCREAT, "%s", folder);
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077) != 0)
        return err_set(e, ERR_PERM,
                       "%s is not a folder of yours alone (mode 0700); mend it or set "
                       "XDG_RUNTIME_DIR",
                       folder);
    return OK;
}

static int fill_address(struct sockaddr_un *address, const char *path, struct err *e)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address->sun_path)
        return err_set(e, ERR_CONFIG,
                       "the control socket's path is longer than %zu bytes: %s; set "
                       "XDG_RUNTIME_DIR to a shorter one",
                       sizeof address->sun_path - 1, path);
    memcpy(address->sun_path, path, strlen(path) + 1);
    return OK;
}

/* Sockets whose supervisor was killed refuse connections. */
void supervisor_stale_sockets(bool remove, void (*found)(void *ctx, const char *path), void *ctx)
{
    char *folder = place_runtime();
    DIR *d = opendir(folder);
    for (struct dirent *entry; d && (entry = readdir(d));) {
        const char *dot = strrchr(entry->d_name, '.');
        struct sockaddr_un address;
        if (!dot || strcmp(dot, ".sock") != 0)
            continue;
        char *path = mem_printf("%s/%s", folder, entry->d_name);
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd >= 0 && fill_address(&address, path, NULL) == OK &&
            connect(fd, (const struct sockaddr *)&address, sizeof address) < 0 &&
            errno == ECONNREFUSED) {
            if (remove)
                unlink(path);
            if (found)
                found(ctx, path);
        }
        if (fd >= 0)
            close(fd);
        free(path);
    }
    if (d)
        closedir(d);
    free(folder);
}

int control_open(struct control *c, struct err *e)
{
    struct sockaddr_un address;
    char *folder = place_runtime();
    *c = (struct control){.fd = -1};
    c->path = mem_printf("%s/%ld.sock", folder, (long)getpid());
    int status = fill_address(&address, c->path, e);
    if (status == OK)
        status = file_mkdirs(folder, e);
    if (status == OK)
        status = check_folder(folder, e);
    if (status != OK)
        goto free_folder;
    supervisor_stale_sockets(true, NULL, NULL);
    unlink(c->path); /* of an earlier process with our pid */
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (c->fd < 0 || bind(c->fd, (const struct sockaddr *)&address, sizeof address) < 0 ||
        listen(c->fd, 16) < 0)
        status = err_sys(e, ERR_CANTCREAT, "cannot listen at %s", c->path);
free_folder:
    free(folder);
    if (status != OK)
        control_close(c);
    return status;
}

static void close_front(struct front *f)
{
    wire_link_finish(&f->link);
    vec_finish(&f->subscriptions);
    free(f);
}

void control_close(struct control *c)
{
    for (size_t i = 0; i < c->fronts.len; i++)
        close_front(c->fronts.data[i]);
    vec_finish(&c->fronts);
    if (c->fd >= 0) {
        close(c->fd);
        unlink(c->path);
    }
    free(c->path);
    *c = (struct control){.fd = -1};
}

/* ---- what fronts want to see ---- */

static bool wants(const struct front *f, int64_t run)
{
    for (size_t i = 0; i < f->subscriptions.len; i++)
        if (f->subscriptions.data[i].run == run || f->subscriptions.data[i].run == 0)
            return true;
    return false;
}

/* Whether this picture is due for this front. */
static bool frame_is_due(struct front *f, int64_t run, const struct wire_frame *frame,
                         int64_t now_ns)
{
    for (size_t i = 0; i < f->subscriptions.len; i++) {
        struct subscription *b = &f->subscriptions.data[i];
        if ((b->run != run && b->run != 0) || b->interval_ms == 0 || b->source != frame->source ||
            b->index != frame->index)
            continue;
        /* A little early is in time: the worker keeps the pace, this only thins it out. */
        if (b->last_ns && now_ns - b->last_ns < (int64_t)b->interval_ms * 900000)
            return false;
        b->last_ns = now_ns;
        return true;
    }
    return false;
}

void control_forward(struct supervisor *s, int64_t run, enum wire_type type, const void *msg)
{
    for (size_t i = 0; i < s->control.fronts.len; i++) {
        struct front *f = s->control.fronts.data[i];
        size_t most = type == WIRE_FRAME ? FRAMES_UNTIL : MESSAGES_UNTIL;
        if (f->closing || !wants(f, run) || f->link.out.len > most)
            continue;
        if (type == WIRE_FRAME && !frame_is_due(f, run, msg, s->now_ns))
            continue;
        wire_send(&f->link, type, msg);
    }
}

/* The shortest interval anybody wants this picture in; 0: nobody does. */
static uint32_t shortest(const struct control *c, int64_t run, uint32_t source, uint32_t index)
{
    uint32_t best = 0;
    for (size_t i = 0; i < c->fronts.len; i++) {
        const struct front *f = c->fronts.data[i];
        for (size_t k = 0; k < f->subscriptions.len; k++) {
            const struct subscription *b = &f->subscriptions.data[k];
            if ((b->run == run || b->run == 0) && b->source == source && b->index == index &&
                b->interval_ms && (!best || b->interval_ms < best))
                best = b->interval_ms;
        }
    }
    return best;
}

/* Tells the workers of a run (0: of all) how often to draw this picture. */
static void watch(struct supervisor *s, int64_t run, uint32_t source, uint32_t index)
{
    for (size_t i = 0; i < s->num_runs; i++) {
        struct run *r = &s->runs[i];
        if (!run_is_live(r) || (run != 0 && run != r->id))
            continue;
        const struct wire_watch w = {source, index, shortest(&s->control, r->id, source, index)};
        run_send(r, WIRE_WATCH, &w);
    }
}

void control_watch_again(struct supervisor *s, struct run *r)
{
    for (size_t i = 0; i < s->control.fronts.len; i++) {
        const struct front *f = s->control.fronts.data[i];
        for (size_t k = 0; k < f->subscriptions.len; k++) {
            const struct subscription *b = &f->subscriptions.data[k];
            if (b->interval_ms && (b->run == 0 || b->run == r->id))
                watch(s, r->id, b->source, b->index);
        }
    }
}

/* A front that comes late gets the views, the last status and what is wrong at once. */
static void catch_up(struct supervisor *s, struct front *f, int64_t run)
{
    for (size_t i = 0; i < s->num_runs; i++) {
        struct run *r = &s->runs[i];
        if (run != 0 && run != r->id)
            continue;
        buf_add(&f->link.out, r->views.data, r->views.len);
        r->status.run = (uint64_t)r->id;
        wire_send(&f->link, WIRE_STATUS, &r->status);
        const struct wire_event trouble = {.run = (uint64_t)r->id,
                                           .step = r->status.step,
                                           .level = RLB_LOG_WARN,
                                           .kind = "storage",
                                           .text = s->storage_text};
        if (s->storage_text[0] && run_is_live(r))
            wire_send(&f->link, WIRE_EVENT, &trouble);
    }
}

static void subscribe(struct supervisor *s, struct front *f, const struct wire_subscribe *m)
{
    bool known = wants(f, (int64_t)m->run);
    struct subscription *found = NULL;
    for (size_t i = 0; i < f->subscriptions.len && !found; i++) {
        struct subscription *b = &f->subscriptions.data[i];
        if (b->run == (int64_t)m->run && b->source == m->source && b->index == m->index)
            found = b;
    }
    if (!found && f->subscriptions.len >= SUBSCRIPTIONS_MAX) {
        f->closing = true;
        return;
    }
    if (found) {
        found->interval_ms = m->interval_ms;
        found->last_ns = 0;
    } else {
        const struct subscription b = {(int64_t)m->run, m->source, m->index, m->interval_ms, 0};
        vec_push(&f->subscriptions, b);
    }
    if (!known)
        catch_up(s, f, (int64_t)m->run);
    watch(s, (int64_t)m->run, m->source, m->index);
}

/* ---- reading and writing ---- */

static void reply(struct front *f, int code, const char *text)
{
    const struct wire_reply r = {(uint32_t)code, text};
    wire_send(&f->link, WIRE_REPLY, &r);
}

static void refuse(struct front *f, int code, const char *text)
{
    reply(f, code, text);
    f->closing = true;
}

static void on_message(struct supervisor *s, struct front *f, enum wire_type type,
                       const union wire_any *m)
{
    if (type == WIRE_HELLO && m->hello.protocol == WIRE_PROTOCOL) {
        f->greeted = true;
    } else if (type == WIRE_HELLO) {
        char text[256];
        snprintf(text, sizeof text,
                 "this run's supervisor is %s and speaks protocol %d, the other side (%.80s) %u: "
                 "use the program that started it",
                 PACKAGE_STRING, WIRE_PROTOCOL, m->hello.build, m->hello.protocol);
        refuse(f, ERR_CONFIG, text);
    } else if (!f->greeted) {
        refuse(f, ERR_DATA, "HELLO comes first");
    } else if (type == WIRE_COMMAND) {
        struct buf text = {0};
        int code = command_run(s, &m->command, &text);
        reply(f, code, buf_text(&text));
        buf_finish(&text);
    } else if (type == WIRE_SUBSCRIBE) {
        subscribe(s, f, &m->subscribe);
    } else {
        refuse(f, ERR_DATA, "not a message for a supervisor");
    }
}

/* False when the front is to be closed. */
static bool pump_front(struct supervisor *s, struct front *f)
{
    enum wire_type type;
    union wire_any msg;
    struct err e = ERR_INIT;
    int got = 0;
    bool ended = false;
    if (f->events & (POLLIN | POLLHUP | POLLERR)) {
        ended = wire_fill(&f->link, NULL) != OK;
        while (!f->closing && (got = wire_next(&f->link, &type, &msg, &e)) > 0)
            on_message(s, f, type, &msg);
        if (got < 0)
            refuse(f, ERR_DATA, e.text);
    }
    if (f->link.out.len && wire_flush(&f->link, NULL) != OK)
        return false;
    return !ended && f->link.out.len < CLOSED_AT && !(f->closing && f->link.out.len == 0);
}

static void accept_fronts(struct control *c)
{
    for (;;) {
        int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            return;
        struct front *f = mem_alloc(sizeof *f);
        wire_link_init(&f->link, fd);
        vec_push(&c->fronts, f);
        if (c->fronts.len > FRONTS_MAX)
            refuse(f, ERR_BUSY, "too many fronts are connected to this supervisor");
    }
}

static void drop_front(struct supervisor *s, size_t i)
{
    struct front *f = s->control.fronts.data[i];
    s->control.fronts.data[i] = s->control.fronts.data[--s->control.fronts.len];
    for (size_t k = 0; k < f->subscriptions.len; k++) {
        const struct subscription *b = &f->subscriptions.data[k];
        if (b->interval_ms)
            watch(s, b->run, b->source, b->index);
    }
    close_front(f);
}

void control_pump(struct supervisor *s)
{
    if (s->control.events & POLLIN)
        accept_fronts(&s->control);
    for (size_t i = s->control.fronts.len; i-- > 0;)
        if (!pump_front(s, s->control.fronts.data[i]))
            drop_front(s, i);
}
