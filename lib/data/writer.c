/* Rows go to one nameless file per column; commit joins them behind the head, which is known only
 * then. */
#include <rlbench/dataset.h>

#include "fault.h"
#include "layout.h"
#include "spool.h"

#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COPY_BYTES = 1 << 20, WAITING_BYTES = 1 << 16 };

struct rlb_dataset_writer {
    struct target target;
    rlb_dataset_layout layout;
    rlb_column columns[RLB_DATASET_COLUMNS];
    struct spool {
        int fd;
        char *waiting; /* [WAITING_BYTES] not yet written: collectors put row by row */
        uint64_t used, rows;
    } spools[RLB_DATASET_COLUMNS];
    uint64_t *start;
    uint64_t num_episodes, cap_episodes;
    char *name;
    rlb_note *notes; /* owned, texts too */
    uint32_t num_notes;
    char *copy;
    bool broken; /* a write failed in the middle of a column */
};

void rlb_dataset_abandon(rlb_dataset_writer *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; i < w->layout.num_columns; i++) {
        if (w->spools[i].fd >= 0)
            close(w->spools[i].fd);
        free(w->spools[i].waiting);
    }
    for (uint32_t i = 0; i < w->num_notes; i++) {
        free((void *)(uintptr_t)w->notes[i].key);
        free((void *)(uintptr_t)w->notes[i].value);
    }
    target_abandon(&w->target);
    free(w->notes);
    free(w->start);
    free(w->name);
    free(w->copy);
    free(w);
}

rlb_status rlb_dataset_create(const char *path, const rlb_dataset_layout *layout,
                              rlb_dataset_writer **out, rlb_fault *why)
{
    if (layout->num_columns > RLB_DATASET_COLUMNS)
        return fault_set(why, RLB_E_INVAL, "%s: %u columns are more than %d", path,
                         layout->num_columns, RLB_DATASET_COLUMNS);
    rlb_dataset_writer *w = calloc(1, sizeof *w);
    if (!w)
        return fault_memory(why);
    w->target.fd = -1;
    w->layout = *layout;
    w->layout.columns = w->columns;
    w->name = strdup(layout->name ? layout->name : "");
    w->copy = malloc(COPY_BYTES);
    w->start = calloc(1, sizeof *w->start);
    w->cap_episodes = 0;
    for (uint32_t i = 0; i < layout->num_columns; i++) {
        w->columns[i] = layout->columns[i];
        w->columns[i].data = NULL;
        w->spools[i].fd = -1;
    }
    rlb_status status = w->name && w->copy && w->start ? RLB_OK : fault_memory(why);
    if (status == RLB_OK && layout_check(&w->layout, w->columns, why) != RLB_OK)
        status = fault_prefix(why, RLB_E_INVAL, path);
    if (status == RLB_OK)
        status = target_open(&w->target, path, why);
    for (uint32_t i = 0; i < layout->num_columns && status == RLB_OK; i++) {
        w->spools[i].fd = spool_open(path, why);
        w->spools[i].waiting = malloc(WAITING_BYTES);
        if (w->spools[i].fd < 0)
            status = RLB_E_IO;
        else if (!w->spools[i].waiting)
            status = fault_memory(why);
    }
    if (status == RLB_OK)
        *out = w;
    else
        rlb_dataset_abandon(w);
    return status;
}

static rlb_status flush(rlb_dataset_writer *w, struct spool *s, rlb_fault *why)
{
    rlb_status status = spool_write(s->fd, s->waiting, s->used, w->target.path, why);
    s->used = 0;
    return status;
}

static rlb_status append(rlb_dataset_writer *w, struct spool *s, const void *bytes, uint64_t n,
                         rlb_fault *why)
{
    if (n > WAITING_BYTES - s->used) {
        rlb_status status = flush(w, s, why);
        if (status != RLB_OK)
            return status;
    }
    if (n > WAITING_BYTES)
        return spool_write(s->fd, bytes, n, w->target.path, why);
    if (n)
        memcpy(s->waiting + s->used, bytes, n);
    s->used += n;
    return RLB_OK;
}

