/* An .rlbd file as an rlb_dataset: everything is checked before anything is believed. */
#include <rlbench/dataset.h>

#include "fault.h"
#include "layout.h"

#include <fcntl.h>
#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What an open file owns. */
struct memory {
    char sha256[2 * SHA256_DIGEST_SIZE + 1];
    char *texts; /* name and notes */
    rlb_note *notes;
    rlb_column columns[];
};

/* ---- the head ---- */

static rlb_status check_sizes(const struct disk_head *h, uint64_t n, rlb_fault *why)
{
    if (memcmp(h->magic, LAYOUT_MAGIC, sizeof h->magic) != 0)
        return fault_set(why, RLB_E_FORMAT, "not a dataset of rlbench (.rlbd)");
    if (h->version != RLB_DATASET_VERSION)
        return fault_set(why, RLB_E_FORMAT, "dataset format %u; this program reads format %d",
                         h->version, RLB_DATASET_VERSION);
    if (h->file_bytes > n)
        return fault_set(why, RLB_E_FORMAT,
                         "cut short: %" PRIu64 " of its %" PRIu64 " bytes are there", n,
                         h->file_bytes);
    if (h->file_bytes < n)
        return fault_set(why, RLB_E_FORMAT, "%" PRIu64 " bytes follow its end", n - h->file_bytes);
    if (h->num_columns > RLB_DATASET_COLUMNS)
        return fault_set(why, RLB_E_FORMAT, "%u columns are more than %d", h->num_columns,
                         RLB_DATASET_COLUMNS);
    if (h->reserved != 0)
        return fault_set(why, RLB_E_FORMAT, "its head is damaged");
    if (n < sizeof *h + h->num_columns * sizeof(struct disk_column))
        return fault_set(why, RLB_E_FORMAT, "too short for its %u columns", h->num_columns);
    return RLB_OK;
}

static void read_columns(const char *bytes, rlb_column *columns, uint64_t *offsets, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct disk_column d;
        memcpy(&d, bytes + sizeof(struct disk_head) + i * sizeof d, sizeof d);
        columns[i] = (rlb_column){.type = d.type,
                                  .per_agent = d.per_agent,
                                  .rank = d.rank,
                                  .reserved = d.reserved,
                                  .row_bytes = d.row_bytes};
        memcpy(columns[i].name, d.name, sizeof d.name);
        memcpy(columns[i].shape, d.shape, sizeof d.shape);
        offsets[i] = d.offset;
    }
}

/* The columns as described, and nothing else, fill the file up to data_end. */
static rlb_status check_places(const struct disk_head *h, rlb_column *columns, const char *bytes,
                               rlb_fault *why)
{
    uint64_t said[RLB_DATASET_COLUMNS + 1], offsets[RLB_DATASET_COLUMNS + 1], head_bytes;
    uint64_t row_bytes[RLB_DATASET_COLUMNS + 1];
    rlb_dataset_layout l = {.obs = h->spaces[0],
                            .act = h->spaces[1],
                            .state = h->spaces[2],
                            .num_agents = h->num_agents,
                            .num_columns = h->num_columns,
                            .columns = columns};
    read_columns(bytes, columns, said, h->num_columns);
    for (uint32_t i = 0; i < h->num_columns; i++)
        row_bytes[i] = columns[i].row_bytes;
    rlb_status status = layout_check(&l, columns, why);
    if (status == RLB_OK)
        status = layout_place(columns, h->num_columns, h->num_rows, h->num_episodes, &head_bytes,
                              offsets, why);
    if (status != RLB_OK)
        return status;
    for (uint32_t i = 0; i < h->num_columns; i++) {
        if (row_bytes[i] != columns[i].row_bytes || said[i] != offsets[i])
            return fault_set(why, RLB_E_FORMAT, "column %s is not where its shape says",
                             columns[i].name);
        columns[i].data = bytes + offsets[i];
    }
    if (h->head_bytes != head_bytes || h->data_end != offsets[h->num_columns])
        return fault_set(why, RLB_E_FORMAT, "its rows are not as long as its head says");
    return h->data_end <= h->file_bytes
               ? RLB_OK
               : fault_set(why, RLB_E_FORMAT, "its rows reach beyond its end");
}

