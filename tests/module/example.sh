#!/bin/sh
# The example of rlbench-plugin(3) is a plugin: taken out of the page it compiles against the installed headers alone,
# without a warning, keeps every rule, and runs.
set -u
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
XDG_CACHE_HOME=$scratch/cache XDG_RUNTIME_DIR=$scratch/run
export XDG_CACHE_HOME XDG_RUNTIME_DIR
mkdir -p "$scratch/include" "$scratch/run"
cp -r "$TOP_SRCDIR/include/rlbench" "$scratch/include/"

extract() {
    sed -n "/^\.\\\\\" example: $1\$/,/^\.\\\\\" end of example/p" "$TOP_SRCDIR/man/rlbench-plugin.3" |
        sed -e '/^\.\\"/d' -e '/^\.Bd/d' -e '/^\.Ed/d' -e 's/^\\&//' -e 's/\\e/\\/g' >"$scratch/$1"
    [ -s "$scratch/$1" ] || { echo "no example $1 in the page"; exit 1; }
}
extract bandit.c
extract bandit.yaml

fail() { echo "$*"; exit 1; }
${CC:-cc} -std=c11 -pedantic -Wall -Wextra -Wconversion -Wshadow -Werror -O2 -shared -fPIC -I"$scratch/include" \
    -o "$scratch/bandit.so" "$scratch/bandit.c" -lm || fail "the example does not compile"
"$RLBENCH_SELF" plugins check "$scratch/bandit.so" || fail "the example breaks a rule"
RLBENCH_PLUGIN_PATH=$scratch
export RLBENCH_PLUGIN_PATH
"$RLBENCH_SELF" plugins bandit >/dev/null || fail "the example is not found"
"$RLBENCH_SELF" check "$scratch/bandit.yaml" || fail "its recipe is not accepted"
"$RLBENCH_SELF" run "$scratch/bandit.yaml" --set budget.steps=2k --seeds 2 --db "$scratch/r.db" >/dev/null ||
    fail "its recipe does not run"
exit 0
