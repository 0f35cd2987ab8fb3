#!/bin/sh
# Functions in the call: what the agent does while it speaks is done once, bridged by a word if it is slow,
# ended with the call, and for the owner alone.
. ./lib.sh
cat >"$T/functions.json" <<'JSON'
{"name": "functions", "about": "The model calls a function of the agent for each thing it hears.",
 "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 400, "say": "weather"},
                       {"when": "agent-silent", "after_ms": 1500, "say": "thanks-bye"},
                       {"when": "agent-silent", "after_ms": 2500, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "purposes": {"hold": ["go-on"]},
           "turns": [{"hears": "milk", "function": {"name": "todo-add", "arguments": {"text": "마트에서 우유 사기"}}, "then_says": ["ok-milk"]},
                     {"hears": "weather", "function": {"name": "weather", "arguments": {}}, "then_says": ["weather-long"]},
                     {"hears": "tell-story", "function": {"name": "endless"}, "then_says": ["story-long"]},
                     {"hears": "thanks-bye", "says": ["goodbye"], "function": {"name": "end_call"}},
                     {"hears": "*", "says": ["go-on"]}]},
 "extraction": [{"clip": "milk", "type": "todo", "title": "우유"}]}
JSON
own_records # to look at what the model was offered
world "$T/functions.json"

# own_function NAME < SCRIPT: one of the person's own.
own_function() {
    cat >"$agent/functions/$1"
    chmod +x "$agent/functions/$1"
    echo '{"description":"Does it.","parameters":{"type":"object","properties":{}}}' >"$agent/functions/$1.json"
}
own_function weather <<'SH'
#!/bin/sh
env >"$PA_AGENT_DIR/weather.env"
sleep 2.5
echo '{"weather":"sunny"}'
SH
own_function endless <<'SH'
#!/bin/sh
trap '' TERM
sleep 600 &
echo "$$ $!" >"$PA_AGENT_DIR/endless.new" && mv "$PA_AGENT_DIR/endless.new" "$PA_AGENT_DIR/endless.pid"
wait
SH
setting 'ALLOWED_CALLERS=*'
pipeline

# --- the owner ---
status 0 pa-dial --wait
log=$(log_of "$(head -n 1 "$T/out")")
check "what was called" "$(json "$log" 'map { "$_->{name} $_->{result}" } @{$d->{functions}}')" \
    'todo-add {"ok":true,"text":"마트에서 우유 사기"}
weather {"weather":"sunny"}
end_call {"ok":true}'
check "what was said" "$(json "$log" 'map { $_->{text} } grep { $_->{role} eq "assistant" } @{$d->{transcript}}')" \
    "여보세요, 하나예요.
우유, 적어뒀어. 잊지 않게 챙겨줄게.
응, 말해봐.
$(json "$root/share/clips/clips.json" 'map { $_->{text} } grep { $_->{id} eq "weather-long" } @{$d}')
그래, 좋은 하루 보내. 끊을게."
check "a list of things to do" "$(grep -c '우유' "$agent/TODO.md")" 1
env_of() { sed -n "s/^$1=//p" "$agent/weather.env"; }
check "a clean environment" "$(env_of OPENAI_API_KEY)$(env_of TWILIO_AUTH_TOKEN)$(env_of SSL_CERT_FILE)$(env_of T)" ""
check "who is called" "$(env_of PA_CALLER) $(env_of PA_CALL_SID)" "$owner $(json "$log" '$d->{call_sid}')"
offered() { json "$T/recorded/openai-events.jsonl" 'my @u = grep { $_->{event}{type} eq "session.update" } @d;
    join " ", map { $_->{name} } @{$u[-1]{event}{session}{tools}}'; }
check "what the owner's model is offered" "$(offered)" \
    "end_call calendar-next call-me-later endless now remember todo-add todo-done todo-list weather"

# --- a todo that was said and added live stands once, whatever becomes of the run that finds it ---
pa-extract "$log" >"$T/requests" || fail "pa-extract"
check "a function did it" "$(json "$T/requests" '@$d{qw(type fulfilled)}' | tr '\n' ' ')" "todo true "
pa-act <"$T/requests" >"$T/out" || fail "pa-act"
check "its receipt" "$(json "$T/out" '$d->{status}')" skipped
check "once" "$(grep -c '우유' "$agent/TODO.md")" 1
# Had nobody noticed that it was done, its words would tell.
sed 's/"fulfilled":true/"fulfilled":false/; s/"title":"[^"]*"/"title":"마트에서 우유 사기"/' "$T/requests" |
    pa-act --again >"$T/out" || fail "pa-act"
check "still once" "$(json "$T/out" '$d->{status}') $(grep -c '우유' "$agent/TODO.md")" "skipped 1"

# --- what runs ends with the call ---
cat >"$T/endless.json" <<'JSON'
{"name": "endless", "about": "The caller asks for something that never ends, and hangs up.", "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "tell-story"},
                       {"when": "agent-silent", "after_ms": 800, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"]}}
JSON
somebody_calls "{\"from\":\"$owner\",\"scenario\":\"$T/endless.json\"}"
eventually 20 test -s "$agent/endless.pid"
eventually 20 call_ended "$call_sid"
# shellcheck disable=SC2046 # two ids
eventually 5 gone_pids $(cat "$agent/endless.pid")
contains "it is told in the log" "$(json "$(log_of "$call_sid")" '$d->{functions}[0]{name}')" endless

# --- for nobody else ---
cat >"$T/visit.json" <<'JSON'
{"name": "visit", "about": "Somebody else asks for the same.", "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"}, {"after_ms": 1500, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"]}}
JSON
somebody_calls "{\"from\":\"+821000005678\",\"scenario\":\"$T/visit.json\"}"
eventually 20 call_ended "$call_sid"
log=$(log_of "$call_sid")
contains "what somebody else asked for" "$(json "$log" 'map { $_->{text} } @{$d->{transcript}}')" "우유"
check "is not done" "$(json "$log" 'scalar @{$d->{functions}}') $(grep -c '우유' "$agent/TODO.md")" "0 1"
check "what others' models are offered" "$(offered)" end_call
