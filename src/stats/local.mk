src_libcore_a_SOURCES += \
	src/stats/aggregate.c \
	src/stats/bootstrap.c \
	src/stats/compare.c \
	src/stats/effect.c \
	src/stats/parts.h \
	src/stats/profile.c \
	src/stats/stats.h
