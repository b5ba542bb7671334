worker_fake = tests/worker/fake.c tests/worker/fake.h
check_PROGRAMS += tests/worker/test_venv
tests_worker_test_venv_SOURCES = tests/worker/test_venv.c $(worker_fake)
tests_worker_test_venv_LDADD = $(test_libs)
