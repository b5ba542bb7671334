# Plugins run under a host of the tests' own (fake_host), which loads the modules that the program loads.
fake_host = tests/plugins/fake_host.c tests/plugins/fake_host.h

check_PROGRAMS += tests/plugins/test_garnet
tests_plugins_test_garnet_SOURCES = tests/plugins/test_garnet.c $(fake_host)
tests_plugins_test_garnet_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/plugins/test_control tests/plugins/test_worlds
tests_plugins_test_control_SOURCES = tests/plugins/test_control.c $(fake_host)
tests_plugins_test_control_LDADD = $(test_libs) librlbench.la
tests_plugins_test_worlds_SOURCES = tests/plugins/test_worlds.c $(fake_host)
tests_plugins_test_worlds_LDADD = $(test_libs) librlbench.la
