src_libcore_a_SOURCES += \
	src/store/axes.c \
	src/store/points.c \
	src/store/check.c \
	src/store/filter.c \
	src/store/internal.h \
	src/store/launch.c \
	src/store/list.c \
	src/store/maintain.c src/store/maintain.h \
	src/store/merge.c src/store/merge.h \
	src/store/migrate.c \
	src/store/open.c \
	src/store/query.c \
	src/store/read.c \
	src/store/schema.c \
	src/store/statement.c \
	src/store/statements.def \
	src/store/store.h \
	src/store/summary.c \
	src/store/transaction.c \
	src/store/trial.c \
	src/store/transfer.c src/store/transfer.h \
	src/store/write.c
