check_PROGRAMS += tests/series/test_series tests/series/test_bundle
tests_series_test_series_SOURCES = tests/series/test_series.c
tests_series_test_series_LDADD = $(test_libs)
tests_series_test_bundle_SOURCES = tests/series/test_bundle.c
tests_series_test_bundle_LDADD = $(test_libs)
