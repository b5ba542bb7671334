check_PROGRAMS += tests/plan/test_plan
tests_plan_test_plan_SOURCES = tests/plan/test_plan.c
tests_plan_test_plan_LDADD = $(test_libs)
