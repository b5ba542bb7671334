#include "base/clock.h"
#include "base/file.h"
#include "check.h"
#include "worker/drive.h"
#include "worker/fake.h"
#include "worker/internal.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* An endless run; 20 us a step. */
static void endless(struct drive *d, const char *name)
{
    drive_init(d, name);
    d->msg.steps = 0;
    d->msg.log_every = 1000;
    drive_set(&d->algo_params, "spin_ns", "20000");
}

static void stop(struct drive *d)
{
    drive_send(d, WIRE_STOP, NULL);
    drive_finish(d);
    CU_ASSERT_EQUAL(d->reason, DONE_STOPPED);
    CU_ASSERT_EQUAL(d->code, OK);
}

/* A paused run uses no processor, stays where it is, can be looked at, and goes on. */
static void pause_is_idle(void)
{
    struct drive d;
    endless(&d, "pause");
    drive_start(&d);
    DRIVE_UNTIL(&d, d.points.len > 0);
    drive_send(&d, WIRE_PAUSE, NULL);
    DRIVE_UNTIL(&d, d.status.state == WORKER_PAUSED);
    CU_ASSERT_EQUAL(d.status.state, WORKER_PAUSED);
    CU_ASSERT_EQUAL(d.saved_step, d.status.step);
    uint64_t step = d.status.step;
    uint32_t statuses = d.num_status;
    clockid_t clock;
    struct timespec before, after;
    drive_read(&d, 100); /* until it sleeps */
    CU_ASSERT_EQUAL_FATAL(pthread_getcpuclockid(d.thread, &clock), 0);
    clock_gettime(clock, &before);
    for (int i = 0; i < 6; i++)
        drive_read(&d, 100);
    clock_gettime(clock, &after);
    CU_ASSERT_EQUAL(after.tv_sec, before.tv_sec);
    CU_ASSERT_EQUAL(after.tv_nsec, before.tv_nsec);
    CU_ASSERT_EQUAL(d.num_status, statuses);
    CU_ASSERT_EQUAL(d.num_frames, 0);
    const struct wire_watch watch = {0, 0, 10};
    drive_send(&d, WIRE_WATCH, &watch);
    for (int i = 0; i < 10; i++)
        drive_read(&d, 20);
    CHECK_TEXT(buf_text(&d.frames), "0.0 0x0 here\n");
    buf_clear(&d.checkpoints);
    drive_send(&d, WIRE_CHECKPOINT, NULL);
    DRIVE_UNTIL(&d, d.checkpoints.len > 0 && d.status.state == WORKER_PAUSED);
    CU_ASSERT(d.checkpoints.len > 0);
    CU_ASSERT_EQUAL(d.status.state, WORKER_PAUSED);
    drive_send(&d, WIRE_CONTINUE, NULL);
    DRIVE_UNTIL(&d, d.status.state == WORKER_RUNNING && d.status.step > step);
    CU_ASSERT(d.status.step > step);
    stop(&d);
    drive_free(&d);
}

/* A command that came in one piece with the job is obeyed, too. */
static void a_command_behind_the_job(void)
{
    struct drive d;
    endless(&d, "early");
    wire_encode(&d.early, WIRE_PAUSE, NULL);
    drive_start(&d);
    DRIVE_UNTIL(&d, d.status.state == WORKER_PAUSED);
    CU_ASSERT_EQUAL(d.status.state, WORKER_PAUSED);
    drive_send(&d, WIRE_CONTINUE, NULL);
    DRIVE_UNTIL(&d, d.status.state == WORKER_RUNNING && d.status.step > 0);
    stop(&d);
    drive_free(&d);
}

/* Pause, then stop while paused; pause and the other side goes. */
static void ends_while_paused(void)
{
    struct drive d;
    endless(&d, "pause-stop");
    drive_start(&d);
    drive_send(&d, WIRE_PAUSE, NULL);
    DRIVE_UNTIL(&d, d.status.state == WORKER_PAUSED);
    stop(&d);
    drive_free(&d);
    endless(&d, "pause-gone");
    drive_start(&d);
    drive_send(&d, WIRE_PAUSE, NULL);
    DRIVE_UNTIL(&d, d.status.state == WORKER_PAUSED);
    wire_link_finish(&d.link);
    d.closed = true;
    drive_finish(&d);
    CU_ASSERT_EQUAL(d.code, ERR_IO);
    drive_free(&d);
}

/* The supervisor dies: the worker saves and leaves. */
static void supervisor_dies(void)
{
    struct drive d;
    endless(&d, "dies");
    drive_start(&d);
    DRIVE_UNTIL(&d, d.points.len > 100);
    int64_t start = clock_mono_ns();
    wire_link_finish(&d.link);
    d.closed = true;
    drive_finish(&d);
    CU_ASSERT(clock_mono_ns() - start < INT64_C(10000000000));
    CU_ASSERT_EQUAL(d.code, ERR_IO);
    char *command = mem_printf("ls %s | grep -c '^checkpoint-[0-9]*.rlbc$'", d.msg.folder);
    char text[20] = "";
    FILE *out = popen(command, "r");
    CU_ASSERT_PTR_NOT_NULL(fgets(text, sizeof text, out));
    CHECK_TEXT(text, "1\n");
    pclose(out);
    free(command);
    drive_free(&d);
}

