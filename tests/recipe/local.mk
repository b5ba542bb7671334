check_PROGRAMS += tests/recipe/test_corpus
noinst_HEADERS += tests/recipe/fake_registry.h tests/recipe/rig.h
tests_recipe_test_corpus_SOURCES = tests/recipe/test_corpus.c
tests_recipe_test_corpus_LDADD = $(test_libs)
EXTRA_DIST += tests/recipe/bad tests/recipe/good

# With --enable-fuzzing: tests/recipe/fuzz_recipe CORPUS; otherwise a test of the corpus and its mutations.
if FUZZING
noinst_PROGRAMS += tests/recipe/fuzz_recipe
recipe_fuzz_define = -DLIBFUZZER
recipe_fuzz_link = -fsanitize=fuzzer
else
check_PROGRAMS += tests/recipe/fuzz_recipe
endif
tests_recipe_fuzz_recipe_SOURCES = tests/recipe/fuzz_recipe.c
tests_recipe_fuzz_recipe_CPPFLAGS = $(AM_CPPFLAGS) $(recipe_fuzz_define)
tests_recipe_fuzz_recipe_LDFLAGS = $(AM_LDFLAGS) $(recipe_fuzz_link)
tests_recipe_fuzz_recipe_LDADD = $(test_libs)

check_PROGRAMS += tests/recipe/test_recipe
tests_recipe_test_recipe_SOURCES = tests/recipe/test_recipe.c
tests_recipe_test_recipe_LDADD = $(test_libs)
