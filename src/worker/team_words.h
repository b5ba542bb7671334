/* What rank 0 tells the others, and what they say. Private to team.c and follow.c. */
#ifndef RLBENCH_WORKER_TEAM_WORDS_H
#define RLBENCH_WORKER_TEAM_WORDS_H

#include <stdint.h>

enum team_word {
    TEAM_JOB = 1, /* a JOB frame; answered by a sentence, or nothing */
    TEAM_LOAD,    /* of every other rank a u64 length and its stream; the same answer */
    TEAM_STEP,    /* value: at most so many steps; answered by a report */
    TEAM_LOG,
    TEAM_SAVE, /* answered by a stream */
    TEAM_SET,  /* name and text, each with its NUL */
    TEAM_END
};

struct team_head {
    uint64_t word, value;
};

/* After a step: then the episodes (struct venv_episode), then of every world of training experience
 * its struct team_lanes and so many doubles, the rewards of the window in lanes of this rank. */
struct team_report {
    uint64_t did, num_episodes;
};
struct team_lanes {
    uint32_t world, first, count, reserved;
};

#endif
