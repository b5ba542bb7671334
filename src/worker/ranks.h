/* The other ranks of a run that is spread over processes, as its worker reaches them: through the
 * program that carries its calls (src/wire/ranks.h). Calls are collective: they return when all
 * ranks have made the same. After a failure nothing works any more. */
#ifndef RLBENCH_WORKER_RANKS_H
#define RLBENCH_WORKER_RANKS_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

struct ranks {
    int fd;
    uint32_t rank, size;
    bool apart;     /* a call failed */
    char text[500]; /* why */
};

/* Each of the n values becomes its sum over the ranks, added in their order. */
int ranks_sum(struct ranks *r, double *values, uint64_t n, struct err *e);
/* Rank 0 says `bytes`; the others get them there. */
int ranks_tell(struct ranks *r, struct buf *bytes, struct err *e);
/* Rank 0 gets in *all of every rank (its own too) a u64 length and the bytes. `failure`: what this
 * rank has failed at, "" for nothing; it reaches ranks that are making another call. */
int ranks_gather(struct ranks *r, const struct buf *own, const char *failure, struct buf *all,
                 struct err *e);

#endif
