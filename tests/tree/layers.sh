#!/bin/sh
# Who may know whom: every #include of every folder is checked against the table in CONTRIBUTING.md's spirit.
cd "$TOP_SRCDIR" || exit 99
failed=0
complain() { echo "layers: $*"; failed=1; }

# folder: what of ours its files may include (prefixes of the quoted path), besides itself and <rlbench/...>
allowed='base:
recipe:base
wire:base
mpi:wire
series:base
stats:base
chart:base
module:base wire worker plan
sweep:base
plan:base recipe module sweep
worker:base wire module
store:base plan
supervisor:base wire store plan module worker sweep
judge:base stats store series recipe plan
tui:base wire store plan recipe module supervisor series stats chart judge cmd sweep
cmd:base wire store plan recipe module supervisor series stats chart judge tui worker sweep'

for line in $(printf '%s\n' "$allowed" | tr ' ' '+'); do
    folder=${line%%:*}
    may="$folder $(printf '%s' "${line#*:}" | tr '+' ' ')"
    for include in $(sed -n 's/^#include "\([a-z_]*\)\/.*/\1/p' src/"$folder"/*.[ch] | sort -u); do
        case " $may " in
        *" $include "*) ;;
        *) complain "src/$folder includes $include/: $(grep -l "^#include \"$include/" src/"$folder"/*.[ch] | tr '\n' ' ')" ;;
        esac
    done
done

# lib and plugins see only include/rlbench and their own folder
for file in $(find lib -name '*.[ch]') plugins/*/*/*.[ch]; do
    for include in $(sed -n 's/^#include "\(.*\)"/\1/p' "$file"); do
        [ -e "$(dirname "$file")/$include" ] || complain "$file includes \"$include\", which is not in its folder"
    done
done

# one folder (or file) per outside library: pattern, then the only place
only() {
    pattern=$1
    shift
    for file in $(grep -lE "$pattern" src/*/*.[ch] src/*.c $(find lib -name '*.[ch]') include/rlbench/*.h plugins/*/*/*.[ch] 2>/dev/null); do
        for place in "$@"; do
            case $file in "$place"*) continue 2 ;; esac
        done
        complain "$file: only $* may have /$pattern/"
    done
}
only '#include <sqlite3' src/store/
only '#include <(yaml|cyaml)' src/recipe/ src/plan/
only '#include <(ncursesw/)?(n?curses|term)[.]h' src/tui/term_curses
only '#include <mpi' src/mpi/
only 'dlopen\(' src/module/
only '#include <(lapacke|cblas)' lib/
only '#include <dnnl' lib/nn/gemm.c
only '#include <glpk' plugins/algorithms/preference/lp.c
only '#include <nettle' src/base/ src/worker/ lib/data/
only '#include <zlib' lib/data/
# The program takes in lib/data alone of all the library (lib/libdata.la): librlbench brings LAPACK, which takes longer
# to load than a verb to answer. What else of the library's headers the source includes has no symbols.
for header in $(sed -n 's/^#include <\(rlbench\/[a-z_]*\.h\)>.*/\1/p' src/*/*.[ch] | sort -u); do
    case $header in
    rlbench/plugin.h | rlbench/interfaces.h | rlbench/rng.h | rlbench/dataset.h | rlbench/npy.h) ;;
    *) complain "src includes <$header>, whose functions are not in the program" ;;
    esac
done
only '#include <rlbench/dataset' include/ lib/data/ src/plan/ src/worker/ src/cmd/
only '#include <rlbench/npy' include/ lib/data/ src/plan/ src/worker/ src/module/ src/cmd/
grep -q 'librlbench' src/local.mk && complain "src/local.mk: the program links librlbench"

# every test program is in the build
for file in tests/*/test_*.c tests/*/*/test_*.c tests/*/fuzz_*.c; do
    grep -qF "$file" "$(dirname "$file")/local.mk" || complain "$file is not in $(dirname "$file")/local.mk"
done

exit $failed
