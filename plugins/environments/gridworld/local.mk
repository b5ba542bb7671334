pluginexec_LTLIBRARIES += plugins/gridworld.la
plugins_gridworld_la_SOURCES = \
	plugins/environments/gridworld/gridworld.c \
	plugins/environments/gridworld/layouts.h
plugins_gridworld_la_CPPFLAGS = $(plugin_cppflags)
plugins_gridworld_la_LDFLAGS = $(plugin_ldflags)
plugins_gridworld_la_LIBADD = librlbench.la -lm
