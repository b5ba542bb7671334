pluginexec_LTLIBRARIES += plugins/sarsa.la
plugins_sarsa_la_SOURCES = \
	plugins/algorithms/sarsa/sarsa.c \
	plugins/algorithms/sarsa/traces.c \
	plugins/algorithms/sarsa/traces.h
plugins_sarsa_la_CPPFLAGS = $(plugin_cppflags)
plugins_sarsa_la_LDFLAGS = $(plugin_ldflags)
plugins_sarsa_la_LIBADD = librlbench.la -lm
