#!/bin/sh
# Plugins that crash, hang, leak, print or exit, each beside a good run under one supervisor: the good one is done and
# whole, the bad one ends in the right state with a sentence that says why, and nothing reaches the terminal.
rlbench=${RLBENCH_SELF:-rlbench}
mkdir -p "$SCRATCH/run" && chmod 700 "$SCRATCH/run" || exit 99
export XDG_RUNTIME_DIR="$SCRATCH/run" RLBENCH_DB="$SCRATCH/hostile.db"
export RLBENCH_PLUGIN_PATH="$RLBENCH_PLUGIN_PATH:$RLBENCH_HOSTILE"
cd "$SCRATCH" || exit 99
failed=0
fail() { echo "hostile: $*" >&2; failed=1; }
ask() { "$rlbench" query --format csv "$1" | tail -n +2 | tr -d '\r'; }

# algorithm, state, part of the message
bad='crash|crashed|SIGSEGV
abort|crashed|SIGABRT
exit|crashed|left without a result, exit code 0
hang|crashed|hung in hostile-hang
leak|failed|no memory left at step
nan|failed|
fail|failed|the walk left the plane at step
print|done|'

recipe() {
    cat <<RECIPE
version: 1
name: $1
env: {name: gridworld}
algorithm: {name: q-learning}
sweep:
  method: list
  runs:
    - {label: good, algorithm.name: q-learning}
    - {label: bad, algorithm.name: hostile-$1}
budget: {steps: 20k}
log: {every: 100}
limits: {watchdog: 1s, memory: 1G}
RECIPE
}

printf '%s\n' "$bad" > list
while IFS='|' read -r name state part; do
    # A sanitizer reserves more address space than any limit would allow: there is no limit then.
    if [ "$name" = leak ] && grep -q __asan_init "$rlbench"; then continue; fi
    recipe "$name" > "$name.yaml"
    before=$(ask "SELECT coalesce(max(id), 0) FROM run" 2> /dev/null)
    before=${before:-0}
    "$rlbench" run "$name.yaml" --jobs 2 > out 2> err
    code=$?
    grep -q 'at step [0-9]*$' out && fail "$name: prints into the output"
    grep -q "$(printf '\033')\[2J" out err && fail "$name: its escape sequences reach the terminal"
    [ "$state" = done ] && expected=0 || expected=1
    [ $code = $expected ] || { fail "$name: exit code $code"; cat err >&2; }
    [ "$(ask "SELECT state FROM v_run WHERE id > $before AND label = 'good'")" = done ] || fail "$name: the good run is not done"
    points=$(ask "SELECT count(*) FROM v_point p JOIN run r ON r.id = p.run_id WHERE r.id > $before AND label = 'good' AND metric = 'td_error'")
    [ "$points" = 200 ] || fail "$name: the good run has $points points"
    got=$(ask "SELECT state || ': ' || message FROM v_run WHERE id > $before AND label = 'bad'")
    case $got in
    *"$state: "*"$part"*) ;;
    *) fail "$name: $got" ;;
    esac
done < list
[ "$(ask "SELECT count(*) > 0 FROM event WHERE kind = 'stderr' AND msg LIKE '%stdout at step%'")" = 1 ] || fail "print: what it printed is not in the log"
"$rlbench" doctor --json | grep -q '"name":"check","health":"ok"' || fail "the database is damaged"
exit $failed
