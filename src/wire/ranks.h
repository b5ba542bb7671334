/* Between a worker that is one of several ranks of a run and the program that carries its calls to
 * the others (src/mpi, the only one that knows MPI): a stream socket on the worker's descriptor
 * RANKS_FD. The worker asks with a head and bytes; when all ranks have asked for the same, each
 * gets a head and bytes. Nothing else passes. Ranks are alike: little-endian, of one build. */
#ifndef RLBENCH_WIRE_RANKS_H
#define RLBENCH_WIRE_RANKS_H

#include <stdint.h>

enum { RANKS_WIRE_FD = 3, RANKS_FD = 4, RANKS_TEXT = 488 };

enum ranks_op {
    RANKS_SUM = 1, /* n doubles: their sums in the order of ranks */
    RANKS_TELL,    /* rank 0's bytes: the same to everybody */
    RANKS_GATHER,  /* bytes: to rank 0, of every rank in order a u64 length and its bytes */
    RANKS_LEFT     /* made by the carrier of a worker that has ended; text says how */
};

struct ranks_head {
    uint32_t op;
    int32_t status; /* of an answer: 0, or -1: the ranks are no longer together, text says why */
    uint64_t n;     /* bytes that follow */
    /* Asked with GATHER: the failure that this rank reports, "" without. */
    char text[RANKS_TEXT];
};
_Static_assert(sizeof(struct ranks_head) == 504, "the layout is the protocol");

#endif
