# Skipped where Slurm or Open MPI is not installed; required where RLBENCH_REQUIRE_CLUSTER is set.
dist_check_SCRIPTS += tests/cluster/slurm.sh
dist_check_SCRIPTS += tests/cluster/ranks.sh
dist_check_SCRIPTS += tests/cluster/spread.sh
EXTRA_DIST += tests/cluster/common.sh tests/cluster/slurm-here.sh
