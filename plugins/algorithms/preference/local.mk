# Three algorithms on one kind of problem; each is a module of its own.
preference_common = \
	plugins/algorithms/preference/arena.c \
	plugins/algorithms/preference/arena.h \
	plugins/algorithms/preference/duel.c \
	plugins/algorithms/preference/duel.h \
	plugins/algorithms/preference/problem.c \
	plugins/algorithms/preference/problem.h \
	plugins/algorithms/preference/tree.c \
	plugins/algorithms/preference/tree.h

pluginexec_LTLIBRARIES += plugins/slhf.la
plugins_slhf_la_SOURCES = $(preference_common) \
	plugins/algorithms/preference/exact.c \
	plugins/algorithms/preference/measure.c \
	plugins/algorithms/preference/slhf.c \
	plugins/algorithms/preference/slhf.h \
	plugins/algorithms/preference/state.c \
	plugins/algorithms/preference/story.c \
	plugins/algorithms/preference/tables.c \
	plugins/algorithms/preference/views.c
plugins_slhf_la_CPPFLAGS = $(plugin_cppflags)
plugins_slhf_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_slhf_la_LDFLAGS = $(plugin_ldflags)
plugins_slhf_la_LIBADD = librlbench.la -lm
