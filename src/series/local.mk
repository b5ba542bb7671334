src_libcore_a_SOURCES +=
