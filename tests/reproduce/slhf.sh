#!/bin/sh
# Runs the SLHF recipes through the real program and judges them; the report goes to standard output. About two minutes
# on two processors. Called by `make reproduce-slhf`, which sets
#   RLBENCH_SELF RLBENCH_PLUGIN_PATH RLBENCH_RECIPES TOP_SRCDIR TOP_BUILDDIR
# JOBS: runs side by side, by default one per processor.
set -e
work=$(mktemp -d "${TMPDIR:-/tmp}/rlbench-reproduce-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
export XDG_DATA_HOME="$work/data" XDG_CACHE_HOME="$work/cache" XDG_RUNTIME_DIR="$work/run"
mkdir -p "$work/run"
for recipe in three-concepts three-concepts-sampled three-concepts-reward three-concepts-nash sequence; do
    echo "slhf-$recipe" >&2
    "$RLBENCH_SELF" run "$RLBENCH_RECIPES/slhf-$recipe.yaml" --db "$work/results.db" ${JOBS:+--jobs "$JOBS"} --quiet >&2
done
"$RLBENCH_SELF" query --db "$work/results.db" --format csv \
    "SELECT experiment, replace(coalesce(v_run.label, ''), ',', ';'), seed, step, metric, value
       FROM v_point JOIN v_run ON v_run.id = run_id
      WHERE metric NOT LIKE 'loss/%' ORDER BY run_id, step" >"$work/points.csv"
status=0
{
    echo "# SLHF, reproduced"
    echo
    echo "Made by \`make reproduce-slhf\` ($("$RLBENCH_SELF" --version | head -1), $(date -u +%Y-%m-%d)): every recipe is"
    echo "run with \`rlbench run recipes/slhf-NAME.yaml\`, as it stands, and judged by tests/reproduce/slhf.c. All figures"
    echo "of policies are exact, none is sampled. Figures over seeds: mean (lowest, highest)."
    echo
    "$TOP_BUILDDIR/tests/reproduce/slhf" <"$work/points.csv" || status=$?
} >"$work/report.md"
cat "$work/report.md"
exit $status
