check_PROGRAMS += tests/tui/test_actions
tests_tui_test_actions_SOURCES = tests/tui/test_actions.c
tests_tui_test_actions_LDADD = $(test_libs)

check_PROGRAMS += tests/tui/test_screens
tests_tui_test_screens_SOURCES = tests/tui/compare_fixture.h tests/tui/golden.h tests/tui/live_fixture.h \
	tests/tui/query_fixture.h tests/tui/stats_fixture.h tests/tui/sweep_fixture.h tests/tui/test_screens.c
tests_tui_test_screens_LDADD = $(test_libs)
EXTRA_DIST += \
	tests/tui/golden/compare.txt \
	tests/tui/golden/compare-none.txt \
	tests/tui/golden/help.txt \
	tests/tui/golden/live.txt \
	tests/tui/golden/live-none.txt \
	tests/tui/golden/log.txt \
	tests/tui/golden/recipes.txt \
	tests/tui/golden/recipes-checked.txt \
	tests/tui/golden/runs.txt \
	tests/tui/golden/runs-none.txt \
	tests/tui/golden/runs-seeds.txt \
	tests/tui/golden/stats.txt \
	tests/tui/golden/stats-none.txt \
	tests/tui/golden/sweep.txt \
	tests/tui/golden/sweep-none.txt

check_PROGRAMS += tests/tui/test_input
tests_tui_test_input_SOURCES = tests/tui/test_input.c
tests_tui_test_input_LDADD = $(test_libs)

check_PROGRAMS += tests/tui/test_script
tests_tui_test_script_SOURCES = tests/tui/test_script.c
tests_tui_test_script_LDADD = $(test_libs)

check_PROGRAMS += tests/tui/test_labels
tests_tui_test_labels_SOURCES = tests/tui/test_labels.c
tests_tui_test_labels_LDADD = $(test_libs)

check_PROGRAMS += tests/tui/test_live
tests_tui_test_live_SOURCES = tests/tui/golden.h tests/tui/live_fixture.h tests/tui/test_live.c tests/store/common.h
tests_tui_test_live_LDADD = $(test_libs)
EXTRA_DIST += \
	tests/tui/golden/live-full.txt \
	tests/tui/golden/live-one.txt \
	tests/tui/golden/live-seeds.txt

check_PROGRAMS += tests/tui/test_stats
tests_tui_test_stats_SOURCES = tests/tui/golden.h tests/tui/stats_fixture.h tests/tui/test_stats.c tests/store/common.h
tests_tui_test_stats_LDADD = $(test_libs)
EXTRA_DIST += \
	tests/tui/golden/stats-begun.txt \
	tests/tui/golden/stats-one.txt \
	tests/tui/golden/stats-profile.txt \
	tests/tui/golden/stats-tasks.txt

check_PROGRAMS += tests/tui/test_compare
tests_tui_test_compare_SOURCES = tests/tui/compare_fixture.h tests/tui/golden.h tests/tui/test_compare.c \
	tests/store/common.h
tests_tui_test_compare_LDADD = $(test_libs)
EXTRA_DIST += \
	tests/tui/golden/compare-differences.txt \
	tests/tui/golden/compare-seeds.txt

check_PROGRAMS += tests/tui/test_sweep
tests_tui_test_sweep_SOURCES = tests/tui/golden.h tests/tui/sweep_fixture.h tests/tui/test_sweep.c tests/store/common.h
tests_tui_test_sweep_LDADD = $(test_libs)
EXTRA_DIST += \
	tests/tui/golden/sweep-words.txt

check_PROGRAMS += tests/tui/test_terminal
tests_tui_test_terminal_SOURCES = tests/tui/test_terminal.c tests/tui/pty.h
tests_tui_test_terminal_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_tui_test_terminal_LDADD = $(test_libs) $(VTERM_LIBS)

check_PROGRAMS += tests/tui/test_workbench
tests_tui_test_workbench_SOURCES = tests/tui/test_workbench.c tests/tui/pty.h
tests_tui_test_workbench_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_tui_test_workbench_LDADD = $(test_libs) $(VTERM_LIBS)

# With --enable-fuzzing: tests/tui/fuzz_script CORPUS; otherwise a test of seeds and mutations.
if FUZZING
noinst_PROGRAMS += tests/tui/fuzz_script
else
check_PROGRAMS += tests/tui/fuzz_script
endif
tests_tui_fuzz_script_SOURCES = tests/tui/fuzz_script.c
tests_tui_fuzz_script_CPPFLAGS = $(AM_CPPFLAGS) $(fuzz_define)
tests_tui_fuzz_script_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
tests_tui_fuzz_script_LDADD = $(test_libs)

check_PROGRAMS += tests/tui/test_manners
tests_tui_test_manners_SOURCES = tests/tui/test_manners.c
tests_tui_test_manners_LDADD = $(test_libs)

check_PROGRAMS += tests/tui/test_query
tests_tui_test_query_SOURCES = tests/tui/test_query.c tests/tui/golden.h tests/tui/pty.h tests/tui/query_fixture.h
tests_tui_test_query_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_tui_test_query_LDADD = $(test_libs) $(VTERM_LIBS)
EXTRA_DIST += \
	tests/tui/golden/query-chart.txt \
	tests/tui/golden/query-error.txt \
	tests/tui/golden/query-none.txt \
	tests/tui/golden/query.txt

check_PROGRAMS += tests/tui/test_config
tests_tui_test_config_SOURCES = tests/tui/test_config.c
tests_tui_test_config_LDADD = $(test_libs)

check_PROGRAMS += tests/tui/test_replay
tests_tui_test_replay_SOURCES = tests/tui/test_replay.c tests/tui/golden.h
tests_tui_test_replay_LDADD = $(test_libs)
EXTRA_DIST += tests/tui/golden/live-replay.txt

check_PROGRAMS += tests/tui/test_plain
tests_tui_test_plain_SOURCES = tests/tui/test_plain.c tests/tui/pty.h
tests_tui_test_plain_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_tui_test_plain_LDADD = $(test_libs) $(VTERM_LIBS)

check_PROGRAMS += tests/tui/test_paint
tests_tui_test_paint_SOURCES = tests/tui/golden.h tests/tui/test_paint.c
tests_tui_test_paint_LDADD = $(test_libs)
