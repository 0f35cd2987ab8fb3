#!/bin/sh
# Runs every fuzz target in FOLDER with the options given (-max_total_time=10, -runs=2000000) on its kept
# seeds. What it finds on the way is forgotten; what breaks a target is kept and named.
#   run.sh FOLDER OPTION...
set -u
folder=$1
shift
seeds=$(cd "$(dirname "$0")" && pwd)/corpus
findings=$folder/findings
mkdir -p "$findings"
one() { # TARGET OPTION...
    target=$1
    shift
    name=${target##*/fuzz_}
    work=$(mktemp -d)
    if "$target" "$@" -max_len=8192 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$findings/$name-" \
        "$work" "$seeds/$name" >"$work.log" 2>&1; then
        echo "ok   $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work.log") executions"
        code=0
    else
        echo "FAIL $name"
        tail -n 40 "$work.log"
        code=1
    fi
    rm -rf "$work" "$work.log"
    return $code
}
targets=$(find "$folder" -maxdepth 1 -name 'fuzz_*' -type f | sort)
[ -n "$targets" ] || { echo "no targets in $folder"; exit 1; }
failed=0
for target in $targets; do
    one "$target" "$@" || failed=1
done
exit $failed
