/* A world and a learner whose every number can be worked out by hand. */
#ifndef RLBENCH_TESTS_WORKER_FAKE_H
#define RLBENCH_TESTS_WORKER_FAKE_H

#include <rlbench/plugin.h>

/* `line`: agents stand on the numbers 0 to length, start at 0 and step left (action 0, not below 0)
 * or right (action 1). Each transition costs 1; arriving at length pays 10 and takes the agent out
 * (alive 0). The episode ends when all are there (never when `ends` is 0: there the walk stays at
 * length and pays 10 every time). With probability `slip` a step goes the other way. At transition
 * `nan_at` of a lane the reward is NaN; at `fail_at` the step fails. */
extern const rlb_env fake_line;
enum { LINE_LENGTH, LINE_AGENTS, LINE_ENDS, LINE_SLIP, LINE_NAN_AT, LINE_FAIL_AT, LINE_NUM };

/* `walker`: goes right with probability p_right, else left. Reports per transition: `steps` (SUM of
 * 1), `mean_state` (MEAN of lane 0's state before it), `peak` (MAX of it), `sum_u` (LAST: running
 * sum of its random numbers); in measure(): `measured` (LAST: transitions done). NaN is reported as
 * `sum_u` at step nan_at; step() fails at fail_at, diverges at diverge_at, is done at done_at;
 * clients > 0 makes that many worlds, client c of length 1 + c, and steps each of them once a step.
 */
extern const rlb_algo fake_walker;
enum {
    WALKER_P_RIGHT,
    WALKER_GAIN, /* live; sum_u grows by gain times u */
    WALKER_NAN_AT,
    WALKER_FAIL_AT,
    WALKER_DIVERGE_AT,
    WALKER_DONE_AT,
    WALKER_CLIENTS,
    WALKER_SPIN_NS, /* burnt in every step */
    WALKER_NUM
};
/* The same learner making all its worlds itself, one without an environment, and one that cannot be
 * saved. */
extern const rlb_algo fake_clients, fake_alone, fake_forgetful;

#endif
