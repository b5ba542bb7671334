#!/bin/sh
# Runs the recipes of the deep learners through the real program and judges them; the report goes to
# standard output. About a quarter of an hour of processor time. Called by `make reproduce`, which sets
#   RLBENCH_SELF RLBENCH_PLUGIN_PATH RLBENCH_RECIPES TOP_SRCDIR TOP_BUILDDIR
# JOBS: runs side by side, by default one per processor.
set -e
work=$(mktemp -d "${TMPDIR:-/tmp}/rlbench-reproduce-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
export XDG_DATA_HOME="$work/data" XDG_CACHE_HOME="$work/cache" XDG_RUNTIME_DIR="$work/run"
mkdir -p "$work/run"
for recipe in dqn-cartpole ppo-cartpole dqn-acrobot ppo-acrobot dqn-mountain-car ppo-mountain-car ppo-pendulum; do
    echo "$recipe" >&2
    "$RLBENCH_SELF" run "$RLBENCH_RECIPES/$recipe.yaml" --db "$work/results.db" ${JOBS:+--jobs "$JOBS"} --quiet >&2
done
"$RLBENCH_SELF" query --db "$work/results.db" --format csv \
    "SELECT experiment, seed, steps, step, value FROM v_point JOIN v_run ON v_run.id = run_id
      WHERE metric = 'eval/return' ORDER BY run_id, step" >"$work/evaluations.csv"
status=0
{
    echo "# DQN and PPO on classic control"
    echo
    echo "Made by \`make reproduce\` ($("$RLBENCH_SELF" --version | head -1), $(date -u +%Y-%m-%d)): every recipe is run with"
    echo "\`rlbench run recipes/NAME.yaml\`, as it stands, and its evaluations are judged by tests/reproduce/deep.c."
    echo "An evaluation is the mean return of 20 greedy episodes in worlds of its own. Per seed: the best of the run's"
    echo "evaluations (chosen, so a little lucky) and the last (not chosen). IQM: interquartile mean over the seeds"
    echo "with its 95 % bootstrap interval."
    echo
    echo "The published figures are described in reference-levels.md; they are not measured alike: CleanRL's are"
    echo "training episodes with exploration (mean and deviation over 3 seeds), RL Zoo's one tuned run."
    echo
    "$TOP_BUILDDIR/tests/reproduce/deep" <"$work/evaluations.csv" || status=$?
} >"$work/report.md"
cat "$work/report.md"
exit $status
