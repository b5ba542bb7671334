check_PROGRAMS += tests/lib/test_rng tests/lib/test_linalg
tests_lib_test_rng_SOURCES = tests/lib/test_rng.c
tests_lib_test_rng_LDADD = $(test_libs)
tests_lib_test_linalg_SOURCES = tests/lib/test_linalg.c
tests_lib_test_linalg_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/lib/test_vecmath
tests_lib_test_vecmath_SOURCES = tests/lib/test_vecmath.c
tests_lib_test_vecmath_LDADD = $(test_libs)

check_PROGRAMS += tests/lib/test_preference
tests_lib_test_preference_SOURCES = tests/lib/test_preference.c
tests_lib_test_preference_LDADD = $(test_libs) librlbench.la