/* Commands are obeyed within a few slices, and status comes four times a second. */
static void latency_and_status(void)
{
    struct drive d;
    endless(&d, "latency");
    drive_start(&d);
    int64_t end = clock_mono_ns() + INT64_C(1200000000);
    while (clock_mono_ns() < end)
        drive_read(&d, 20);
    CU_ASSERT(d.num_status >= 3 && d.num_status <= 8);
    CU_ASSERT(d.status.steps_per_s > 500 && d.status.steps_per_s < 50001);
    CU_ASSERT(d.status.learn_fraction > 0.3);
    double sum = d.status.learn_fraction + d.status.env_fraction + d.status.log_fraction;
    CU_ASSERT(fabs(sum - 1) < 1e-9);
    CU_ASSERT(d.status.rss > 100000);
    drive_send(&d, WIRE_CHECKPOINT, NULL);
    int64_t start = clock_mono_ns();
    DRIVE_UNTIL(&d, d.checkpoints.len > 0);
    CU_ASSERT(clock_mono_ns() - start < INT64_C(3000000000));
    stop(&d);
    drive_free(&d);
}

/* A supervisor that does not read: the worker waits for it instead of filling memory. */
static void slow_reader(void)
{
    struct drive d;
    drive_init(&d, "slow");
    d.msg.steps = 100000;
    d.msg.log_every = 1; /* about 15 points a step: 36 MB in all */
    drive_start(&d);
    usleep(500000);
    CU_ASSERT(d.other.out.cap < 40u << 20);
    drive_finish(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    CU_ASSERT_EQUAL(drive_count(&d, "steps"), 100000);
    drive_free(&d);
}

static void views(void)
{
    struct drive d;
    const struct wire_watch agents = {1, 0, 50}, broken = {0, 1, 50}, none = {0, 7, 50},
                            no_more = {1, 0, 0};
    endless(&d, "views");
    drive_set(&d.env_params, "agents", "2");
    drive_start(&d);
    drive_send(&d, WIRE_WATCH, &agents);
    drive_send(&d, WIRE_WATCH, &broken);
    drive_send(&d, WIRE_WATCH, &none);
    int64_t end = clock_mono_ns() + INT64_C(1000000000);
    while (clock_mono_ns() < end)
        drive_read(&d, 20);
    CU_ASSERT(d.num_frames >= 3 && d.num_frames <= 21);
    CU_ASSERT_EQUAL(strncmp(d.frames.data, "1.0 1x2 where they are ", 22), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        d.events.data, "view: view 1 of the algorithm cannot be shown: walker: no picture\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(
        d.events.data, "view: view 7 of the algorithm cannot be shown: there is no such view\n"));
    drive_send(&d, WIRE_WATCH, &no_more);
    drive_read(&d, 100);
    drive_read(&d, 100);
    uint32_t shown = d.num_frames;
    for (int i = 0; i < 5; i++)
        drive_read(&d, 60);
    CU_ASSERT(d.num_frames <= shown + 1);
    stop(&d);
    drive_free(&d);
}

/* The budget of time ends the run as done, with a checkpoint; pauses do not count. */
static void wall_budget(void)
{
    struct drive d;
    endless(&d, "wall");
    d.msg.wall_ms = 300;
    int64_t start = clock_mono_ns();
    drive_start(&d);
    drive_send(&d, WIRE_PAUSE, NULL);
    for (int i = 0; i < 4; i++)
        drive_read(&d, 100);
    DRIVE_UNTIL(&d, d.status.state == WORKER_PAUSED);
    int64_t resumed = clock_mono_ns();
    drive_send(&d, WIRE_CONTINUE, NULL);
    drive_finish(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    CHECK_TEXT(d.message, "the time of its budget is spent");
    CU_ASSERT_EQUAL(d.saved_step, d.done_step);
    CU_ASSERT(clock_mono_ns() - resumed > INT64_C(200000000));
    CU_ASSERT(clock_mono_ns() - start < INT64_C(20000000000));
    drive_free(&d);
}

/* What makes no sense as a command is said and ignored. */
static void odd_messages(void)
{
    struct drive d;
    const struct wire_hello hello = {1, "x"};
    endless(&d, "odd");
    drive_start(&d);
    drive_send(&d, WIRE_HELLO, &hello);
    DRIVE_UNTIL(&d, d.events.len > 0);
    CHECK_TEXT(buf_text(&d.events), "wire: message HELLO makes no sense here, and was ignored\n");
    stop(&d);
    drive_free(&d);
}

CHECK_MAIN("control", {"a paused run is idle", pause_is_idle},
           {"a command behind the job", a_command_behind_the_job},
           {"ends while paused", ends_while_paused}, {"the supervisor dies", supervisor_dies},
           {"latency and status", latency_and_status}, {"a slow supervisor", slow_reader},
           {"views", views}, {"a budget of time", wall_budget}, {"odd messages", odd_messages})
