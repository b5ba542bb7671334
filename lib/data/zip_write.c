#include "zip.h"

#include "fault.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOCAL_BYTES = 30, EXTRA_BYTES = 20, ENTRY_BYTES = 46, PACKED_BYTES = 1 << 16 };
enum { NEEDS_ZIP64 = 45, DATE_1980 = 1 << 5 | 1 }; /* no clock: equal data, equal files */

/* Little-endian numbers one after the other. */
struct record {
    unsigned char bytes[128];
    size_t n;
};

static void put(struct record *r, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        r->bytes[r->n++] = (unsigned char)(value >> 8 * i);
}

rlb_status zip_create(struct zip_writer *w, const char *path, int level, rlb_fault *why)
{
    *w = (struct zip_writer){.level = level, .target = {.fd = -1}};
    w->packed = malloc(PACKED_BYTES);
    rlb_status status = w->packed ? target_open(&w->target, path, why) : fault_memory(why);
    if (status != RLB_OK)
        zip_abandon(w);
    return status;
}

void zip_abandon(struct zip_writer *w)
{
    for (size_t i = 0; i < w->num_entries; i++)
        free(w->entries[i].name);
    if (w->deflating)
        deflateEnd(&w->deflate);
    free(w->entries);
    free(w->packed);
    target_abandon(&w->target);
    *w = (struct zip_writer){.target = {.fd = -1}};
}

static rlb_status append(struct zip_writer *w, const void *bytes, uint64_t n, rlb_fault *why)
{
    w->at += n;
    return spool_write(w->target.fd, bytes, n, w->target.path, why);
}

/* ---- one entry ---- */

/* Always with ZIP64 sizes: they are known only when the data are written. */
static void local_head(const struct zip_writer *w, const struct zip_entry *m, struct record *r)
{
    size_t name = strlen(m->name);
    *r = (struct record){.n = 0};
    put(r, 0x04034b50, 4);
    put(r, NEEDS_ZIP64, 2);
    put(r, 0, 2);
    put(r, w->level ? 8 : 0, 2);
    put(r, 0, 2);
    put(r, DATE_1980, 2);
    put(r, m->crc, 4);
    put(r, UINT32_MAX, 4);
    put(r, UINT32_MAX, 4);
    put(r, name, 2);
    put(r, EXTRA_BYTES, 2);
    memcpy(r->bytes + r->n, m->name, name);
    r->n += name;
    put(r, 1, 2);
    put(r, 16, 2);
    put(r, m->size, 8);
    put(r, m->packed, 8);
}

/* Everything that deflate still holds, or as much as it gives of new input. */
static rlb_status drain(struct zip_writer *w, int flush, rlb_fault *why)
{
    struct zip_entry *m = &w->entries[w->num_entries - 1];
    for (;;) {
        w->deflate.next_out = w->packed;
        w->deflate.avail_out = PACKED_BYTES;
        int code = deflate(&w->deflate, flush);
        uint64_t n = PACKED_BYTES - w->deflate.avail_out;
        rlb_status status = append(w, w->packed, n, why);
        m->packed += n;
        if (status != RLB_OK)
            return status;
        if (code == Z_STREAM_END || (flush == Z_NO_FLUSH && w->deflate.avail_out > 0))
            return RLB_OK;
    }
}

static rlb_status end_entry(struct zip_writer *w, rlb_fault *why)
{
    rlb_status status = RLB_OK;
    if (w->num_entries == 0)
        return RLB_OK;
    struct zip_entry *m = &w->entries[w->num_entries - 1];
    if (w->deflating) {
        status = drain(w, Z_FINISH, why);
        deflateEnd(&w->deflate);
        w->deflating = false;
    } else {
        m->packed = m->size;
    }
    if (status != RLB_OK)
        return status;
    struct record r;
    local_head(w, m, &r);
    if (pwrite(w->target.fd, r.bytes, r.n, (off_t)m->offset) != (ssize_t)r.n)
        return fault_sys(why, "cannot write %s", w->target.path);
    return RLB_OK;
}

rlb_status zip_begin(struct zip_writer *w, const char *name, rlb_fault *why)
{
    rlb_status status = end_entry(w, why);
    struct zip_entry *grown =
        status == RLB_OK ? realloc(w->entries, (w->num_entries + 1) * sizeof *grown) : NULL;
    if (!grown)
        return status == RLB_OK ? fault_memory(why) : status;
    w->entries = grown;
    grown[w->num_entries] = (struct zip_entry){
        .name = strndup(name, 64), .offset = w->at, .crc = (uint32_t)crc32(0, NULL, 0)};
    if (!grown[w->num_entries].name)
        return fault_memory(why);
    struct record r;
    local_head(w, &grown[w->num_entries++], &r);
    w->deflate = (z_stream){.next_in = NULL};
    if (w->level) {
        if (deflateInit2(&w->deflate, w->level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) !=
            Z_OK)
            return fault_memory(why);
        w->deflating = true;
    }
    return append(w, r.bytes, r.n, why);
}

