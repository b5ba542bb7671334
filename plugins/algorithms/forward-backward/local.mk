# Forward-backward and the learners it is compared with, from one folder: a module each.
forward_backward_shared = \
	plugins/algorithms/forward-backward/ask.c \
	plugins/algorithms/forward-backward/batch.c \
	plugins/algorithms/forward-backward/build.c \
	plugins/algorithms/forward-backward/config.c \
	plugins/algorithms/forward-backward/config.h \
	plugins/algorithms/forward-backward/data.c \
	plugins/algorithms/forward-backward/data.h \
	plugins/algorithms/forward-backward/data_state.c \
	plugins/algorithms/forward-backward/fb.h \
	plugins/algorithms/forward-backward/features.c \
	plugins/algorithms/forward-backward/infer.c \
	plugins/algorithms/forward-backward/judge.c \
	plugins/algorithms/forward-backward/judge.h \
	plugins/algorithms/forward-backward/law.c \
	plugins/algorithms/forward-backward/law.h \
	plugins/algorithms/forward-backward/learn.c \
	plugins/algorithms/forward-backward/loss.c \
	plugins/algorithms/forward-backward/loss.h \
	plugins/algorithms/forward-backward/measure.c \
	plugins/algorithms/forward-backward/metrics.h \
	plugins/algorithms/forward-backward/names.c \
	plugins/algorithms/forward-backward/nets.c \
	plugins/algorithms/forward-backward/nets.h \
	plugins/algorithms/forward-backward/pairs.c \
	plugins/algorithms/forward-backward/pairs.h \
	plugins/algorithms/forward-backward/params.h \
	plugins/algorithms/forward-backward/record.c \
	plugins/algorithms/forward-backward/run.c \
	plugins/algorithms/forward-backward/shared.c \
	plugins/algorithms/forward-backward/state.c \
	plugins/algorithms/forward-backward/task.c \
	plugins/algorithms/forward-backward/task.h \
	plugins/algorithms/forward-backward/truth.c \
	plugins/algorithms/forward-backward/truth.h \
	plugins/algorithms/forward-backward/views.c \
	plugins/algorithms/forward-backward/views.h \
	plugins/algorithms/forward-backward/views_b.c \
	plugins/algorithms/forward-backward/world.c \
	plugins/algorithms/forward-backward/world.h

pluginexec_LTLIBRARIES += plugins/forward-backward.la
plugins_forward_backward_la_SOURCES = $(forward_backward_shared) \
	plugins/algorithms/forward-backward/forward-backward.c
plugins_forward_backward_la_CPPFLAGS = $(plugin_cppflags)
plugins_forward_backward_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_forward_backward_la_LDFLAGS = $(plugin_ldflags)
plugins_forward_backward_la_LIBADD = librlbench.la -lm

pluginexec_LTLIBRARIES += plugins/successor-features.la
plugins_successor_features_la_SOURCES = $(forward_backward_shared) \
	plugins/algorithms/forward-backward/successor-features.c
plugins_successor_features_la_CPPFLAGS = $(plugin_cppflags)
plugins_successor_features_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_successor_features_la_LDFLAGS = $(plugin_ldflags)
plugins_successor_features_la_LIBADD = librlbench.la -lm

pluginexec_LTLIBRARIES += plugins/gc-dqn.la
plugins_gc_dqn_la_SOURCES = \
	plugins/algorithms/forward-backward/config.c \
	plugins/algorithms/forward-backward/config.h \
	plugins/algorithms/forward-backward/data.c \
	plugins/algorithms/forward-backward/data.h \
	plugins/algorithms/forward-backward/data_state.c \
	plugins/algorithms/forward-backward/gc-dqn.c \
	plugins/algorithms/forward-backward/gc.h \
	plugins/algorithms/forward-backward/gc_learn.c \
	plugins/algorithms/forward-backward/gc_state.c \
	plugins/algorithms/forward-backward/gc_tables.c \
	plugins/algorithms/forward-backward/judge.c \
	plugins/algorithms/forward-backward/judge.h \
	plugins/algorithms/forward-backward/names.c \
	plugins/algorithms/forward-backward/nets.c \
	plugins/algorithms/forward-backward/nets.h \
	plugins/algorithms/forward-backward/pairs.c \
	plugins/algorithms/forward-backward/pairs.h \
	plugins/algorithms/forward-backward/params.h \
	plugins/algorithms/forward-backward/task.c \
	plugins/algorithms/forward-backward/task.h \
	plugins/algorithms/forward-backward/truth.c \
	plugins/algorithms/forward-backward/truth.h \
	plugins/algorithms/forward-backward/world.c \
	plugins/algorithms/forward-backward/world.h
plugins_gc_dqn_la_CPPFLAGS = $(plugin_cppflags)
plugins_gc_dqn_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_gc_dqn_la_LDFLAGS = $(plugin_ldflags)
plugins_gc_dqn_la_LIBADD = librlbench.la -lm
