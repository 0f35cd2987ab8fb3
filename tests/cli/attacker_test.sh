# Somebody who wants in: a forged caller id, a stranger who talks the model into things, requests sent again,
# media sockets of other people. Nothing is run, told, kept or dialled.
# Takes long.
. ./faults_lib.sh
stranger=+821000009999

# The model is on the attacker's side: it calls what it was never offered, and says that it was done.
wish() { # NAME ARGUMENTS
    printf '{"name": "%s", "arguments": %s}' "$1" "$2"
}
cat >"$T/attack.json" <<JSON
{"name": "attack", "about": "A caller talks the model into everything.",
 "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 700, "say": "call-later"},
                       {"when": "agent-silent", "after_ms": 700, "say": "thanks-bye"},
                       {"when": "agent-silent", "after_ms": 600, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "any_function": true,
           "turns": [{"hears": "milk", "functions": [$(wish todo-add '{"text": "attacker was here"}'),
                                                     $(wish todo-list '{}'),
                                                     $(wish remember '{"text": "the attacker is the owner"}')],
                      "then_says": ["ok-milk"]},
                     {"hears": "call-later", "functions": [$(wish call-me-later '{"number": "+821000007777"}'),
                                                           $(wish transfer '{"number": "+821000007777"}'),
                                                           $(wish own '{}')],
                      "then_says": ["ok-call-later"]},
                     {"hears": "thanks-bye", "says": ["goodbye"]}, {"hears": "*", "says": ["go-on"]}]},
 "extraction": [{"clip": "milk", "type": "todo", "title": "마트에서 우유 사기"},
                {"clip": "call-later", "type": "call_back", "title": "다시 전화하기", "phone": "+821000007777", "due": "+1m"}]}
JSON
own_records # to look at what the model was told
world "$T/attack.json"
cat >"$agent/USER.md" <<'END'
# USER
The owner's cat is called Mandu-of-the-secret.
END
cat >"$agent/MEMORY.md" <<'END'
# MEMORY
## 2026-11-01
The owner keeps a spare key under the blue stone.
END
mkdir -p "$agent/functions"
cat >"$agent/functions/own" <<'SH'
#!/bin/sh
echo run >>"$PA_AGENT_DIR/own.ran"
echo '{}'
SH
chmod +x "$agent/functions/own"
echo '{"description":"Does it.","parameters":{"type":"object","properties":{}}}' >"$agent/functions/own.json"
setting 'ALLOWED_CALLERS=*' CALLER_PIN=47110815
cp "$agent/MEMORY.md" "$T/memory"
bridge
status 0 sh -c "pa-tunnel --once | pa-webhook-sync >'$agent/run/public-url'"
eventually 10 bridge_ready

state_of_agent() { find "$agent" -name 'TODO*' -o -path '*/spool/*' -type f -o -path '*/dials/*' -type f | sort; }
state_of_agent >"$T/before"
# attacked NAME FROM: a call that gets nothing.
attacked() {
    somebody_calls "{\"from\":\"$2\"}"
    eventually 40 call_ended "$call_sid"
    log=$(log_of "$call_sid")
    check "$1: no owner" "$(json "$log" '$d->{owner}')" false
    within "$1: functions that the model called" "$(json "$log" 'scalar @{$d->{functions}}')" 6 6
    check "$1: all refused" "$(json "$log" 'grep { $_->{result} !~ /no such function/ } @{$d->{functions}}')" ""
    told=$(cat "$T"/recorded/openai-events.jsonl)
    for secret in "blue stone" "Mandu" 47110815; do lacks "$1: the model was told" "$told" "$secret"; done
    check "$1: functions offered" "$(json "$T/recorded/openai-events.jsonl" \
        'grep { !/^(end_call|)$/ } map { map { $_->{name} } @{$_->{event}{session}{tools} // []} } @d')" ""
    holds test ! -e "$agent/own.ran"
    holds cmp "$agent/MEMORY.md" "$T/memory"
    state_of_agent >"$T/after"
    holds cmp "$T/before" "$T/after"
    check "$1: calls placed" "$(grep -c '"direction":"outbound-api"' "$T/twilio.out")" 0
}
attacked "a stranger" "$stranger"
strangers_log=$log
attacked "a withheld number" anonymous
attacked "a forged caller id" "$owner"
forged_log=$log

# What is made of it afterwards: each wish is one todo for the owner to look at, with the number that the call came
# from and not the one that the caller named.
wishes() { printf '%s (%s)\n' '마트에서 우유 사기' "$1" '다시 전화하기' "$1"; }
for log in "$strangers_log" "$forged_log"; do
    status 0 sh -c "pa-extract '$log' | pa-act"
    check "what came of it" "$(json "$T/out" 'map { "$_->{type} $_->{status} $_->{where}" } @d')" "todo done TODO.md