rlb_status rlb_dataset_put(rlb_dataset_writer *w, uint32_t column, const void *rows, uint64_t n,
                           rlb_fault *why)
{
    uint64_t bytes;
    if (column >= w->layout.num_columns)
        return fault_set(why, RLB_E_INVAL, "%s: there is no column %u", w->target.path, column);
    if (__builtin_mul_overflow(n, w->columns[column].row_bytes, &bytes) || bytes > INT64_MAX)
        return fault_set(why, RLB_E_INVAL, "%s: %" PRIu64 " rows at once are too many",
                         w->target.path, n);
    struct spool *s = &w->spools[column];
    rlb_status status = append(w, s, rows, bytes, why);
    if (status == RLB_OK)
        s->rows += n;
    else
        w->broken = true;
    return status;
}

rlb_status rlb_dataset_episode(rlb_dataset_writer *w, uint64_t n, rlb_fault *why)
{
    uint64_t end;
    if (n == 0 || __builtin_add_overflow(w->start[w->num_episodes], n, &end))
        return fault_set(why, RLB_E_INVAL, "%s: an episode of %" PRIu64 " rows", w->target.path, n);
    if (w->num_episodes == w->cap_episodes) {
        uint64_t cap = w->cap_episodes ? 2 * w->cap_episodes : 64;
        uint64_t *grown = realloc(w->start, (cap + 1) * sizeof *grown);
        if (!grown)
            return fault_memory(why);
        w->start = grown;
        w->cap_episodes = cap;
    }
    w->start[++w->num_episodes] = end;
    return RLB_OK;
}

