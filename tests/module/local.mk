check_PROGRAMS += tests/module/test_registry tests/module/test_abi
tests_module_test_registry_SOURCES = tests/module/test_registry.c
tests_module_test_registry_LDADD = $(test_libs)
tests_module_test_abi_SOURCES = tests/module/test_abi.c tests/module/abi.def
tests_module_test_abi_LDADD = $(test_libs)
EXTRA_DIST += tests/module/abi.txt
dist_check_SCRIPTS += tests/module/headers.sh
