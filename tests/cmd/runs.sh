#!/bin/sh
# run, attach, pause, resume, stop as somebody at a shell meets them: what they print where, and their exit codes.
rlbench=${RLBENCH_SELF:-rlbench}
mkdir -p "$SCRATCH/run" && chmod 700 "$SCRATCH/run" || exit 99
export XDG_RUNTIME_DIR="$SCRATCH/run" RLBENCH_DB="$SCRATCH/runs.db" LC_ALL=C.UTF-8
cd "$SCRATCH" || exit 99
failed=0

cat > short.yaml <<'RECIPE'
version: 1
name: short
env: {name: gridworld}
algorithm: {name: q-learning}
budget: {steps: 20k}
seeds: 2
RECIPE
sed 's/20k/100G/; s/name: short/name: long/; s/seeds: 2/seeds: 1/' short.yaml > long.yaml
echo 'checkpoint: {every: 1M}' >> long.yaml

# try STATUS COMMAND...: runs it, output in out and err
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
no_out() { [ ! -s out ] || complain "it prints something"; }
no_err() { [ ! -s err ] || complain "it says something"; }
state() { "$rlbench" query --format csv "SELECT state FROM v_run WHERE id = $1" | tail -1 | tr -d '\r'; }
steps() { "$rlbench" query --format csv "SELECT steps FROM run WHERE id = $1" | tail -1 | tr -d '\r'; }
is() { [ "$(state "$1")" = "$2" ] || complain "run $1 is $(state "$1"), not $2"; }

# wrong command lines
try 64 "$rlbench" run
err 'one recipe'
try 66 "$rlbench" run nowhere.yaml
err 'nowhere.yaml'
try 64 "$rlbench" run short.yaml --jobs 0
err 'between 1 and'
try 64 "$rlbench" run short.yaml --jobs many
try 64 "$rlbench" run short.yaml --detahc
err 'did you mean --detach'
sed 's/q-learning/q-lerning/; s/budget/bugdet/' short.yaml > wrong.yaml
try 65 "$rlbench" run wrong.yaml
err 'wrong.yaml:4:'
err 'wrong.yaml:5:'
[ ! -e runs.db ] || complain 'a wrong recipe makes no database'

# what it would do
try 0 "$rlbench" run short.yaml --dry-run
out '^# 2 runs'
out '^name: short'
no_err
[ ! -e runs.db ] || complain 'a dry run makes no database'

# a run here: results on stdout, progress on stderr
try 0 "$rlbench" run short.yaml --set algorithm.params.step_size=0.5
out '^short  *2/2'
out 'rlbench show 1'
err 'run 1: running'
err 'run 2: done at step 20000'
is 1 done
is 2 done
try 0 "$rlbench" run short.yaml --quiet --seeds 1
no_err
try 0 "$rlbench" run short.yaml --json --seeds 1
no_err
out '"type":"state","run":4,"state":"done"'
out '"type":"result"'
grep -v '^{.*}$' out > /dev/null && complain 'a line is not JSON'

# a reader that leaves does not take the runs with it
what='run --json | head -1'
"$rlbench" run short.yaml --json --seeds 1 --set budget.steps=3M 2> err | head -1 > out
sleep 0.2
for i in 1 2 3 4 5 6 7 8 9 10; do [ "$(state 5)" = done ] && break; sleep 0.2; done
is 5 done

# the same on a terminal: one line, rewritten, and left behind with a newline
if command -v script > /dev/null; then
    what='run on a terminal'
    TERM=xterm script -qec "$rlbench run short.yaml --set budget.steps=2M --seeds 2" /dev/null < /dev/null > out 2> err
    out 'steps/s'
    printf '\r' > cr
    grep -q "$(cat cr).*done.*$(printf '\033')\[K" out || complain 'no line is rewritten'
    grep -q 'run 6: running' out && complain 'lines for a log on a terminal'
fi

# in the background, from elsewhere
try 0 "$rlbench" run long.yaml --detach
run=$(cat out)
err "rlbench attach $run"
for i in 1 2 3 4 5 6 7 8 9 10; do [ "$(state "$run")" = running ] && break; sleep 0.1; done
try 0 "$rlbench" pause "$run"
out "run $run: paused"
before=$(steps "$run")
sleep 0.5
[ "$(steps "$run")" = "$before" ] || complain 'a paused run goes on'
try 0 "$rlbench" resume @live
out "run $run: running"

# a live parameter, and one that is not
try 0 "$rlbench" set "$run" step_size=0.25
out "run $run: running"
try 0 "$rlbench" set "$run" discount=0.5
for i in 1 2 3 4 5 6 7 8 9 10; do
    "$rlbench" query 'SELECT msg FROM event' > out 2> err
    grep -q 'not set' out && break
    sleep 0.2
done
what='set, in the log'
out 'step_size set to 0.25'
out 'not set: discount cannot change'
try 64 "$rlbench" set "$run"
err 'NAME=VALUE'
try 66 "$rlbench" set 4711 step_size=1

try 1 "$rlbench" resume "$run"
err 'needs no resuming'
try 124 timeout -s INT 3 "$rlbench" attach "$run" # Ctrl-C detaches
err 'detached'
is "$run" running
try 0 "$rlbench" stop "$run" --json
out "\"run\":$run,\"state\":\"stopped\""
is "$run" stopped
try 1 "$rlbench" pause "$run"
err 'not live: stopped'
try 66 "$rlbench" stop @live
err 'no run is live'
try 66 "$rlbench" resume 4711
try 65 "$rlbench" resume 1
err 'run 1 is done'
try 64 "$rlbench" stop

# resumed here, interrupted here
at=$(steps "$run")
try 130 timeout --preserve-status -s INT 3 "$rlbench" resume "$run"
err "rlbench resume $run"
is "$run" stopped
[ "$(steps "$run")" -gt "$at" ] || complain 'it did not go on'
try 143 timeout --preserve-status -s TERM 3 "$rlbench" resume "$run" --quiet
is "$run" stopped

# a worker that dies is a failed run, and the run says so
try 0 "$rlbench" resume "$run" --detach --quiet
sleep 0.5
supervisor=$("$rlbench" query --format csv "SELECT pid FROM run WHERE id = $run" | tail -1 | tr -d '\r')
"$rlbench" attach "$run" > attached 2>&1 &
front=$!
sleep 0.3
kill -KILL "$(cat /proc/"$supervisor"/task/*/children)"
wait $front
got=$?
what='attach to a run whose worker dies'
[ $got = 1 ] || complain "exit code $got"
grep -q 'crashed: SIGKILL' attached || { cp attached err; complain 'no word of SIGKILL'; }
is "$run" crashed

exit $failed
