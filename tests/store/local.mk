check_PROGRAMS += tests/store/test_core
tests_store_test_core_SOURCES = tests/store/test_core.c tests/store/common.h
tests_store_test_core_LDADD = $(test_libs)
check_PROGRAMS += tests/store/test_window
tests_store_test_window_SOURCES = tests/store/test_window.c tests/store/common.h
tests_store_test_window_LDADD = $(test_libs)
