src_libcore_a_SOURCES += \
	src/worker/checkpoint.c src/worker/checkpoint.h \
	src/worker/host.c src/worker/host.h \
	src/worker/rig.c src/worker/rig.h \
	src/worker/spaces.c \
	src/worker/tally.c src/worker/tally.h \
	src/worker/venv.c src/worker/venv.h \
	src/worker/worker.h
