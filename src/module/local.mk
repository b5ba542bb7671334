src_libcore_a_SOURCES += \
	src/module/mapped.c src/module/mapped.h \
	src/module/module.c src/module/module.h \
	src/module/param.c \
	src/module/registry.h \
	src/module/verify.c
