# Lines that get stuck: each ends at the carrier and leaves one finished log, though the carrier's REST API
# does not work the whole time.
# Takes long.
. ./lib.sh
# line NAME FAULTS CALLER: a call in which the agent ends the conversation when it is thanked.
line() {
    cat >"$T/$1.json" <<JSON
{"name": "$1", "about": "A line that gets stuck, or a carrier that does not listen.",
 "carrier": {"ring_ms": 200, "answered_by": "human", "max_call_ms": 90000},
 "caller": {"script": [$3]},
 "model": {"greeting": ["greet-morning"], "turns": [
    {"hears": "milk", "says": ["ok-milk"]},
    {"hears": "thanks-bye", "says": ["weather-long", "goodbye"], "function": {"name": "end_call"}}]},
 "faults": [$2]}
JSON
}
milk='{"when": "agent-silent", "after_ms": 400, "say": "milk"}'
thanks='{"when": "agent-silent", "after_ms": 400, "say": "thanks-bye"}'
line deaf '{"at": "rest.call", "do": "503"}' "$thanks"
line silent '{"at": "carrier.media:200", "do": "silent"}' "$milk"
line broken '{"at": "carrier.media:250", "do": "drop"}' "$milk, $thanks"
line startless '{"at": "carrier.start", "do": "lose"}' "$milk"
world "$T/deaf.json" --scenario +821000002001="$T/silent.json" --scenario +821000002002="$T/broken.json" \
    --scenario +821000002003="$T/startless.json"
pipeline

placed() { # NAME NUMBER: its SID in $T/NAME.sid
    status 0 pa-dial "$2"
    head -n 1 "$T/out" >"$T/$1.sid"
}
placed deaf 010-0000-1234
placed silent 010-0000-2001
placed broken 010-0000-2002
placed startless 010-0000-2003

no_calls() { [ "$(pa-bridge ctl calls)" = '{"calls":[]}' ]; }
ended() { # NAME WHO: the call is over at the carrier; one log, in which WHO ended it.
    sid=$(cat "$T/$1.sid")
    eventually 60 call_ended "$sid"
    log=$(log_of "$sid")
    check "$1: logs" "$(printf '%s\n' "$log" | wc -l | tr -d ' ')" 1
    check "$1: who ended it" "$(json "$log" '$d->{ended_by}')" "$2"
    check "$1: status" "$(json "$T/facts.json" '$d->{status}')" completed
}
ended deaf agent
check "nothing of the goodbye is clipped" "$(json "$T/facts.json" '$d->{dropped_at_end_ms}')" 0
contains "it was said" "$(json "$log" 'map { $_->{text} } @{$d->{transcript}}')" "그래, 좋은 하루 보내. 끊을게."
ended broken agent
contains "before the break" "$(json "$log" 'map { $_->{text} } @{$d->{transcript}}')" "좋은 아침"
contains "the log tells" "$(json "$log" 'map { $_->{what} } @{$d->{events}}, @{$d->{errors}}')" reattached
ended silent carrier
contains "the log tells" "$(json "$log" 'map { $_->{what} } @{$d->{errors}}')" media-stall
sid=$(cat "$T/startless.sid")
eventually 60 call_ended "$sid"
eventually 60 no_calls
check "nothing is left half written" "$(find "$agent/call_logs" -name '*.partial' | wc -l | tr -d ' ')" 0
opened=$(grep -c '"event":"connected"' "$T/openai.out")
eventually 10 told openai closed "$opened"
