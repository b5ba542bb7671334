src_libcore_a_SOURCES += \
	src/chart/axis.c src/chart/axis.h \
	src/chart/bars.c \
	src/chart/canvas.c src/chart/canvas.h \
	src/chart/drawing.c \
	src/chart/grid.c src/chart/grid.h \
	src/chart/heatmap.c \
	src/chart/lines.c \
	src/chart/picture.c src/chart/picture.h \
	src/chart/plot.c src/chart/plot.h \
	src/chart/plot_curves.c \
	src/chart/plot_legend.c \
	src/chart/plot_parts.h \
	src/chart/points.c src/chart/points.h \
	src/chart/scatter.c \
	src/chart/spark.c src/chart/spark.h \
	src/chart/svg.c src/chart/svg.h \
	src/chart/svg_grid.c
