pluginexec_LTLIBRARIES += plugins/slhf-net.la
plugins_slhf_net_la_SOURCES = \
	plugins/algorithms/preference-net/judge.c \
	plugins/algorithms/preference-net/learn.c \
	plugins/algorithms/preference-net/net.c \
	plugins/algorithms/preference-net/net.h \
	plugins/algorithms/preference-net/speaker.c \
	plugins/algorithms/preference-net/speaker.h \
	plugins/algorithms/preference-net/tables.c
plugins_slhf_net_la_CPPFLAGS = $(plugin_cppflags)
plugins_slhf_net_la_LDFLAGS = $(plugin_ldflags)
plugins_slhf_net_la_LIBADD = librlbench.la -lm
