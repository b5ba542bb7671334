# Plugins run under a host of the tests' own (fake_host), which loads the modules that the program loads.
fake_host = tests/plugins/fake_host.c tests/plugins/fake_host.h

check_PROGRAMS += tests/plugins/test_garnet
tests_plugins_test_garnet_SOURCES = tests/plugins/test_garnet.c $(fake_host)
tests_plugins_test_garnet_LDADD = $(test_libs) librlbench.la
