/* kill -9 of supervisors and workers at random moments: the database stays whole and what is
 * resumed ends as if nothing had happened. The number of rounds can be given as argument of the
 * program (tests/supervisor/torture does). */
#include "supervisor/fake.h"

#include "base/file.h"
#include "base/sysinfo.h"
#include <rlbench/rng.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RUNS = 3, STEPS = 1500 };
static const struct fake_run f = {
    .mode = "good", .steps = STEPS, .checkpoint_every = 70, .delay_us = 100};
static rlb_rng rng;

static size_t unfinished(struct lab *l, int64_t *ids)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++)
        if (lab_row(l, i).state != RUN_DONE)
            ids[n++] = l->ids[i];
    return n;
}

/* The children of a process, as the kernel lists them. */
static size_t children_of(pid_t pid, pid_t *out, size_t max)
{
    char path[100];
    struct buf b = {0};
    size_t n = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)pid, (long)pid);
    if (file_read(path, 10000, &b, NULL) == OK)
        for (char *at = b.data, *end; n < max && (out[n] = (pid_t)strtol(at, &end, 10)) > 0;
             at = end)
            n++;
    buf_finish(&b);
    return n;
}

/* One supervisor at work on what is left, and a kill somewhere in it. */
static void kill_something(struct lab *l, bool supervisor)
{
    int64_t ids[RUNS];
    size_t n = unfinished(l, ids);
    struct err e = ERR_INIT;
    if (n == 0)
        return;
    if (supervisor_spawn(l->database, ids, n, RUNS, &e) != OK)
        fprintf(stderr, "%s\n", e.text);
    CU_ASSERT_EQUAL_FATAL(e.code, OK);
    pid_t pid = 0;
    for (size_t i = 0; i < l->n; i++)
        if (l->ids[i] == ids[0])
            pid = (pid_t)lab_row(l, i).pid;
    CU_ASSERT_FATAL(pid > 1);
    usleep((useconds_t)rlb_rng_below(&rng, 120000));
    pid_t workers[RUNS];
    size_t num_workers = children_of(pid, workers, RUNS);
    if (supervisor)
        kill(pid, SIGKILL);
    else if (num_workers > 0)
        kill(workers[rlb_rng_below(&rng, (uint32_t)num_workers)], SIGKILL);
    /* Everything must come to an end by itself: workers of a dead supervisor, and a supervisor
     * whose worker died. */
    if (!supervisor)
        usleep((useconds_t)rlb_rng_below(&rng, 50000));
    if (!supervisor)
        kill(pid, SIGTERM);
    for (int i = 0; i < 2000 && sysinfo_pid_start(pid); i++)
        usleep(5000);
    CU_ASSERT(!sysinfo_pid_start(pid));
    for (size_t i = 0; i < num_workers; i++) {
        for (int k = 0; k < 1000 && sysinfo_pid_start(workers[i]); k++)
            usleep(2000);
        CU_ASSERT(!sysinfo_pid_start(workers[i]));
    }
}

static void check_end(struct lab *l)
{
    int64_t ids[RUNS];
    struct err e = ERR_INIT;
    size_t n = unfinished(l, ids);
    const struct supervisor_options o = {
        .database = l->database, .runs = ids, .num_runs = n, .jobs = RUNS};
    if (n > 0)
        CU_ASSERT_EQUAL(supervisor_run(&o, &e), OK);
    for (size_t i = 0; i < l->n; i++) {
        char digest[65];
        struct run_row row = lab_row(l, i);
        fake_digest(i + 1, STEPS, digest);
        CU_ASSERT_EQUAL(row.state, RUN_DONE);
        CU_ASSERT_STRING_EQUAL(row.digest, digest);
        lab_check_whole(l, i, STEPS);
    }
}

static int rounds = 20;

static void killed_at_random_moments(void)
{
    rlb_rng_init(&rng, (uint64_t)getpid(), 0);
    for (int done = 0; done < rounds;) {
        struct lab l;
        const struct fake_run runs[RUNS] = {f, f, f};
        int64_t ids[RUNS];
        lab_open(&l, runs, RUNS);
        for (int k = 0; k < 5 && done < rounds && unfinished(&l, ids) > 0; k++, done++) {
            kill_something(&l, done % 2 == 0);
            struct buf problems = {0};
            CU_ASSERT_EQUAL(store_check(l.reader, &problems, NULL), OK);
            CU_ASSERT_EQUAL(problems.len, 0);
            for (size_t i = 0; i < RUNS; i++) /* nobody is at work */
                CU_ASSERT_NOT_EQUAL(lab_row(&l, i).state, RUN_RUNNING);
            buf_finish(&problems);
        }
        check_end(&l);
        lab_close(&l);
    }
}

int main(int argc, char **argv)
{
    const struct check tests[] = {{"killed at random moments", killed_at_random_moments}};
    int role = fake_role(argc, argv);
    if (role < 0 && argc > 1)
        rounds = atoi(argv[1]);
    return role >= 0 ? role : check_main("supervisor: kill -9", tests, 1);
}
