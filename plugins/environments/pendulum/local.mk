pluginexec_LTLIBRARIES += plugins/pendulum.la
plugins_pendulum_la_SOURCES = \
	plugins/environments/pendulum/pendulum.c \
	plugins/environments/pendulum/motion.c \
	plugins/environments/pendulum/motion.h
plugins_pendulum_la_CPPFLAGS = $(plugin_cppflags)
plugins_pendulum_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_pendulum_la_LDFLAGS = $(plugin_ldflags)
plugins_pendulum_la_LIBADD = librlbench.la -lm
