#!/bin/sh
# Every shipped plugin has a manual page made from its tables, and no page has a fault.
set -u
failed=0
for id in $("$RLBENCH_SELF" plugins --json | sed -n 's/^.*"id":"\([a-z0-9-]*\)".*$/\1/p'); do
    page=$TOP_BUILDDIR/man/rlbench-$id.7
    if [ ! -s "$page" ]; then
        echo "no page for $id: add man/rlbench-$id.7 to plugin_pages in man/local.mk"
        failed=1
    fi
done
for page in "$TOP_BUILDDIR"/man/rlbench-*.7 "$TOP_SRCDIR"/man/rlbench-*.3; do
    command -v mandoc >/dev/null || break
    mandoc -Tlint -Wwarning "$page" || failed=1
done
exit $failed
