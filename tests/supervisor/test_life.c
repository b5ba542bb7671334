/* One run's life, well and badly ended: what the database says afterwards. */
#include "supervisor/fake.h"

#include "base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs one fake run to its end. */
static struct run_row run_one(struct lab *l, const struct fake_run *f, int expected_status)
{
    struct err e = ERR_INIT;
    lab_open(l, f, 1);
    int status = lab_run(l, 1, &e);
    if (status != expected_status)
        fprintf(stderr, "%s: %s\n", f->mode, e.text);
    CU_ASSERT_EQUAL(status, expected_status);
    return lab_row(l, 0);
}

static void a_good_run_is_stored_whole(void)
{
    struct lab l;
    char digest[65];
    const struct fake_run f = {.mode = "good", .steps = 500, .checkpoint_every = 100};
    struct run_row row = run_one(&l, &f, OK);
    fake_digest(1, 500, digest);
    CU_ASSERT_EQUAL(row.state, RUN_DONE);
    CU_ASSERT_EQUAL(row.steps, 500);
    CU_ASSERT_EQUAL(row.attempts, 1);
    CU_ASSERT_STRING_EQUAL(row.digest, digest);
    CU_ASSERT_STRING_EQUAL(row.message, "");
    CU_ASSERT_STRING_EQUAL(row.headline, "fake/value");
    lab_check_whole(&l, 0, 500);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "started", ""), 1);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "done", ""), 1);
    lab_close(&l);
}

static int exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void only_the_newest_checkpoints_are_kept(void)
{
    struct lab l;
    struct artifact_row *rows;
    size_t n;
    char old[1000];
    const struct fake_run f = {.mode = "good", .steps = 50, .checkpoint_every = 10};
    struct run_row row = run_one(&l, &f, OK);
    CU_ASSERT_EQUAL(store_run_artifacts(l.reader, row.id, &l.arena, &rows, &n, NULL), OK);
    CU_ASSERT_EQUAL_FATAL(n, 2);
    CU_ASSERT_EQUAL(rows[0].step, 40);
    CU_ASSERT_EQUAL(rows[1].step, 50);
    CU_ASSERT(exists(rows[0].path) && exists(rows[1].path));
    snprintf(old, sizeof old, "%s.d/%s/30.ckpt", l.database, row.uid);
    CU_ASSERT(!exists(old));
    lab_close(&l);
}

static void bad_ends_are_named(void)
{
    static const struct {
        const char *mode, *part;
        enum run_state state;
        int signo;
        const char *kind;
    } cases[] = {
        {"crash", "SIGSEGV (Segmentation fault) after step 7", RUN_CRASHED, SIGSEGV, "crashed"},
        {"exit", "exit code 3 after step 7; its last words: I have had enough", RUN_CRASHED, 0,
         "crashed"},
        {"garbage", "broke the protocol", RUN_CRASHED, SIGKILL, "crashed"},
        {"unnamed", "metric 17, which it never named", RUN_CRASHED, SIGKILL, "crashed"},
        {"fail", "alpha must be[31m positive", RUN_FAILED, 0, "failed"},
        {"diverge", "loss is nan", RUN_FAILED, 0, "diverged"},
        {"close", "closed its channel", RUN_CRASHED, SIGKILL, "crashed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lab l;
        const struct fake_run f = {.mode = cases[i].mode, .steps = 20, .at = 7};
        struct run_row row = run_one(&l, &f, ERR_FAILED);
        int same = row.state == cases[i].state && row.exit_signal == cases[i].signo &&
                   strstr(row.message, cases[i].part) != NULL;
        if (!same)
            fprintf(stderr, "%s: %s, signal %d: %s\n", cases[i].mode, run_state_name(row.state),
                    row.exit_signal, row.message);
        CU_ASSERT(same);
        CU_ASSERT_EQUAL(lab_events(&l, 0, cases[i].kind, cases[i].part), 1);
        CU_ASSERT_EQUAL(row.steps, 7);
        lab_check_whole(&l, 0, 7); /* what it said before is there */
        lab_close(&l);
    }
}

static void a_hang_is_ended_by_the_watchdog(void)
{
    struct lab l;
    const struct fake_run f = {.mode = "hang", .steps = 20, .at = 5, .watchdog_s = 1};
    int64_t start = clock_mono_ns();
    struct run_row row = run_one(&l, &f, ERR_FAILED);
    double seconds = (double)(clock_mono_ns() - start) * 1e-9;
    CU_ASSERT_EQUAL(row.state, RUN_CRASHED);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.message, "hung in fake while running at step 5"));
    CU_ASSERT_EQUAL(lab_events(&l, 0, "hung", "no sign of life for 1 s"), 1);
    CU_ASSERT(seconds > 0.9 && seconds < 6);
    lab_close(&l);
}