rlb_status zip_put(struct zip_writer *w, const void *bytes, uint64_t n, rlb_fault *why)
{
    struct zip_entry *m = &w->entries[w->num_entries - 1];
    const Bytef *at = bytes;
    m->size += n;
    for (rlb_status status; n;) {
        uInt part = n < (1u << 20) ? (uInt)n : 1u << 20;
        m->crc = (uint32_t)crc32(m->crc, at, part);
        if (w->deflating) {
            w->deflate.next_in = (Bytef *)(uintptr_t)at;
            w->deflate.avail_in = part;
            status = drain(w, Z_NO_FLUSH, why);
        } else {
            status = append(w, at, part, why);
        }
        if (status != RLB_OK)
            return status;
        at += part;
        n -= part;
    }
    return RLB_OK;
}

/* ---- the directory ---- */

static uint64_t narrow(uint64_t value)
{
    return value < UINT32_MAX ? value : UINT32_MAX;
}

static void directory_entry(const struct zip_writer *w, const struct zip_entry *m,
                            size_t extra_bytes, struct record *r)
{
    size_t name = strlen(m->name);
    *r = (struct record){.n = 0};
    put(r, 0x02014b50, 4);
    put(r, 3 << 8 | NEEDS_ZIP64, 2); /* made on Unix */
    put(r, NEEDS_ZIP64, 2);
    put(r, 0, 2);
    put(r, w->level ? 8 : 0, 2);
    put(r, 0, 2);
    put(r, DATE_1980, 2);
    put(r, m->crc, 4);
    put(r, narrow(m->packed), 4);
    put(r, narrow(m->size), 4);
    put(r, name, 2);
    put(r, extra_bytes, 2);
    put(r, 0, 2 + 2 + 2);      /* comment, disk, kind of file */
    put(r, 0100644u << 16, 4); /* rw-r--r-- */
    put(r, narrow(m->offset), 4);
    memcpy(r->bytes + r->n, m->name, name);
    r->n += name;
}

static rlb_status write_entry(struct zip_writer *w, const struct zip_entry *m, rlb_fault *why)
{
    struct record r, extra = {.n = 4};
    const uint64_t wide[] = {m->size, m->packed, m->offset};
    for (int i = 0; i < 3; i++)
        if (wide[i] >= UINT32_MAX)
            put(&extra, wide[i], 8);
    if (extra.n == 4)
        extra.n = 0;
    extra.bytes[0] = 1;
    extra.bytes[2] = (unsigned char)(extra.n - 4);
    directory_entry(w, m, extra.n, &r);
    rlb_status status = append(w, r.bytes, r.n, why);
    return status == RLB_OK ? append(w, extra.bytes, extra.n, why) : status;
}

static rlb_status write_end(struct zip_writer *w, uint64_t first, rlb_fault *why)
{
    struct record r = {.n = 0};
    uint64_t bytes = w->at - first, end64 = w->at, n = w->num_entries;
    put(&r, 0x06064b50, 4);
    put(&r, 44, 8);
    put(&r, 3 << 8 | NEEDS_ZIP64, 2);
    put(&r, NEEDS_ZIP64, 2);
    put(&r, 0, 8);
    put(&r, n, 8);
    put(&r, n, 8);
    put(&r, bytes, 8);
    put(&r, first, 8);
    put(&r, 0x07064b50, 4);
    put(&r, 0, 4);
    put(&r, end64, 8);
    put(&r, 1, 4);
    put(&r, 0x06054b50, 4);
    put(&r, 0, 4);
    put(&r, n < 0xffff ? n : 0xffff, 2);
    put(&r, n < 0xffff ? n : 0xffff, 2);
    put(&r, narrow(bytes), 4);
    put(&r, narrow(first), 4);
    put(&r, 0, 2);
    return append(w, r.bytes, r.n, why);
}

rlb_status zip_commit(struct zip_writer *w, rlb_fault *why)
{
    rlb_status status = end_entry(w, why);
    uint64_t first = w->at;
    for (size_t i = 0; i < w->num_entries && status == RLB_OK; i++)
        status = write_entry(w, &w->entries[i], why);
    if (status == RLB_OK)
        status = write_end(w, first, why);
    if (status == RLB_OK)
        status = target_commit(&w->target, why);
    zip_abandon(w);
    return status;
}
