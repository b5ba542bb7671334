check_PROGRAMS += tests/plan/test_documented tests/plan/test_plan tests/plan/test_schema
check_PROGRAMS += tests/plan/test_random
tests_plan_test_random_SOURCES = tests/plan/test_random.c
tests_plan_test_random_LDADD = $(test_libs)
tests_plan_test_documented_SOURCES = tests/plan/test_documented.c
tests_plan_test_documented_LDADD = $(test_libs)
tests_plan_test_plan_SOURCES = tests/plan/test_plan.c
tests_plan_test_plan_LDADD = $(test_libs)
tests_plan_test_schema_SOURCES = tests/plan/test_schema.c
tests_plan_test_schema_LDADD = $(test_libs)
EXTRA_DIST += tests/plan/validate.py

check_PROGRAMS += tests/plan/test_table
tests_plan_test_table_SOURCES = tests/plan/test_table.c
tests_plan_test_table_LDADD = $(test_libs)
