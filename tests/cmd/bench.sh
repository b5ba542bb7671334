#!/bin/sh
# bench: rates of what is named and of everything, and what is wrong with a name.
rlbench=${RLBENCH_SELF:-rlbench}
export TMPDIR="$SCRATCH" LC_ALL=C.UTF-8
cd "$SCRATCH" || exit 99
failed=0
complain() { echo "FAILED: $*" >&2; cat out err >&2; failed=1; }
try() {
    expected=$1
    shift
    "$@" > out 2> err
    [ $? = "$expected" ] || complain "$*: another exit code than $expected"
}
try 0 "$rlbench" bench gridworld q-learning store --seconds 0.05
grep -q '^gridworld  *16 .*[0-9][kMG]* steps/s' out || complain 'no rate of the environment'
grep -q '^q-learning  *[a-z].* 1 .* steps/s' out || complain 'no rate of the algorithm, or not on what'
grep -q '^store .* points/s' out || complain 'no rate of the store'
grep -q '^rlbench .*build' out || complain 'not of which build'
[ -z "$(ls -d rlbench-bench-* 2> /dev/null)" ] || complain 'it leaves files behind'
try 0 "$rlbench" bench --seconds 0.01 --lanes 3 --json
for id in $("$rlbench" plugins --json | sed -n 's/.*"id":"\([a-z-]*\)".*/\1/p'); do
    grep -q "\"what\":\"$id\"" out || grep -q "$id" err || complain "nothing of $id"
done
grep -q '"lanes":3,' out || complain 'not as many lanes as asked for'
grep '"per_s":0[,}.]' out && complain 'a rate of nothing'
try 69 "$rlbench" bench gridwrld
try 64 "$rlbench" bench --seconds 0
try 64 "$rlbench" bench --lanes none
export RLBENCH_PLUGIN_PATH="$RLBENCH_PLUGIN_PATH:$RLBENCH_HOSTILE"
if [ -e "$RLBENCH_HOSTILE/crash.so" ]; then
    try 1 "$rlbench" bench hostile-crash --seconds 5
    grep -q 'ended the measuring process: SIG' err || complain 'a crash is not told'
fi
exit $failed
