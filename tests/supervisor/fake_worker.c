#include "supervisor/fake.h"

#include "base/file.h"
#include "base/num.h"
#include "wire/sample.h"
#include "wire/wire.h"
#include "worker/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct fake {
    struct wire_link link;
    char mode[32], folder[2000], digest[65];
    uint64_t run, seed, steps, every, at, delay_us, step, points_per_message;
    uint32_t rollback;
    bool paused, stop, checkpoint;
};

/* ---- wire ---- */

static void flush(struct fake *f)
{
    while (f->link.out.len > 0) {
        struct pollfd p = {f->link.fd, POLLOUT, 0};
        poll(&p, 1, 1000);
        if (wire_flush(&f->link, NULL) != OK)
            _exit(0); /* the supervisor is gone */
    }
}

static void send(struct fake *f, enum wire_type type, const void *msg)
{
    wire_send(&f->link, type, msg);
    flush(f);
}

static void status(struct fake *f, uint32_t state)
{
    const struct wire_status s = {
        .step = f->step, .total = f->steps, .state = state, .steps_per_s = 1000};
    send(f, WIRE_STATUS, &s);
}

static void event(struct fake *f, uint32_t level, const char *kind, const char *text)
{
    const struct wire_event e = {.step = f->step, .level = level, .kind = kind, .text = text};
    send(f, WIRE_EVENT, &e);
}

static void obey(struct fake *f, enum wire_type type, const union wire_any *m)
{
    if (type == WIRE_PAUSE)
        f->paused = true;
    else if (type == WIRE_CONTINUE)
        f->paused = false;
    else if (type == WIRE_STOP)
        f->stop = true;
    else if (type == WIRE_CHECKPOINT)
        f->checkpoint = true;
    else if (type == WIRE_SET_PARAM)
        event(f, RLB_LOG_INFO, "heard", m->set_param.value);
    else if (type == WIRE_WATCH && m->watch.interval_ms) {
        const float cells[4] = {1, 2, 3, 4};
        const struct wire_frame frame = {.index = m->watch.index,
                                         .step = f->step,
                                         .rows = 2,
                                         .cols = 2,
                                         .a = {cells, sizeof cells}};
        send(f, WIRE_FRAME, &frame);
    }
}

static void listen_for(struct fake *f, int timeout_ms)
{
    struct pollfd p = {f->link.fd, POLLIN, 0};
    enum wire_type type;
    union wire_any msg;
    if (poll(&p, 1, timeout_ms) <= 0)
        return;
    if (wire_fill(&f->link, NULL) != OK)
        _exit(0);
    while (wire_next(&f->link, &type, &msg, NULL) > 0)
        obey(f, type, &msg);
}

/* ---- what it "learns": a value and a digest that follow from seed and step ---- */

static double value_of(uint64_t seed, uint64_t step, uint32_t metric)
{
    return (double)((seed * 7919 + step * 104729 + metric) % 100003) / 7.0;
}

static void extend_digest(char digest[65], uint64_t seed, uint64_t step)
{
    char text[200];
    double v = value_of(seed, step, 0);
    int n = snprintf(text, sizeof text, "%s %llu %a", digest, (unsigned long long)step, v);
    file_sha256_bytes(text, (size_t)n, digest);
}

void fake_digest(uint64_t seed, uint64_t steps, char out[65])
{
    strcpy(out, "start");
    for (uint64_t step = 1; step <= steps; step++)
        extend_digest(out, seed, step);
}

static void measure(struct fake *f)
{
    extend_digest(f->digest, f->seed, f->step);
    const struct store_point points[] = {{0, 0, f->step, value_of(f->seed, f->step, 0)},
                                         {1, 0, f->step, value_of(f->seed, f->step, 1)}};
    const struct wire_points m = {{points, sizeof points}};
    const struct store_episode episode = {.step = f->step, .index = (uint32_t)f->step, .ret = 1};
    const struct wire_episodes n = {{&episode, sizeof episode}};
    send(f, WIRE_POINTS, &m);
    send(f, WIRE_EPISODES, &n);
}