static void running_out_of_memory_is_named(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return; /* no address space limit below a sanitizer */
#else
    struct lab l;
    const struct fake_run f = {
        .mode = "oom", .steps = 20, .at = 5, .memory_bytes = (uint64_t)512 << 20};
    struct run_row row = run_one(&l, &f, ERR_FAILED);
    CU_ASSERT_EQUAL(row.state, RUN_CRASHED);
    CU_ASSERT_EQUAL(row.exit_signal, SIGABRT);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.message, "most likely out of memory"));
    lab_close(&l);
#endif
}

static void a_worker_that_does_not_leave_is_done_all_the_same(void)
{
    struct lab l;
    const struct fake_run f = {.mode = "linger", .steps = 20, .at = 20};
    struct run_row row = run_one(&l, &f, OK);
    CU_ASSERT_EQUAL(row.state, RUN_DONE);
    lab_check_whole(&l, 0, 20);
    lab_close(&l);
}

static void children_of_a_worker_end_with_it(void)
{
    struct lab l;
    const struct fake_run f = {.mode = "fork", .steps = 20, .at = 5};
    struct run_row row = run_one(&l, &f, OK);
    CU_ASSERT_EQUAL(row.state, RUN_DONE);
    lab_check_whole(&l, 0, 20);
    lab_close(&l);
}

static void what_it_prints_becomes_events_without_flooding(void)
{
    struct lab l;
    const struct fake_run f = {.mode = "print", .steps = 20, .at = 5};
    struct run_row row = run_one(&l, &f, OK);
    CU_ASSERT_EQUAL(row.state, RUN_DONE);
    size_t lines = lab_events(&l, 0, "stderr", "line ");
    CU_ASSERT(lines >= 100 && lines <= 1000);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "stderr", "[2Jline 0"), 1);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "stderr", "\x1b"), 0);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "stderr", "more lines were dropped"), 1);
    lab_close(&l);
}

static void what_it_tells_is_limited_too(void)
{
    struct lab l;
    const struct fake_run f = {.mode = "talk", .steps = 20, .at = 5};
    CU_ASSERT_EQUAL(run_one(&l, &f, OK).state, RUN_DONE);
    size_t lines = lab_events(&l, 0, "talk", "bla bla");
    CU_ASSERT(lines >= 100 && lines <= 1000);
    lab_close(&l);
}

static void one_bad_run_does_not_disturb_the_others(void)
{
    struct lab l;
    struct err e = ERR_INIT;
    static const char *const modes[] = {"good", "crash", "good", "garbage", "print",
                                        "good", "fail",  "hang", "good",    "exit"};
    enum { N = sizeof modes / sizeof modes[0] };
    struct fake_run runs[N];
    for (size_t i = 0; i < N; i++)
        runs[i] = (struct fake_run){.mode = modes[i], .steps = 300, .at = 20, .watchdog_s = 1};
    lab_open(&l, runs, N);
    CU_ASSERT_EQUAL(lab_run(&l, 3, &e), ERR_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.text, "5 of 10 runs failed"));
    for (size_t i = 0; i < N; i++)
        if (strcmp(modes[i], "good") == 0 || strcmp(modes[i], "print") == 0) {
            CU_ASSERT_EQUAL(lab_row(&l, i).state, RUN_DONE);
            lab_check_whole(&l, i, 300);
        }
    lab_close(&l);
}

