# Sourced by the tests of this folder.
mkdir -p "$SCRATCH/run" && chmod 700 "$SCRATCH/run" || exit 99
export XDG_RUNTIME_DIR="$SCRATCH/run" LC_ALL=C.UTF-8
failed=0
# A test that this machine cannot run says why and is skipped; where RLBENCH_REQUIRE_CLUSTER is set it fails.
unable() {
    echo "$(basename "$0"): skipped: $*" >&2
    [ -n "${RLBENCH_REQUIRE_CLUSTER:-}" ] && exit 1
    exit 77
}
need() {
    for program in "$@"; do
        command -v "$program" > /dev/null || unable "$program is not installed"
    done
}
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
value() { "$rlbench" query --db "$1" --format csv "$2" | tail -1 | tr -d '\r'; }
# Everything measured but the clock, whatever the runs' numbers and the order they ended in.
rows() {
    of='FROM run r'
    ask() { "$rlbench" query --db "$database" --format csv "SELECT r.label, r.seed, $1"; }
    database=$1
    ask "r.state, r.steps, r.digest $of ORDER BY 1, 2"
    ask "metric, step, sub, value $of JOIN v_point ON run_id = r.id WHERE metric NOT LIKE 'perf/%' ORDER BY 1, 2, 3, 4, 5"
    ask "kind, idx, p.step, len, ret, success $of JOIN v_episode p ON run_id = r.id ORDER BY 1, 2, 3, 4"
}
same_rows() {
    rows "$1" > rows.1
    rows "$2" > rows.2
    what="rows of $1 and $2"
    [ "$(wc -l < rows.1)" -gt 20 ] || complain 'there are hardly any'
    cmp -s rows.1 rows.2 || { diff rows.1 rows.2 | head -20 > out; complain 'they differ'; }
}
