/* Runs from one database into another. */
#ifndef RLBENCH_STORE_MERGE_H
#define RLBENCH_STORE_MERGE_H

#include "store/store.h"

struct merge_options {
    const int64_t *runs; /* ids in the source; NULL: all of them */
    size_t num_runs;
    /* Launches of one recipe become one experiment as long as no group meets a seed twice: the
     * parts of a plan that was spread over many files. Otherwise every launch stays what it was. */
    bool join;
    bool as_planned;       /* nothing that was measured: queued runs, as if never started */
    const char *artifacts; /* a folder that files are copied to; NULL: rows keep naming the old
                              place */
};
struct merge_result {
    size_t added, replaced, kept; /* runs: new here, newer there, there already */
    size_t files;                 /* copied */
};

/* Brings runs over in one transaction: each with every row, under new numbers. A run that is here
 * already (by its uid) is left alone, or replaced when the source's is newer (by its heartbeat), so
 * merging again changes nothing. The source is only read. ERR_DATA when it is no database of
 * rlbench or has another schema. */
int store_merge(struct store *into, const char *from, const struct merge_options *o,
                struct merge_result *out, struct err *e);

#endif
