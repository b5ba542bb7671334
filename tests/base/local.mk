check_PROGRAMS += tests/base/test_num tests/base/test_text
tests_base_test_num_SOURCES = tests/base/test_num.c
tests_base_test_num_LDADD = $(test_libs)
tests_base_test_text_SOURCES = tests/base/test_text.c
tests_base_test_text_LDADD = $(test_libs)
check_PROGRAMS += tests/base/test_child
tests_base_test_child_SOURCES = tests/base/test_child.c
tests_base_test_child_LDADD = $(test_libs)
