check_PROGRAMS += tests/recipe/test_corpus
noinst_HEADERS += tests/recipe/fake_registry.h
tests_recipe_test_corpus_SOURCES = tests/recipe/test_corpus.c
tests_recipe_test_corpus_LDADD = $(test_libs)
EXTRA_DIST += tests/recipe/bad tests/recipe/good
