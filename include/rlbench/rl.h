/* Building blocks of reinforcement learning, all together; see rlbench-rl(3). */
#ifndef RLBENCH_RL_H
#define RLBENCH_RL_H

#include <rlbench/explore.h>
#include <rlbench/normalize.h>
#include <rlbench/priority.h>
#include <rlbench/relabel.h>
#include <rlbench/replay.h>
#include <rlbench/returns.h>
#include <rlbench/rollout.h>
#include <rlbench/schedule.h>

#endif
