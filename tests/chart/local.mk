check_PROGRAMS += \
	tests/chart/test_axis \
	tests/chart/test_bounds \
	tests/chart/test_grid \
	tests/chart/test_picture \
	tests/chart/test_plot
tests_chart_test_axis_SOURCES = tests/chart/test_axis.c
tests_chart_test_axis_LDADD = $(test_libs)
tests_chart_test_bounds_SOURCES = tests/chart/test_bounds.c
tests_chart_test_bounds_LDADD = $(test_libs)
tests_chart_test_grid_SOURCES = tests/chart/test_grid.c
tests_chart_test_grid_LDADD = $(test_libs)
tests_chart_test_picture_SOURCES = tests/chart/test_picture.c
tests_chart_test_picture_LDADD = $(test_libs)
tests_chart_test_plot_SOURCES = tests/chart/test_plot.c
tests_chart_test_plot_LDADD = $(test_libs)
noinst_HEADERS += tests/golden.h
# Pictures the tests compare with; RLBENCH_UPDATE_GOLDEN=1 makes them anew.
EXTRA_DIST += $(top_srcdir)/tests/chart/golden
check_PROGRAMS += tests/chart/test_svg
tests_chart_test_svg_SOURCES = tests/chart/test_svg.c
tests_chart_test_svg_LDADD = $(test_libs)
