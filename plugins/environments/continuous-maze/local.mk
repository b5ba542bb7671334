pluginexec_LTLIBRARIES += plugins/continuous-maze.la
plugins_continuous_maze_la_SOURCES = \
	plugins/environments/continuous-maze/continuous_maze.c \
	plugins/environments/continuous-maze/features.c \
	plugins/environments/continuous-maze/features.h \
	plugins/environments/continuous-maze/maze.h \
	plugins/environments/continuous-maze/motion.c \
	plugins/environments/continuous-maze/motion.h \
	plugins/environments/continuous-maze/tasks.c
plugins_continuous_maze_la_CPPFLAGS = $(plugin_cppflags)
plugins_continuous_maze_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_continuous_maze_la_LDFLAGS = $(plugin_ldflags)
plugins_continuous_maze_la_LIBADD = librlbench.la -lm
