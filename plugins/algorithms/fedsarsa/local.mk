pluginexec_LTLIBRARIES += plugins/fedsarsa.la
plugins_fedsarsa_la_SOURCES = \
	plugins/algorithms/fedsarsa/averaged.c \
	plugins/algorithms/fedsarsa/exact.c \
	plugins/algorithms/fedsarsa/exact.h \
	plugins/algorithms/fedsarsa/exact_slope.c \
	plugins/algorithms/fedsarsa/fed.h \
	plugins/algorithms/fedsarsa/features.c \
	plugins/algorithms/fedsarsa/features.h \
	plugins/algorithms/fedsarsa/fedsarsa.c \
	plugins/algorithms/fedsarsa/measure.c \
	plugins/algorithms/fedsarsa/pca.c \
	plugins/algorithms/fedsarsa/picture.c \
	plugins/algorithms/fedsarsa/policy.c \
	plugins/algorithms/fedsarsa/policy.h \
	plugins/algorithms/fedsarsa/ranks.c \
	plugins/algorithms/fedsarsa/results.c \
	plugins/algorithms/fedsarsa/round.c \
	plugins/algorithms/fedsarsa/setup.c \
	plugins/algorithms/fedsarsa/state.c \
	plugins/algorithms/fedsarsa/truth.c \
	plugins/algorithms/fedsarsa/walk.c
plugins_fedsarsa_la_CPPFLAGS = $(plugin_cppflags)
plugins_fedsarsa_la_LDFLAGS = $(plugin_ldflags)
plugins_fedsarsa_la_LIBADD = librlbench.la -lm
