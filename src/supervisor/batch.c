#include "supervisor/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Why nothing has a hole after a kill: a worker sends its points before the SAVED of the checkpoint
 * that follows them, the link keeps order, and a batch is committed whole. So the row of a
 * checkpoint is never there without every point up to it, and a file is unlinked only after the
 * commit that forgot its row. */

void batch_finish(struct batch *b)
{
    arena_finish(&b->arena);
    buf_finish(&b->points);
    buf_finish(&b->episodes);
    vec_finish(&b->events);
    vec_finish(&b->artifacts);
    *b = (struct batch){0};
}

/* Keeps the memory of the vectors for the next batch. */
void batch_clear(struct batch *b)
{
    arena_finish(&b->arena);
    buf_clear(&b->points);
    buf_clear(&b->episodes);
    b->attempt.n = 0;
    b->provenance = NULL;
    b->events.len = b->artifacts.len = 0;
    b->update = (struct run_update){0};
}

void batch_attempt(struct batch *b, uint32_t n, uint64_t step, const char *checkpoint)
{
    b->attempt.n = n;
    b->attempt.step = step;
    b->attempt.checkpoint = arena_strdup(&b->arena, checkpoint);
}

void batch_provenance(struct batch *b, const char *facts)
{
    b->provenance = arena_strdup(&b->arena, facts);
}

void batch_event(struct batch *b, uint64_t step, int level, const char *kind, const char *text)
{
    struct pending_event event = {step, level, arena_strdup(&b->arena, kind),
                                  arena_strdup(&b->arena, text)};
    vec_push(&b->events, event);
}

void batch_artifact(struct batch *b, const struct wire_saved *saved, const char *path)
{
    struct pending_artifact artifact = {
        saved->step, saved->bytes, arena_strdup(&b->arena, saved->kind),
        arena_strdup(&b->arena, path), arena_strdup(&b->arena, saved->sha256)};
    vec_push(&b->artifacts, artifact);
}

void batch_update(struct batch *b, const struct run_update *u)
{
    struct run_update *to = &b->update;
    to->set |= u->set;
    if (u->set & RU_STATE)
        to->state = u->state;
    if (u->set & RU_PID)
        to->pid = u->pid, to->pid_start = u->pid_start;
    if (u->set & RU_STEPS)
        to->steps = u->steps, to->env_steps = u->env_steps;
    if (u->set & RU_EXIT)
        to->exit_code = u->exit_code, to->exit_signal = u->exit_signal;
    if (u->set & RU_MESSAGE)
        to->message = arena_strdup(&b->arena, u->message);
    if (u->set & RU_DIGEST)
        to->digest = arena_strdup(&b->arena, u->digest);
    if (u->set & RU_SOCKET)
        to->socket = arena_strdup(&b->arena, u->socket);
    if (u->set & RU_SPEED)
        to->steps_per_s = isfinite(u->steps_per_s) ? u->steps_per_s : 0; /* NaN is NULL there */
}

bool batch_is_empty(const struct batch *b)
{
    return b->points.len == 0 && b->episodes.len == 0 && b->events.len == 0 &&
           b->artifacts.len == 0 && b->attempt.n == 0 && !b->provenance && b->update.set == 0;
}

uint64_t batch_rows(const struct batch *b)
{
    return b->points.len / sizeof(struct store_point) +
           b->episodes.len / sizeof(struct store_episode) + b->events.len + b->artifacts.len;
}

/* Gives the catalogue's new metrics their ids. */
static int bind_metrics(struct store *s, struct run *r, struct err *e)
{
    while (r->metric_ids.len < r->metrics.len) {
        int64_t id;
        int status = store_metric_id(s, &r->metrics.data[r->metric_ids.len], &id, e);
        if (status != OK)
            return status;
        vec_push(&r->metric_ids, id);
    }
    return OK;
}

static int queue_run(struct store *s, struct run *r, struct err *e)
{
    struct batch *b = &r->batch;
    int status = OK;
    if (b->attempt.n)
        status =
            store_begin_attempt(s, r->id, b->attempt.n, b->attempt.step, b->attempt.checkpoint, e);
    if (status == OK && b->provenance)
        status = store_note_attempt(s, r->id, r->attempt, b->provenance, e);
    if (status == OK && b->points.len)
        status = store_add_points(s, r->id, r->attempt, r->metric_ids.data, r->metric_ids.len,
                                  (const struct store_point *)(const void *)b->points.data,
                                  b->points.len / sizeof(struct store_point), e);
    if (status == OK && b->episodes.len)
        status = store_add_episodes(s, r->id, r->attempt,
                                    (const struct store_episode *)(const void *)b->episodes.data,
                                    b->episodes.len / sizeof(struct store_episode), e);
    for (size_t i = 0; i < b->events.len && status == OK; i++) {
        const struct pending_event *v = &b->events.data[i];
        status = store_add_event(s, r->id, v->step, v->level, v->kind, v->text, e);
    }
    for (size_t i = 0; i < b->artifacts.len && status == OK; i++) {
        const struct pending_artifact *f = &b->artifacts.data[i];
        status = store_add_artifact(s, r->id, f->step, f->kind, f->path, f->sha256, f->bytes, e);
    }
    if (status == OK && b->update.set)
        status = store_update_run(s, r->id, &b->update, e);
    return status;
}

/* A later attempt may have saved a checkpoint in the same place again. */
static bool is_kept(const struct artifact_row *rows, size_t n, const char *path)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].path, path) == 0)
            return true;
    return false;
}

/* Only what lies in the run's own folder is ours to remove. */
static bool is_own_file(const struct run *r, const char *path)
{
    size_t n = strlen(r->folder);
    return strncmp(path, r->folder, n) == 0 && path[n] == '/' && !strstr(path + n, "/../");
}

/* Rows first, then files: a kill in between leaves a file too many, never a row without its file.
 * What cannot be pruned now is pruned after the next checkpoint. */
static void prune(struct store *s, struct run *r)
{
    uint32_t keep = r->job.settings.checkpoint_keep ? r->job.settings.checkpoint_keep : 1;
    struct arena a = {0};
    const char **old = NULL;
    struct artifact_row *kept = NULL;
    size_t num_old = 0, num_kept = 0;
    if (store_prune_checkpoints(s, r->id, keep, &a, &old, &num_old, NULL) == OK &&
        store_run_artifacts(s, r->id, &a, &kept, &num_kept, NULL) == OK)
        for (size_t i = 0; i < num_old; i++)
            if (is_own_file(r, old[i]) && !is_kept(kept, num_kept, old[i]))
                unlink(old[i]);
    arena_finish(&a);
}

static bool has_checkpoint(const struct batch *b)
{
    for (size_t i = 0; i < b->artifacts.len; i++)
        if (strcmp(b->artifacts.data[i].kind, "checkpoint") == 0)
            return true;
    return false;
}

int batch_commit(struct store *s, struct run *runs, size_t n, struct err *e)
{
    int status = OK;
    for (size_t i = 0; i < n && status == OK; i++)
        status = bind_metrics(s, &runs[i], e);
    if (status != OK || (status = store_begin(s, e)) != OK)
        return status;
    for (size_t i = 0; i < n && status == OK; i++)
        status = queue_run(s, &runs[i], e);
    if (status == OK)
        status = store_commit(s, e);
    if (status != OK) {
        store_rollback(s); /* of the store's copy; ours stays */
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        bool saved = has_checkpoint(&runs[i].batch);
        batch_clear(&runs[i].batch);
        if (saved)
            prune(s, &runs[i]);
    }
    return OK;
}
