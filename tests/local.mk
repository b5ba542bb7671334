# Many small CUnit programs; each folder of tests mirrors a folder of the source and has its own local.mk.
AM_CPPFLAGS += -I$(top_srcdir)/tests $(CUNIT_CFLAGS)
test_libs = $(core_libs) $(CUNIT_LIBS)
AM_TESTS_ENVIRONMENT = \
	RLBENCH_PLUGIN_PATH='$(abs_builddir)/plugins/.libs'; export RLBENCH_PLUGIN_PATH; \
	RLBENCH_RECIPES='$(abs_top_srcdir)/recipes'; export RLBENCH_RECIPES; \
	RLBENCH_SELF='$(abs_builddir)/rlbench'; export RLBENCH_SELF; \
	SANITIZE='$(RLB_SANITIZE)'; export SANITIZE; \
	ASAN_OPTIONS='allocator_may_return_null=1'; export ASAN_OPTIONS; \
	RLBENCH_HOSTILE='$(abs_builddir)/tests/hostile/.libs'; export RLBENCH_HOSTILE; \
	TOP_SRCDIR='$(abs_top_srcdir)'; export TOP_SRCDIR; \
	TOP_BUILDDIR='$(abs_builddir)'; export TOP_BUILDDIR; \
	OMP_NUM_THREADS=1; export OMP_NUM_THREADS; \
	OPENBLAS_NUM_THREADS=1; export OPENBLAS_NUM_THREADS;
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/with-timeout
EXTRA_DIST += tests/with-timeout
noinst_HEADERS = tests/check.h

include tests/tree/local.mk
include tests/base/local.mk
include tests/wire/local.mk
include tests/lib/local.mk
include tests/lib/nn/local.mk
include tests/lib/rl/local.mk
include tests/data/local.mk
include tests/recipe/local.mk
include tests/module/local.mk
include tests/hostile/local.mk
include tests/sweep/local.mk
include tests/plan/local.mk
include tests/worker/local.mk
include tests/supervisor/local.mk
include tests/store/local.mk
include tests/stats/local.mk
include tests/series/local.mk
include tests/judge/local.mk
include tests/chart/local.mk
include tests/tui/local.mk
include tests/cmd/local.mk
include tests/cluster/local.mk
include tests/plugins/local.mk
include tests/reproduce/local.mk
