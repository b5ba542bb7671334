src_libcore_a_SOURCES += src/chart/grid.h
