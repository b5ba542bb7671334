src_libcore_a_SOURCES += \
	src/base/build.c src/base/build.h \
	src/base/child.c src/base/child.h \
	src/base/clock.c src/base/clock.h \
	src/base/csv.c src/base/csv.h \
	src/base/err.c src/base/err.h \
	src/base/file.c src/base/file.h \
	src/base/mem.c src/base/mem.h \
	src/base/num.c src/base/num.h \
	src/base/place.c \
	src/base/sysinfo.c src/base/sysinfo.h \
	src/base/text.c src/base/text.h
