src_libcore_a_SOURCES += \
	src/module/module.h \
	src/module/param.c \
	src/module/registry.h
