/* Fronts: commands, the stream of news, protocol, several supervisors. */
#include "supervisor/fake.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/sysinfo.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const struct fake_run slow = {
    .mode = "good", .steps = 100000, .checkpoint_every = 100, .delay_us = 500};

static void wait_gone(const char *path)
{
    for (int i = 0; i < 1000 && file_exists(path); i++)
        usleep(5000);
    CU_ASSERT(!file_exists(path));
}

static void pause_continue_and_stop_do_what_they_say(void)
{
    struct lab l;
    lab_open(&l, &slow, 1);
    lab_spawn(&l, 1);
    lab_await(&l, 0, RUN_RUNNING);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "pause", ""), OK);
    lab_await(&l, 0, RUN_PAUSED);
    double points = lab_query(&l, "SELECT count(*) FROM point");
    usleep(600000);
    CU_ASSERT_EQUAL(lab_query(&l, "SELECT count(*) FROM point"), points);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "continue", ""), OK);
    lab_await(&l, 0, RUN_RUNNING);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "set", "alpha=0.25"), OK);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "set", "alpha"), ERR_USAGE);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "checkpoint", ""), OK);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "dance", ""), ERR_USAGE);
    usleep(300000);
    struct run_row row = lab_row(&l, 0);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "stop", ""), OK);
    row = lab_await(&l, 0, RUN_STOPPED);
    CU_ASSERT(row.steps > 0 && row.steps < 100000);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "heard", "0.25"), 1);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "paused", ""), 1);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "continued", ""), 1);
    lab_check_whole(&l, 0, row.steps);
    wait_gone(row.socket);
    lab_close(&l);
}

static void a_stopped_run_goes_on_from_where_it_was(void)
{
    struct lab l;
    char digest[65];
    const struct fake_run f = {
        .mode = "good", .steps = 1500, .checkpoint_every = 400, .delay_us = 500};
    lab_open(&l, &f, 1);
    lab_spawn(&l, 1);
    lab_await(&l, 0, RUN_RUNNING);
    usleep(200000);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "stop", ""), OK);
    struct run_row row = lab_await(&l, 0, RUN_STOPPED);
    uint64_t step = row.steps;
    CU_ASSERT(step > 0 && step < 1500);
    wait_gone(row.socket);
    CU_ASSERT_EQUAL(lab_run(&l, 1, NULL), OK);
    row = lab_row(&l, 0);
    fake_digest(1, 1500, digest);
    CU_ASSERT_STRING_EQUAL(row.digest, digest);
    CU_ASSERT_EQUAL(row.attempts, 2);
    CU_ASSERT_EQUAL(lab_query(&l, "SELECT start_step FROM attempt WHERE n = 2"), (double)step);
    lab_check_whole(&l, 0, 1500);
    lab_close(&l);
}

static void stop_now_does_not_wait(void)
{
    struct lab l;
    const struct fake_run f = {.mode = "hang", .steps = 1000, .at = 50, .watchdog_s = 60};
    lab_open(&l, &f, 1);
    lab_spawn(&l, 1);
    lab_await(&l, 0, RUN_RUNNING);
    usleep(300000);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "stop", "now"), OK);
    lab_await(&l, 0, RUN_STOPPED);
    lab_close(&l);
}

static void queued_runs_can_be_held_and_stopped(void)
{
    struct lab l;
    struct fake_run runs[3] = {slow, slow, {.mode = "good", .steps = 20}};
    lab_open(&l, runs, 3);
    lab_spawn(&l, 1);
    lab_await(&l, 0, RUN_RUNNING);
    CU_ASSERT_EQUAL(lab_command(&l, 1, "stop", ""), OK);
    lab_await(&l, 1, RUN_STOPPED);
    CU_ASSERT_EQUAL(lab_command(&l, 2, "pause", ""), OK);
    lab_await(&l, 2, RUN_PAUSED);
    CU_ASSERT_EQUAL(lab_command(&l, 2, "continue", ""), OK);
    lab_await(&l, 2, RUN_QUEUED);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "stop", ""), OK);
    lab_await(&l, 2, RUN_DONE);
    CU_ASSERT_EQUAL(lab_row(&l, 1).attempts, 0);
    lab_close(&l);
}

/* ---- the stream of news ---- */

struct seen {
    size_t of[WIRE_NUM_TYPES];
    struct wire_reply reply;
    char text[500];
    bool closed;
};

/* Reads for so long, or until a message of this type came. */
static void look(struct client *c, int ms, enum wire_type until, struct seen *s)
{
    int64_t end = clock_mono_ns() + ms * INT64_C(1000000);
    while (clock_mono_ns() < end && !s->closed) {
        struct pollfd p = {c->link.fd, POLLIN, 0};
        enum wire_type type;
        union wire_any m;
        int got;
        if (poll(&p, 1, 20) > 0)
            s->closed = wire_fill(&c->link, NULL) != OK;
        while ((got = wire_next(&c->link, &type, &m, NULL)) > 0) {
            s->of[type]++;
            if (type == WIRE_REPLY)
                snprintf(s->text, sizeof s->text, "%u %s", m.reply.code, m.reply.text);
        }
        if (until && s->of[until])
            return;
    }
}

