check_PROGRAMS +=
dist_check_SCRIPTS += tests/cmd/runs.sh
dist_check_SCRIPTS += tests/cmd/provenance.sh
dist_check_SCRIPTS += tests/cmd/pages.sh
dist_check_SCRIPTS += tests/cmd/tutorial.sh
dist_check_SCRIPTS += tests/cmd/bench.sh
dist_check_SCRIPTS += tests/cmd/completion.sh
dist_check_SCRIPTS += tests/cmd/verify.sh
dist_check_SCRIPTS += tests/cmd/db.sh

check_PROGRAMS += tests/cmd/test_check
tests_cmd_test_check_SOURCES = tests/cmd/test_check.c
tests_cmd_test_check_LDADD = $(test_libs)

check_PROGRAMS += tests/cmd/test_safetensors
tests_cmd_test_safetensors_SOURCES = tests/cmd/test_safetensors.c
tests_cmd_test_safetensors_LDADD = $(test_libs)
check_PROGRAMS += tests/cmd/test_sweep
tests_cmd_test_sweep_SOURCES = tests/cmd/test_sweep.c
tests_cmd_test_sweep_LDADD = $(test_libs)
check_PROGRAMS += tests/cmd/test_alerts
tests_cmd_test_alerts_SOURCES = tests/cmd/test_alerts.c
tests_cmd_test_alerts_LDADD = $(test_libs)
