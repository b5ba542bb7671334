# Everything but main() is one archive, so that tests and benches link the same objects as the program.
noinst_LIBRARIES += src/libcore.a
src_libcore_a_SOURCES =
src_libcore_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DRLBENCH_PLUGIN_DIR='"$(pluginexecdir)"' \
	-DRLBENCH_LIBEXEC_DIR='"$(pkglibexecdir)"' \
	-DRLBENCH_RECIPE_DIR='"$(recipesdir)"' \
	-DRLBENCH_BUILD_FLAGS='"$(CFLAGS) $(RLB_CFLAGS) $(RLB_SANITIZE)"'
src_libcore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(CYAML_CFLAGS) $(YAML_CFLAGS) $(CURSES_CFLAGS) $(JANSSON_CFLAGS) \
	$(NETTLE_CFLAGS)
core_libs = src/libcore.a lib/libdata.la $(SQLITE_LIBS) $(CYAML_LIBS) $(YAML_LIBS) $(CURSES_LIBS) $(JANSSON_LIBS) $(NETTLE_LIBS) -lm

bin_PROGRAMS += rlbench
rlbench_SOURCES = src/main.c
rlbench_LDADD = $(core_libs)

include src/mpi/local.mk
include src/base/local.mk
include src/recipe/local.mk
include src/module/local.mk
include src/sweep/local.mk
include src/plan/local.mk
include src/wire/local.mk
include src/worker/local.mk
include src/supervisor/local.mk
include src/store/local.mk
include src/stats/local.mk
include src/series/local.mk
include src/judge/local.mk
include src/chart/local.mk
include src/tui/local.mk
include src/cmd/local.mk
