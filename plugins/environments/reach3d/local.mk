pluginexec_LTLIBRARIES += plugins/reach3d.la
plugins_reach3d_la_SOURCES = plugins/environments/reach3d/reach3d.c
plugins_reach3d_la_CPPFLAGS = $(plugin_cppflags)
plugins_reach3d_la_LDFLAGS = $(plugin_ldflags)
plugins_reach3d_la_LIBADD = librlbench.la -lm
