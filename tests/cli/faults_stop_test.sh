# Told to stop at every moment of a call, the bridge ends it at the carrier, leaves a whole log and ends with 0.
# Takes long.
. ./faults_lib.sh
talk talk
sed -e 's/"ring_ms": 200/"ring_ms": 60000/' "$T/talk.json" >"$T/ringing.json"
sed -e 's/"faults": \[\]/"faults": [{"at": "model.connect", "do": "silent"}]/' "$T/talk.json" >"$T/silent.json"
cat >"$T/farewell.json" <<'JSON'
{"name": "farewell", "about": "The agent says a long goodbye.",
 "carrier": {"ring_ms": 200, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 400, "say": "thanks-bye"}]},
 "model": {"greeting": ["greet-plain"],
           "turns": [{"hears": "*", "says": ["weather-long", "goodbye"], "function": {"name": "end_call"}}]}}
JSON
fault_world "$T/talk.json" --scenario +821000002001="$T/ringing.json" --scenario +821000002002="$T/farewell.json"

ringing() { facts_of "$call_sid" && [ "$(json "$T/facts.json" '$d->{status}')" = ringing ]; }
in_progress() { facts_of "$call_sid" && [ "$(json "$T/facts.json" '$d->{status}')" = in-progress ]; }
restart() {
    stop_bridge
    bridge --drain-seconds "$1"
}

restart 1
placed 010-0000-2001
eventually 10 ringing
stopped "while it rings"
check "while it rings: at the carrier" "$(json "$T/facts.json" '$d->{status}')" canceled
check "while it rings: nobody spoke, no log" "$(find "$agent/call_logs" -name "*$call_sid*.json")" ""

model silent
setting "OPENAI_BASE_URL=$model_url"
bridge --drain-seconds 1
placed 010-0000-1234
eventually 10 in_progress
stopped "while the model connects"
logged "while the model connects"
setting "OPENAI_BASE_URL=$openai_url"

bridge --drain-seconds 1
placed 010-0000-1234
eventually 10 in_progress
eventually 10 told openai said
stopped "in mid-sentence"
logged "in mid-sentence"
contains "in mid-sentence: what was said" "$(texts "$log")" "좋은 아침"

model farewell
setting "OPENAI_BASE_URL=$model_url"
bridge --drain-seconds 30
placed 010-0000-2002
eventually 30 said '"function"'
stopped "during the goodbye"
logged "during the goodbye"
contains "during the goodbye: to its last word" "$(texts "$log")" "끊을게"
check "during the goodbye: nothing is clipped" "$(json "$T/facts.json" '$d->{dropped_at_end_ms}')" 0

setting "OPENAI_BASE_URL=$openai_url"
# With time to drain a call comes to its own end; the log is written then.
bridge --drain-seconds 60
placed 010-0000-1234
eventually 10 said assistant
stopped "in a call that may end"
logged "in a call that may end"
talked "$log"
check "in a call that may end: who ended it" "$(json "$log" '$d->{ended_by}')" caller

bridge --drain-seconds 60
placed 010-0000-1234
eventually 60 call_ended "$call_sid"
stopped "while the log is written"
logged "while the log is written"
talked "$log"
