/* The checker's parent: starts children, keeps time, collects lines. */
#include "module/conform.h"

#include "base/clock.h"
#include "module/role.h"
#include "wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { START_SECONDS = 10, MOST_CHILDREN = 400 };

struct checking {
    const char *path;
    const struct registry *reg;
    unsigned limit_s;
    void (*say)(void *, const struct conform_line *);
    void *ctx;
    struct conform_report *out;
    int output; /* a file that takes what the children print */
    struct buf frames;
    char dead[160]; /* plugin that is given up */
    /* the check that is being made */
    bool busy;
    char plugin[160], name[200];
    uint32_t next; /* number of the check after the last one known */
    int64_t deadline_ns;
    bool finished;
    bool nonsense; /* something else than a checker's frames came on ROLE_FD */
};

static void add_line(struct checking *k, const char *plugin, const char *check,
                     enum conform_verdict v, const char *text)
{
    struct arena *a = &k->out->arena;
    struct conform_line line = {arena_strdup(a, plugin), arena_strdup(a, check),
                                arena_strdup(a, text), v};
    vec_push(&k->out->lines, line);
    k->out->failed += v == CONFORM_FAIL;
    k->out->skipped += v == CONFORM_SKIP;
    if (k->say)
        k->say(k->ctx, &line);
}

static void set_deadline(struct checking *k, unsigned seconds)
{
    k->deadline_ns = clock_mono_ns() + (int64_t)seconds * INT64_C(1000000000);
}

static void take_check(struct checking *k, const struct wire_check *m)
{
    k->out->loaded = k->out->loaded || *m->plugin || m->verdict == CONFORM_OK;
    k->next = m->index + 1;
    k->busy = m->verdict == CONFORM_BEGUN;
    snprintf(k->plugin, sizeof k->plugin, "%s", m->plugin);
    snprintf(k->name, sizeof k->name, "%s", m->name);
    set_deadline(k, k->busy ? k->limit_s : START_SECONDS);
    if (!k->busy)
        add_line(k, m->plugin, m->name,
                 m->verdict <= CONFORM_SKIP ? (enum conform_verdict)m->verdict : CONFORM_FAIL,
                 m->text);
}

/* Whole frames among what was read. False when they are not frames of a checker. */
static bool take_frames(struct checking *k)
{
    enum wire_type type;
    union wire_any m;
    struct err e;
    ptrdiff_t n;
    while ((n = wire_decode(buf_text(&k->frames), k->frames.len, &type, &m, &e)) > 0) {
        if (type == WIRE_CHECK)
            take_check(k, &m.check);
        else if (type == WIRE_CHECKED)
            k->finished = true;
        else
            return false;
        buf_consume(&k->frames, (size_t)n);
    }
    return n == 0;
}

/* Reads until the child is through, its time is over, or it is gone. */
static void listen(struct checking *k, struct role *r)
{
    char bytes[4096];
    for (;;) {
        int64_t left_ns = k->deadline_ns - clock_mono_ns();
        if (k->finished || left_ns <= 0)
            return;
        poll(&(struct pollfd){.fd = r->fd, .events = POLLIN}, 1, (int)(left_ns / 1000000) + 1);
        ssize_t n = read(r->fd, bytes, sizeof bytes);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (n <= 0)
            return;
        buf_add(&k->frames, bytes, (size_t)n);
        k->nonsense = !take_frames(k);
        if (k->nonsense)
            return;
    }
}

/* The first words of what the children printed, for a crash report; "" when nothing. */
static void printed(const struct checking *k, char *out, size_t size)
{
    char said[200];
    ssize_t n = pread(k->output, said, sizeof said - 1, 0);
    said[n > 0 ? n : 0] = '\0';
    for (char *p = said; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    snprintf(out, size, "%s%s%s", *said ? "; it printed '" : "", said, *said ? "'" : "");
}

/* A child that did not come to its end: the check it was making failed. */
static void take_end(struct checking *k, bool ended, int status)
{
    char end[80], said[240], text[500];
    printed(k, said, sizeof said);
    if (ftruncate(k->output, 0) < 0) /* it is in this line */
        said[0] = '\0';
    if (k->nonsense)
        snprintf(text, sizeof text, "wrote something of its own to file descriptor %d", ROLE_FD);
    else if (!ended)
        snprintf(text, sizeof text, "did not return within %u s%s",
                 k->busy ? k->limit_s : START_SECONDS, said);
    else
        snprintf(text, sizeof text, "ended the process: %s%s",
                 role_describe_end(status, end, sizeof end), said);
    if (!k->busy && k->next == 0) {
        add_line(k, "", "tables", CONFORM_FAIL, text);
        k->finished = true;
        return;
    }
    add_line(k, k->plugin, k->busy ? k->name : "between checks", CONFORM_FAIL, text);
    /* After a hang every other check may hang too; without create() there is nothing to check. */
    if (!ended || k->nonsense || strcmp(k->name, "create") == 0 || !k->busy)
        snprintf(k->dead, sizeof k->dead, "%s", k->plugin);
    k->busy = false;
}

/* Without its per-thread cache malloc counts exactly what is in use, to the smallest leak. */
static const char exact_heap[] = "GLIBC_TUNABLES=glibc.malloc.tcache_count=0";

static int start_child(struct checking *k, struct role *r, struct err *e)
{
    VEC(const char *) args = {0};
    char first[16];
    snprintf(first, sizeof first, "%u", k->next);
    vec_push(&args, "--conform");
    vec_push(&args, k->path);
    vec_push(&args, first);
    vec_push(&args, k->dead);
    for (size_t i = 0; k->reg && i < k->reg->descs.len; i++)
        if (k->reg->descs.data[i].kind == DESC_ENVIRONMENT) {
            vec_push(&args, k->reg->descs.data[i].path);
            vec_push(&args, k->reg->descs.data[i].id);
        }
    vec_push(&args, NULL);
    int status = role_start(r, args.data, exact_heap, k->output, e);
    vec_finish(&args);
    return status;
}

int conform_run(const char *path, const struct registry *reg, unsigned limit_s,
                void (*say)(void *ctx, const struct conform_line *line), void *ctx,
                struct conform_report *out, struct err *e)
{
    struct checking k = {.path = path,
                         .reg = reg,
                         .limit_s = limit_s,
                         .say = say,
                         .ctx = ctx,
                         .out = out,
                         .output = memfd_create("rlbench-check", MFD_CLOEXEC)};
    *out = (struct conform_report){.loaded = false};
    if (k.output < 0)
        return err_sys(e, ERR_INTERNAL, "cannot make a file for what the module prints");
    fcntl(k.output, F_SETFL, O_APPEND);
    int status = OK;
    for (int i = 0; i < MOST_CHILDREN && !k.finished && status == OK; i++) {
        struct role r;
        int end = 0;
        status = start_child(&k, &r, e);
        if (status != OK)
            break;
        set_deadline(&k, START_SECONDS);
        buf_clear(&k.frames);
        k.nonsense = false;
        listen(&k, &r);
        bool ended = role_end(&r, k.nonsense ? 0 : k.deadline_ns, &end);
        if (!k.finished)
            take_end(&k, ended, end);
    }
    buf_finish(&k.frames);
    close(k.output);
    return status;
}

void conform_finish(struct conform_report *r)
{
    vec_finish(&r->lines);
    arena_finish(&r->arena);
}
