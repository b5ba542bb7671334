pluginexec_LTLIBRARIES += plugins/dqn.la
plugins_dqn_la_SOURCES = \
	plugins/algorithms/dqn/act.c \
	plugins/algorithms/dqn/dqn.c \
	plugins/algorithms/dqn/dqn.h \
	plugins/algorithms/dqn/learn.c \
	plugins/algorithms/dqn/state.c \
	plugins/algorithms/dqn/tables.c \
	plugins/algorithms/dqn/views.c
plugins_dqn_la_CPPFLAGS = $(plugin_cppflags)
plugins_dqn_la_LDFLAGS = $(plugin_ldflags)
plugins_dqn_la_LIBADD = librlbench.la -lm