static void save(struct fake *f)
{
    char path[2100], text[200];
    struct err e = ERR_INIT;
    struct wire_saved saved = {.step = f->step, .kind = "checkpoint", .path = path};
    int n = snprintf(text, sizeof text, "%llu %s", (unsigned long long)f->step, f->digest);
    snprintf(path, sizeof path, "%s/%llu.ckpt", f->folder, (unsigned long long)f->step);
    char sha[65];
    file_sha256_bytes(text, (size_t)n, sha);
    saved.sha256 = sha;
    saved.bytes = (uint64_t)n;
    status(f, WORKER_SAVING);
    if (file_write_atomic(path, text, (size_t)n, &e) == OK)
        send(f, WIRE_SAVED, &saved);
    else
        event(f, RLB_LOG_ERROR, "checkpoint", e.text);
    status(f, WORKER_RUNNING);
}

static void load(struct fake *f, const char *path)
{
    struct buf b = {0};
    unsigned long long step;
    if (file_read(path, 1000, &b, NULL) != OK || sscanf(b.data, "%llu %64s", &step, f->digest) != 2)
        _exit(9);
    f->step = step;
    buf_finish(&b);
}

static void done(struct fake *f, uint32_t reason, uint32_t code, const char *message)
{
    const struct wire_done d = {reason, code, f->step, f->digest, message};
    send(f, WIRE_DONE, &d);
}

/* ---- mishaps ---- */

static void hold_forever(void)
{
    for (;;)
        pause();
}

static void eat_memory(void)
{
    for (;;) {
        char *p = malloc(16 << 20);
        if (!p) {
            fputs("plugin: out of memory\n", stderr);
            abort();
        }
        memset(p, 1, 16 << 20);
    }
}

/* Well-formed messages of every kind without any sense, until it is thrown out. */
static void make_noise(struct fake *f)
{
    rlb_rng rng;
    rlb_rng_init(&rng, f->seed, 0);
    for (int i = 0; i < 100000; i++) {
        struct sample s;
        enum wire_type type = (enum wire_type)(1 + rlb_rng_below(&rng, WIRE_NUM_TYPES - 1));
        /* Some would end it at once: more of the others gives longer stories. */
        bool fatal = type < WIRE_READY || type > WIRE_DONE || type == WIRE_POINTS ||
                     type == WIRE_EPISODES || type == WIRE_METRIC || type == WIRE_DONE ||
                     type == WIRE_READY;
        if (fatal && rlb_rng_below(&rng, 100) > 0)
            continue;
        sample_fill(&s, &rng, type);
        if (type == WIRE_STATUS && rlb_rng_below(&rng, 100) > 0)
            s.msg.status.step = s.msg.status.env_steps = 3;
        send(f, type, &s.msg);
    }
}

static void mishap(struct fake *f)
{
    const char *m = f->mode;
    if (strcmp(m, "crash") == 0) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    } else if (strcmp(m, "exit") == 0) {
        fputs("I have had enough\n", stderr);
        _exit(3);
    } else if (strcmp(m, "hang") == 0) {
        hold_forever();
    } else if (strcmp(m, "oom") == 0) {
        eat_memory();
    } else if (strcmp(m, "garbage") == 0) {
        if (write(f->link.fd, "This is not a frame at all", 26) != 26)
            _exit(1);
        hold_forever();
    } else if (strcmp(m, "unnamed") == 0) {
        const struct store_point p = {17, 0, f->step, 1.0};
        const struct wire_points msg = {{&p, sizeof p}};
        send(f, WIRE_POINTS, &msg);
        hold_forever();
    } else if (strcmp(m, "fail") == 0) {
        done(f, DONE_FAILED, ERR_PLUGIN, "alpha must be\x1b[31m positive");
        _exit(0);
    } else if (strcmp(m, "diverge") == 0) {
        done(f, DONE_DIVERGED, ERR_FAILED, "loss is nan");
        _exit(0);
    } else if (strcmp(m, "recover") == 0 && f->rollback != 2) {
        done(f, DONE_DIVERGED, ERR_FAILED, "loss is nan");
        _exit(0);
    } else if (strcmp(m, "linger") == 0) {
        done(f, DONE_FINISHED, OK, "");
        hold_forever();
    } else if (strcmp(m, "close") == 0) {
        close(f->link.fd);
        hold_forever();
    } else if (strcmp(m, "print") == 0) {
        for (int i = 0; i < 20000; i++)
            printf("\x1b[2Jline %d\r\n", i);
        fputs("the last words without newline", stdout);
        fflush(stdout);
    } else if (strcmp(m, "talk") == 0) {
        for (int i = 0; i < 5000; i++)
            event(f, RLB_LOG_INFO, "talk", "bla\x07 bla");
    } else if (strcmp(m, "noise") == 0) {
        make_noise(f);
    } else if (strcmp(m, "fork") == 0 && fork() == 0) {
        hold_forever(); /* holds every descriptor of ours */
    }
}

