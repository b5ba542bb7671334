# Benches are built by hand: make bench/NAME.
EXTRA_PROGRAMS += bench/make_big_db bench/store
bench_make_big_db_SOURCES = bench/make_big_db.c
bench_make_big_db_LDADD = $(core_libs)
bench_store_SOURCES = bench/store.c
bench_store_LDADD = $(core_libs)

EXTRA_PROGRAMS += bench/frame
bench_frame_SOURCES = bench/frame.c
bench_frame_LDADD = $(core_libs)

EXTRA_PROGRAMS += bench/ingest
bench_ingest_SOURCES = bench/ingest.c
bench_ingest_LDADD = $(core_libs)
EXTRA_PROGRAMS += bench/metric_call
bench_metric_call_SOURCES = bench/metric_call.c
bench_metric_call_LDADD = $(core_libs)
EXTRA_PROGRAMS += bench/venv_step
bench_venv_step_SOURCES = bench/venv_step.c
bench_venv_step_LDADD = $(core_libs)

EXTRA_PROGRAMS += bench/garnet_sarsa
bench_garnet_sarsa_SOURCES = bench/garnet_sarsa.c
bench_garnet_sarsa_LDADD = $(core_libs) librlbench.la
EXTRA_PROGRAMS += bench/tui
bench_tui_SOURCES = bench/tui.c
bench_tui_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
bench_tui_LDADD = $(core_libs) $(VTERM_LIBS)
