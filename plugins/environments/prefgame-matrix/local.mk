pluginexec_LTLIBRARIES += plugins/prefgame-matrix.la
plugins_prefgame_matrix_la_SOURCES = \
	plugins/environments/prefgame-matrix/games.c \
	plugins/environments/prefgame-matrix/games.h \
	plugins/environments/prefgame-matrix/prefgame_matrix.c \
	plugins/environments/prefgame-matrix/text.c
plugins_prefgame_matrix_la_CPPFLAGS = $(plugin_cppflags)
plugins_prefgame_matrix_la_LDFLAGS = $(plugin_ldflags)
plugins_prefgame_matrix_la_LIBADD = librlbench.la -lm
