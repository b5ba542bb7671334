#!/bin/sh
# A dataset on its way through recipe, plan, database, supervisor and worker to an algorithm, by the real program.
set -u
rlbench=$RLBENCH_SELF
mkdir -p "$SCRATCH/run" "$SCRATCH/here/data" && chmod 700 "$SCRATCH/run" || exit 99
export XDG_RUNTIME_DIR="$SCRATCH/run" RLBENCH_DB="$SCRATCH/data.db"
export RLBENCH_PLUGIN_PATH="$TOP_BUILDDIR/tests/data/.libs"
cd "$SCRATCH" || exit 99
failed=0
fail() { echo "recipe: $*" >&2; failed=1; }
ask() { "$rlbench" query --format csv "$1" | tail -n +2 | tr -d '\r'; }
# is WHAT EXPECTED FOUND
is() { [ "$2" = "$3" ] || fail "$1: $3, not $2"; }

digest=81a6554d958cfb0dc3dc96457632ffc9e813d4a1b3149a7edf3a9b3e88f91eed
cp "$TOP_SRCDIR/tests/data/files/tiny.rlbd" here/data/tiny.rlbd
cat >here/read.yaml <<'RECIPE'
version: 1
name: read
algorithm: {name: reader}
dataset: {path: data/tiny.rlbd}
budget: {steps: 300}
log: {every: 3}
RECIPE

# rewards are -1.5 + i, two agents: rows 0, 1 and 3 are transitions, and give -2, 2 and 10
"$rlbench" run here/read.yaml >out 2>&1 || { fail "it does not run"; cat out >&2; }
is 'sum of 3 transitions' 10 "$(ask "SELECT value FROM v_point WHERE metric = 'reader/sum' AND step = 3")"
is 'sum of 300' 1000 "$(ask "SELECT last FROM v_final WHERE metric = 'reader/sum'")"
# row 4 follows the last transition; its first number is 0.25 * 24
is 'next observation' 6 "$(ask "SELECT last FROM v_final WHERE metric = 'reader/last'")"
is 'digest kept with the run' $digest "$(ask "SELECT txt FROM param WHERE run_id = 1 AND key = 'dataset.sha256'")"
is 'path kept with the run' "$SCRATCH/here/data/tiny.rlbd" "$(ask "SELECT txt FROM param WHERE run_id = 1 AND key = 'dataset.path'")"
ask "SELECT resolved FROM recipe" | grep -q "sha256: $digest" || fail "the resolved recipe lacks the digest"

# no dataset, or one it cannot use
sed '/^dataset/d' here/read.yaml >none.yaml
"$rlbench" run none.yaml >out 2>&1 && fail "it runs without a dataset"
grep -q 'it learns from a dataset' out || fail "nobody says that a dataset is missing"

# interrupted and resumed: the same as in one go, with draws
run_to() { "$rlbench" run here/read.yaml --set draws=yes --set "budget.steps=$1" --set log.every=100 >out 2>&1; }
last() { ask "SELECT digest FROM run ORDER BY id DESC LIMIT 1"; }
run_to 2k || fail "draws do not run"
whole=$(last)
"$rlbench" run here/read.yaml --set draws=yes --set budget.steps=100G --set log.every=100M --detach >/dev/null 2>&1
id=$(ask "SELECT max(id) FROM run")
# lets the run go on for a moment and stops it
stop_it() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ "$(ask "SELECT steps > $1 FROM run WHERE id = $id")" = 1 ] && break
        sleep 0.2
    done
    "$rlbench" stop "$id" >/dev/null 2>&1 || fail "it cannot be stopped"
    steps=$(ask "SELECT steps FROM run WHERE id = $id")
    [ "$steps" -gt "$1" ] || fail "it has made $steps steps, not more than $1"
}
stop_it 0
run_to 2k && is 'the same again' "$whole" "$(last)"

# another file in its place
cp here/data/tiny.rlbd kept
"$rlbench" data import "$TOP_SRCDIR/tests/data/files/d4rl.npz" --out here/data/tiny.rlbd --force 2>/dev/null >&2
"$rlbench" resume "$id" >out 2>&1 && fail "a run is resumed with another dataset"
message=$(ask "SELECT message FROM v_run WHERE id = $id")
case $message in
*'is another one now: its digest is '*", that of this run $(printf %.12s $digest)"*) ;;
*) fail "resumed with another dataset: $message"; cat out >&2 ;;
esac
# its head is the same, one number is not
cp kept here/data/tiny.rlbd
printf '\1' | dd of=here/data/tiny.rlbd bs=1 seek=900 conv=notrunc status=none
"$rlbench" resume "$id" >out 2>&1 && fail "a run is resumed with a damaged dataset"
message=$(ask "SELECT message FROM v_run WHERE id = $id")
case $message in
*'damaged: its data have digest'*) ;;
*) fail "resumed with a damaged dataset: $message" ;;
esac
rm here/data/tiny.rlbd
"$rlbench" resume "$id" >out 2>&1 && fail "a run is resumed without its dataset"
message=$(ask "SELECT message FROM v_run WHERE id = $id")
case $message in
*'No such file or directory'*) ;;
*) fail "resumed without its dataset: $message" ;;
esac
cp kept here/data/tiny.rlbd
"$rlbench" resume "$id" --detach >/dev/null 2>&1
stop_it "$steps"
is 'resumed with its dataset' stopped "$(ask "SELECT state FROM v_run WHERE id = $id")"

# who writes into the rows ends; the run beside it does not notice, nor does the file
cat >here/scribble.yaml <<'RECIPE'
version: 1
name: scribble
algorithm: {name: reader}
dataset: {path: data/tiny.rlbd}
budget: {steps: 300}
sweep: {parameters: {algorithm.params.scribble: {values: [-1, 100]}}}
RECIPE
"$rlbench" run here/scribble.yaml >out 2>&1 && fail "a scribbler is done"
is 'the good run' done "$(ask "SELECT state FROM v_run WHERE experiment = 'scribble' AND label = 'scribble=-1'")"
is 'the scribbler' crashed "$(ask "SELECT state FROM v_run WHERE experiment = 'scribble' AND label = 'scribble=100'")"
cmp kept here/data/tiny.rlbd || fail "the dataset was changed"
exit $failed
