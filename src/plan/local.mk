src_libcore_a_SOURCES += \
	src/plan/adaptive.c \
	src/plan/alert.c src/plan/alert.h \
	src/plan/alerts.c \
	src/plan/dataset.c \
	src/plan/draft.h \
	src/plan/emit.c \
	src/plan/file.c \
	src/plan/gates.c \
	src/plan/group.c \
	src/plan/hint.c \
	src/plan/keys.c src/plan/keys.h \
	src/plan/plan.c src/plan/plan.h \
	src/plan/players.c \
	src/plan/repository.c \
	src/plan/random.c \
	src/plan/ranges.c \
	src/plan/resolve.c \
	src/plan/schema.c src/plan/schema.h src/plan/schema_parts.h \
	src/plan/schema_lists.c \
	src/plan/seeds.c \
	src/plan/set.c \
	src/plan/sweep.c src/plan/sweep.h \
	src/plan/table.c \
	src/plan/worlds.c