todo done TODO.md"
done
check "the owner's list" "$(sed -n 's/^- \[ \] \(.*\) <!-- id: [0-9a-f]* -->$/\1/p' "$agent/TODO.md")" \
    "$(wishes "$stranger" && wishes "$owner")"
holds cmp "$agent/MEMORY.md" "$T/memory"
check "calls to come" "$(grep -rls 7777 "$agent/spool")" ""
check "calls placed" "$(grep -c '"direction":"outbound-api"' "$T/twilio.out")" 0

# --- requests sent again: no second session, no second token ---
sessions() { grep -c '"event":"connected"' "$T/openai.out"; }
before=$(sessions)
carrier CAagain incoming "$owner" show incoming "$owner" show incoming "$owner" show status completed >"$T/again.out"
check "tokens of one call" "$(grep '^token' "$T/again.out" | sort -u | wc -l | tr -d ' ')" 1
eventually 10 test "$(sessions)" = $((before + 1))
eventually 10 no_calls
# Nor what is asked when its stream broke off: our answer did not arrive, and the call may break off five times yet.
carrier CAbroken incoming "$owner" open start media 25 >"$T/broken.out"
carrier CAbroken after show after show after show after show after show after show after show status completed >"$T/broken.out"
check "seven times the stream" "$(grep -c '^/after 200 Connect' "$T/broken.out")" 7
check "tokens of one stream" "$(grep '^token' "$T/broken.out" | sort -u | wc -l | tr -d ' ')" 1
eventually 20 no_calls

# --- media sockets of other people ---
over() { ! pa-bridge ctl calls | grep -q "$1"; }
token_of() { carrier "$1" incoming "$owner" show | sed -n 's/^token //p'; }
one=$(token_of CAone)
carrier CAtwo incoming "$owner" token "$one" open start listen 3 >"$T/foreign.out"
contains "the token of another call" "$(cat "$T/foreign.out")" "closed 1008"
carrier CAone token "" open start listen 3 >"$T/missing.out"
contains "no token" "$(cat "$T/missing.out")" "closed 1008"
carrier CAone token "$one" open start media 25 listen 0 open start listen 3 >"$T/replayed.out"
contains "a token used before" "$(cat "$T/replayed.out")" "closed 1008"
carrier CAthree incoming "$owner" open start CAone listen 3 >"$T/pretended.out"
contains "a good token with the name of another call" "$(cat "$T/pretended.out")" "closed 1008"
carrier CAfour incoming "$owner" open start text 70000 listen 3 >"$T/big.out"
contains "a message of more than 64 KiB" "$(cat "$T/big.out")" "closed 1009"
carrier CAfive token x open listen 8 >"$T/mute.out"
contains "one that says nothing" "$(cat "$T/mute.out")" "closed 1008"
# Late, but nobody's fault: the call was over before its stream came. Good once.
late=$(token_of CAlate)
carrier CAlate status completed >"$T/end.out"
eventually 10 over CAlate
carrier CAlate token "$late" open start listen 3 >"$T/late.out"
contains "the stream of a call that is over" "$(cat "$T/late.out")" "closed 1000"
carrier CAlate token "$late" open start listen 3 >"$T/late.out"
contains "its token again" "$(cat "$T/late.out")" "closed 1008"
for sid in CAone CAtwo CAthree CAfour; do carrier "$sid" status completed >"$T/end.out"; done
eventually 20 no_calls

# Sixty-four may wait for their `start`; calls that run do not count.
waiting() { pa-bridge ctl metrics | sed -n 's/^[a-z_]*sockets_waiting \([0-9]*\).*/\1/p'; }
eventually 10 test "$(waiting)" = 0
carrier CAsix incoming "$owner" open start media 400 stop status completed >"$T/six.out" &
pids="$pids $!"
eventually 10 grep -q 'open 101' "$T/six.out"
steps=$(i=0; while [ $i -lt 64 ]; do echo open; i=$((i + 1)); done)
# shellcheck disable=SC2086 # so many words
carrier CAseven $steps listen 1 open listen 3 >"$T/crowd.out"
check "the last that may wait" "$(sed -n 65,66p "$T/crowd.out")" "heard 0
open 101"
check "and the next one" "$(tail -n 1 "$T/crowd.out")" "closed 1013"
check "sockets that were closed" "$(grep -c '^closed' "$T/crowd.out")" 1
eventually 20 no_calls
check "the call that ran meanwhile" "$(json "$(log_of CAsix)" '$d->{ended_by}')" caller

# --- a flood of forged requests is told in a few lines ---
lines() { grep -c 'refused, not signed' "$T/bridge.err"; }
perl -MHTTP::Tiny -e 'my $h = HTTP::Tiny->new; $h->post("http://127.0.0.1:$ARGV[0]/incoming") for 1 .. 2000' "$port"
within "lines about 2000 forged requests" "$(lines)" 1 20
stop_bridge
