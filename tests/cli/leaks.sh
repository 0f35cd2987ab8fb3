# Memory that the bridge loses in a hundred calls, as valgrind sees it. `make leaks`.
. ./lib.sh
command -v valgrind >/dev/null || fail "valgrind is not installed"
total=${1:-100}
cat >"$T/short.json" <<'JSON'
{"name": "short", "about": "A word, and goodbye.", "carrier": {"ring_ms": 50, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "turns": [{"hears": "milk", "says": ["ok-milk"]}]}}
JSON
world "$T/short.json" --no-record
setting 'ALLOWED_CALLERS=*'
mkdir -p "$agent/run"
echo "$public_url" >"$agent/run/public-url"
pa-webhook-sync "$public_url" >/dev/null
valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
    --error-exitcode=99 --log-file="$T/valgrind" pa-bridge --public-url "@$agent/run/public-url" \
    >"$T/bridge.out" 2>"$T/bridge.err" </dev/null &
bridge_pid=$!
pids="$pids $bridge_pid"
eventually 60 bridge_ready
held() { wc -l <"$T/bridge.out"; }
# A bridge that valgrind makes late refuses some: those are none of the hundred.
tried=0
while [ "$(held)" -lt "$total" ]; do
    [ "$tried" -lt $((total * 3)) ] || fail "$(held) calls of $tried were held"
    sids=
    for _ in 1 2 3 4; do
        somebody_calls '{"from":"+821000007777"}'
        sids="$sids $call_sid"
    done
    tried=$((tried + 4))
    for sid in $sids; do eventually 150 call_ended "$sid"; done
done
kill "$bridge_pid"
code=0
wait "$bridge_pid" || code=$?
cat "$T/valgrind"
check "valgrind finds nothing in $(held) calls" "$code" 0
