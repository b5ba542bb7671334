/* The dumping child, seen from the front. */
#include "module/dump.h"

#include "base/clock.h"
#include "module/role.h"
#include "wire/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS = 600 };

/* Everything the child writes until it closes its end or its time is over. */
static void listen(const struct role *r, int64_t deadline_ns, struct buf *in)
{
    char bytes[4096];
    int64_t left_ns;
    while ((left_ns = deadline_ns - clock_mono_ns()) > 0) {
        poll(&(struct pollfd){.fd = r->fd, .events = POLLIN}, 1, (int)(left_ns / 1000000) + 1);
        ssize_t n = read(r->fd, bytes, sizeof bytes);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (n <= 0)
            return;
        buf_add(in, bytes, (size_t)n);
    }
}

int dump_run(const char *out, const struct dump_part *env, const struct dump_part *algo,
             struct buf *files, struct err *e)
{
    VEC(const char *) args = {0};
    char count[24], end[80];
    snprintf(count, sizeof count, "%zu", env->num_values);
    const char *const head[] = {"--dump", out, count, env->desc->path, env->desc->id};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
        vec_push(&args, head[i]);
    for (size_t i = 0; i < env->num_values; i++)
        vec_push(&args, env->values[i]);
    if (algo && algo->desc) {
        vec_push(&args, algo->desc->path);
        vec_push(&args, algo->desc->id);
        for (size_t i = 0; i < algo->num_values; i++)
            vec_push(&args, algo->values[i]);
    }
    vec_push(&args, NULL);
    struct role r;
    int status = role_start(&r, args.data, NULL, -1, e), ended_how = 0;
    vec_finish(&args);
    if (status != OK)
        return status;
    struct buf in = {0};
    int64_t deadline_ns = clock_mono_ns() + SECONDS * INT64_C(1000000000);
    listen(&r, deadline_ns, &in);
    bool ended = role_end(&r, deadline_ns, &ended_how);
    enum wire_type type;
    union wire_any m;
    if (wire_decode(buf_text(&in), in.len, &type, &m, e) > 0 && type == WIRE_REFUSED) {
        if (m.refused.code == OK)
            buf_puts(files, m.refused.text);
        else
            status = err_set(e, (int)m.refused.code, "%s", m.refused.text);
    } else if (!ended) {
        status = err_set(e, ERR_FAILED, "%s did not finish within %d s", env->desc->id, SECONDS);
    } else {
        status = err_set(e, ERR_FAILED, "%s ended the dumping process: %s", env->desc->id,
                         role_describe_end(ended_how, end, sizeof end));
    }
    buf_finish(&in);
    return status;
}
