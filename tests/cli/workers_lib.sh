# For the tests of bridges with several workers: a world in which strangers call and are called.
# shellcheck shell=sh
. ./lib.sh
model='{"greeting": ["greet-plain"], "purposes": {"say": ["ok-wake"], "resumed": ["sorry-cut"]},
           "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]},
                     {"hears": "thanks-bye", "says": ["goodbye"]}, {"hears": "*", "says": ["go-on"]}]}'
cat >"$T/long.json" <<JSON
{"name": "long", "about": "Somebody who stays on the line.",
 "carrier": {"ring_ms": 100, "answered_by": "human", "transfer_ms": 500},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "slept-well"},
                       {"when": "agent-silent", "after_ms": 60000, "at_most_ms": 120000, "hang_up": true}]},
 "model": $model}
JSON
cat >"$T/talk.json" <<JSON
{"name": "talk", "about": "A short talk that lasts some seconds.",
 "carrier": {"ring_ms": 100, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 2500, "say": "meeting"},
                       {"when": "agent-silent", "after_ms": 300, "say": "thanks-bye"},
                       {"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": $model}
JSON
PA_RECORD_DIR=${PA_RECORD_DIR:-$T/recorded} # to look at what the model was told
# Whom we call, and what is talked about with them: seven have a short talk.
set --
for n in 1 2 3 4 5 6 7; do set -- "$@" --scenario "+82103000000$n=$T/talk.json"; done
world "$T/long.json" "$@"
setting 'ALLOWED_CALLERS=*'
mkdir -p "$agent/run"
# bridge NAME WORKERS [OPTION…]: its records in $T/NAME.out; its process id in $bridge_pid.
bridge() {
    name=$1 workers=$2
    shift 2
    pa-bridge --public-url "@$agent/run/public-url" --workers "$workers" "$@" \
        >"$T/$name.out" 2>"$T/$name.err" </dev/null &
    bridge_pid=$!
    pids="$pids $bridge_pid"
    eventually 10 serves "$bridge_pid"
    [ ! -s "$agent/run/public-url" ] || eventually 10 bridge_ready
}
serves() { pa-bridge ctl status | grep -q "\"pid\":$1,.*\"workers\":${workers}[,}]"; }
# calls N SCENARIO: so many strangers call; their SIDs are added to $sids.
callers=0
calls() {
    left=$1
    while [ "$left" -gt 0 ]; do
        callers=$((callers + 1)) left=$((left - 1))
        somebody_calls "{\"from\":\"+8210$((10000000 + callers))\",\"scenario\":\"$T/$2.json\"}"
        sids="$sids $call_sid"
    done
}
# dials NUMBER…: we call them, each about a matter of its own; likewise.
dials() {
    for number; do
        status 0 pa-dial --about "matter of $number" "010-$number"
        call_sid=$(out)
        about="$about $call_sid=$number" sids="$sids $call_sid"
    done
}
talking() { [ "$(pa-bridge ctl list | grep -c talking)" = "$1" ]; }
all_ended() { for sid in $sids; do call_ended "$sid" || return 1; done; }
kept() { [ "$(grep -l "$1" "$agent"/call_logs/*.partial | wc -l)" -ge "$2" ]; }
metric() { pa-bridge ctl metrics | sed -n "s/^phone_agent_$1 //p"; }
counts() { [ "$(metric "$1")" = "$2" ]; }
of_workers() { pa-bridge ctl metrics | sed -n "s/^phone_agent_$1{worker=.*} //p"; }
sum() { awk '{ n += $1 } END { print n + 0 }'; }
ask() { perl "$here/http.pl" GET "unix:$agent/run/bridge.sock:$1" 2>/dev/null; }
texts_of() {
    for clip; do json "$root/share/clips/clips.json" 'map { $_->{text} } grep { $_->{id} eq $a[0] } @$d' "$clip"; done |
        tr '\n' '|'
}
said_in() { json "$1" 'map { $_->{text} } @{$d->{transcript}}' | tr '\n' '|'; }
happened() { json "$1" 'map { "$_->{what}: " . ($_->{detail} // "") } @{$d->{events}}'; }
restarts() { json "$1" 'scalar grep { $_->{what} eq "restart" } @{$d->{events}}'; }
# first NAME WORKERS: the first bridge of the test, with a tunnel before it.
first() {
    bridge "$@"
    status 0 sh -c "pa-tunnel --once | pa-webhook-sync >'$agent/run/public-url'"
    eventually 10 bridge_ready
}
