/* Finished episodes of the current logging window: means over all of them, and records of single
 * ones. When more than TALLY_KEEP end in one window every second record is dropped, again and again
 * (a systematic sample, the same however the run is sliced); the means stay over all. */
#ifndef RLBENCH_WORKER_TALLY_H
#define RLBENCH_WORKER_TALLY_H

#include "worker/checkpoint.h"

#include <stdint.h>

enum { TALLY_KEEP = 256 };

struct tally_episode {
    uint64_t at;     /* transitions its lane's world had done when it ended */
    uint64_t length; /* transitions */
    double ret;      /* undiscounted sum of rewards, mean over agents */
    uint32_t index;  /* counted over the whole run, from 0 */
    uint32_t world;  /* which of the run's vectorised environments (struct venv's id) */
    uint32_t success, reserved;
};

struct tally {
    uint64_t total; /* episodes of the whole run */
    /* of the window */
    uint64_t count, lengths, successes;
    double returns;
    uint64_t keep_every; /* a power of two */
    uint32_t num_kept, reserved;
    struct tally_episode kept[TALLY_KEEP];
};

void tally_init(struct tally *t);
void tally_add(struct tally *t, uint32_t world, uint64_t at, double ret, uint64_t length,
               uint32_t success);
void tally_next_window(struct tally *t);
rlb_status tally_save(const struct tally *t, rlb_writer *w);
/* RLB_E_FORMAT when the counters cannot be a tally's. */
rlb_status tally_load(struct tally *t, rlb_reader *r);

#endif
