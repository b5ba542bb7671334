src_libcore_a_SOURCES += \
	src/wire/messages.def \
	src/wire/codec.c src/wire/link.c src/wire/ranks.h src/wire/wire.h
