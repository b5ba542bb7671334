#!/bin/sh
# The installed headers stand alone, in strict C11 and in C++17, without a warning; those that cross the ABI, or whose
# structs are written to checkpoints as they are, without a hole in any struct.
set -u
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
failed=0
warnings="-pedantic -Wall -Wextra -Wconversion -Wshadow -Wundef -Werror"

try() {
    compiler=$1 standard=$2 suffix=$3 header=$4
    case $header in
    plugin.h | interfaces.h | rng.h | dataset.h) padded=-Wpadded ;;
    *) padded= ;;
    esac
    printf '#include <rlbench/%s>\nint main(void) { return 0; }\n' "$header" >"$scratch/t.$suffix"
    if ! "$compiler" -std="$standard" $warnings $padded -I"$TOP_SRCDIR/include" -fsyntax-only "$scratch/t.$suffix"; then
        echo "rlbench/$header does not compile as $standard with $compiler"
        failed=1
    fi
}

for header in "$TOP_SRCDIR"/include/rlbench/*.h; do
    name=$(basename "$header")
    for compiler in gcc clang; do
        command -v $compiler >/dev/null && try $compiler c11 c "$name"
    done
    for compiler in g++ clang++; do
        command -v $compiler >/dev/null && try $compiler c++17 cc "$name"
    done
done
exit $failed
