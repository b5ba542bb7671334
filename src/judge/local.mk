src_libcore_a_SOURCES += \
	src/judge/cells.c \
	src/judge/collect.c \
	src/judge/difference.c \
	src/judge/gate.c \
	src/judge/judge.h \
	src/judge/lines.c src/judge/lines.h \
	src/judge/metric.c \
	src/judge/names.c \
	src/judge/parts.h \
	src/judge/recipe_gate.c \
	src/judge/recipe_gate.h \
	src/judge/score.c \
	src/judge/select.c \
	src/judge/sweep.c src/judge/sweep.h \
	src/judge/warn.c
