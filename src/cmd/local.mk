src_libcore_a_SOURCES += \
	src/cmd/check.c \
	src/cmd/cli.c \
	src/cmd/cmd.h \
	src/cmd/verb_man.c \
	src/cmd/verb_man.h \
	src/cmd/verbs.def \
	src/cmd/artifacts.c src/cmd/safetensors.c src/cmd/safetensors.h \
	src/cmd/data.c src/cmd/data.h \
	src/cmd/data_check.c \
	src/cmd/data_info.c \
	src/cmd/data_stats.c \
	src/cmd/doctor.c src/cmd/doctor.h \
	src/cmd/doctor_database.c \
	src/cmd/gates.c src/cmd/gates.h \
	src/cmd/ls.c \
	src/cmd/provenance.c src/cmd/provenance.h \
	src/cmd/planning.c src/cmd/planning.h \
	src/cmd/query.c \
	src/cmd/runs.c \
	src/cmd/runs.h \
	src/cmd/schema.c \
	src/cmd/slurm.c src/cmd/slurm.h \
	src/cmd/spool.c src/cmd/spool.h \
	src/cmd/spread.c src/cmd/spread.h \
	src/cmd/set.c \
	src/cmd/show.c \
	src/cmd/bench.c \
	src/cmd/complete.c src/cmd/complete.h \
	src/cmd/completion.c \
	src/cmd/db.c \
	src/cmd/verify.c src/cmd/verify.h \
	src/cmd/verify_compare.c \
	src/cmd/sweep.c src/cmd/sweep.h \
	src/cmd/sweep_show.c \
	src/cmd/sweep_trials.c \
	src/cmd/table.c \
	src/cmd/table.h \
	src/cmd/workbench.c \
	src/cmd/attach.c src/cmd/launch.c src/cmd/launch.h src/cmd/pause.c src/cmd/progress.c src/cmd/progress.h \
	src/cmd/refs.c src/cmd/refs.h src/cmd/results.c src/cmd/results.h src/cmd/resume.c src/cmd/run.c src/cmd/stop.c
src_libcore_a_SOURCES += \
	src/cmd/describe.h \
	src/cmd/describe_json.c \
	src/cmd/describe_man.c \
	src/cmd/mdoc.c \
	src/cmd/mdoc.h \
	src/cmd/describe_text.c \
	src/cmd/envs.c \
	src/cmd/envs_dump.c \
	src/cmd/plugins.c src/cmd/plugins.h \
	src/cmd/plugins_check.c
src_libcore_a_SOURCES += \
	src/cmd/compare.c \
	src/cmd/diff.c \
	src/cmd/export.c \
	src/cmd/grid_print.c \
	src/cmd/html.c src/cmd/html.h \
	src/cmd/judging.c src/cmd/judging.h \
	src/cmd/line_diff.c src/cmd/line_diff.h \
	src/cmd/plot.c src/cmd/plot.h \
	src/cmd/plot_files.c \
	src/cmd/report.c src/cmd/report.h \
	src/cmd/report_runs.c \
	src/cmd/spreads.c src/cmd/spreads.h \
	src/cmd/stats.c src/cmd/stats.h \
	src/cmd/stats_print.c \
	src/cmd/stats_rows.c \
	src/cmd/table_formats.c
