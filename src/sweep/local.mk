src_libcore_a_SOURCES += \
	src/sweep/halving.c src/sweep/halving.h \
	src/sweep/parzen.c src/sweep/parzen.h \
	src/sweep/space.c src/sweep/space.h \
	src/sweep/spec.c src/sweep/spec.h \
	src/sweep/tpe.c src/sweep/tpe.h
