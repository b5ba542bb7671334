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
	plugins/algorithms/forward-backward/nets.c \
	plugins/algorithms/forward-backward/nets.h \
	plugins/algorithms/forward-backward/pairs.c \
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
