noinst_HEADERS += tests/supervisor/fake.h
fake_sources = tests/supervisor/fake_worker.c tests/supervisor/lab.c

check_PROGRAMS += tests/supervisor/test_life
tests_supervisor_test_life_SOURCES = tests/supervisor/test_life.c $(fake_sources)
tests_supervisor_test_life_LDADD = $(test_libs)

check_PROGRAMS += tests/supervisor/test_control
tests_supervisor_test_control_SOURCES = tests/supervisor/test_control.c $(fake_sources)
tests_supervisor_test_control_LDADD = $(test_libs)

check_PROGRAMS += tests/supervisor/test_storage tests/supervisor/test_kill
tests_supervisor_test_storage_SOURCES = tests/supervisor/test_storage.c $(fake_sources)
tests_supervisor_test_storage_LDADD = $(test_libs)
tests_supervisor_test_kill_SOURCES = tests/supervisor/test_kill.c $(fake_sources)
tests_supervisor_test_kill_LDADD = $(test_libs)

# Real runs, killed; with the number of kills as argument it can go on for hours.
dist_check_SCRIPTS += tests/supervisor/torture
dist_check_SCRIPTS += tests/supervisor/hostile.sh

check_PROGRAMS += tests/supervisor/test_alerts
tests_supervisor_test_alerts_SOURCES = tests/supervisor/test_alerts.c
tests_supervisor_test_alerts_LDADD = $(test_libs)

check_PROGRAMS += tests/supervisor/test_rollback
tests_supervisor_test_rollback_SOURCES = tests/supervisor/test_rollback.c $(fake_sources)
tests_supervisor_test_rollback_LDADD = $(test_libs)
