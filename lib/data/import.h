/* Inside lib/data: an .npz on its way to a dataset. import.c decides which member becomes which
 * column, import_spaces.c what the columns look like, import_rows.c cuts the rows into episodes and
 * copies them. */
#ifndef RLBENCH_DATA_IMPORT_H
#define RLBENCH_DATA_IMPORT_H

#include "array.h"
#include "fault.h"

#include <rlbench/dataset.h>

/* A member by its name without ".npy". */
struct member {
    const struct zip_member *in;
    char *name;  /* owned */
    char *fault; /* owned: why it cannot be read; NULL: it can */
    rlb_npy head;
    bool used;
};

/* A column to be, and the member it is made of. */
struct planned {
    const struct member *from;
    rlb_column column;
};

struct import {
    const rlb_import *how;
    const char *target;
    struct zip zip;
    struct member *members;
    size_t num_members;
    struct planned planned[RLB_DATASET_COLUMNS];
    uint32_t num_planned, num_agents;
    /* Members that are no columns; NULL where there is none. */
    const struct member *ends, *start, *next, *timeouts, *spaces, *agents;
    rlb_space obs, act, state;
    uint64_t rows;       /* of the members */
    uint8_t *end;        /* [rows] 1 where a trajectory ends */
    uint64_t broken;     /* trajectories that ended because the next row did not follow */
    bool is_transitions; /* a row is added behind each end, for the last observation */
    rlb_dataset_writer *writer;
};

void import_note(const struct import *im, const char *fmt, ...) RLB_PRINTF(2, 3);
const struct planned *import_find(const struct import *im, const char *column);
/* Rows read at once so that about a MiB is in memory; at least 1. */
uint64_t import_chunk(const struct array *a);

/* import_spaces.c: types and shapes of the planned columns, then the spaces. */
rlb_status import_shape(struct import *im, rlb_fault *why);
/* import_rows.c */
rlb_status import_cut(struct import *im, rlb_fault *why);
rlb_status import_copy(struct import *im, rlb_fault *why);

#endif