static rlb_status check_starts(const struct disk_head *h, const char *start, rlb_fault *why)
{
    uint64_t previous, next;
    memcpy(&previous, start, 8);
    if (previous != 0)
        return fault_set(why, RLB_E_FORMAT, "its first episode starts at row %" PRIu64, previous);
    for (uint64_t e = 0; e < h->num_episodes; e++, previous = next) {
        memcpy(&next, start + 8 * (e + 1), 8);
        if (next <= previous || next > h->num_rows)
            return fault_set(why, RLB_E_FORMAT,
                             "episode %" PRIu64 " goes from row %" PRIu64 " to row %" PRIu64
                             " of %" PRIu64,
                             e, previous, next, h->num_rows);
    }
    return previous == h->num_rows
               ? RLB_OK
               : fault_set(why, RLB_E_FORMAT, "%" PRIu64 " of its %" PRIu64 " rows are in episodes",
                           previous, h->num_rows);
}

/* ---- name and notes ---- */

static rlb_status read_texts(struct memory *m, const char *texts, uint64_t n, rlb_dataset_file *out,
                             rlb_fault *why)
{
    uint64_t count = 0;
    if (n == 0 || n > LAYOUT_MOST_NOTES || texts[n - 1] != '\0')
        return fault_set(why, RLB_E_FORMAT, "its notes are damaged");
    for (uint64_t i = 0; i < n; i++)
        count += texts[i] == '\0';
    if (count % 2 == 0)
        return fault_set(why, RLB_E_FORMAT, "its notes are damaged");
    m->texts = malloc(n);
    m->notes = malloc((count / 2 + 1) * sizeof *m->notes);
    if (!m->texts || !m->notes)
        return fault_memory(why);
    memcpy(m->texts, texts, n);
    out->data.name = m->texts;
    const char *at = m->texts + strlen(m->texts) + 1;
    for (uint64_t i = 0; i < count / 2; i++) {
        m->notes[i].key = at;
        m->notes[i].value = at + strlen(at) + 1;
        at = m->notes[i].value + strlen(m->notes[i].value) + 1;
    }
    out->notes = m->notes;
    out->num_notes = (uint32_t)(count / 2);
    return RLB_OK;
}

/* ---- the whole ---- */

static void fill(const struct disk_head *h, const char *bytes, struct memory *m,
                 rlb_dataset_file *out)
{
    rlb_dataset *d = &out->data;
    for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
        snprintf(m->sha256 + 2 * i, 3, "%02x", h->sha256[i]);
    *d = (rlb_dataset){.size = sizeof *d,
                       .num_agents = h->num_agents,
                       .num_rows = h->num_rows,
                       .num_episodes = h->num_episodes,
                       .obs = h->spaces[0],
                       .act = h->spaces[1],
                       .state = h->spaces[2],
                       .sha256 = m->sha256,
                       .start = (const uint64_t *)(const void *)(bytes + h->head_bytes)};
    for (uint32_t i = 0; i < h->num_columns; i++) {
        const void **at = layout_pointer(d, m->columns[i].name);
        if (at)
            *at = m->columns[i].data;
    }
    out->num_columns = h->num_columns;
    out->columns = m->columns;
    out->bytes = bytes;
    out->data_end = h->data_end;
    out->memory = m;
}

