# Benches are built by hand: make bench/NAME.
EXTRA_PROGRAMS = bench/make_big_db
bench_make_big_db_SOURCES = bench/make_big_db.c
bench_make_big_db_LDADD = $(core_libs)
