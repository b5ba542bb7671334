#!/bin/sh
# A report in a real browser: it reads the page as it was meant, element by element, and the recipe in it makes the same
# runs. Skipped without Chromium.
rlbench=${RLBENCH_SELF:-rlbench}
browser=
for name in chromium chromium-browser google-chrome; do
    command -v "$name" > /dev/null && browser=$name && break
done
[ -n "$browser" ] || { echo "skipped: no Chromium to look at a report with"; exit 77; }
mkdir -p "$SCRATCH/run" && chmod 700 "$SCRATCH/run" || exit 99
export XDG_RUNTIME_DIR="$SCRATCH/run" RLBENCH_DB="$SCRATCH/r.db" HOME="$SCRATCH" LC_ALL=C.UTF-8
cd "$SCRATCH" || exit 99
failed=0
complain() { echo "FAILED: $*" >&2; failed=1; }

cat > both.yaml <<'RECIPE'
version: 1
name: both
env: {name: gridworld}
algorithm: {name: q-learning}
budget: {steps: 20k}
seeds: 3
eval: {every: 2k, episodes: 4}
log: {every: 500}
sweep: {method: grid, parameters: {algorithm.name: {values: [q-learning, sarsa]}}}
RECIPE
"$rlbench" run both.yaml --quiet > out 2>&1 || { cat out; exit 99; }
"$rlbench" report both -o page.html > out 2>&1 || { cat out; exit 99; }
look() {
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$SCRATCH/profile" "$@" \
        "file://$SCRATCH/page.html" 2> browser.log
}
look --dump-dom > dom.html || { tail -3 browser.log; echo 'skipped: the browser does not start here'; exit 77; }
# A browser mends what is nested wrongly: elements move or appear. Nothing may have.
elements() { grep -oE '<[a-z][a-z0-9]*' "$1"; }
elements page.html > ours
elements dom.html > its
diff ours its > moved || { head -5 moved; complain 'the browser had to mend the page'; }
[ "$(grep -o '<svg ' dom.html | wc -l)" -ge 3 ] || complain 'there are too few pictures'
look --window-size=1000,3000 --screenshot="$SCRATCH/page.png" > /dev/null
[ "$(wc -c < page.png)" -gt 20000 ] || complain 'the page is blank'

exit $failed
