#include "zip.h"

#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    END_BYTES = 22,
    LOCATOR_BYTES = 20,
    END64_BYTES = 56,
    ENTRY_BYTES = 46,
    LOCAL_BYTES = 30,
    COMMENT_MOST = 65535,
    PACKED_BYTES = 1 << 16
};
static const uint64_t directory_most = (uint64_t)1 << 30;

static uint32_t u16(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8;
}

static uint32_t u32(const char *p)
{
    return u16(p) | u16(p + 2) << 16;
}

static uint64_t u64(const char *p)
{
    return u32(p) | (uint64_t)u32(p + 4) << 32;
}

/* ---- the directory ---- */

struct place {
    uint64_t offset, bytes, entries;
};

/* The last end record, followed by its comment and nothing else. */
static rlb_status find_end(const struct zip *z, struct place *out, uint64_t *at, rlb_fault *why)
{
    uint64_t n = z->bytes < END_BYTES + COMMENT_MOST ? z->bytes : END_BYTES + COMMENT_MOST;
    char *tail = malloc(n + 1);
    if (!tail)
        return fault_memory(why);
    rlb_status status = spool_read_at(z->fd, tail, n, z->bytes - n, z->path, why);
    bool found = false;
    for (uint64_t i = n < END_BYTES ? 0 : n - END_BYTES + 1; status == RLB_OK && !found && i-- > 0;)
        if (u32(tail + i) == 0x06054b50 && u16(tail + i + 20) == n - i - END_BYTES) {
            found = true;
            *at = z->bytes - n + i;
            *out = (struct place){u32(tail + i + 16), u32(tail + i + 12), u16(tail + i + 10)};
        }
    free(tail);
    if (status == RLB_OK && !found)
        return fault_set(why, RLB_E_FORMAT, "%s: not a NumPy archive (.npz), or cut short",
                         z->path);
    return status;
}

/* ZIP64 keeps the place in another record before the end. */
static rlb_status find_end64(const struct zip *z, uint64_t end, struct place *out, rlb_fault *why)
{
    char locator[LOCATOR_BYTES], record[END64_BYTES];
    if (end < LOCATOR_BYTES)
        return RLB_OK;
    rlb_status status =
        spool_read_at(z->fd, locator, sizeof locator, end - sizeof locator, z->path, why);
    if (status != RLB_OK || u32(locator) != 0x07064b50)
        return status;
    uint64_t at = u64(locator + 8);
    if (at > z->bytes || z->bytes - at < END64_BYTES)
        return fault_set(why, RLB_E_FORMAT, "%s: its directory is damaged", z->path);
    status = spool_read_at(z->fd, record, sizeof record, at, z->path, why);
    if (status == RLB_OK && u32(record) != 0x06064b50)
        return fault_set(why, RLB_E_FORMAT, "%s: its directory is damaged", z->path);
    if (status == RLB_OK)
        *out = (struct place){u64(record + 48), u64(record + 40), u64(record + 32)};
    return status;
}

/* Sizes that do not fit 32 bits stand in an extra field, in this order, those that are needed. */
static bool read_extra64(const char *extra, uint32_t n, struct zip_member *m)
{
    uint64_t *const wanted[] = {&m->size, &m->packed, &m->offset};
    while (n >= 4) {
        uint32_t tag = u16(extra), len = u16(extra + 2);
        if (len > n - 4)
            return false;
        const char *at = extra + 4;
        uint32_t left = len;
        for (int i = 0; tag == 1 && i < 3; i++)
            if (*wanted[i] == UINT32_MAX) {
                if (left < 8)
                    return false;
                *wanted[i] = u64(at);
                at += 8;
                left -= 8;
            }
        extra += 4 + len;
        n -= 4 + len;
    }
    return true;
}

/* One entry at *at; moves on. False when it is damaged. */
static bool read_entry(const char **at, const char *end, struct zip_member *m, char **names)
{
    const char *p = *at;
    if (end - p < ENTRY_BYTES || u32(p) != 0x02014b50)
        return false;
    uint32_t name = u16(p + 28), extra = u16(p + 30), comment = u16(p + 32);
    if ((uint64_t)(end - p) - ENTRY_BYTES < (uint64_t)name + extra + comment)
        return false;
    *m = (struct zip_member){.name = *names,
                             .method = u16(p + 8) & 1 ? UINT32_MAX : u16(p + 10), /* encrypted */
                             .crc = u32(p + 16),
                             .packed = u32(p + 20),
                             .size = u32(p + 24),
                             .offset = u32(p + 42)};
    memcpy(*names, p + ENTRY_BYTES, name);
    (*names)[name] = '\0';
    *names += name + 1;
    *at = p + ENTRY_BYTES + name + extra + comment;
    return read_extra64(p + ENTRY_BYTES + name, extra, m);
}

static rlb_status read_directory(struct zip *z, const struct place *d, rlb_fault *why)
{
    if (d->offset > z->bytes || d->bytes > z->bytes - d->offset || d->bytes > directory_most ||
        d->entries > d->bytes / ENTRY_BYTES)
        return fault_set(why, RLB_E_FORMAT, "%s: its directory is damaged", z->path);
    z->directory = malloc(d->bytes + 1);
    z->names = malloc(d->bytes + 1); /* an entry is longer than its name */
    z->members = calloc(d->entries + 1, sizeof *z->members);
    if (!z->directory || !z->names || !z->members)
        return fault_memory(why);
    rlb_status status = spool_read_at(z->fd, z->directory, d->bytes, d->offset, z->path, why);
    const char *at = z->directory, *end = z->directory + d->bytes;
    char *names = z->names;
    for (uint64_t i = 0; i < d->entries && status == RLB_OK; i++) {
        if (!read_entry(&at, end, &z->members[i], &names))
            status = fault_set(why, RLB_E_FORMAT, "%s: its directory is damaged", z->path);
        z->num_members++;
    }
    return status;
}

