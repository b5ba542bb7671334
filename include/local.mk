rlbincludedir = $(includedir)/rlbench
rlbinclude_HEADERS = \
	include/rlbench/attention.h \
	include/rlbench/conv.h \
	include/rlbench/dataset.h \
	include/rlbench/dynamics.h \
	include/rlbench/explore.h \
	include/rlbench/grid_map.h \
	include/rlbench/heads.h \
	include/rlbench/interfaces.h \
	include/rlbench/lane_tasks.h \
	include/rlbench/layers.h \
	include/rlbench/linalg.h \
	include/rlbench/losses.h \
	include/rlbench/nn.h \
	include/rlbench/normalize.h \
	include/rlbench/npy.h \
	include/rlbench/ops.h \
	include/rlbench/optim.h \
	include/rlbench/plugin.h \
	include/rlbench/preference.h \
	include/rlbench/priority.h \
	include/rlbench/recurrent.h \
	include/rlbench/relabel.h \
	include/rlbench/replay.h \
	include/rlbench/returns.h \
	include/rlbench/rl.h \
	include/rlbench/rng.h \
	include/rlbench/rollout.h \
	include/rlbench/schedule.h \
	include/rlbench/sketch.h \
	include/rlbench/state_map.h \
	include/rlbench/tabular.h \
	include/rlbench/tape.h \
	include/rlbench/vecmath.h
