#!/bin/sh
# mpirun rlbench run: the plan's runs over ranks, the same rows as a run here; a rank that dies is told of, and the same
# command again does what is missing.
rlbench=${RLBENCH_SELF:-rlbench}
. "$TOP_SRCDIR/tests/cluster/common.sh"
cd "$SCRATCH" || exit 99
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
gates: [{compare: [step_size=0.5, step_size=0.1], metric: eval/return, at_least: 0.01}]
RECIPE
try 0 "$rlbench" run walk.yaml --db local.db --quiet
[ $failed = 0 ] || exit 1

# ranks without mpirun: what they read is their environment
rank() {
    number=$1
    shift
    OMPI_COMM_WORLD_RANK=$number OMPI_COMM_WORLD_SIZE=2 PMIX_NAMESPACE=$launch "$rlbench" run walk.yaml --db two.db "$@"
}
launch=1
rank 1 > out.1 2>&1 &
other=$!
try 0 rank 0
err 'rank 0 of 2: run 3 of 4'
err 'P(step_size=0.5 > step_size=0.1)\|step_size=0.5>step_size=0.1'
out '^step_size=0.1  *2/2'
wait $other || complain 'rank 1 failed'
grep -q 'rank 1 of 2: run 4 of 4' out.1 || complain 'rank 1 has another share'
same_rows local.db two.db
[ "$(value two.db 'SELECT count(*) FROM experiment')" = 1 ] || complain 'it is not one experiment'
try 64 rank 0 --jobs 2
err 'one run at a time'
try 0 rank 0 --dry-run
try 0 rank 0 --launcher local --quiet

# a rank that is killed, and one more launch
launch=2
long='--set budget.steps=10G --seeds 1 --quiet --spool '"$SCRATCH/spool"
rank 1 $long > out.1 2>&1 &
for tries in $(seq 200); do
    [ -n "$("$rlbench" ls --plain --db spool/run-00002.db state=running 2> /dev/null)" ] && break
    sleep 0.05
done
pid=$(value spool/run-00002.db 'SELECT pid FROM run')
rank 1 $long > again 2>&1 && complain 'two launches at once'
grep -q 'another launch of this plan is at work' again || complain 'nothing is said of the other launch'
kill -KILL "$pid"
rank 0 $long > out.0 2> err.0 &
zero=$!
for tries in $(seq 200); do
    [ -n "$("$rlbench" ls --plain --db spool/run-00001.db state=running 2> /dev/null)" ] && break
    sleep 0.05
done
try 0 "$rlbench" stop --db spool/run-00001.db @last
wait $zero
got=$?
what='rank 0 beside a dead rank'
[ $got = 1 ] || complain "its exit code is $got"
cp err.0 err
err '^rank 1 died: '
err '1 of 2 ranks were lost, 2 of 2 runs are in '

# Open MPI itself
need mpirun
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
with='mpirun --oversubscribe -n 3'
try 137 $with sh -c '[ $OMPI_COMM_WORLD_RANK = 1 ] && kill -KILL $$; exec "$0" run walk.yaml --db mpi.db --quiet' "$rlbench"
try 0 $with "$rlbench" run walk.yaml --db mpi.db --quiet
same_rows local.db mpi.db
sum() { value mpi.db 'SELECT count(*), sum(heartbeat_us), sum(attempts) FROM run'; }
before=$(sum)
try 0 $with "$rlbench" run walk.yaml --db mpi.db --quiet
[ "$(sum)" = "$before" ] || complain 'a second launch changed the database'
try 0 "$rlbench" db check --db mpi.db
exit $failed
