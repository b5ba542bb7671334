data_random = tests/data/random_dataset.c tests/data/random_dataset.h
check_PROGRAMS += \
	tests/data/test_archive \
	tests/data/test_dataset
tests_data_test_archive_SOURCES = tests/data/test_archive.c $(data_random)
tests_data_test_archive_LDADD = $(test_libs)
tests_data_test_dataset_SOURCES = tests/data/test_dataset.c $(data_random)
tests_data_test_dataset_LDADD = $(test_libs)
EXTRA_DIST += tests/data/check_export.py
EXTRA_DIST += tests/data/make_npz.py
EXTRA_DIST += tests/data/make_rlbd.py
EXTRA_DIST += tests/data/files

# With --enable-fuzzing: tests/data/fuzz_dataset CORPUS; otherwise tests of seeds and mutations.
if FUZZING
noinst_PROGRAMS += tests/data/fuzz_archive tests/data/fuzz_dataset
else
check_PROGRAMS += tests/data/fuzz_archive tests/data/fuzz_dataset
endif
tests_data_fuzz_archive_SOURCES = tests/data/fuzz_archive.c $(data_random)
tests_data_fuzz_archive_CPPFLAGS = $(AM_CPPFLAGS) $(fuzz_define)
tests_data_fuzz_archive_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
tests_data_fuzz_archive_LDADD = $(test_libs)
tests_data_fuzz_dataset_SOURCES = tests/data/fuzz_dataset.c $(data_random)
tests_data_fuzz_dataset_CPPFLAGS = $(AM_CPPFLAGS) $(fuzz_define)
tests_data_fuzz_dataset_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
tests_data_fuzz_dataset_LDADD = $(test_libs)
dist_check_SCRIPTS += tests/data/verbs.sh
dist_check_SCRIPTS += tests/data/recipe.sh

# Built without sanitizers, as hostile modules are.
check_LTLIBRARIES += tests/data/reader.la
tests_data_reader_la_SOURCES = tests/data/reader.c
tests_data_reader_la_CFLAGS = $(RLB_CFLAGS) -fvisibility=hidden
tests_data_reader_la_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)/include
tests_data_reader_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere -lm