/* ---- the life of a worker ---- */

static void take_params(struct fake *f, struct wire_bytes packed)
{
    for (const char *key = wire_text_next(packed, NULL); key;) {
        const char *text = wire_text_next(packed, key);
        int64_t number = 0;
        num_parse_int(text, &number);
        if (strcmp(key, "mode") == 0)
            snprintf(f->mode, sizeof f->mode, "%s", text);
        else if (strcmp(key, "at") == 0)
            f->at = (uint64_t)number;
        else if (strcmp(key, "delay_us") == 0)
            f->delay_us = (uint64_t)number;
        key = wire_text_next(packed, text);
    }
}

static void await_job(struct fake *f)
{
    enum wire_type type;
    union wire_any m;
    int got;
    while ((got = wire_next(&f->link, &type, &m, NULL)) == 0) {
        struct pollfd p = {f->link.fd, POLLIN, 0};
        poll(&p, 1, -1);
        if (wire_fill(&f->link, NULL) != OK)
            _exit(1);
    }
    if (got < 0 || type != WIRE_JOB)
        _exit(1);
    f->run = m.job.run;
    f->seed = m.job.seed;
    f->steps = m.job.steps;
    f->every = m.job.checkpoint_every;
    f->rollback = m.job.rollback;
    snprintf(f->folder, sizeof f->folder, "%s", m.job.folder);
    take_params(f, m.job.algo_params);
    strcpy(f->digest, "start");
    if (m.job.resume_from[0])
        load(f, m.job.resume_from);
}

static void introduce(struct fake *f)
{
    const struct wire_ready ready = {WIRE_PROTOCOL, f->step, 1};
    const struct wire_metric metrics[] = {
        {.index = 0, .name = "fake/value", .unit = "m", .doc = "A value.", .flags = RLB_M_HEADLINE},
        {.index = 1, .name = "fake/other", .unit = "", .doc = "Another."}};
    const struct wire_view view = {.name = "cells", .doc = "Four of them.", .kind = 1};
    send(f, WIRE_READY, &ready);
    send(f, WIRE_METRIC, &metrics[0]);
    send(f, WIRE_METRIC, &metrics[1]);
    send(f, WIRE_VIEW, &view);
    status(f, WORKER_RUNNING);
}

static void wait_while_paused(struct fake *f)
{
    if (!f->paused)
        return;
    status(f, WORKER_PAUSED);
    while (f->paused && !f->stop)
        listen_for(f, -1);
    status(f, WORKER_RUNNING);
}

static int fake_worker(void)
{
    struct fake f = {0};
    wire_link_init(&f.link, 3);
    await_job(&f);
    introduce(&f);
    while (f.step < f.steps && !f.stop) {
        f.step++;
        measure(&f);
        status(&f, WORKER_RUNNING);
        if (f.step == f.at)
            mishap(&f);
        if ((f.every && f.step % f.every == 0) || f.checkpoint)
            save(&f);
        f.checkpoint = false;
        if (f.delay_us)
            usleep((useconds_t)f.delay_us);
        listen_for(&f, 0);
        wait_while_paused(&f);
    }
    if (f.stop && f.step < f.steps) {
        save(&f);
        done(&f, DONE_STOPPED, OK, "");
    } else {
        done(&f, DONE_FINISHED, OK, "");
    }
    wire_link_finish(&f.link);
    return 0;
}

int fake_role(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return fake_worker();
    if (argc > 1 && strcmp(argv[1], "--supervise") == 0)
        return supervisor_main(argc - 2, argv + 2);
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n > 0) {
        self[n] = '\0';
        setenv("RLBENCH_SELF", self, 1);
    }
    return -1;
}