static void noise_ends_only_those_who_make_it(void)
{
    struct lab l;
    struct fake_run runs[30];
    struct buf problems = {0};
    for (size_t i = 0; i < 30; i++)
        runs[i] = (struct fake_run){.mode = i % 3 ? "noise" : "good", .steps = 200, .at = 10};
    lab_open(&l, runs, 30);
    CU_ASSERT_EQUAL(lab_run(&l, 4, NULL), ERR_FAILED);
    for (size_t i = 0; i < 30; i++) {
        struct run_row row = lab_row(&l, i);
        CU_ASSERT_EQUAL(row.state, i % 3 ? RUN_CRASHED : RUN_DONE);
        if (i % 3 == 0)
            lab_check_whole(&l, i, 200);
        else
            CU_ASSERT_PTR_NOT_NULL(strstr(row.message, "broke the protocol"));
    }
    CU_ASSERT_EQUAL(store_check(l.reader, &problems, NULL), OK);
    CU_ASSERT_EQUAL(problems.len, 0);
    buf_finish(&problems);
    lab_close(&l);
}

static void a_program_that_is_not_there_is_a_failure(void)
{
    struct lab l;
    char *self = getenv("RLBENCH_SELF"), kept[4096];
    snprintf(kept, sizeof kept, "%s", self);
    setenv("RLBENCH_SELF", "/nowhere/rlbench", 1);
    const struct fake_run f = {.mode = "good", .steps = 20};
    struct run_row row = run_one(&l, &f, ERR_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.message, "cannot run /nowhere/rlbench"));
    setenv("RLBENCH_SELF", kept, 1);
    lab_close(&l);
}

/* In a child, since a hard limit cannot be raised again. */
static void too_many_jobs_wait_for_room(void)
{
    struct lab l;
    struct fake_run runs[12];
    for (size_t i = 0; i < 12; i++)
        runs[i] = (struct fake_run){.mode = "good", .steps = 200, .delay_us = 200};
    lab_open(&l, runs, 12);
    pid_t child = fork();
    if (child == 0) {
        struct err e = ERR_INIT;
        const struct rlimit few = {32, 32};
        setrlimit(RLIMIT_NOFILE, &few);
        int status = lab_run(&l, 12, &e);
        if (status != OK)
            fprintf(stderr, "%s\n", e.text);
        _exit(status);
    }
    int how = -1;
    waitpid(child, &how, 0);
    CU_ASSERT_EQUAL(how, 0);
    for (size_t i = 0; i < 12; i++)
        lab_check_whole(&l, i, 200);
    lab_close(&l);
}

FAKE_MAIN("supervisor: life", {"a good run is stored whole", a_good_run_is_stored_whole},
          {"only the newest checkpoints are kept", only_the_newest_checkpoints_are_kept},
          {"bad ends are named", bad_ends_are_named},
          {"a hang is ended by the watchdog", a_hang_is_ended_by_the_watchdog},
          {"running out of memory is named", running_out_of_memory_is_named},
          {"a worker that does not leave", a_worker_that_does_not_leave_is_done_all_the_same},
          {"children of a worker end with it", children_of_a_worker_end_with_it},
          {"what it prints becomes events", what_it_prints_becomes_events_without_flooding},
          {"what it tells is limited too", what_it_tells_is_limited_too},
          {"one bad run does not disturb the others", one_bad_run_does_not_disturb_the_others},
          {"noise ends only those who make it", noise_ends_only_those_who_make_it},
          {"too many jobs wait for room", too_many_jobs_wait_for_room},
          {"a program that is not there", a_program_that_is_not_there_is_a_failure})
