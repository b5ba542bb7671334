#!/bin/sh
# rlbench data from outside: words, files, exit codes.
set -u
files=$TOP_SRCDIR/tests/data/files
out=$SCRATCH/out.txt
failed=0
complain() { echo "verbs: $*"; failed=1; }
# expect CODE ARGUMENTS...: runs rlbench data ARGUMENTS, everything it says into $out
expect() {
    code=$1
    shift
    "$RLBENCH_SELF" data "$@" >"$out" 2>&1
    status=$?
    [ $status -eq "$code" ] || { complain "data $*: exit code $status, not $code"; cat "$out"; }
}
says() { grep -qF -- "$1" "$out" || { complain "not said: $1"; cat "$out"; }; }

cd "$SCRATCH" || exit 99
expect 0 import "$files/puzzle-play-v0.npz" --out p.rlbd
says p.rlbd
expect 73 import "$files/puzzle-play-v0.npz" --out p.rlbd
says '--force replaces it'
expect 0 import "$files/puzzle-play-v0-val.npz" --out p.rlbd --force --name 'held out'
says 'obs: float64 becomes float32'
expect 0 info p.rlbd
says 'held out'
says 'puzzle-play-v0-val.npz'
says 'button_states'
expect 0 info p.rlbd --json
says '"rows":100'
expect 0 import "$files/agents.npz" --out a.rlbd --layout columns --agents 3 --count state=12
expect 0 info a.rlbd
says 'multi, 2 of 12 choices'
says '[row][agent][2][3]'
expect 65 import "$files/agents.npz" --out b.rlbd --agents 4
says 'no axis of 4 agents'
expect 0 import "$files/puzzle-play-v0.npz" --out m.rlbd --map obs=qpos
expect 65 import "$files/puzzle-play-v0.npz" --out n.rlbd --map obs=qposs
says "needs member qposs for obs; there are: observations,"

expect 0 export m.rlbd --out m.npz
expect 0 export m.rlbd --out c.npz --compress
[ "$(wc -c <c.npz)" -lt "$(wc -c <m.npz)" ] || complain "compressed is not smaller"
expect 0 import c.npz --out back.rlbd
for file in m back; do "$RLBENCH_SELF" data info $file.rlbd | grep '^sha256 ' >$file.sha256; done
cmp m.sha256 back.sha256 || complain "out and back is another dataset"

# what check finds: a changed byte, a NaN, an end in the middle, an action that was not allowed
expect 0 check m.rlbd "$files/tiny.rlbd"
says 'ok    digest'
cp "$files/tiny.rlbd" bad.rlbd
printf '\1' | dd of=bad.rlbd bs=1 seek=$((1088)) conv=notrunc status=none
expect 65 check bad.rlbd
says 'BAD   digest: damaged'
says 'row 0 is terminated, and episode 0 goes on for 1 rows'
cp "$files/tiny.rlbd" nan.rlbd
printf '\0\0\300\177' | dd of=nan.rlbd bs=1 seek=$((832 + 24 * 3)) conv=notrunc status=none
expect 65 check nan.rlbd
says 'obs has 1 NaN and 0 infinite values, the first in row 3 (episode 1)'
says '2 checks failed'
expect 65 check "$files/bad/crc.npz"
says 'not a dataset of rlbench'

expect 66 info none.rlbd
expect 66 import none.npz --out x.rlbd
expect 73 import "$files/d4rl.npz" --out /nowhere/x.rlbd
expect 73 export m.rlbd --out /nowhere/x.npz
expect 64
expect 64 imprt
says "did you mean 'import'?"
expect 64 import a.npz
says 'where to? --out FILE'
expect 64 import a.npz --out b.rlbd --layout ogbnch
expect 64 import a.npz --out b.rlbd --map obs
expect 64 import a.npz --out b.rlbd --agents 0
expect 64 check
exit $failed
