/* Checkpoints: tagged chunks in memory, and the file they are kept in.
 *
 * File: "RLBC", u32 version, chunks, SHA-256 of everything before it (32 bytes). A chunk: u32 tag,
 * u32 zero, u64 length, bytes. A section is a chunk whose bytes are chunks. All little-endian. A
 * reader believes nothing: lengths, tags, version and digest are checked, and damage gives
 * RLB_E_FORMAT or ERR_DATA, never more. */
#ifndef RLBENCH_WORKER_CHECKPOINT_H
#define RLBENCH_WORKER_CHECKPOINT_H

#include "base/err.h"
#include "base/mem.h"
#include <rlbench/plugin.h>

#define CHECKPOINT_VERSION 2
#define CHECKPOINT_MAX_BYTES ((size_t)64 << 30)

/* ---- a stream in memory ---- */
struct checkpoint_writer {
    rlb_writer table; /* give &w->table to save(); first, so that the two pointers are one */
    struct buf bytes; /* the file so far: its head, then chunks */
};
void checkpoint_writer_init(struct checkpoint_writer *w);
void checkpoint_writer_finish(struct checkpoint_writer *w);
/* Everything put between begin and end becomes one section. Returns what end needs. */
size_t checkpoint_begin_section(struct checkpoint_writer *w, uint32_t tag);
void checkpoint_end_section(struct checkpoint_writer *w, size_t begun);

struct checkpoint_reader {
    rlb_reader table; /* give &r->table to load() */
    const char *at;   /* borrowed */
    size_t left;
};
/* Over chunks in memory. */
void checkpoint_reader_init(struct checkpoint_reader *r, const void *bytes, size_t n);
/* Over what a writer has taken so far; valid until it takes more. */
void checkpoint_reader_over(struct checkpoint_reader *r, const struct checkpoint_writer *w);
/* Enters the next chunk, which must be a section with this tag; r goes on after it. */
rlb_status checkpoint_read_section(struct checkpoint_reader *r, uint32_t tag,
                                   struct checkpoint_reader *section);

/* ---- the file ---- */
/* Atomic: the old file or the new one, never a part. sha256 is of the whole file. */
int checkpoint_write_file(const char *path, struct checkpoint_writer *w, char sha256[65],
                          uint64_t *size, struct err *e);
/* Checks head and digest and gives a reader over the chunks. Pure: bytes are borrowed. `name` is
 * for the sentence. */
int checkpoint_open(const char *name, const void *bytes, size_t n, struct checkpoint_reader *out,
                    struct err *e);
/* Reads the file into *file (owned by the caller) and opens it. */
int checkpoint_read_file(const char *path, struct buf *file, struct checkpoint_reader *out,
                         struct err *e);

#endif
