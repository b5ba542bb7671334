# Building blocks of reinforcement learning: <rlbench/rl.h>.
librlbench_la_SOURCES += \
	lib/rl/explore.c \
	lib/rl/normalize.c \
	lib/rl/priority.c \
	lib/rl/relabel.c \
	lib/rl/replay/checkpoint.c \
	lib/rl/replay/gather.c \
	lib/rl/replay/nstep.c \
	lib/rl/replay/replay.h \
	lib/rl/replay/ring.c \
	lib/rl/replay/sequences.c \
	lib/rl/returns.c \
	lib/rl/reward_scale.c \
	lib/rl/rollout/checkpoint.c \
	lib/rl/rollout/rollout.c \
	lib/rl/schedule.c
