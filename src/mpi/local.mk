# The only program that links MPI. Without the sanitizers: MPI keeps memory until it ends.
EXTRA_DIST += src/mpi/rank.c
if MPI
pkglibexec_PROGRAMS += rlbench-rank
rlbench_rank_SOURCES = src/mpi/rank.c src/wire/ranks.h
rlbench_rank_CFLAGS = $(RLB_CFLAGS) $(MPI_CFLAGS)
rlbench_rank_LDFLAGS =
rlbench_rank_LDADD = $(MPI_LIBS)
endif
