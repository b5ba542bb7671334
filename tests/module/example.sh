#!/bin/sh
# The examples of rlbench-plugin(3) and rlbench-rl(3) are plugins: taken out of the page each compiles against the installed
# headers alone, without a warning, keeps every rule, and runs.
set -u
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
XDG_CACHE_HOME=$scratch/cache XDG_RUNTIME_DIR=$scratch/run
export XDG_CACHE_HOME XDG_RUNTIME_DIR
mkdir -p "$scratch/include" "$scratch/run"
cp -r "$TOP_SRCDIR/include/rlbench" "$scratch/include/"
shipped=$RLBENCH_PLUGIN_PATH

fail() { echo "$*"; exit 1; }

extract() { # PAGE FILE
    sed -n "/^\.\\\\\" example: $2\$/,/^\.\\\\\" end of example/p" "$TOP_SRCDIR/man/$1" |
        sed -e '/^\.\\"/d' -e '/^\.Bd/d' -e '/^\.Ed/d' -e 's/^\\&//' -e 's/\\e/\\/g' >"$scratch/$2"
    [ -s "$scratch/$2" ] || fail "no example $2 in $1"
}

try() { # PAGE ID LIBRARIES…
    page=$1 id=$2
    shift 2
    extract "$page" "$id.c"
    extract "$page" "$id.yaml"
    RLBENCH_PLUGIN_PATH=$shipped
    ${CC:-cc} -std=c11 -pedantic -Wall -Wextra -Wconversion -Wshadow -Werror -O2 -shared -fPIC -I"$scratch/include" \
        -o "$scratch/$id.so" "$scratch/$id.c" "$@" -lm || fail "$id does not compile"
    "$RLBENCH_SELF" plugins check "$scratch/$id.so" || fail "$id breaks a rule"
    RLBENCH_PLUGIN_PATH=$scratch:$shipped
    "$RLBENCH_SELF" plugins "$id" >/dev/null || fail "$id is not found"
    "$RLBENCH_SELF" check "$scratch/$id.yaml" || fail "the recipe of $id is not accepted"
    "$RLBENCH_SELF" run "$scratch/$id.yaml" --set budget.steps=2k --seeds 2 --db "$scratch/r.db" >/dev/null ||
        fail "the recipe of $id does not run"
}
export RLBENCH_PLUGIN_PATH

try rlbench-plugin.3 bandit
try rlbench-rl.3 replayed -L"$TOP_BUILDDIR/.libs" -lrlbench -Wl,-rpath,"$TOP_BUILDDIR/.libs"
exit 0
