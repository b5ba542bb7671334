pluginexec_LTLIBRARIES += plugins/cartpole.la
plugins_cartpole_la_SOURCES = \
	plugins/environments/cartpole/cartpole.c \
	plugins/environments/cartpole/motion.c \
	plugins/environments/cartpole/motion.h
plugins_cartpole_la_CPPFLAGS = $(plugin_cppflags)
plugins_cartpole_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_cartpole_la_LDFLAGS = $(plugin_ldflags)
plugins_cartpole_la_LIBADD = librlbench.la -lm
