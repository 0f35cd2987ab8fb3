#!/bin/sh
# Runs the end-to-end tests of the executables, found through PATH. With arguments only those named.
# Each test is a script of its own and gets at most five minutes.
set -u
cd "$(dirname "$0")" || exit 70
[ $# -gt 0 ] || set -- *_test.sh
passed=0 failed=0
for t; do
    out=$(mktemp)
    start=$(date +%s)
    if timeout -k 5 300 sh "$t" >"$out" 2>&1; then
        passed=$((passed + 1))
        echo "ok   $t ($(($(date +%s) - start)) s)"
    else
        failed=$((failed + 1))
        echo "FAIL $t"
        sed 's/^/     /' "$out"
    fi
    rm -f "$out"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