rlb_status zip_open(struct zip *z, const char *path, rlb_fault *why)
{
    struct place place = {0, 0, 0};
    struct stat st;
    uint64_t end = 0;
    *z = (struct zip){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (z->fd < 0)
        return fault_sys(why, "%s", path);
    rlb_status status = RLB_OK;
    if (fstat(z->fd, &st) < 0)
        status = fault_sys(why, "%s", path);
    else if (!S_ISREG(st.st_mode))
        status = fault_set(why, RLB_E_FORMAT, "%s: not a file", path);
    z->bytes = status == RLB_OK ? (uint64_t)st.st_size : 0;
    if (status == RLB_OK)
        status = find_end(z, &place, &end, why);
    if (status == RLB_OK)
        status = find_end64(z, end, &place, why);
    if (status == RLB_OK)
        status = read_directory(z, &place, why);
    if (status != RLB_OK)
        zip_close(z);
    return status;
}

void zip_close(struct zip *z)
{
    if (z->fd >= 0)
        close(z->fd);
    free(z->directory);
    free(z->names);
    free(z->members);
    *z = (struct zip){.fd = -1};
}

const struct zip_member *zip_find(const struct zip *z, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < z->num_members; i++) {
        const char *at = z->members[i].name;
        if (strncmp(at, name, n) == 0 && (at[n] == '\0' || strcmp(at + n, ".npy") == 0))
            return &z->members[i];
    }
    return NULL;
}

/* ---- one member ---- */

rlb_status zip_stream_open(struct zip_stream *s, const struct zip *z, const struct zip_member *m,
                           rlb_fault *why)
{
    char local[LOCAL_BYTES];
    *s = (struct zip_stream){.zip = z, .member = m, .crc = (uint32_t)crc32(0, NULL, 0)};
    if (m->method != 0 && m->method != 8)
        return fault_set(why, RLB_E_FORMAT,
                         "%s: member %s is neither stored nor deflated; numpy.savez and "
                         "numpy.savez_compressed write such",
                         z->path, m->name);
    if (m->offset > z->bytes || z->bytes - m->offset < LOCAL_BYTES ||
        (m->method == 0 && m->packed != m->size))
        return fault_set(why, RLB_E_FORMAT, "%s: member %s is damaged", z->path, m->name);
    rlb_status status = spool_read_at(z->fd, local, sizeof local, m->offset, z->path, why);
    if (status != RLB_OK)
        return status;
    uint64_t first = m->offset + LOCAL_BYTES + u16(local + 26) + u16(local + 28);
    if (u32(local) != 0x04034b50 || first > z->bytes || m->packed > z->bytes - first)
        return fault_set(why, RLB_E_FORMAT, "%s: member %s is damaged", z->path, m->name);
    s->at = first;
    s->end = first + m->packed;
    if (m->method == 0)
        return RLB_OK;
    s->packed = malloc(PACKED_BYTES);
    if (!s->packed || inflateInit2(&s->inflate, -MAX_WBITS) != Z_OK) {
        zip_stream_close(s);
        return fault_memory(why);
    }
    s->inflating = true;
    return RLB_OK;
}

void zip_stream_close(struct zip_stream *s)
{
    if (s->inflating)
        inflateEnd(&s->inflate);
    free(s->packed);
    s->packed = NULL;
    s->inflating = false;
}

/* At most `most` bytes at a time, as zlib counts them. */
static rlb_status inflate_some(struct zip_stream *s, void *out, uint32_t most, uint32_t *got,
                               rlb_fault *why)
{
    z_stream *f = &s->inflate;
    f->next_out = out;
    f->avail_out = most;
    while (f->avail_out == most) {
        if (f->avail_in == 0 && s->at < s->end) {
            uint64_t n = s->end - s->at < PACKED_BYTES ? s->end - s->at : PACKED_BYTES;
            rlb_status status = spool_read_at(s->zip->fd, s->packed, n, s->at, s->zip->path, why);
            if (status != RLB_OK)
                return status;
            s->at += n;
            f->next_in = s->packed;
            f->avail_in = (uInt)n;
        }
        int code = inflate(f, Z_NO_FLUSH);
        if (f->avail_out == most && code != Z_OK)
            return fault_set(why, RLB_E_FORMAT, "%s: member %s is damaged", s->zip->path,
                             s->member->name);
    }
    *got = most - f->avail_out;
    return RLB_OK;
}

rlb_status zip_stream_read(struct zip_stream *s, void *out, uint64_t n, rlb_fault *why)
{
    char *to = out;
    if (n > s->member->size - s->read)
        return fault_set(why, RLB_E_FORMAT, "%s: member %s is cut short", s->zip->path,
                         s->member->name);
    while (n) {
        uint32_t most = n < (1u << 30) ? (uint32_t)n : 1u << 30, got = most;
        rlb_status status;
        if (s->inflating)
            status = inflate_some(s, to, most, &got, why);
        else
            status = spool_read_at(s->zip->fd, to, most, s->at, s->zip->path, why);
        if (status != RLB_OK)
            return status;
        s->at += s->inflating ? 0 : got;
        s->crc = (uint32_t)crc32(s->crc, (const Bytef *)to, got);
        s->read += got;
        to += got;
        n -= got;
    }
    if (s->read == s->member->size && s->crc != s->member->crc)
        return fault_set(why, RLB_E_FORMAT, "%s: member %s is damaged (its checksum differs)",
                         s->zip->path, s->member->name);
    return RLB_OK;
}
