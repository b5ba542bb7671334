src_libcore_a_SOURCES += \
	src/module/cache.c src/module/cache.h \
	src/module/children.c \
	src/module/desc.c \
	src/module/mapped.c src/module/mapped.h \
	src/module/module.c src/module/module.h \
	src/module/param.c \
	src/module/registry.c src/module/registry.h \
	src/module/scan.c src/module/scan.h \
	src/module/verify.c
