/* When a batch goes into the database, and what happens while it cannot: everything stays in
 * memory, the workers wait, the fronts are told, and it is tried again. */
#include "supervisor/internal.h"

#include "base/clock.h"

#include <stdio.h>

#define MS INT64_C(1000000)
enum {
    COMMIT_MS = 250,          /* no row waits longer for its transaction … */
    COMMIT_ROWS = 10000,      /* … or until so many wait */
    HOLD_BACK_ROWS = 1 << 22, /* so many in memory, and we stop reading until they are stored */
    RETRY_MS = 2000,
    BUSY_RETRY_MS = 100,
    BUSY_NOTICE_MS = 2000
};

uint64_t commit_waiting_rows(const struct supervisor *s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s->num_runs; i++)
        n += batch_rows(&s->runs[i].batch);
    return n;
}

bool commit_waits(const struct supervisor *s)
{
    for (size_t i = 0; i < s->num_runs; i++)
        if (!batch_is_empty(&s->runs[i].batch))
            return true;
    return trials_wait(s);
}

static void pause_all(struct supervisor *s)
{
    if (!s->paused_all)
        for (size_t i = 0; i < s->num_runs; i++)
            run_pause(s, &s->runs[i], PAUSE_STORAGE);
    s->paused_all = true;
}

/* For the log and for the fronts: every run that is at work waits for the same thing. */
static void tell_storage(struct supervisor *s, int level, const char *text)
{
    for (size_t i = 0; i < s->num_runs; i++)
        if (run_is_live(&s->runs[i]))
            run_event(s, &s->runs[i], level, "storage", "%s", text);
}

static void continue_all(struct supervisor *s)
{
    if (s->paused_all)
        for (size_t i = 0; i < s->num_runs; i++)
            run_continue(s, &s->runs[i], PAUSE_STORAGE);
    s->paused_all = false;
    s->trouble_ns = 0;
    if (s->storage_text[0])
        tell_storage(s, RLB_LOG_INFO, "the database can be written again");
    s->storage_text[0] = '\0';
}

/* Keeps everything in memory and the workers waiting until the store takes it. */
static void storage_trouble(struct supervisor *s, int status, const struct err *e)
{
    unsigned long long rows = commit_waiting_rows(s);
    bool full = store_disk_full(s->store), told = s->storage_text[0] != '\0';
    if (!s->trouble_ns)
        s->trouble_ns = s->now_ns;
    s->retry_ns = s->now_ns + (status == ERR_BUSY ? BUSY_RETRY_MS : RETRY_MS) * MS;
    if (status != ERR_BUSY || rows > HOLD_BACK_ROWS / 4)
        pause_all(s);
    snprintf(s->storage_why, sizeof s->storage_why, "%s", full ? "disk full" : e->text);
    if (full)
        snprintf(s->storage_text, sizeof s->storage_text,
                 "disk full: paused, %llu points kept in memory; free space and it goes on", rows);
    else if (status != ERR_BUSY)
        snprintf(s->storage_text, sizeof s->storage_text,
                 "the database cannot be written: paused, %llu points kept in memory (%s)", rows,
                 s->storage_why);
    else if (s->now_ns - s->trouble_ns > BUSY_NOTICE_MS * MS)
        snprintf(s->storage_text, sizeof s->storage_text,
                 "the database is busy: %llu points kept in memory", rows);
    if (!told && s->storage_text[0])
        tell_storage(s, RLB_LOG_WARN, s->storage_text);
}

/* Whether a failure lies with the rows, not with the file. */
static bool is_refusal(int status)
{
    return status == ERR_INTERNAL || status == ERR_NOINPUT;
}

/* Some run's rows are refused for what they are: only that run ends, the others are committed. */
static int commit_one_by_one(struct supervisor *s, struct err *e)
{
    int status = OK;
    for (size_t i = 0; i < s->num_runs && (status == OK || is_refusal(status)); i++) {
        struct run *r = &s->runs[i];
        status = batch_is_empty(&r->batch) ? OK : batch_commit(s->store, r, 1, e);
        if (!is_refusal(status))
            continue;
        char text[RUN_TEXT_MAX];
        snprintf(text, sizeof text, "the database refuses its measurements: %.1500s", e->text);
        batch_clear(&r->batch);
        if (!r->refused) /* the first time, its end may still be written */
            run_abort(s, r, RUN_FAILED, status, "failed", text);
        r->refused = true;
    }
    return is_refusal(status) ? OK : status;
}

static void commit(struct supervisor *s)
{
    struct err e = ERR_INIT;
    s->commit_now = false;
    int status = batch_commit(s->store, s->runs, s->num_runs, &e);
    if (is_refusal(status))
        status = commit_one_by_one(s, &e);
    if (status == OK)
        status = trials_commit(s, &e);
    s->now_ns = clock_mono_ns();
    s->oldest_ns = 0;
    if (status == OK)
        continue_all(s);
    else
        storage_trouble(s, status, &e);
}

void commit_when_due(struct supervisor *s)
{
    if (!commit_waits(s))
        return;
    if (!s->oldest_ns)
        s->oldest_ns = s->now_ns;
    bool due = s->commit_now || s->now_ns - s->oldest_ns >= COMMIT_MS * MS ||
               commit_waiting_rows(s) >= COMMIT_ROWS;
    if (due && (!s->trouble_ns || s->now_ns >= s->retry_ns))
        commit(s);
    bool full = commit_waiting_rows(s) > HOLD_BACK_ROWS;
    for (size_t i = 0; i < s->num_runs; i++)
        s->runs[i].held_back = full;
}

int64_t commit_due_ns(const struct supervisor *s)
{
    return s->trouble_ns ? s->retry_ns : s->oldest_ns ? s->oldest_ns + COMMIT_MS * MS : INT64_MAX;
}
