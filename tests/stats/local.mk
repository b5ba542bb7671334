check_PROGRAMS += tests/stats/test_stats
tests_stats_test_stats_SOURCES = tests/stats/test_stats.c tests/fixture.c tests/fixture.h
tests_stats_test_stats_LDADD = $(test_libs) -lm
EXTRA_DIST += tests/stats/make_stats_fixture.py tests/stats/stats_fixture.txt