static rlb_status parse(const char *bytes, uint64_t n, rlb_dataset_file *out, rlb_fault *why)
{
    struct disk_head h;
    if (n < sizeof h)
        return fault_set(why, RLB_E_FORMAT, "too short to be a dataset (%" PRIu64 " bytes)", n);
    memcpy(&h, bytes, sizeof h);
    rlb_status status = check_sizes(&h, n, why);
    if (status != RLB_OK)
        return status;
    struct memory *m = calloc(1, sizeof *m + h.num_columns * sizeof *m->columns);
    if (!m)
        return fault_memory(why);
    out->memory = m;
    status = check_places(&h, m->columns, bytes, why);
    if (status == RLB_OK)
        status = check_starts(&h, bytes + h.head_bytes, why);
    if (status != RLB_OK)
        return status;
    fill(&h, bytes, m, out);
    return read_texts(m, bytes + h.data_end, n - h.data_end, out, why);
}

rlb_status rlb_dataset_parse(const char *name, const void *bytes, uint64_t n, rlb_dataset_file *out,
                             rlb_fault *why)
{
    *out = (rlb_dataset_file){.map = NULL};
    rlb_status status = parse(bytes, n, out, why);
    if (status == RLB_OK)
        return RLB_OK;
    rlb_dataset_close(out);
    return fault_prefix(why, status, name);
}

rlb_status rlb_dataset_open(const char *path, rlb_dataset_file *out, rlb_fault *why)
{
    rlb_status status;
    struct stat st;
    void *map = MAP_FAILED;
    *out = (rlb_dataset_file){.map = NULL};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fault_sys(why, "%s", path);
    if (fstat(fd, &st) < 0)
        status = fault_sys(why, "%s", path);
    else if (!S_ISREG(st.st_mode))
        status = fault_set(why, RLB_E_FORMAT, "%s: not a file", path);
    else if ((size_t)st.st_size < sizeof(struct disk_head))
        status = fault_set(why, RLB_E_FORMAT, "%s: too short to be a dataset (%lld bytes)", path,
                           (long long)st.st_size);
    else if ((map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0)) == MAP_FAILED)
        status = fault_sys(why, "%s: cannot map %lld bytes", path, (long long)st.st_size);
    else
        status = rlb_dataset_parse(path, map, (uint64_t)st.st_size, out, why);
    close(fd);
    if (status == RLB_OK) {
        out->map = map;
        out->map_bytes = (uint64_t)st.st_size;
    } else if (map != MAP_FAILED) {
        munmap(map, (size_t)st.st_size);
    }
    return status;
}

void rlb_dataset_close(rlb_dataset_file *f)
{
    struct memory *m = f->memory;
    if (m) {
        free(m->texts);
        free(m->notes);
        free(m);
    }
    if (f->map)
        munmap(f->map, f->map_bytes);
    *f = (rlb_dataset_file){.map = NULL};
}

rlb_status rlb_dataset_verify(const char *name, const rlb_dataset_file *f, rlb_fault *why)
{
    struct sha256_ctx ctx;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char found[2 * SHA256_DIGEST_SIZE + 1];
    sha256_init(&ctx);
    sha256_update(&ctx, f->data_end - LAYOUT_HASHED, (const uint8_t *)f->bytes + LAYOUT_HASHED);
    sha256_digest(&ctx, sizeof digest, digest);
    for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
        snprintf(found + 2 * i, 3, "%02x", digest[i]);
    if (strcmp(found, f->data.sha256) == 0)
        return RLB_OK;
    return fault_set(why, RLB_E_FORMAT, "%s: damaged: its data have digest %.12s, not %.12s", name,
                     found, f->data.sha256);
}

const rlb_column *rlb_dataset_column(const rlb_dataset_file *f, const char *name)
{
    for (uint32_t i = 0; i < f->num_columns; i++)
        if (strcmp(f->columns[i].name, name) == 0)
            return &f->columns[i];
    return NULL;
}

const char *rlb_dataset_note(const rlb_dataset_file *f, const char *key)
{
    for (uint32_t i = 0; i < f->num_notes; i++)
        if (strcmp(f->notes[i].key, key) == 0)
            return f->notes[i].value;
    return NULL;
}
