src_libcore_a_SOURCES += src/store/store.h 
