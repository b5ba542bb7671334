include lib/data/local.mk

lib_LTLIBRARIES += librlbench.la
librlbench_la_SOURCES = \
	lib/decompose.c \
	lib/dynamic_programming.c \
	lib/dynamics.c \
	lib/finite_horizon.c \
	lib/grid_map.c \
	lib/lane_tasks.c \
	lib/linalg.c \
	lib/lstd.c \
	lib/policy_chain.c \
	lib/qtable.c \
	lib/sketch.c \
	lib/state_map.c \
	lib/tabular_env.c
librlbench_la_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)/include
librlbench_la_CFLAGS = $(AM_CFLAGS) $(LAPACKE_CFLAGS)
librlbench_la_LIBADD = lib/libdata.la lib/libnn.la $(LAPACKE_LIBS) -lm
librlbench_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined

include lib/nn/local.mk
include lib/preference/local.mk
include lib/rl/local.mk
