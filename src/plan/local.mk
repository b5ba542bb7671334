src_libcore_a_SOURCES += src/plan/plan.h 
