check_PROGRAMS += tests/chart/test_grid
tests_chart_test_grid_SOURCES = tests/chart/test_grid.c
tests_chart_test_grid_LDADD = $(test_libs)
