src_libcore_a_SOURCES += \
	src/cmd/cli.c \
	src/cmd/cmd.h \
	src/cmd/verbs.def
