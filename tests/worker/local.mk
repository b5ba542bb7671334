worker_fake = tests/worker/fake.c tests/worker/fake.h
worker_drive = tests/worker/drive.c tests/worker/drive.h $(worker_fake)
check_PROGRAMS += tests/worker/test_host tests/worker/test_venv tests/worker/test_loop tests/worker/test_resume \
	tests/worker/test_control
tests_worker_test_host_SOURCES = tests/worker/test_host.c $(worker_fake)
tests_worker_test_host_LDADD = $(test_libs)
tests_worker_test_venv_SOURCES = tests/worker/test_venv.c $(worker_fake)
tests_worker_test_venv_LDADD = $(test_libs)
tests_worker_test_loop_SOURCES = tests/worker/test_loop.c $(worker_drive)
tests_worker_test_loop_LDADD = $(test_libs)
tests_worker_test_resume_SOURCES = tests/worker/test_resume.c $(worker_drive)
tests_worker_test_resume_LDADD = $(test_libs)
tests_worker_test_control_SOURCES = tests/worker/test_control.c $(worker_drive)
tests_worker_test_control_LDADD = $(test_libs)

# With --enable-fuzzing: tests/worker/fuzz_checkpoint CORPUS; otherwise a test of seeds and mutations.
if FUZZING
noinst_PROGRAMS += tests/worker/fuzz_checkpoint
else
check_PROGRAMS += tests/worker/fuzz_checkpoint
endif
tests_worker_fuzz_checkpoint_SOURCES = tests/worker/fuzz_checkpoint.c $(worker_fake)
tests_worker_fuzz_checkpoint_CPPFLAGS = $(AM_CPPFLAGS) $(fuzz_define)
tests_worker_fuzz_checkpoint_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
tests_worker_fuzz_checkpoint_LDADD = $(test_libs)

check_PROGRAMS += tests/worker/test_deep
tests_worker_test_deep_SOURCES = tests/worker/test_deep.c $(worker_drive) $(fake_host)
tests_worker_test_deep_LDADD = $(test_libs)
