check_PROGRAMS += tests/module/test_registry tests/module/test_abi \
	tests/module/test_conformance_1 tests/module/test_conformance_2 tests/module/test_conformance_3
tests_module_test_conformance_1_SOURCES = tests/module/test_conformance.c
tests_module_test_conformance_1_CPPFLAGS = $(AM_CPPFLAGS) -DPART=0
tests_module_test_conformance_1_LDADD = $(test_libs)
tests_module_test_conformance_2_SOURCES = tests/module/test_conformance.c
tests_module_test_conformance_2_CPPFLAGS = $(AM_CPPFLAGS) -DPART=1
tests_module_test_conformance_2_LDADD = $(test_libs)
tests_module_test_conformance_3_SOURCES = tests/module/test_conformance.c
tests_module_test_conformance_3_CPPFLAGS = $(AM_CPPFLAGS) -DPART=2
tests_module_test_conformance_3_LDADD = $(test_libs)
tests_module_test_registry_SOURCES = tests/module/test_registry.c
tests_module_test_registry_LDADD = $(test_libs)
tests_module_test_abi_SOURCES = tests/module/test_abi.c tests/module/abi.def
tests_module_test_abi_LDADD = $(test_libs)
EXTRA_DIST += tests/module/abi.txt
dist_check_SCRIPTS += tests/module/headers.sh tests/module/example.sh tests/module/pages.sh
check_PROGRAMS += tests/module/test_dump
tests_module_test_dump_SOURCES = tests/module/test_dump.c
tests_module_test_dump_LDADD = $(test_libs)
check_PROGRAMS += tests/module/test_param
tests_module_test_param_SOURCES = tests/module/test_param.c
tests_module_test_param_LDADD = $(test_libs)
check_PROGRAMS += tests/module/test_verify
tests_module_test_verify_SOURCES = tests/module/test_verify.c
tests_module_test_verify_LDADD = $(test_libs)

check_PROGRAMS += tests/module/test_verbs
tests_module_test_verbs_SOURCES = tests/module/test_verbs.c
tests_module_test_verbs_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_module_test_verbs_LDADD = $(test_libs)

check_PROGRAMS += tests/module/test_desc
tests_module_test_desc_SOURCES = tests/module/test_desc.c
tests_module_test_desc_LDADD = $(test_libs)

check_PROGRAMS += tests/module/test_hostile
tests_module_test_hostile_SOURCES = tests/module/test_hostile.c
tests_module_test_hostile_LDADD = $(test_libs)

# The installed program finds the installed plugins, and they the installed librlbench.
installcheck-local:
	if test -n "$(DESTDIR)"; then staged="RLBENCH_PLUGIN_PATH=$(DESTDIR)$(pluginexecdir)"; else staged=; fi; \
	env -u RLBENCH_SELF -u RLBENCH_PLUGIN_PATH -u LD_LIBRARY_PATH XDG_CACHE_HOME=$(abs_builddir)/installcheck \
	  $$staged $(DESTDIR)$(bindir)/rlbench plugins >installcheck.txt
	rm -rf installcheck
	for module in $(pluginexec_LTLIBRARIES); do \
	  id=`basename $$module .la`; \
	  grep "^[ae][a-z]* *$$id .*$(pluginexecdir)/$$id.so" installcheck.txt || exit 1; \
	done
	if grep -A 1 '^broken' installcheck.txt; then exit 1; fi
CLEANFILES += installcheck.txt
