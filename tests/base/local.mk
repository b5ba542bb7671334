check_PROGRAMS += tests/base/test_num
tests_base_test_num_SOURCES = tests/base/test_num.c
tests_base_test_num_LDADD = $(test_libs)
