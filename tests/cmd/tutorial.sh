#!/bin/sh
# rlbench-tutorial(7): every command of the page, in its order, in one shell, in an empty folder; and no command on it
# that is not run.
page=$TOP_SRCDIR/man/rlbench-tutorial.7
mkdir -p "$SCRATCH/run" "$SCRATCH/bin" "$SCRATCH/empty" && chmod 700 "$SCRATCH/run" || exit 99
ln -s "$(readlink -f "${RLBENCH_SELF:-rlbench}")" "$SCRATCH/bin/rlbench"
export XDG_RUNTIME_DIR="$SCRATCH/run" LC_ALL=C.UTF-8 PATH="$SCRATCH/bin:$PATH"
cd "$SCRATCH/empty" || exit 99
failed=0

# files between the marks; commands into a script that says which one fails
awk -v script="$SCRATCH/script.sh" '
    function plain(s) { gsub(/\\\(aq/, "\047", s); gsub(/\\\(dq/, "\"", s); gsub(/\\-/, "-", s); gsub(/\\&/, "", s); return s }
    /^\.\\" file / { file = $3; next }
    /^\.Bd/ { inside = file != ""; next }
    /^\.Ed/ { inside = 0; file = ""; next }
    inside { print plain($0) > file; next }
    /^\.\\" run$/ { run = 1; next }
    /^\.Dl / { line = plain(substr($0, 5)); if (run) print line > script; else print line > (script ".not"); run = 0 }
' "$page"
[ -e "$SCRATCH/script.sh.not" ] && { echo 'not marked to be run:'; cat "$SCRATCH/script.sh.not"; failed=1; }
[ "$(wc -l < "$SCRATCH/script.sh")" -ge 20 ] || { echo 'few commands were found'; failed=1; }
number=0
while read -r line; do
    number=$((number + 1))
    eval "$line" > "$SCRATCH/out.$number" 2> "$SCRATCH/err.$number" || {
        echo "exit code $?: $line"
        cat "$SCRATCH/out.$number" "$SCRATCH/err.$number"
        failed=1
    }
    case $line in
    *'rlbench run'*'--detach'* | export*) ;;
    *'> '*) ;;
    *) [ -s "$SCRATCH/out.$number" ] || { echo "prints nothing: $line"; failed=1; } ;;
    esac
done < "$SCRATCH/script.sh"

# what the text says of them
[ "$(rlbench ls --plain experiment=mine state=done | wc -l)" = 20 ] || { echo 'not twenty runs'; failed=1; }
[ "$(rlbench ls --plain --db for-a-colleague.db | wc -l)" = 20 ] || { echo 'not twenty runs for a colleague'; failed=1; }
[ "$(rlbench query --format csv 'SELECT state FROM v_run ORDER BY id DESC LIMIT 1' | tail -1 | tr -d '\r')" = stopped ] ||
    { echo 'the long run was not stopped'; failed=1; }
rlbench stats mine -m episode/return --window 20 --gate 'q-learning>sarsa@0.5' > "$SCRATCH/out" 2>&1 &&
    { echo 'the other claim holds as well'; failed=1; }
exit $failed
