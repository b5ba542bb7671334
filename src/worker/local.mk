src_libcore_a_SOURCES += \
	src/worker/checkpoint.h \
	src/worker/host.h \
	src/worker/rig.h \
	src/worker/tally.h \
	src/worker/venv.h \
	src/worker/worker.h
