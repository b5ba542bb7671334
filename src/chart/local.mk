src_libcore_a_SOURCES += \
	src/chart/axis.c src/chart/axis.h \
	src/chart/canvas.c src/chart/canvas.h \
	src/chart/plot.c src/chart/plot.h \
	src/chart/grid.c src/chart/grid.h
