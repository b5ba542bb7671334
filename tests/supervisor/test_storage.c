/* A disk that is full for a while, a database that is busy for a while: nothing is lost.
 *
 * The disk is full whenever the file named by FULL_FLAG exists: the definitions of pwrite64 and
 * write below take the place of the C library's in this program, SQLite included, and in the
 * supervisor and workers, which are this program too. */
#include "supervisor/fake.h"

#include "base/clock.h"
#include "base/file.h"
#include "worker/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool disk_is_full(int fd)
{
    const char *flag = getenv("FULL_FLAG");
    struct stat st;
    return flag && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && access(flag, F_OK) == 0;
}

__attribute__((visibility("default"))) ssize_t pwrite64(int fd, const void *bytes, size_t n,
                                                        off64_t at)
{
    if (disk_is_full(fd)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, bytes, n, at);
}

__attribute__((visibility("default"))) ssize_t write(int fd, const void *bytes, size_t n)
{
    if (disk_is_full(fd)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_write, fd, bytes, n);
}

static void fill_disk(struct lab *l)
{
    char *flag = mem_printf("%s.full", l->database);
    setenv("FULL_FLAG", flag, 1);
    free(flag);
}

static void set_full(bool full)
{
    const char *flag = getenv("FULL_FLAG");
    if (full)
        fclose(fopen(flag, "w"));
    else
        unlink(flag);
}

/* Waits for an event of this kind whose text has this part, or for a status of this state. What
 * came after it, perhaps in the same read, is left for the next call. */
static bool hear(struct client *c, const char *part, uint32_t state, int ms)
{
    int64_t end = clock_mono_ns() + ms * INT64_C(1000000);
    do {
        struct pollfd p = {c->link.fd, POLLIN, 0};
        enum wire_type type;
        union wire_any m;
        while (wire_next(&c->link, &type, &m, NULL) > 0)
            if (part ? type == WIRE_EVENT && strstr(m.event.text, part) != NULL
                     : type == WIRE_STATUS && m.status.state == state)
                return true;
        if (poll(&p, 1, 50) > 0 && wire_fill(&c->link, NULL) != OK)
            return false;
    } while (clock_mono_ns() < end);
    return false;
}

static struct client watch(struct lab *l)
{
    struct client c;
    CU_ASSERT_EQUAL_FATAL(client_connect(&c, lab_row(l, 0).socket, NULL), OK);
    const struct wire_subscribe all = {.run = (uint64_t)l->ids[0]};
    wire_send(&c.link, WIRE_SUBSCRIBE, &all);
    wire_flush(&c.link, NULL);
    return c;
}

static const struct fake_run slow = {
    .mode = "good", .steps = 3000, .checkpoint_every = 500, .delay_us = 200, .watchdog_s = 2};

static void a_full_disk_pauses_and_space_lets_it_go_on(void)
{
    struct lab l;
    char digest[65];
    lab_open(&l, &slow, 1);
    fill_disk(&l);
    lab_spawn(&l, 1);
    lab_await(&l, 0, RUN_RUNNING);
    struct client c = watch(&l);
    set_full(true);
    CU_ASSERT(hear(&c, "disk full: paused", 0, 3000));
    CU_ASSERT(hear(&c, NULL, WORKER_PAUSED, 3000));
    client_close(&c);
    double stored = lab_query(&l, "SELECT count(*) FROM point");
    usleep(2500000); /* longer than the watchdog: a paused worker may be silent */
    CU_ASSERT_EQUAL(lab_query(&l, "SELECT count(*) FROM point"), stored);
    CU_ASSERT_EQUAL(lab_row(&l, 0).state, RUN_RUNNING); /* as last written */
    c = watch(&l);
    CU_ASSERT(hear(&c, "disk full: paused", 0, 2000)); /* also who comes late is told */
    set_full(false);
    CU_ASSERT(hear(&c, "can be written again", 0, 4000));
    client_close(&c);
    struct run_row row = lab_await(&l, 0, RUN_DONE);
    fake_digest(1, 3000, digest);
    CU_ASSERT_STRING_EQUAL(row.digest, digest);
    CU_ASSERT_EQUAL(row.attempts, 1);
    lab_check_whole(&l, 0, 3000);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "storage", "disk full"), 1);
    lab_close(&l);
}

static void stopping_while_the_disk_is_full_ends_and_can_be_resumed(void)
{
    struct lab l;
    char digest[65];
    lab_open(&l, &slow, 1);
    fill_disk(&l);
    lab_spawn(&l, 1);
    lab_await(&l, 0, RUN_RUNNING);
    for (int i = 0; i < 2000 && !(lab_query(&l, "SELECT count(*) FROM artifact") > 0); i++)
        usleep(2000);
    struct client c = watch(&l);
    set_full(true);
    CU_ASSERT(hear(&c, "disk full: paused", 0, 3000));
    client_close(&c);
    double stored = lab_query(&l, "SELECT count(*) FROM point");
    CU_ASSERT_EQUAL(lab_command(&l, 0, "stop", ""), OK);
    lab_await(&l, 0, RUN_CRASHED); /* as a reader sees a run whose supervisor has gone */
    set_full(false);
    CU_ASSERT_EQUAL(lab_query(&l, "SELECT count(*) FROM point"), stored);
    CU_ASSERT_EQUAL(lab_run(&l, 1, NULL), OK);
    struct run_row row = lab_row(&l, 0);
    fake_digest(1, 3000, digest);
    CU_ASSERT_STRING_EQUAL(row.digest, digest);
    CU_ASSERT_EQUAL(row.attempts, 2);
    CU_ASSERT(lab_query(&l, "SELECT start_step FROM attempt WHERE n = 2") >= 500);
    lab_check_whole(&l, 0, 3000);
    lab_close(&l);
}

static void a_busy_database_is_waited_for(void)
{
    struct lab l;
    struct store *other = NULL;
    const struct fake_run f = {
        .mode = "good", .steps = 4000, .checkpoint_every = 500, .delay_us = 100, .watchdog_s = 2};
    lab_open(&l, &f, 1);
    lab_spawn(&l, 1);
    lab_await(&l, 0, RUN_RUNNING);
    CU_ASSERT_EQUAL_FATAL(store_open_write(l.database, &other, NULL), OK);
    CU_ASSERT_EQUAL_FATAL(store_begin(other, NULL), OK);
    usleep(6500000); /* longer than a writer waits for the lock */
    store_rollback(other);
    store_close(other);
    lab_await(&l, 0, RUN_DONE);
    CU_ASSERT_EQUAL(lab_row(&l, 0).attempts, 1);
    lab_check_whole(&l, 0, 4000);
    lab_close(&l);
}

FAKE_MAIN("supervisor: storage", {"a full disk pauses", a_full_disk_pauses_and_space_lets_it_go_on},
          {"stopping while the disk is full",
           stopping_while_the_disk_is_full_ends_and_can_be_resumed},
          {"a busy database is waited for", a_busy_database_is_waited_for})
