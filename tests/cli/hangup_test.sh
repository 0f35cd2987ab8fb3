# A caller who hangs up while the agent is still being connected leaves no session open.
. ./lib.sh
cat >"$T/slow-model.json" <<'JSON'
{"name": "slow-model", "about": "The model takes four seconds to answer; the caller does not wait.",
 "carrier": {"ring_ms": 200, "answered_by": "human"},
 "caller": {"script": [{"when": "answered", "after_ms": 700, "hang_up": true}]},
 "model": {"greeting": ["greet-morning"], "connect_ms": 4000}}
JSON
world "$T/slow-model.json"
pipeline

status 0 pa-dial --wait
call_sid=$(head -n 1 "$T/out")
connected=$(grep -c '"event":"connected"' "$T/openai.out")
eventually 10 told openai closed "$connected"
check "sessions left" "$(grep -c '"event":"connected"' "$T/openai.out")" "$(grep -c '"event":"closed"' "$T/openai.out")"
eventually 5 call_ended "$call_sid"
check "who ended it" "$(json "$T/facts.json" '$d->{ended_by}')" caller
no_calls() { [ "$(pa-bridge ctl calls)" = '{"calls":[]}' ]; }
eventually 10 no_calls
log=$(log_of "$call_sid")
check "the log" "$(json "$log" '$d->{ended_by}, scalar @{$d->{transcript}}, scalar @{$d->{errors}}' | tr '\n' ' ')" "caller 0 0 "

# The same before the media stream has come: the bridge was asked, and nobody connects.
somebody_calls
perl http.pl POST "$twilio_url/sim/calls/$call_sid/hangup" '' 2>/dev/null
eventually 15 no_calls
connected=$(grep -c '"event":"connected"' "$T/openai.out")
all_closed() { [ "$(grep -c '"event":"closed"' "$T/openai.out")" = "$connected" ]; }
eventually 10 all_closed
eventually 5 grep -q 'model_sockets_closing 0' <<METRICS
$(pa-bridge ctl metrics)
METRICS
