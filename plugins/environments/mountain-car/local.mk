pluginexec_LTLIBRARIES += plugins/mountain-car.la
plugins_mountain_car_la_SOURCES = \
	plugins/environments/mountain-car/mountain_car.c \
	plugins/environments/mountain-car/motion.c \
	plugins/environments/mountain-car/motion.h
plugins_mountain_car_la_CPPFLAGS = $(plugin_cppflags)
plugins_mountain_car_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
plugins_mountain_car_la_LDFLAGS = $(plugin_ldflags)
plugins_mountain_car_la_LIBADD = librlbench.la -lm
