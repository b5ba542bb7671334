# `make bench` builds and runs every bench; each prints rates and their ratio to a floor or a peer measured in the same
# run. `make bench/NAME` builds one. None is built or run by `make check`: a timed test is no test.
EXTRA_PROGRAMS += \
	bench/cartpole_step \
	bench/forward_backward \
	bench/frame \
	bench/garnet_sarsa \
	bench/gigastep \
	bench/ingest \
	bench/make_big_db \
	bench/metric_call \
	bench/nn_conv2d \
	bench/nn_token \
	bench/nn_updates \
	bench/replay \
	bench/screens \
	bench/slhf \
	bench/stats \
	bench/store \
	bench/sweep \
	bench/tui \
	bench/venv_step

bench_cartpole_step_SOURCES = bench/cartpole_step.c
bench_cartpole_step_LDADD = $(core_libs)
bench_frame_SOURCES = bench/frame.c
bench_frame_LDADD = $(core_libs)
bench_garnet_sarsa_SOURCES = bench/garnet_sarsa.c
bench_garnet_sarsa_LDADD = $(core_libs) librlbench.la
bench_gigastep_SOURCES = bench/gigastep.c
bench_gigastep_LDADD = $(core_libs)
bench_ingest_SOURCES = bench/ingest.c
bench_ingest_LDADD = $(core_libs)
bench_make_big_db_SOURCES = bench/make_big_db.c
bench_make_big_db_LDADD = $(core_libs)
bench_metric_call_SOURCES = bench/metric_call.c
bench_metric_call_LDADD = $(core_libs)
# The library's own objects: the floors call the matrix product themselves.
nn_bench_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)
nn_bench_libs = $(core_libs) lib/libnn.la
bench_nn_updates_SOURCES = \
	bench/nn/cases.h \
	bench/nn/host.c \
	bench/nn/host.h \
	bench/nn/mlp.c \
	bench/nn/recurrent.c \
	bench/nn/sac.c \
	bench/nn/transformer.c \
	bench/nn/updates.c
bench_nn_updates_CPPFLAGS = $(nn_bench_cppflags)
bench_nn_updates_LDADD = $(nn_bench_libs)
bench_forward_backward_SOURCES = bench/forward_backward.c bench/nn/host.c bench/nn/host.h \
	tests/plugins/fake_host.c tests/plugins/fake_host.h
bench_forward_backward_CPPFLAGS = $(nn_bench_cppflags)
bench_forward_backward_LDADD = $(nn_bench_libs)
bench_nn_token_SOURCES = bench/nn/host.c bench/nn/host.h bench/nn/token.c
bench_nn_token_CPPFLAGS = $(nn_bench_cppflags)
bench_nn_token_LDADD = $(nn_bench_libs)
bench_nn_conv2d_SOURCES = bench/nn/conv2d.c bench/nn/host.c bench/nn/host.h
bench_nn_conv2d_CPPFLAGS = $(nn_bench_cppflags)
bench_nn_conv2d_LDADD = $(nn_bench_libs)
bench_replay_SOURCES = bench/replay.c
bench_replay_LDADD = librlbench.la
bench_screens_SOURCES = bench/screens.c
bench_screens_LDADD = $(core_libs)
bench_slhf_SOURCES = bench/slhf.c
bench_slhf_LDADD = $(core_libs)
bench_stats_SOURCES = bench/stats.c
bench_stats_LDADD = $(core_libs)
bench_store_SOURCES = bench/store.c
bench_store_LDADD = $(core_libs)
bench_sweep_SOURCES = bench/sweep.c
bench_sweep_LDADD = $(core_libs)
bench_tui_SOURCES = bench/tui.c
bench_tui_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
bench_tui_LDADD = $(core_libs) $(VTERM_LIBS)
bench_venv_step_SOURCES = bench/venv_step.c
bench_venv_step_LDADD = $(core_libs)

if MUJOCO
EXTRA_PROGRAMS += bench/mujoco_step
endif
bench_mujoco_step_SOURCES = bench/mujoco_step.c
bench_mujoco_step_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/environments/mujoco
bench_mujoco_step_LDADD = $(core_libs) $(MUJOCO_LIBS)

CLEANFILES += $(EXTRA_PROGRAMS)
EXTRA_DIST += \
	bench/peers/README.md \
	bench/peers/beside.py \
	bench/peers/cases.py \
	bench/peers/cleanrl.sh \
	bench/peers/forward_backward.py \
	bench/peers/gigastep_jax.py \
	bench/peers/gymnasium_vector.py \
	bench/peers/jax_jit.py \
	bench/peers/pytorch.py \
	bench/peers/rliable_bootstrap.py \
	bench/peers/timing.py \
	bench/run

.PHONY: bench
bench: all $(EXTRA_PROGRAMS)
	$(SHELL) $(srcdir)/bench/run
