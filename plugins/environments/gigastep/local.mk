pluginexec_LTLIBRARIES += plugins/gigastep.la
gigastep_sources = \
	plugins/environments/gigastep/draws.c \
	plugins/environments/gigastep/draws.h \
	plugins/environments/gigastep/lanes.h \
	plugins/environments/gigastep/maps.c \
	plugins/environments/gigastep/maps.h \
	plugins/environments/gigastep/observe.c \
	plugins/environments/gigastep/params.c \
	plugins/environments/gigastep/params.h \
	plugins/environments/gigastep/pixels.c \
	plugins/environments/gigastep/pixels.h \
	plugins/environments/gigastep/rows.c \
	plugins/environments/gigastep/scenario.c \
	plugins/environments/gigastep/scenario.h \
	plugins/environments/gigastep/sky.h \
	plugins/environments/gigastep/start.c \
	plugins/environments/gigastep/start.h \
	plugins/environments/gigastep/step.c
plugins_gigastep_la_SOURCES = $(gigastep_sources) \
	plugins/environments/gigastep/gigastep.c \
	plugins/environments/gigastep/radar.c \
	plugins/environments/gigastep/radar.h
plugins_gigastep_la_CPPFLAGS = $(plugin_cppflags)
plugins_gigastep_la_CFLAGS = $(AM_CFLAGS) $(gigastep_cflags)
plugins_gigastep_la_LDFLAGS = $(plugin_ldflags)
plugins_gigastep_la_LIBADD = librlbench.la -lm
# No result depends on floating-point traps, which would keep selects from becoming vector code.
gigastep_cflags = $(vector_cflags) -fno-trapping-math
