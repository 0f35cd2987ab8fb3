# pa-bridge as a service: the watched file with its URL, the command after each call, draining.
. ./lib.sh
cat >"$T/errand.json" <<'JSON'
{"name": "errand", "about": "One wish, and the phone is put down.",
 "carrier": {"ring_ms": 100, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "turns": [{"hears": "*", "says": ["ok-milk"]}]}}
JSON
world "$T/errand.json"
cat >"$T/after.sh" <<'SH'
echo "$# $1" >>"${0%/*}/after.said"
env | grep -c -e sk-simulated -e 0123456789abcdef >>"${0%/*}/after.secrets"
SH
# bridge: reads its URL from the file, as a unit of its own would.
bridge() {
    pa-bridge --public-url "@$agent/run/public-url" --on-call-end "sh '$T/after.sh'" \
        >"$T/bridge.out" 2>"$T/bridge.err" </dev/null &
    bridge_pid=$!
    pids="$pids $bridge_pid"
}
streaming() { pa-bridge ctl calls | grep -q '"streaming":true'; }
no_calls() { [ "$(pa-bridge ctl calls)" = '{"calls":[]}' ]; }

# --- the file comes later than the bridge, which refuses webhooks until then ---
bridge
eventually 10 pa-bridge ctl status
check "no URL yet" "$(json - '$d->{public_url}' <<S
$(pa-bridge ctl status)
S
)" null
contains "who asks now" "$(perl http.pl POST "http://127.0.0.1:$port/incoming" 'CallSid=CA12' 2>&1)" 403
status 75 pa-dial
status 0 sh -c "pa-tunnel --once | pa-webhook-sync >'$agent/run/public-url'"
eventually 10 bridge_ready

# --- told to stop in the middle of a call: the call is finished first ---
pa-dial -q --wait >"$T/dial.out" 2>&1 &
dial=$!
eventually 10 streaming
kill "$bridge_pid"
got=0
wait "$bridge_pid" || got=$?
check "drained" "$got" 0
got=0
wait "$dial" || got=$?
check "the call" "$got" 0
log=$(log_of "$(head -n 1 "$T/dial.out")")
check "was finished" "$(json "$log" 'map { $_->{text} } @{$d->{transcript}}' | tr '\n' '|')" \
    "여보세요, 하나예요.|마트에서 우유 사와야 해.|우유, 적어뒀어. 잊지 않게 챙겨줄게.|"
check "who ended it" "$(json "$log" '$d->{ended_by}')" caller
eventually 5 test -s "$T/after.secrets"
check "the command after it" "$(cat "$T/after.said")" "1 $log"
check "secrets it was given" "$(cat "$T/after.secrets")" 0

# --- two calls at a time do not mix ---
bridge
eventually 10 bridge_ready
status 0 pa-dial --about first
first=$(out)
eventually 10 streaming
status 75 pa-dial --about second
contains "one call per number at a time" "$(err)" "is being called already"
somebody_calls '{"from":"+821000001234"}'
second=$call_sid
eventually 25 no_calls
for sid in "$first" "$second"; do
    check "each has its own words" "$(json "$(log_of "$sid")" 'scalar @{$d->{transcript}}')" 3
done
check "each knows its own matter" "$(json "$(log_of "$first")" '$d->{about}') $(json "$(log_of "$second")" '$d->{about}')" "first "
