src_libcore_a_SOURCES += src/worker/worker.h 
