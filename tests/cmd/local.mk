check_PROGRAMS +=
dist_check_SCRIPTS += tests/cmd/runs.sh
