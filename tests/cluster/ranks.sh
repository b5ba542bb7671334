#!/bin/sh
# --ranks: a run over processes of MPI measures what it measures in one, bit for bit, also through checkpoints; a rank
# that dies is named, and nothing of a run is left behind.
rlbench=${RLBENCH_SELF:-rlbench}
. "$TOP_SRCDIR/tests/cluster/common.sh"
cd "$SCRATCH" || exit 99
cat > fed.yaml <<'RECIPE'
version: 1
name: fed
env: {name: garnet, params: {states: 6, actions: 3, branching: 2}, time_limit: 40}
algorithm:
  name: fedsarsa
  params: {n_agents: 7, n_kinds: 3, local_steps: 5, step_size: 0.05}
budget: {steps: 3000}
seeds: 1
log: {every: 100}
eval: {every: 1000, episodes: 3}
checkpoint: {every: 1000}
RECIPE
sed 's/fedsarsa/q-learning/; /params: {n_agents/d' fed.yaml > alone.yaml
try 64 "$rlbench" run alone.yaml --db a.db --ranks 2
err 'q-learning cannot be spread over ranks'
try 64 "$rlbench" run fed.yaml --db a.db --ranks 0
try 0 "$rlbench" run fed.yaml --db a.db --ranks 2 --launcher slurm --dry-run
out '^#SBATCH --ntasks=2$'
out ' --ranks 2 '
"$rlbench" run fed.yaml --db a.db --ranks 2 --quiet > out 2> err
case $? in
0) ;;
78) unable "$(tail -1 err)" ;;
*) what='two ranks' && complain 'they do not run' && exit 1 ;;
esac
rm -rf a.db*
files() { value "$1" "SELECT group_concat(sha256) FROM (SELECT sha256 FROM artifact WHERE kind = 'artifact' ORDER BY path)"; }

# every mode, kinds that are no multiple of the ranks, ranks without an agent of some kind, or of any
number=0
both() {
    ranks=$1
    number=$((number + 1))
    shift
    try 0 "$rlbench" run fed.yaml --db one$number.db --quiet "$@"
    try 0 "$rlbench" run fed.yaml --db many$number.db --quiet --ranks "$ranks" "$@"
    same_rows one$number.db many$number.db
    [ "$(files one$number.db)" = "$(files many$number.db)" ] || complain 'the results differ'
}
both 2
both 3 --set control_variates=true --set projection=3 --set local_steps=1
both 2 --set mode=averaged-environment --set target=expected-sarsa --set policy=eps-greedy
both 3 --set n_agents=2 --set mode=independent --set schedule=linear
[ "$(value many1.db 'SELECT count(*) FROM v_episode')" -gt 100 ] || complain 'there are hardly any episodes'

# stopped and gone on with
"$rlbench" run fed.yaml --db long1.db --quiet --set budget.steps=400k --set log.every=10k > out 2> err
"$rlbench" run fed.yaml --db long2.db --quiet --ranks 2 --set budget.steps=400k --set log.every=10k > out.2 2> err.2 &
run=$!
for tries in $(seq 100); do
    [ "$(value long2.db 'SELECT count(*) FROM artifact' 2> /dev/null)" -gt 0 ] 2> /dev/null && break
    sleep 0.1
done
try 0 "$rlbench" pause --db long2.db @last
try 0 "$rlbench" stop --db long2.db @last
wait $run
[ "$(value long2.db 'SELECT state FROM run')" = stopped ] || complain 'it was not stopped in time'
try 0 "$rlbench" resume --db long2.db @last --quiet
[ "$(value long2.db 'SELECT attempts FROM run')" = 2 ] || complain 'attempts'
same_rows long1.db long2.db

# a rank that is killed; then the supervisor
carriers() { pgrep -f "^[^ ]*rlbench-rank $XDG_RUNTIME_DIR/rlbench/ranks-"; }
wait_for_ranks() {
    for tries in $(seq 100); do
        [ "$(value "$1" 'SELECT count(*) > 0 FROM point' 2> /dev/null)" = 1 ] && [ "$(carriers | wc -l)" = 2 ] && return
        sleep 0.2
    done
    what="$1"
    complain 'its ranks do not come up'
    exit 1
}
"$rlbench" run fed.yaml --db dead.db --quiet --ranks 2 --set budget.steps=100G > out 2> err &
run=$!
wait_for_ranks dead.db
follower=$(for carrier in $(carriers); do pgrep -P "$carrier" -f -- '--worker 1 2'; done)
kill -SEGV "$follower" || exit 1
wait $run
what='a rank that dies'
[ "$(value dead.db 'SELECT state FROM run')" = failed ] || complain 'the run has not failed'
value dead.db 'SELECT message FROM run' > out
out 'rank 1: SIGSEGV'
"$rlbench" run fed.yaml --db gone.db --quiet --ranks 2 --set budget.steps=100G > out 2> err &
run=$!
wait_for_ranks gone.db
kill -KILL $run
for tries in $(seq 50); do
    [ -z "$(carriers)" ] && break
    sleep 0.2
done
what='a supervisor that is killed'
[ -z "$(carriers)" ] || complain 'its ranks go on'
[ -z "$(find "$XDG_RUNTIME_DIR/rlbench" -name 'ranks-*')" ] || complain 'sockets of ranks are left'
exit $failed
