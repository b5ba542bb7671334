src_libcore_a_SOURCES += \
	src/series/bundle.c src/series/bundle.h \
	src/series/series.c src/series/series.h \
	src/series/smooth.c src/series/smooth.h