static void a_front_sees_what_it_subscribed_to(void)
{
    struct lab l;
    struct client c;
    struct seen seen = {{0}, {0}, "", false};
    const struct fake_run runs[2] = {slow, slow};
    lab_open(&l, runs, 2);
    lab_spawn(&l, 2);
    lab_await(&l, 0, RUN_RUNNING);
    usleep(100000);
    CU_ASSERT_EQUAL_FATAL(client_connect(&c, lab_row(&l, 0).socket, NULL), OK);
    look(&c, 300, WIRE_NONE, &seen);
    CU_ASSERT_EQUAL(seen.of[WIRE_STATUS], 0); /* nothing unasked */
    const struct wire_subscribe frame = {(uint64_t)l.ids[0], 0, 0, 100};
    wire_send(&c.link, WIRE_SUBSCRIBE, &frame);
    wire_flush(&c.link, NULL);
    look(&c, 500, WIRE_FRAME, &seen);
    CU_ASSERT(seen.of[WIRE_STATUS] > 0);
    CU_ASSERT_EQUAL(seen.of[WIRE_VIEW], 1); /* though it came late */
    CU_ASSERT(seen.of[WIRE_FRAME] > 0);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "pause", ""), OK);
    look(&c, 1000, WIRE_EVENT, &seen);
    CU_ASSERT(seen.of[WIRE_EVENT] > 0);
    client_close(&c);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "stop", ""), OK);
    CU_ASSERT_EQUAL(lab_command(&l, 1, "stop", ""), OK);
    lab_await(&l, 0, RUN_STOPPED);
    lab_await(&l, 1, RUN_STOPPED);
    lab_close(&l);
}

/* A front that subscribes and never reads must not hold anybody up, nor eat the memory. */
static void a_front_that_does_not_read_holds_nobody_up(void)
{
    struct lab l;
    struct client c;
    const struct fake_run f = {.mode = "good", .steps = 60000};
    lab_open(&l, &f, 1);
    lab_spawn(&l, 1);
    struct run_row row = lab_await(&l, 0, RUN_RUNNING);
    CU_ASSERT_EQUAL_FATAL(client_connect(&c, row.socket, NULL), OK);
    const struct wire_subscribe all = {(uint64_t)l.ids[0], 0, 0, 0};
    wire_send(&c.link, WIRE_SUBSCRIBE, &all);
    wire_flush(&c.link, NULL);
    lab_await(&l, 0, RUN_DONE);
    CU_ASSERT_EQUAL(lab_row(&l, 0).steps, 60000);
    client_close(&c);
    lab_close(&l);
}

static void strangers_are_refused_with_a_reason(void)
{
    struct lab l;
    struct client c;
    lab_open(&l, &slow, 1);
    lab_spawn(&l, 1);
    const char *path = lab_await(&l, 0, RUN_RUNNING).socket;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    for (int round = 0; round < 3; round++) {
        struct seen seen = {{0}, {0}, "", false};
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
        wire_link_init(&c.link, fd);
        const struct wire_hello hello = {WIRE_PROTOCOL + 1, "rlbench 99"};
        if (round == 0)
            wire_send(&c.link, WIRE_HELLO, &hello);
        else if (round == 1)
            wire_send(&c.link, WIRE_STOP, NULL);
        else
            buf_puts(&c.link.out, "GET / HTTP/1.1\r\n\r\n");
        wire_flush(&c.link, NULL);
        look(&c, 2000, WIRE_NONE, &seen);
        CU_ASSERT(seen.closed);
        CU_ASSERT_EQUAL(seen.of[WIRE_REPLY], 1);
        static const char *const parts[] = {"78 this run's supervisor is rlbench", "65 HELLO",
                                            "65 a frame of"};
        CU_ASSERT_PTR_NOT_NULL(strstr(seen.text, parts[round]));
        client_close(&c);
    }
    CU_ASSERT_EQUAL(lab_row(&l, 0).state, RUN_RUNNING);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "stop", ""), OK);
    lab_await(&l, 0, RUN_STOPPED);
    lab_close(&l);
}

/* ---- several supervisors ---- */

static void two_supervisors_share_one_database(void)
{
    struct lab l;
    struct fake_run runs[6];
    for (size_t i = 0; i < 6; i++)
        runs[i] = (struct fake_run){
            .mode = "good", .steps = 3000, .checkpoint_every = 500, .delay_us = 50};
    lab_open(&l, runs, 6);
    CU_ASSERT_EQUAL(supervisor_spawn(l.database, l.ids, 3, 3, NULL), OK);
    CU_ASSERT_EQUAL(supervisor_spawn(l.database, l.ids + 3, 3, 3, NULL), OK);
    for (size_t i = 0; i < 6; i++)
        lab_await(&l, i, RUN_DONE);
    CU_ASSERT_NOT_EQUAL(lab_row(&l, 0).pid, lab_row(&l, 5).pid);
    for (size_t i = 0; i < 6; i++)
        lab_check_whole(&l, i, 3000);
    lab_close(&l);
}

