# For the tests of faults: one tunnel, and a bridge beside it that is started anew with other settings.
# shellcheck shell=sh
. ./lib.sh
# shellcheck disable=SC2034 # for the tests
export TWILIO_AUTH_TOKEN="$token" # for stream.pl

# talk NAME [FAULTS]: a scenario of three turns in $T/NAME.json.
talk() {
    cat >"$T/$1.json" <<JSON
{"name": "$1", "about": "A wish and a goodbye, with a fault between.",
 "carrier": {"ring_ms": 200, "answered_by": "human", "max_call_ms": 90000},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 400, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 400, "say": "thanks-bye"},
                       {"when": "agent-silent", "after_ms": 600, "hang_up": true}]},
 "model": {"greeting": ["greet-morning"], "purposes": {"resumed": ["sorry-cut"]},
           "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]},
                     {"hears": "thanks-bye", "says": ["goodbye"]}]},
 "faults": [${2:-}]}
JSON
}

# long: a scenario with two wishes, far apart.
long() {
    cat >"$T/long.json" <<'JSON'
{"name": "long", "about": "Two wishes, far apart.",
 "carrier": {"ring_ms": 200, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 400, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 5000, "say": "meeting"},
                       {"when": "agent-silent", "after_ms": 400, "say": "thanks-bye"},
                       {"when": "agent-silent", "after_ms": 600, "hang_up": true}]},
 "model": {"greeting": ["greet-morning"],
           "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]},
                     {"hears": "thanks-bye", "says": ["goodbye"]}]}}
JSON
}

# fault_world SCENARIO [OPTION OF pa-sim twilio…]: everything but the bridge; the number's webhooks are set.
fault_world() {
    world "$@"
    bridge
    status 0 sh -c "pa-tunnel --once | pa-webhook-sync >'$agent/run/public-url'"
    eventually 10 bridge_ready
}

# bridge [OPTION…]: it runs, with $bridge_env before it; what it says is in $T/bridge.out and $T/bridge.err.
# shellcheck disable=SC2120 # the tests give some
bridge() {
    # shellcheck disable=SC2086 # words
    env ${bridge_env:-} pa-bridge --public-url "@$agent/run/public-url" "$@" \
        >>"$T/bridge.out" 2>>"$T/bridge.err" </dev/null &
    bridge_pid=$!
    pids="$pids $bridge_pid"
    eventually 10 pa-bridge ctl status
    [ ! -s "$agent/run/public-url" ] || eventually 10 bridge_ready
}

# stop_bridge: told to stop it ends with 0.
stop_bridge() {
    kill "$bridge_pid"
    bridge_ended
}
bridge_ended() {
    eventually 30 gone "$bridge_pid"
    ended_with=0
    wait "$bridge_pid" || ended_with=$?
    check "the bridge's status" "$ended_with" 0
}

# model NAME [OPTION OF pa-sim openai…]: another service, with the scenario $T/NAME.json; $model_url.
model() {
    model=$1
    shift
    start "$model" pa-sim openai --scenario "$T/$model.json" "$@"
    model_url=$(printf '%s\n' "$ready" | field url)
}

# carrier SID STEP…: a carrier that does what the steps say; see stream.pl.
carrier() { perl "$here/stream.pl" "$port" "$public_url" "$@"; }

texts() { json "$1" 'map { $_->{text} } @{$d->{transcript}}'; }
happenings() { json "$1" 'map { "$_->{what} $_->{detail}" } @{$d->{events}}, @{$d->{errors}}'; }
no_calls() { [ "$(pa-bridge ctl calls)" = '{"calls":[]}' ]; }
no_journal_of() { [ -z "$(find "$agent/call_logs" -name "*$1*.partial")" ]; }

# apologised SID: in the caller's ear, in their language.
apologised() {
    grep "$1" "$T/twilio.out" | grep '"event":"said"' >"$T/said" || fail "nothing was said to $1"
    contains "the caller hears" "$(cat "$T/said")" "죄송"
    contains "in Korean" "$(cat "$T/said")" '"ko-KR"'
}
# unharmed SID: the carrier has nothing to complain of, and there is one log and no journal.
unharmed() {
    eventually 60 call_ended "$1"
    check "complaints of the carrier" "$(json "$T/facts.json" 'scalar @{$d->{complaints}}')" 0
    log=$(log_of "$1")
    check "logs" "$(printf '%s\n' "$log" | wc -l | tr -d ' ')" 1
    eventually 5 no_journal_of "$1"
}
# talked LOG: all three turns are in it.
talked() {
    contains "the wish" "$(texts "$1")" "우유"
    contains "the end" "$(texts "$1")" "좋은 하루"
}
placed() { # NUMBER
    status 0 pa-dial "$1"
    call_sid=$(head -n 1 "$T/out")
}
said() { grep -qs "$1" "$agent"/call_logs/*"$call_sid"*.partial; }
# well SID [WHO ENDED IT]: the long call went as ever.
well() {
    unharmed "$1"
    talked "$log"
    contains "the wish in between" "$(texts "$log")" "회의"
    check "errors" "$(happenings "$log" | grep -c 'lost')" 0
    check "turns that waited" "$(json "$log" 'scalar grep { $_->{latency_ms} > 1500 } @{$d->{turns}}')" 0
    check "who ended it" "$(json "$log" '$d->{ended_by}')" "${2:-caller}"
}

# stopped NAME: told to stop now, it ends the call soon and in order.
stopped() {
    kill "$bridge_pid"
    bridge_ended
    eventually 10 call_ended "$call_sid"
    # Of the end itself it cannot tell the one who has ended it and gone.
    check "$1: complaints" \
        "$(json "$T/facts.json" 'scalar grep { $_->{what} !~ /^status callback/ } @{$d->{complaints}}')" 0
    check "$1: journals left" "$(find "$agent/call_logs" -name '*.partial')" ""
    eventually 5 no_sessions
}
no_sessions() {
    cat "$T"/*.out >"$T/sessions"
    [ "$(grep -c '"service":"openai","event":"connected"' "$T/sessions")" = \
        "$(grep -c '"service":"openai","event":"closed"' "$T/sessions")" ]
}
# logged NAME: and it has a log.
logged() {
    log=$(log_of "$call_sid")
    contains "$1: who ended it" "agent caller error" "$(json "$log" '$d->{ended_by}')"
}
