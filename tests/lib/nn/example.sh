#!/bin/sh
# The example of rlbench-nn(3) compiles as it stands against the installed headers, and learns.
set -u
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
sed -n '/^\.\\" example: sine.c$/,/^\.\\" end of example/p' "$TOP_SRCDIR/man/rlbench-nn.3" |
    sed -e '/^\.\\"/d' -e '/^\.Bd/d' -e '/^\.Ed/d' -e 's/^\\&//' -e 's/\\e/\\/g' >"$scratch/sine.c"
[ -s "$scratch/sine.c" ] || { echo "no example in the page"; exit 1; }
${CC:-cc} -std=c11 -pedantic -Wall -Wextra -Wshadow -Werror -O2 -I"$TOP_SRCDIR/include" -o "$scratch/sine" \
    "$scratch/sine.c" ${SANITIZE:-} -L"$TOP_BUILDDIR/.libs" -lrlbench -lm -Wl,-rpath,"$TOP_BUILDDIR/.libs" ||
    { echo "the example does not compile"; exit 1; }
# What its host allocates is never freed.
ASAN_OPTIONS=detect_leaks=0 "$scratch/sine" || { echo "the example does not learn"; exit 1; }
