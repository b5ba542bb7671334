check_PROGRAMS += tests/judge/test_scores
tests_judge_test_scores_SOURCES = tests/judge/test_scores.c tests/judge/common.h tests/store/common.h
tests_judge_test_scores_LDADD = $(test_libs)
check_PROGRAMS += tests/judge/test_stats_verb
tests_judge_test_stats_verb_SOURCES = tests/judge/test_stats_verb.c tests/judge/common.h tests/store/common.h
tests_judge_test_stats_verb_LDADD = $(test_libs)
check_PROGRAMS += tests/judge/test_verbs
tests_judge_test_verbs_SOURCES = tests/judge/test_verbs.c tests/judge/common.h tests/store/common.h
tests_judge_test_verbs_LDADD = $(test_libs)
check_PROGRAMS += tests/judge/test_plot
tests_judge_test_plot_SOURCES = tests/judge/test_plot.c tests/judge/common.h tests/store/common.h
tests_judge_test_plot_LDADD = $(test_libs)
check_PROGRAMS += tests/judge/test_report
tests_judge_test_report_SOURCES = tests/judge/test_report.c tests/judge/common.h tests/store/common.h
tests_judge_test_report_LDADD = $(test_libs)
dist_check_SCRIPTS += tests/judge/browser.sh
EXTRA_DIST += \
	tests/judge/golden/plot-ascii.txt \
	tests/judge/golden/plot-block.txt \
	tests/judge/golden/plot-braille.txt \
	tests/judge/golden/plot-color.txt \
	tests/judge/golden/plot.dat \
	tests/judge/golden/plot.svg \
	tests/judge/golden/plot.tex \
	tests/judge/golden/compare.json \
	tests/judge/golden/compare.txt \
	tests/judge/golden/diff.txt \
	tests/judge/golden/stats-loss.txt \
	tests/judge/golden/stats.csv \
	tests/judge/golden/stats.json \
	tests/judge/golden/stats.md \
	tests/judge/golden/stats.tex \
	tests/judge/golden/stats.txt
