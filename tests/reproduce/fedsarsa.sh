#!/bin/sh
# Runs the FedSARSA recipes through the real program and judges them; the report goes to standard
# output. About three minutes on two processors. Called by `make reproduce`, which sets
#   RLBENCH_SELF RLBENCH_PLUGIN_PATH RLBENCH_RECIPES TOP_SRCDIR TOP_BUILDDIR
set -e
work=$(mktemp -d "${TMPDIR:-/tmp}/rlbench-reproduce-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
export XDG_DATA_HOME="$work/data" XDG_CACHE_HOME="$work/cache" XDG_RUNTIME_DIR="$work/run"
mkdir -p "$work/run"
for recipe in speedup drift heterogeneity; do
    echo "fedsarsa-$recipe" >&2
    "$RLBENCH_SELF" run "$RLBENCH_RECIPES/fedsarsa-$recipe.yaml" --db "$work/results.db" --quiet >&2
done
"$RLBENCH_SELF" query --db "$work/results.db" --format csv \
    "SELECT experiment, label, seed, metric, last FROM v_final
      WHERE metric IN ('plateau', 'plateau_local', 'bias_pred', 'noise_floor')
      ORDER BY run_id, metric" >"$work/finals.csv"
status=0
{
    echo "# FedSARSA, reproduced"
    echo
    echo "Made by \`make reproduce\` ($("$RLBENCH_SELF" --version | head -1)): the recipes run through the program,"
    echo "judged by tests/reproduce/fedsarsa.c against the conditions of the paper's claims. Plateau: time"
    echo "average of the squared distance to the exact theta* over the last quarter of the run. Intervals:"
    echo "95 %, bootstrap over seeds."
    echo
    "$TOP_BUILDDIR/tests/reproduce/fedsarsa" <"$work/finals.csv" || status=$?
    echo
    echo "Not covered: the neural CartPole figure and runs over MPI ranks."
} >"$work/report.md"
cat "$work/report.md"
exit $status
