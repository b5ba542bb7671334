/* Inside lib/data: the ZIP archives that NumPy's .npz files are, with members of any size (ZIP64),
 * stored or deflated. */
#ifndef RLBENCH_DATA_ZIP_H
#define RLBENCH_DATA_ZIP_H

#include "spool.h"

#include <stdbool.h>
#include <zlib.h>

/* ---- reading ---- */

struct zip_member {
    char *name; /* in the archive's memory */
    uint32_t method, crc;
    uint64_t packed, size, offset; /* offset of its local head */
};
struct zip {
    const char *path; /* borrowed */
    int fd;
    uint64_t bytes;
    char *directory, *names; /* owned */
    struct zip_member *members;
    size_t num_members;
};
/* Reads the directory; members are found, not read. */
rlb_status zip_open(struct zip *z, const char *path, rlb_fault *why);
void zip_close(struct zip *z);
/* The member called name or name.npy, or NULL. */
const struct zip_member *zip_find(const struct zip *z, const char *name);

/* The bytes of one member, from the beginning to the end, checked by its CRC. Several may be open
 * at once. */
struct zip_stream {
    const struct zip *zip;
    const struct zip_member *member;
    z_stream inflate;
    bool inflating;
    uint64_t at, end; /* of its packed bytes in the file */
    uint64_t read;    /* bytes given out */
    uint32_t crc;
    unsigned char *packed;
};
rlb_status zip_stream_open(struct zip_stream *s, const struct zip *z, const struct zip_member *m,
                           rlb_fault *why);
/* Exactly n bytes; RLB_E_FORMAT when there are fewer or, with the last one, the CRC differs. */
rlb_status zip_stream_read(struct zip_stream *s, void *out, uint64_t n, rlb_fault *why);
void zip_stream_close(struct zip_stream *s);

/* ---- writing ---- */

struct zip_entry {
    char *name;
    uint32_t crc;
    uint64_t packed, size, offset;
};
struct zip_writer {
    struct target target;
    int level; /* 0: stored */
    uint64_t at;
    struct zip_entry *entries; /* owned */
    size_t num_entries;
    z_stream deflate;
    bool deflating;
    unsigned char *packed;
};
rlb_status zip_create(struct zip_writer *w, const char *path, int level, rlb_fault *why);
/* The entry being written grows by put() until the next begin() or commit(). */
rlb_status zip_begin(struct zip_writer *w, const char *name, rlb_fault *why);
rlb_status zip_put(struct zip_writer *w, const void *bytes, uint64_t n, rlb_fault *why);
/* Whatever the status, the writer is gone. */
rlb_status zip_commit(struct zip_writer *w, rlb_fault *why);
void zip_abandon(struct zip_writer *w);

#endif