static void a_run_has_one_supervisor(void)
{
    struct lab l;
    struct err e = ERR_INIT;
    lab_open(&l, &slow, 1);
    lab_spawn(&l, 1);
    lab_await(&l, 0, RUN_RUNNING);
    CU_ASSERT_EQUAL(lab_run(&l, 1, &e), ERR_BUSY);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "in the hands of another supervisor"));
    e = (struct err)ERR_INIT;
    CU_ASSERT_EQUAL(supervisor_spawn(l.database, l.ids, 1, 1, &e), ERR_BUSY);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "in the hands of another supervisor"));
    CU_ASSERT_EQUAL(lab_row(&l, 0).state, RUN_RUNNING);
    CU_ASSERT_EQUAL(lab_command(&l, 0, "stop", "now"), OK);
    lab_await(&l, 0, RUN_STOPPED);
    lab_close(&l);
}

static void signals_stop_with_a_checkpoint_and_at_once_the_second_time(void)
{
    struct lab l;
    struct fake_run runs[2] = {
        slow, {.mode = "hang", .steps = 100, .at = 50, .watchdog_s = 60, .checkpoint_every = 20}};
    lab_open(&l, runs, 2);
    lab_spawn(&l, 2);
    struct run_row row = lab_await(&l, 1, RUN_RUNNING);
    usleep(300000);
    kill((pid_t)row.pid, SIGTERM);
    row = lab_await(&l, 0, RUN_STOPPED);
    CU_ASSERT_EQUAL(lab_row(&l, 1).state, RUN_RUNNING); /* it hangs */
    kill((pid_t)row.pid, SIGINT);
    lab_await(&l, 1, RUN_STOPPED);
    lab_check_whole(&l, 0, row.steps);
    CU_ASSERT_EQUAL(
        lab_query(&l, "SELECT max(step) FROM artifact WHERE run_id = %lld", (long long)l.ids[0]),
        (double)row.steps);
    lab_close(&l);
}

static void what_cannot_work_is_said(void)
{
    struct lab l;
    struct err e = ERR_INIT;
    struct client c;
    char longer[300], kept[1000];
    lab_open(&l, &slow, 1);
    int64_t none = 4711;
    CU_ASSERT_EQUAL(supervisor_spawn(l.database, &none, 1, 1, &e), ERR_NOINPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "4711"));
    snprintf(kept, sizeof kept, "%s", getenv("XDG_RUNTIME_DIR") ? getenv("XDG_RUNTIME_DIR") : "");
    snprintf(longer, sizeof longer, "%s/%0120d", getenv("SCRATCH") ? getenv("SCRATCH") : "/tmp", 7);
    CU_ASSERT_EQUAL(file_mkdirs(longer, NULL), OK);
    setenv("XDG_RUNTIME_DIR", longer, 1);
    CU_ASSERT_EQUAL(lab_run(&l, 1, &e), ERR_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "set XDG_RUNTIME_DIR to a shorter one"));
    setenv("XDG_RUNTIME_DIR", kept, 1);
    CU_ASSERT_EQUAL(client_connect(&c, "", &e), ERR_NOINPUT);
    CU_ASSERT_EQUAL(client_connect(&c, "/nowhere/1.sock", &e), ERR_NOINPUT);
    CU_ASSERT_EQUAL(lab_row(&l, 0).state, RUN_QUEUED);
    lab_close(&l);
}

static void stale_sockets_are_cleared(void)
{
    struct lab l;
    char *folder = place_runtime(), *path = mem_printf("%s/99999999.sock", folder);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct fake_run f = {.mode = "good", .steps = 5};
    CU_ASSERT_EQUAL(file_mkdirs(folder, NULL), OK);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd); /* as a killed supervisor leaves it */
    CU_ASSERT(file_exists(path));
    lab_open(&l, &f, 1);
    CU_ASSERT_EQUAL(lab_run(&l, 1, NULL), OK);
    CU_ASSERT(!file_exists(path));
    lab_close(&l);
    free(path);
    free(folder);
}

FAKE_MAIN("supervisor: control",
          {"pause, continue, stop", pause_continue_and_stop_do_what_they_say},
          {"a stopped run goes on from where it was", a_stopped_run_goes_on_from_where_it_was},
          {"stop now does not wait", stop_now_does_not_wait},
          {"queued runs can be held and stopped", queued_runs_can_be_held_and_stopped},
          {"a front sees what it subscribed to", a_front_sees_what_it_subscribed_to},
          {"a front that does not read", a_front_that_does_not_read_holds_nobody_up},
          {"strangers are refused", strangers_are_refused_with_a_reason},
          {"two supervisors share one database", two_supervisors_share_one_database},
          {"a run has one supervisor", a_run_has_one_supervisor},
          {"signals stop", signals_stop_with_a_checkpoint_and_at_once_the_second_time},
          {"what cannot work is said", what_cannot_work_is_said},
          {"stale sockets are cleared", stale_sockets_are_cleared})
