#include "cmd/spread.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/num.h"
#include "cmd/gates.h"
#include "cmd/results.h"
#include "cmd/spool.h"
#include "store/store.h"
#include "supervisor/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_MS = 200, BEGIN_S = 60, NOTE_MAX = 512 };

/* A rank's note in the folder: "<launch> at work", then "<launch> done <runs that failed>". It
 * holds a lock on the file while it lives, so a note at work without a lock is a dead rank's. */
#define AT_WORK "at work"

struct spread {
    unsigned rank, size;
    struct plan *plan;
    char *database, *folder, *launch;
    int note; /* our own, locked */
};

static bool variable(const char *name, unsigned *out)
{
    int64_t value;
    const char *text = getenv(name);
    if (!text || num_parse_int(text, &value) || value < 0 || value > 1000000)
        return false;
    *out = (unsigned)value;
    return true;
}

bool spread_place(unsigned *rank, unsigned *size)
{
    /* Slurm's batch script has a rank, too, but only a step of srun has a number of tasks. */
    static const char *const names[][2] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                           {"PMI_RANK", "PMI_SIZE"},
                                           {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (variable(names[i][0], rank) && variable(names[i][1], size))
            return *size > 1 && *rank < *size;
    return false;
}

/* What all ranks of this launch have in common, and no other launch. */
static char *launch_name(void)
{
    static const char *const names[] = {"PMIX_NAMESPACE", "OMPI_MCA_orte_hnp_uri", "SLURM_JOB_ID",
                                        "SLURM_STEP_ID", "PMI_JOBID"};
    struct buf b = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (getenv(names[i]))
            buf_printf(&b, "%s ", getenv(names[i]));
    if (b.len == 0)
        buf_printf(&b, "%ld ", (long)getppid());
    char digest[65];
    file_sha256_bytes(b.data, b.len, digest);
    buf_finish(&b);
    return mem_printf("%.16s", digest);
}

/* ---- notes ---- */

static char *note_path(const struct spread *s, unsigned rank)
{
    return mem_printf("%s/rank-%05u", s->folder, rank);
}

static int write_note(const struct spread *s, const char *text, struct err *e)
{
    char *line = mem_printf("%s %s\n", s->launch, text);
    ssize_t n = (ssize_t)strlen(line);
    bool good = ftruncate(s->note, 0) == 0 && pwrite(s->note, line, (size_t)n, 0) == n &&
                fsync(s->note) == 0;
    free(line);
    return good ? OK : err_sys(e, ERR_IO, "cannot write into %s", s->folder);
}

static int begin(struct spread *s, struct err *e)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int status = file_mkdirs(s->folder, e);
    if (status != OK)
        return status;
    char *path = note_path(s, s->rank);
    s->note = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->note < 0)
        status = err_sys(e, ERR_CANTCREAT, "%s", path);
    else if (fcntl(s->note, F_OFD_SETLK, &lock) < 0)
        status =
            errno == EAGAIN || errno == EACCES
                ? err_set(e, ERR_BUSY, "another launch of this plan is at work in %s", s->folder)
                : err_sys(e, ERR_IO, "%s: the folder must be on a file system with locks", path);
    free(path);
    return status == OK ? write_note(s, AT_WORK, e) : status;
}

enum seen { NOT_BEGUN, WORKING, ENDED, DEAD };

static enum seen look_at(const struct spread *s, unsigned rank, unsigned *failed)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char text[NOTE_MAX] = "", *path = note_path(s, rank);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    free(path);
    if (fd < 0)
        return NOT_BEGUN;
    /* The lock first: a note is complete when its lock has gone. */
    bool locked = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    close(fd);
    size_t name = strlen(s->launch);
    if (n <= (ssize_t)name || strncmp(text, s->launch, name) != 0)
        return NOT_BEGUN;
    if (sscanf(text + name, " done %u", failed) == 1)
        return ENDED;
    return locked ? WORKING : DEAD;
}

/* ---- this rank's share ---- */

/* A run that fails is no reason to leave the others; a signal is. */
static int run_one(const struct spread *s, size_t n, unsigned *failed, struct err *e)
{
    int64_t id = 0;
    bool done = false;
    struct err why = ERR_INIT;
    char *path = spool_file(s->folder, n);
    int status = spool_take(s->plan, n, path, &id, &done, &why);
    const struct supervisor_options o = {
        .database = path, .runs = &id, .num_runs = 1, .jobs = (int)s->size};
    if (status == OK && !done)
        status = supervisor_run(&o, &why);
    if (status != OK)
        fprintf(stderr, "rank %u: run %zu: %s\n", s->rank, n, why.text);
    *failed += status != OK;
    free(path);
    return status >= 128 ? err_set(e, status, "stopped; the same command again goes on") : OK;
}