rlb_status rlb_dataset_add_note(rlb_dataset_writer *w, const char *key, const char *value,
                                rlb_fault *why)
{
    if (*key < 'a' || *key > 'z' ||
        key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
        return fault_set(why, RLB_E_INVAL, "%s: '%s' is no key of a note", w->target.path, key);
    uint32_t at = 0;
    while (at < w->num_notes && strcmp(w->notes[at].key, key) != 0)
        at++;
    char *copy = strdup(value), *name = at < w->num_notes ? NULL : strdup(key);
    rlb_note *grown = realloc(w->notes, (w->num_notes + 1) * sizeof *grown);
    if (grown)
        w->notes = grown;
    if (!copy || !grown || (!name && at == w->num_notes)) {
        free(copy);
        free(name);
        return fault_memory(why);
    }
    if (name)
        w->notes[w->num_notes++] = (rlb_note){name, copy};
    else {
        free((void *)(uintptr_t)w->notes[at].value);
        w->notes[at].value = copy;
    }
    return RLB_OK;
}

/* ---- joining ---- */

/* Writes and, past the first 64 bytes of the file, digests. */
static rlb_status emit(rlb_dataset_writer *w, struct sha256_ctx *ctx, const void *bytes, uint64_t n,
                       rlb_fault *why)
{
    sha256_update(ctx, n, bytes);
    return spool_write(w->target.fd, bytes, n, w->target.path, why);
}

static rlb_status pad(rlb_dataset_writer *w, struct sha256_ctx *ctx, uint64_t from, uint64_t to,
                      rlb_fault *why)
{
    static const char zeros[LAYOUT_ALIGN];
    return emit(w, ctx, zeros, to - from, why);
}

static rlb_status check_rows(const rlb_dataset_writer *w, rlb_fault *why)
{
    uint64_t rows = w->start[w->num_episodes];
    if (w->broken)
        return fault_set(why, RLB_E_INVAL, "%s: an earlier write failed", w->target.path);
    for (uint32_t i = 0; i < w->layout.num_columns; i++)
        if (w->spools[i].rows != rows)
            return fault_set(why, RLB_E_INVAL,
                             "%s: column %s has %" PRIu64 " rows, the episodes %" PRIu64,
                             w->target.path, w->columns[i].name, w->spools[i].rows, rows);
    return RLB_OK;
}

static rlb_status write_head(rlb_dataset_writer *w, struct sha256_ctx *ctx,
                             const struct disk_head *h, const uint64_t *offsets, rlb_fault *why)
{
    const char *bytes = (const char *)h;
    rlb_status status = spool_write(w->target.fd, bytes, LAYOUT_HASHED, w->target.path, why);
    if (status == RLB_OK)
        status = emit(w, ctx, bytes + LAYOUT_HASHED, sizeof *h - LAYOUT_HASHED, why);
    for (uint32_t i = 0; i < w->layout.num_columns && status == RLB_OK; i++) {
        const rlb_column *c = &w->columns[i];
        struct disk_column d = {.type = c->type,
                                .per_agent = c->per_agent,
                                .rank = c->rank,
                                .row_bytes = c->row_bytes,
                                .offset = offsets[i]};
        memcpy(d.name, c->name, strlen(c->name));
        memcpy(d.shape, c->shape, c->rank * sizeof d.shape[0]);
        status = emit(w, ctx, &d, sizeof d, why);
    }
    uint64_t end = sizeof *h + w->layout.num_columns * sizeof(struct disk_column);
    return status == RLB_OK ? pad(w, ctx, end, h->head_bytes, why) : status;
}

static rlb_status write_column(rlb_dataset_writer *w, struct sha256_ctx *ctx, uint32_t i,
                               uint64_t padded, rlb_fault *why)
{
    struct spool *s = &w->spools[i];
    uint64_t bytes = s->rows * w->columns[i].row_bytes;
    rlb_status status = flush(w, s, why);
    for (uint64_t at = 0; at < bytes && status == RLB_OK; at += COPY_BYTES) {
        uint64_t n = bytes - at < COPY_BYTES ? bytes - at : COPY_BYTES;
        status = spool_read_at(s->fd, w->copy, n, at, w->target.path, why);
        if (status == RLB_OK)
            status = emit(w, ctx, w->copy, n, why);
    }
    close(s->fd); /* its room on the disk is free again */
    s->fd = -1;
    return status == RLB_OK ? pad(w, ctx, bytes, padded, why) : status;
}

static rlb_status write_text(rlb_dataset_writer *w, const char *text, uint64_t *total,
                             rlb_fault *why)
{
    *total += strlen(text) + 1;
    if (*total > LAYOUT_MOST_NOTES)
        return fault_set(why, RLB_E_INVAL, "%s: its notes are longer than 1 MiB", w->target.path);
    return spool_write(w->target.fd, text, strlen(text) + 1, w->target.path, why);
}

static rlb_status write_texts(rlb_dataset_writer *w, uint64_t *total, rlb_fault *why)
{
    rlb_status status = write_text(w, w->name, total, why);
    for (uint32_t i = 0; i < w->num_notes && status == RLB_OK; i++) {
        status = write_text(w, w->notes[i].key, total, why);
        if (status == RLB_OK)
            status = write_text(w, w->notes[i].value, total, why);
    }
    return status;
}

static rlb_status join(rlb_dataset_writer *w, rlb_fault *why)
{
    uint64_t offsets[RLB_DATASET_COLUMNS + 1], head_bytes, notes = 0;
    const rlb_dataset_layout *l = &w->layout;
    struct disk_head h = {.version = RLB_DATASET_VERSION,
                          .num_rows = w->start[w->num_episodes],
                          .num_episodes = w->num_episodes,
                          .num_agents = l->num_agents,
                          .num_columns = l->num_columns,
                          .spaces = {l->obs, l->act, l->state}};
    struct sha256_ctx ctx;
    rlb_status status = check_rows(w, why);
    if (status == RLB_OK && layout_place(w->columns, l->num_columns, h.num_rows, h.num_episodes,
                                         &head_bytes, offsets, why) != RLB_OK)
        status = fault_prefix(why, RLB_E_INVAL, w->target.path);
    if (status != RLB_OK)
        return status;
    memcpy(h.magic, LAYOUT_MAGIC, sizeof h.magic);
    h.head_bytes = (uint32_t)head_bytes;
    h.data_end = offsets[l->num_columns];
    uint64_t start_bytes = (h.num_episodes + 1) * sizeof *w->start;
    sha256_init(&ctx);
    status = write_head(w, &ctx, &h, offsets, why);
    if (status == RLB_OK)
        status = emit(w, &ctx, w->start, start_bytes, why);
    if (status == RLB_OK)
        status = pad(w, &ctx, head_bytes + start_bytes, offsets[0], why);
    for (uint32_t i = 0; i < l->num_columns && status == RLB_OK; i++)
        status = write_column(w, &ctx, i, offsets[i + 1] - offsets[i], why);
    if (status == RLB_OK)
        status = write_texts(w, &notes, why);
    if (status != RLB_OK)
        return status;
    sha256_digest(&ctx, sizeof h.sha256, h.sha256);
    h.file_bytes = h.data_end + notes;
    if (pwrite(w->target.fd, &h, LAYOUT_HASHED, 0) != LAYOUT_HASHED)
        return fault_sys(why, "cannot write %s", w->target.path);
    return RLB_OK;
}

rlb_status rlb_dataset_commit(rlb_dataset_writer *w, rlb_fault *why)
{
    rlb_status status = join(w, why);
    if (status == RLB_OK)
        status = target_commit(&w->target, why);
    rlb_dataset_abandon(w);
    return status;
}
