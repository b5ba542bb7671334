pluginexec_LTLIBRARIES += plugins/acrobot.la
plugins_acrobot_la_SOURCES = \
	plugins/environments/acrobot/acrobot.c \
	plugins/environments/acrobot/motion.c \
	plugins/environments/acrobot/motion.h
plugins_acrobot_la_CPPFLAGS = $(plugin_cppflags)
plugins_acrobot_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_acrobot_la_LDFLAGS = $(plugin_ldflags)
plugins_acrobot_la_LIBADD = librlbench.la -lm
