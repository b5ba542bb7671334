pluginexec_LTLIBRARIES += plugins/prefgame-sequence.la
plugins_prefgame_sequence_la_SOURCES = \
	plugins/environments/prefgame-sequence/judge.c \
	plugins/environments/prefgame-sequence/judge.h \
	plugins/environments/prefgame-sequence/prefgame_sequence.c
plugins_prefgame_sequence_la_CPPFLAGS = $(plugin_cppflags)
plugins_prefgame_sequence_la_LDFLAGS = $(plugin_ldflags)
plugins_prefgame_sequence_la_LIBADD = librlbench.la -lm
