#!/bin/sh
# verify: every shipped recipe measures the same again, from the database alone; so does a run that was killed and
# resumed; and what does not is told, with where and with what has changed since.
rlbench=${RLBENCH_SELF:-rlbench}
mkdir -p "$SCRATCH/run" "$SCRATCH/plugins" "$SCRATCH/tmp" && chmod 700 "$SCRATCH/run" || exit 99
export XDG_RUNTIME_DIR="$SCRATCH/run" RLBENCH_DB="$SCRATCH/runs.db" TMPDIR="$SCRATCH/tmp" LC_ALL=C.UTF-8
cd "$SCRATCH" || exit 99
failed=0
try() {
    what=$*
    expected=$1
    shift
    "$@" > out 2> err
    got=$?
    [ "$got" = "$expected" ] || complain "exit code $got"
}
complain() {
    echo "FAILED: $what: $*" >&2
    sed 's/^/    out: /' out >&2
    sed 's/^/    err: /' err >&2
    failed=1
}
out() { grep -q -e "$1" out || complain "'$1' is not in its output"; }
err() { grep -q -e "$1" err || complain "'$1' is not in its messages"; }
value() { "$rlbench" query --format csv "$1" | tail -1 | tr -d '\r'; }

try 66 "$rlbench" verify 1
# the shipped recipes, of each the first group, with less to do
for recipe in "$RLBENCH_RECIPES"/*.yaml; do
    name=$(basename "$recipe" .yaml)
    case $name in
    *-full-scale) continue ;; # wants a large machine
    fb-* | slhf-transfer*) steps=4 every=1 ;; # updates of networks
    *) steps=2000 every=100 ;;
    esac
    try 0 "$rlbench" run "$recipe" --quiet --seeds 1 --set budget.steps=$steps --set log.every=$every
    try 0 "$rlbench" verify "$(value "SELECT min(r.id) FROM run r JOIN experiment x ON x.id = r.experiment_id
        WHERE x.name = '$name'")" --quiet
    out "$name.*: equal: digest [0-9a-f]\{12\} again, [1-9]"
done
try 64 "$rlbench" verify
[ -z "$(ls "$TMPDIR")" ] || complain 'it leaves files behind'
[ "$(value "SELECT count(*) FROM run WHERE state <> 'done'")" = 0 ] || complain 'not all are done'

# killed in the middle, with its supervisor, and resumed: the recipe is gone, and so is the checkpoint
cat > short.yaml <<'RECIPE'
version: 1
name: short
env: {name: chain}
algorithm: {name: q-learning}
budget: {steps: 100G}
seeds: 1
checkpoint: {every: 10k}
RECIPE
try 0 "$rlbench" run short.yaml --detach --set budget.steps=8M --set log.every=1000
run=$(cat out)
rm short.yaml
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ "$(value "SELECT count(*) FROM artifact WHERE run_id = $run")" -gt 0 ] && break
    sleep 0.1
done
kill -KILL "$(value "SELECT pid FROM run WHERE id = $run")"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do # a large process takes its time to die
    [ -n "$("$rlbench" ls --plain id="$run" state=crashed)" ] && break
    sleep 0.1
done
try 0 "$rlbench" verify "$run" --quiet
out 'equal as far as it went'
[ -d "$RLBENCH_DB.d" ] || complain 'no folder'
try 0 "$rlbench" resume "$run" --quiet
[ "$(value "SELECT attempts FROM run WHERE id = $run")" = 2 ] || complain 'it was not killed in time'
rm -rf "$RLBENCH_DB.d"
try 0 "$rlbench" verify "$run" --json
out '"equal":true'
out '"whole":true'
try 0 "$rlbench" verify "$run" --keep --quiet
err 'kept: .*verify.db'
rm -rf "$TMPDIR"/rlbench-verify-*

# stopped by hand: as far as it went
cat > long.yaml <<'RECIPE'
version: 1
name: long
env: {name: gridworld}
algorithm: {name: q-learning}
budget: {steps: 100G}
seeds: 1
log: {every: 1000}
RECIPE
timeout -s INT 2 "$rlbench" run long.yaml --quiet > out 2> err
try 0 "$rlbench" verify @last --quiet
out 'equal as far as it went: [1-9]'

# a budget of time: as far as it went, too
sed -i 's/^budget.*/budget: {steps: 100G, wall: 1s}/' long.yaml
try 0 "$rlbench" run long.yaml --quiet
try 0 "$rlbench" verify @last --quiet
out 'equal as far as it went: [1-9]'

# one that failed before it measured anything
sed 's/name: gridworld/name: none/; s/name: q-learning/name: hostile-nan/; /^env/d; s/100G, wall: 1s/2000/' long.yaml > nan.yaml
try 1 "$rlbench" run nan.yaml --quiet --plugin-path "$RLBENCH_HOSTILE" --set log.every=10
try 65 "$rlbench" verify @last --quiet --plugin-path "$RLBENCH_HOSTILE"
err 'has measured nothing'

# another build of the plugin, elsewhere: named, though it measures the same
cp "$RLBENCH_PLUGIN_PATH/q-learning.so" "$RLBENCH_PLUGIN_PATH/chain.so" plugins
printf '%s\n' 'version: 1' 'name: moved' 'env: {name: chain}' 'algorithm: {name: q-learning}' 'budget: {steps: 2000}' \
    'seeds: 1' > moved.yaml
try 0 env RLBENCH_PLUGIN_PATH="$SCRATCH/plugins" "$rlbench" run moved.yaml --quiet
mv plugins elsewhere
try 0 env RLBENCH_PLUGIN_PATH="$SCRATCH/elsewhere" "$rlbench" verify @last --quiet
grep -q changed out && complain 'a plugin that only moved has not changed'
echo >> elsewhere/q-learning.so
try 0 env RLBENCH_PLUGIN_PATH="$SCRATCH/elsewhere" "$rlbench" verify @last --quiet
out 'changed: algorithm.sha256'
try 69 env RLBENCH_PLUGIN_PATH=/nowhere "$rlbench" verify @last --quiet --plugin-path /nowhere
err "the algorithm 'q-learning' is not there any more"

# one that draws from the clock: different, from where, and nothing to blame; or its new build
cp "$RLBENCH_HOSTILE/random.so" elsewhere
sed 's/name: chain/name: none/; s/name: q-learning/name: hostile-random/; /^env/d' moved.yaml > random.yaml
export RLBENCH_PLUGIN_PATH="$SCRATCH/elsewhere"
try 0 "$rlbench" run random.yaml --quiet --set log.every=10
try 1 "$rlbench" verify @last --quiet
out 'different: digest'
out 'first at step [0-9]* of '
out 'not deterministic'
echo >> elsewhere/random.so
try 1 "$rlbench" verify @last --json
out '"equal":false'
out '"key":"algorithm.sha256"'
exit $failed
