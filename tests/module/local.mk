check_PROGRAMS += tests/module/test_registry
tests_module_test_registry_SOURCES = tests/module/test_registry.c
tests_module_test_registry_LDADD = $(test_libs)
