# Values of numpy and Gymnasium: fixture.txt, written by make_fixture.py.
EXTRA_DIST += tests/lib/rl/make_fixture.py tests/lib/rl/fixture.txt
rl_fixture = tests/fixture.c tests/fixture.h
rl_host = tests/lib/rl/host.c tests/lib/rl/host.h tests/lib/rl/chi.h

check_PROGRAMS += tests/lib/rl/test_priority
tests_lib_rl_test_priority_SOURCES = tests/lib/rl/test_priority.c $(rl_host)
tests_lib_rl_test_priority_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/rl/test_relabel
tests_lib_rl_test_relabel_SOURCES = tests/lib/rl/test_relabel.c $(rl_host)
tests_lib_rl_test_relabel_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/rl/test_replay
tests_lib_rl_test_replay_SOURCES = tests/lib/rl/test_replay.c $(rl_host)
tests_lib_rl_test_replay_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/rl/test_returns
tests_lib_rl_test_returns_SOURCES = tests/lib/rl/test_returns.c $(rl_fixture)
tests_lib_rl_test_returns_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/rl/test_rollout
tests_lib_rl_test_rollout_SOURCES = tests/lib/rl/test_rollout.c $(rl_host)
tests_lib_rl_test_rollout_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/rl/test_explore
tests_lib_rl_test_explore_SOURCES = tests/lib/rl/test_explore.c $(rl_host)
tests_lib_rl_test_explore_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/rl/test_normalize
tests_lib_rl_test_normalize_SOURCES = tests/lib/rl/test_normalize.c $(rl_host) $(rl_fixture)
tests_lib_rl_test_normalize_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/rl/test_schedule
tests_lib_rl_test_schedule_SOURCES = tests/lib/rl/test_schedule.c $(rl_host)
tests_lib_rl_test_schedule_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/rl/test_decompose
tests_lib_rl_test_decompose_SOURCES = tests/lib/rl/test_decompose.c $(rl_fixture)
tests_lib_rl_test_decompose_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/rl/test_exact
tests_lib_rl_test_exact_SOURCES = tests/lib/rl/test_exact.c $(rl_host) $(rl_fixture)
tests_lib_rl_test_exact_LDADD = $(test_libs) librlbench.la
