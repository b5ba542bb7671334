/* Datasets of trajectories as files: rlbench-dataset(5).
 *
 * An algorithm never opens a file: the recipe names it and the host hands over an rlb_dataset
 * (<rlbench/interfaces.h>), whose arrays lie in the mapped file. The functions here are for the
 * host, for programs that make datasets, and for tests. One thread per object; every function that
 * can fail fills `why` (never NULL) with a sentence and leaves nothing behind. */
#ifndef RLBENCH_DATASET_H
#define RLBENCH_DATASET_H

#include <rlbench/interfaces.h>
#include <rlbench/npy.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { RLB_DATASET_VERSION = 1, RLB_DATASET_COLUMNS = 64, RLB_COLUMN_NAME = 48 };

/* A column: for every row (and every agent, when per_agent is 1) an array of this shape.
 *
 * Names that mean something, with the type and shape that the spaces imply; all optional:
 *   obs         [row][agent][obs.width]
 *   actions     [row][agent][act.width]
 *   rewards     [row][agent]           float32
 *   terminated  [row]                  uint8
 *   alive       [row][agent]           uint8
 *   mask        [row][agent][act.n]    uint8
 *   state       [row][state.width]
 * Any other name ([A-Za-z_][A-Za-z0-9_./-]*) is kept, shown and exported: qpos, button_states, … */
typedef struct rlb_column {
    char name[RLB_COLUMN_NAME];
    uint32_t type; /* RLB_NPY_F32, I32, U8, F64 or I64 */
    uint32_t per_agent, rank, reserved;
    uint32_t shape[4];  /* of what one row (of one agent) holds; rank 0: one item */
    uint64_t row_bytes; /* of one row, all agents; filled in by the functions below */
    const void *data;   /* [row][agent][shape]; 64-byte aligned; NULL in a layout */
} rlb_column;

/* What a file holds besides its rows. */
typedef struct rlb_dataset_layout {
    const char *name; /* for people; "" is allowed */
    rlb_space obs, act, state;
    uint32_t num_agents, num_columns;
    const rlb_column *columns;
} rlb_dataset_layout;

/* Where the data come from, for people: collector, recipe, seed, source, source_sha256, … */
typedef struct rlb_note {
    const char *key, *value;
} rlb_note;

/* An open file. Everything points into the mapping or into memory owned by the struct, which may be
 * copied but is closed once. */
typedef struct rlb_dataset_file {
    rlb_dataset data;
    uint32_t num_columns, num_notes;
    const rlb_column *columns;
    const rlb_note *notes;
    const void *bytes; /* the file's; the digest covers those from 64 to data_end */
    uint64_t data_end;
    void *map, *memory; /* owned */
    uint64_t map_bytes;
} rlb_dataset_file;

/* Maps a file read-only after checking everything but the digest: sizes, layout, starts. RLB_E_IO
 * (why->os_error tells: ENOENT, EACCES, …), RLB_E_FORMAT (what is wrong with it), RLB_E_NOMEM. */
RLB_EXPORT rlb_status rlb_dataset_open(const char *path, rlb_dataset_file *out, rlb_fault *why);
/* The same over bytes in memory, which are borrowed until close and, like a mapping, start at a
 * multiple of 64. */
RLB_EXPORT rlb_status rlb_dataset_parse(const char *name, const void *bytes, uint64_t n,
                                        rlb_dataset_file *out, rlb_fault *why);
RLB_EXPORT void rlb_dataset_close(rlb_dataset_file *f);
/* Reads all of it and compares with the digest it carries: RLB_E_FORMAT when they differ. */
RLB_EXPORT rlb_status rlb_dataset_verify(const char *name, const rlb_dataset_file *f,
                                         rlb_fault *why);
/* The column of that name, or NULL. */
RLB_EXPORT const rlb_column *rlb_dataset_column(const rlb_dataset_file *f, const char *name);
/* The value of a note, or NULL. */
RLB_EXPORT const char *rlb_dataset_note(const rlb_dataset_file *f, const char *key);

/* ---- writing, without holding the data in memory ---- */

/* Rows go to a file per column beside the target (unlinked at once: a crash leaves nothing), commit
 * joins them. The target appears whole or not at all. */
typedef struct rlb_dataset_writer rlb_dataset_writer;

/* RLB_E_INVAL when the layout is not one, RLB_E_IO when the folder cannot be written to. */
RLB_EXPORT rlb_status rlb_dataset_create(const char *path, const rlb_dataset_layout *layout,
                                         rlb_dataset_writer **out, rlb_fault *why);
/* Appends n rows to one column (its index in the layout); columns are independent of each other. */
RLB_EXPORT rlb_status rlb_dataset_put(rlb_dataset_writer *w, uint32_t column, const void *rows,
                                      uint64_t n, rlb_fault *why);
/* The next episode has n >= 1 rows, the last of which is only an observation. */
RLB_EXPORT rlb_status rlb_dataset_episode(rlb_dataset_writer *w, uint64_t n, rlb_fault *why);
/* Keeps a fact about the data; a repeated key replaces. Keys: [a-z][a-z0-9_]*. */
RLB_EXPORT rlb_status rlb_dataset_add_note(rlb_dataset_writer *w, const char *key,
                                           const char *value, rlb_fault *why);
/* Joins, syncs and renames; the writer is gone afterwards, whatever the status. RLB_E_INVAL when
 * columns and episodes do not have the same number of rows. */
RLB_EXPORT rlb_status rlb_dataset_commit(rlb_dataset_writer *w, rlb_fault *why);
/* Throws away; NULL is allowed. */
RLB_EXPORT void rlb_dataset_abandon(rlb_dataset_writer *w);

/* ---- NumPy archives ---- */

/* How the members of an .npz become columns. */
enum {
    RLB_LAYOUT_AUTO = 0,
    RLB_LAYOUT_OGBENCH = 1, /* terminals mark the last row of each trajectory */
    RLB_LAYOUT_D4RL = 2,    /* transitions with next_observations, terminals, timeouts */
    RLB_LAYOUT_COLUMNS = 3, /* columns under their own names; `ends` or `start` cut the rows */
    RLB_LAYOUT_END = 4
};
typedef struct rlb_import {
    uint32_t layout, num_agents; /* agents: length of the second axis of per-agent members */
    uint32_t num_map, num_counts;
    const rlb_note *map;    /* column = member, over the layout's own names */
    const rlb_note *counts; /* column = n of a discrete space; without: largest value + 1 */
    const char *name;       /* NULL: the file's name without its ending */
    /* Something worth telling (a conversion, a member left out); may be NULL. */
    void (*note)(void *ctx, const char *text);
    void *ctx;
} rlb_import;

RLB_EXPORT rlb_status rlb_dataset_import(const char *npz, const char *path, const rlb_import *how,
                                         rlb_fault *why);
/* Writes every column, `start` and `spaces` ([obs, act, state][kind, dtype, width, rank, shape 4,
 * n, low, high], float64) as members of an .npz, which rlb_dataset_import reads back to the same
 * digest. deflate: 0 stored, 1 to 9 compressed. */
RLB_EXPORT rlb_status rlb_dataset_export(const rlb_dataset_file *f, const char *npz,
                                         uint32_t deflate, rlb_fault *why);

#ifdef __cplusplus
}
#endif
#endif
