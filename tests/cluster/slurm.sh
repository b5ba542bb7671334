#!/bin/sh
# --launcher slurm on a real Slurm of one node: the same rows as a run here, and a second time only what is missing.
rlbench=${RLBENCH_SELF:-rlbench}
here=$TOP_SRCDIR/tests/cluster
. "$here/common.sh"
. "$here/slurm-here.sh"
need sbatch slurmctld slurmd munged
cd "$SCRATCH" || exit 99
trap stop_slurm EXIT
trap 'exit 99' INT TERM

cat > walk.yaml <<'RECIPE'
version: 1
name: walk
env: {name: chain}
algorithm: {name: q-learning}
sweep: {method: grid, parameters: {algorithm.params.step_size: {values: [0.1, 0.5]}}}
budget: {steps: 4000}
eval: {every: 1000, episodes: 5}
seeds: 2
log: {every: 100}
RECIPE
try 0 "$rlbench" run walk.yaml --db local.db --quiet
[ $failed = 0 ] || exit 1

# the script is for people, and nothing is made
try 0 "$rlbench" run walk.yaml --db cluster.db --launcher slurm --dry-run --seeds 2 --slurm-options '--time=10 --mem=500'
out '^#SBATCH --time=10 --mem=500$'
out '^# sbatch --array=1-4 .*/tasks.sh 0$'
out "run --quiet --only \"\$run@[0-9a-f]\{12\}\" --db \"\$spool\" --seeds 2 -- $(pwd -P)/walk.yaml$"
out '^# 4 of 4 runs are missing$'
sh -n out || complain 'the scripts are no shell'
[ ! -e cluster.db ] && [ ! -e cluster.db.d ] || complain 'a dry run makes files'
try 64 "$rlbench" run walk.yaml --db cluster.db --launcher lsf
err 'local or slurm'
try 64 "$rlbench" run walk.yaml --db cluster.db --only 5
err 'the plan has runs 1 to 4'
try 65 "$rlbench" run walk.yaml --db cluster.db --only 1@0123456789ab
err 'another plan now'
[ ! -e cluster.db ] || complain 'a refused run makes a database'

start_slurm || unable 'slurmctld and slurmd do not come up here'
await_merge() {
    merge=$(sed -n 's/^job \([0-9]*\): brings.*/\1/p' out)
    cp out submitted
    for tries in $(seq 200); do
        [ "$(scontrol show job "$merge" | grep -c 'JobState=COMPLETED')" = 1 ] && return
        sleep 0.3
    done
    what="job $merge"
    scontrol show job > out
    cat *.db.d/spool/*/*.log > err
    complain 'the merge has not ended'
}
submit() {
    try 0 "$rlbench" run walk.yaml --db cluster.db --launcher slurm "$@"
    await_merge
}
submit --jobs 2
grep -q '^job [0-9]*: runs 1-4%2 of 4$' submitted || complain 'the array'
same_rows local.db cluster.db
[ "$(value cluster.db "SELECT count(*) FROM run WHERE state = 'done'")" = 4 ] || complain 'not all are done'
[ "$(value cluster.db 'SELECT count(*) FROM experiment')" = 1 ] || complain 'it is not one experiment'
[ "$(value cluster.db "SELECT count(*) FROM artifact WHERE path NOT LIKE '$(pwd -P)/cluster.db.d/' || (SELECT uid FROM
    run WHERE id = run_id) || '/%'")" = 0 ] || complain 'files were left in the spools'
try 0 "$rlbench" db check --db cluster.db
try 0 "$rlbench" verify --db cluster.db 3 --quiet

# once more: nothing is run; without one spool: just that one
sum() { value cluster.db 'SELECT count(*), sum(heartbeat_us), sum(attempts) FROM run'; }
before=$(sum)
submit
grep -q '^all 4 runs are done in ' submitted || complain 'what is done is done'
[ "$(sum)" = "$before" ] || complain 'a second merge changed the database'
rm "$(echo cluster.db.d/spool/walk-*)"/run-00003.db
try 0 "$rlbench" run walk.yaml --db cluster.db --launcher slurm --dry-run
out '^# sbatch --array=3 '

# a task that was broken off goes on where it was
long='--set budget.steps=10M --set log.every=100k --set eval.every=5M'
"$rlbench" run walk.yaml --db broken.db --only 2 --quiet $long > first 2>&1 &
first=$!
for tries in $(seq 100); do
    [ -n "$("$rlbench" ls --plain --db broken.db state=running 2> /dev/null)" ] && break
    sleep 0.05
done
try 0 "$rlbench" stop --db broken.db @last
wait $first
[ "$(value broken.db 'SELECT state FROM run')" = stopped ] || complain 'it was not stopped in time'
try 0 "$rlbench" run walk.yaml --db broken.db --only 2 --quiet $long
[ "$(value broken.db 'SELECT state, attempts FROM run')" = 'done,2' ] || complain 'it did not go on'
try 0 "$rlbench" run walk.yaml --db broken.db --only 2 $long
err 'nothing is left to do'
[ "$(value broken.db 'SELECT count(*) FROM run')" = 1 ] || complain 'a run was added'

# each run over two ranks of MPI
if command -v mpirun > /dev/null && [ -e "$(dirname "$rlbench")/rlbench-rank" ]; then
    cat > fed.yaml <<'RECIPE'
version: 1
name: fed
env: {name: garnet, params: {states: 6}}
algorithm: {name: fedsarsa, params: {n_agents: 5, local_steps: 10}}
budget: {steps: 2000}
seeds: 1
log: {every: 100}
RECIPE
    try 0 "$rlbench" run fed.yaml --db fed.local.db --quiet
    try 0 "$rlbench" run fed.yaml --db fed.cluster.db --launcher slurm --ranks 2
    await_merge
    same_rows fed.local.db fed.cluster.db
fi

# where nobody takes jobs
stop_slurm
try 1 env PATH=/nonexistent "$rlbench" run walk.yaml --db cluster.db --launcher slurm
err 'sbatch did not take the job'
exit $failed
