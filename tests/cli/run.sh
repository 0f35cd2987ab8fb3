#!/bin/sh
# Runs the end-to-end tests of the executables, found through PATH. With arguments only those named.
# Each test is a script with a world of its own and gets at most three minutes; PA_JOBS (2) run at a time.
# A line of a test that begins with "skipped: " names what it could not try here.
# PA_WORKERS=3: all of it with bridges of three workers.
set -u
cd "$(dirname "$0")" || exit 70

if [ "${1:-}" = --one ]; then
    out=$(mktemp)
    start=$(date +%s)
    # The alarm reaches the test's own shell, which ends what it has started.
    if perl -e 'alarm shift; exec @ARGV' 180 sh "$2" >"$out" 2>&1; then
        echo "ok   $2 ($(($(date +%s) - start)) s)"
        grep '^skipped: ' "$out" | sed 's/^/     /' # what was not tried is no secret
        status=0
    else
        { echo "FAIL $2" && sed 's/^/     /' "$out"; } >"$out.told"
        cat "$out.told"
        status=1
    fi
    rm -f "$out" "$out.told"
    exit "$status"
fi

all=$#
# The longest first, so that no one waits for them at the end.
# shellcheck disable=SC2046 # names without blanks
[ $# -gt 0 ] || set -- $(grep -l '^# Takes long' ./*_test.sh) $(grep -L '^# Takes long' ./*_test.sh)
start=$(date +%s)
if printf '%s\n' "$@" | sed 's|.*/||' | xargs -n 1 -P "${PA_JOBS:-2}" sh run.sh --one; then
    echo "$# passed ($(($(date +%s) - start)) s)"
    # What all of them together have to leave for the schemas' checker.
    [ "$all" = 0 ] && [ -n "${PA_RECORD_DIR:-}" ] || exit 0
    for file in openai-events openai-chat openai-server-events twilio-requests twiml to-twilio; do
        [ -s "$PA_RECORD_DIR/$file.jsonl" ] || { echo "nothing recorded: $file.jsonl"; exit 1; }
    done
else
    echo "some failed"
    exit 1
fi