static int run_share(const struct spread *s, bool quiet, unsigned *failed, struct err *e)
{
    int status = OK;
    for (size_t n = s->rank + 1; n <= s->plan->runs.len && status == OK; n += s->size) {
        status = run_one(s, n, failed, e);
        if (!quiet && status == OK)
            fprintf(stderr, "rank %u of %u: run %zu of %zu\n", s->rank, s->size, n,
                    s->plan->runs.len);
    }
    return status;
}

/* ---- rank 0, at the end ---- */

/* Until no other rank is at work; adds up what they failed at. Who is dead, or never began, is
 * told. */
static void await_others(const struct spread *s, unsigned *failed, unsigned *lost)
{
    int64_t patience_ns = clock_mono_ns() + BEGIN_S * INT64_C(1000000000);
    for (unsigned rank = 1; rank < s->size; rank++) {
        enum seen seen;
        unsigned n = 0;
        while ((seen = look_at(s, rank, &n)) == WORKING ||
               (seen == NOT_BEGUN && clock_mono_ns() < patience_ns))
            usleep(LOOK_MS * 1000);
        *failed += n;
        *lost += seen != ENDED;
        if (seen != ENDED)
            fprintf(stderr, "rank %u %s\n", rank,
                    seen == DEAD ? "died: what it had not finished is missing"
                                 : "has not begun: does it see the same folder?");
    }
}

/* Gates are judged where every run is there. */
static int bring_together(const struct spread *s, const struct cli *cli, bool whole, size_t *merged,
                          struct err *e)
{
    size_t n = s->plan->runs.len;
    int64_t *ids = mem_alloc((n + 1) * sizeof *ids);
    int status = spool_merge(s->folder, s->plan, s->database, ids, e);
    *merged = 0;
    for (size_t i = 0; i < n; i++)
        if (ids[i])
            ids[(*merged)++] = ids[i];
    if (status == OK && *merged)
        status = results_print(s->database, ids, *merged, cli_has(cli, "json"), e);
    fflush(stdout);
    if (status == OK && whole && *merged == n && s->plan->gates.len)
        status = gates_check(s->database, ids, n, true, e);
    free(ids);
    return status;
}

static int finish_all(const struct spread *s, const struct cli *cli, unsigned failed, struct err *e)
{
    unsigned lost = 0;
    size_t merged = 0, n = s->plan->runs.len;
    await_others(s, &failed, &lost);
    int status = bring_together(s, cli, !lost && !failed, &merged, e);
    if (status == OK && lost)
        status = err_set(e, ERR_FAILED,
                         "%u of %u ranks were lost, %zu of %zu runs are in %s; the same command "
                         "again does what is missing",
                         lost, s->size, merged, n, s->database);
    if (status == OK && failed)
        status = err_set(e, ERR_FAILED, "%u of %zu runs failed", failed, n);
    return status;
}

int spread_launch(const struct cli *cli, struct plan *plan, struct err *e)
{
    struct spread s = {.plan = plan, .note = -1};
    unsigned failed = 0;
    char *database = cli_database(cli), text[32];
    if (cli_has(cli, "jobs") || cli_has(cli, "detach")) {
        free(database);
        return err_set(e, ERR_USAGE,
                       "every rank does one run at a time, in the foreground: no --jobs, no "
                       "--detach; start more ranks");
    }
    spread_place(&s.rank, &s.size);
    s.database = spool_absolute(database);
    s.folder = spool_folder(cli, s.database, plan);
    s.launch = launch_name();
    plan_note_repository(plan);
    int status = begin(&s, e);
    if (status == OK)
        status = run_share(&s, cli_has(cli, "quiet"), &failed, e);
    snprintf(text, sizeof text, "done %u", failed);
    if (status == OK && s.rank > 0)
        status = write_note(&s, text, e);
    if (status == OK && s.rank == 0)
        status = finish_all(&s, cli, failed, e);
    if (s.note >= 0)
        close(s.note);
    free(s.launch);
    free(s.folder);
    free(s.database);
    free(database);
    return status;
}
