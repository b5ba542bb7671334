src_libcore_a_SOURCES += \
	src/chart/grid.c src/chart/grid.h
