#!/bin/sh
# Every verb has a page; every option of its table is on the page, every option of the page is in the tables.
rlbench=${RLBENCH_SELF:-rlbench}
failed=0
for verb in $("$rlbench" --help | sed -n '/^Verbs/,/^Options/s/^  \([a-z]*\) .*/\1/p'); do
    [ -s "$TOP_SRCDIR/man/rlbench-$verb.1" ] || [ -s "$TOP_BUILDDIR/man/rlbench-$verb.1" ] ||
        { echo "no page for $verb: write man/verb/$verb.inc and add man/rlbench-$verb.1 to verb_pages in man/local.mk"; failed=1; }
done
for page in "$TOP_SRCDIR"/man/rlbench-*.1 "$TOP_BUILDDIR"/man/rlbench-*.1; do
    [ -e "$page" ] || continue
    verb=$(basename "$page" .1 | sed 's/^rlbench-//')
    help=$("$rlbench" "$verb" --help) || { echo "$page: no verb $verb"; failed=1; continue; }
    options=$(printf '%s\n' "$help" | sed -n 's/^  \(-., \)\{0,1\}--\([a-z-]*\).*/\2/p')
    for option in $options; do
        case $option in db | plugin-path | color | help) continue ;; esac # told in rlbench(1)
        grep -q "Fl -$option\>" "$page" || { echo "$page says nothing of --$option"; failed=1; }
    done
    for option in $(grep -o 'Fl -[a-z][a-z-]*' "$page" | sed 's/^Fl -//' | sort -u); do
        printf '%s\n' "$options" | grep -qx -e "$option" || { echo "$page tells of --$option, which $verb lacks"; failed=1; }
    done
    grep -q "rlbench-$verb 1" "$TOP_SRCDIR/man/rlbench.1" || { echo "rlbench(1) does not mention $page"; failed=1; }
    if command -v mandoc > /dev/null; then
        mandoc -Tlint -Wwarning "$page" || failed=1
    fi
done
exit $failed
