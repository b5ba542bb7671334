src_libcore_a_SOURCES += src/supervisor/client.h src/supervisor/supervisor.h 
