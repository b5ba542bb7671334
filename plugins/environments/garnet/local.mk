pluginexec_LTLIBRARIES += plugins/garnet.la
plugins_garnet_la_SOURCES = \
	plugins/environments/garnet/draw.c \
	plugins/environments/garnet/draw.h \
	plugins/environments/garnet/garnet.c
plugins_garnet_la_CPPFLAGS = $(plugin_cppflags)
plugins_garnet_la_LDFLAGS = $(plugin_ldflags)
plugins_garnet_la_LIBADD = librlbench.la -lm
