# Three algorithms on one kind of problem; each is a module of its own.
preference_common = \
	plugins/algorithms/preference/problem.c \
	plugins/algorithms/preference/problem.h \
	plugins/algorithms/preference/tree.c \
	plugins/algorithms/preference/tree.h
preference_single = \
	plugins/algorithms/preference/single.c \
	plugins/algorithms/preference/single.h \
	plugins/algorithms/preference/solo.c \
	plugins/algorithms/preference/solo.h

pluginexec_LTLIBRARIES += plugins/slhf.la
plugins_slhf_la_SOURCES = $(preference_common) \
	plugins/algorithms/preference/arena.c \
	plugins/algorithms/preference/arena.h \
	plugins/algorithms/preference/duel.c \
	plugins/algorithms/preference/duel.h \
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

pluginexec_LTLIBRARIES += plugins/nlhf.la
plugins_nlhf_la_SOURCES = $(preference_common) $(preference_single) \
	plugins/algorithms/preference/lp.c \
	plugins/algorithms/preference/lp.h \
	plugins/algorithms/preference/nlhf.c
plugins_nlhf_la_CPPFLAGS = $(plugin_cppflags)
plugins_nlhf_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_nlhf_la_LDFLAGS = $(plugin_ldflags)
plugins_nlhf_la_LIBADD = librlbench.la $(GLPK_LIBS) -lm

pluginexec_LTLIBRARIES += plugins/rlhf.la
plugins_rlhf_la_SOURCES = $(preference_common) $(preference_single) \
	plugins/algorithms/preference/pairs.c \
	plugins/algorithms/preference/pairs.h \
	plugins/algorithms/preference/rlhf.c
plugins_rlhf_la_CPPFLAGS = $(plugin_cppflags)
plugins_rlhf_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_rlhf_la_LDFLAGS = $(plugin_ldflags)
plugins_rlhf_la_LIBADD = librlbench.la -lm
