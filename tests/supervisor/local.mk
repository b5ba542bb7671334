noinst_HEADERS += tests/supervisor/fake.h
fake_sources = tests/supervisor/fake_worker.c tests/supervisor/lab.c

check_PROGRAMS += tests/supervisor/test_life
tests_supervisor_test_life_SOURCES = tests/supervisor/test_life.c $(fake_sources)
tests_supervisor_test_life_LDADD = $(test_libs)

check_PROGRAMS += tests/supervisor/test_control
tests_supervisor_test_control_SOURCES = tests/supervisor/test_control.c $(fake_sources)
tests_supervisor_test_control_LDADD = $(test_libs)
