check_PROGRAMS += tests/store/test_core
tests_store_test_core_SOURCES = tests/store/test_core.c tests/store/common.h
tests_store_test_core_LDADD = $(test_libs)
