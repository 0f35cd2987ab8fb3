# The model's service fails in every way it can: the caller hears a sentence, or the conversation goes on;
# and the log says what happened.
# Takes long.
. ./faults_lib.sh
talk talk
long
fault_world "$T/talk.json" --scenario +821000002001="$T/long.json"

# with_model: the bridge is another, which uses $model_url.
with_model() {
    stop_bridge
    setting "OPENAI_BASE_URL=$model_url"
    bridge
}
# down NAME WORDS: with that model (if $model_url is not another's) the call ends in an apology.
down() {
    with_model
    status 0 pa-dial --wait
    call_sid=$(head -n 1 "$T/out")
    unharmed "$call_sid"
    apologised "$call_sid"
    check "$1: who ended it" "$(json "$log" '$d->{ended_by}')" error
    contains "$1: the log tells" "$(happenings "$log")" "$2"
    holds no_calls
}
# survived NAME: with that model the conversation comes to its end.
survived() {
    with_model
    status 0 pa-dial --wait
    call_sid=$(head -n 1 "$T/out")
    went_on "$1"
}
# went_on NAME: that conversation of $call_sid came to its end.
went_on() {
    unharmed "$call_sid"
    talked "$log"
    check "$1: who ended it" "$(json "$log" '$d->{ended_by}')" caller
    lacks "$1: nothing but the model speaks" "$(grep "$call_sid" "$T/twilio.out")" '"event":"said"'
}

model_url=http://127.0.0.1:1/v1
down "nobody listens" "connection refused"
talk strange
model strange --latency-ms 1 --certificates "$T/others"
down "an authority that nobody knows" "not trusted"
talk busy '{"at": "model.connect", "do": "429", "retry_after_s": 1}'
model busy
down "too many requests" 429
talk broken '{"at": "model.connect", "do": "500"}'
model broken
down "an error of theirs" 500

talk once '{"at": "model.connect:1", "do": "500", "times": 1}'
model once
survived "an error of theirs, once"
talk garbage '{"at": "model.response:2", "do": "garbage", "ms": 200}, {"at": "model.time:1500", "do": "garbage", "code": "event"}'
model garbage
survived "garbage"
# A flood in the middle of one session; another call, which begins after it, talks beside it.
talk flood '{"at": "model.time:7000", "do": "flood", "times": 1}'
model flood --record "$T/flooded"
with_model
placed 010-0000-1234
flooded=$call_sid
eventually 10 told flood connected 1
placed 010-0000-2001
long=$call_sid
eventually 20 said '우유'
call_sid=$flooded
went_on "a flood"
well "$long"
check "of two sessions one was flooded" "$(json "$T/flooded/openai-server-events.jsonl" '
    my (%all, %flood);
    for (@d) { ++$all{$_->{connection}}; ++$flood{$_->{connection}} if $_->{event}{type} eq "response.thinking.delta" }
    scalar keys %all, values %flood')" "2
10000"
# One that says nothing any more in the middle of a call, and takes all the same what it is sent.
talk stall '{"at": "model.response:2", "do": "silent", "times": 1}'
model stall
survived "a stall"
contains "a stall: the log tells" "$(happenings "$log")" "no answer from the session"
contains "a stall: and that it went on" "$(happenings "$log")" "reconnect"
check "sessions of the stalled call" "$(grep -c '"event":"connected"' "$T/stall.out")" 2
stop_bridge
