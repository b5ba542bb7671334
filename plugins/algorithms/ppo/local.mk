pluginexec_LTLIBRARIES += plugins/ppo.la
plugins_ppo_la_SOURCES = \
	plugins/algorithms/ppo/build.c \
	plugins/algorithms/ppo/collect.c \
	plugins/algorithms/ppo/learn.c \
	plugins/algorithms/ppo/ppo.c \
	plugins/algorithms/ppo/ppo.h \
	plugins/algorithms/ppo/state.c \
	plugins/algorithms/ppo/tables.c \
	plugins/algorithms/ppo/views.c
plugins_ppo_la_CPPFLAGS = $(plugin_cppflags)
plugins_ppo_la_LDFLAGS = $(plugin_ldflags)
plugins_ppo_la_LIBADD = librlbench.la -lm
