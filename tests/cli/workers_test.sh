# Takes long.
# A bridge with three workers: each has some of the calls, and from outside they are one bridge. Whatever comes
# in finds the call it belongs to.
. ./workers_lib.sh
status 64 pa-bridge --workers 0
status 64 pa-bridge --workers 65
first three 3

# --- a dozen calls, in and out, are spread over the workers and seen as one ---
sids='' about=''
calls 6 long
dials 2000-0001 2000-0002 2000-0003 2000-0004 2000-0005 2000-0006
eventually 30 talking 12
eventually 30 kept "$(texts_of go-on | tr -d '|?')" 12 # each has spoken and was answered
check "counted" "$(metric calls)" 12
check "all of them talk" "$(metric calls_talking)" 12
check "begun" "$(metric calls_started_total)" 12
check "each has one worker" "$(of_workers worker_calls | sum)" 12
check "of three" "$(of_workers worker_calls | wc -l | tr -d ' ')" 3
within "that have any" "$(of_workers worker_calls | grep -cv '^0$')" 2 3
within "webhooks" "$(metric webhooks_total)" 24 200
contains "in the status" "$(pa-bridge ctl status)" '"calls":12,"workers":3'
pa-bridge ctl calls >"$T/calls.json"
check "as JSON" "$(json "$T/calls.json" 'sort map { $_->{call_sid} } @{$d->{calls}}' | tr '\n' ' ')" \
    "$(printf '%s\n' $sids | sort | tr '\n' ' ')"
for sid in $sids; do
    contains "the state of one" "$(ask "/calls/$sid")" '"final":false'
    contains "what was said in one" "$(ask "/lines/$sid")" '"role":"assistant"'
done
contains "nobody's" "$(ask /calls/CAnobody)" "no such call"

# --- the live page ---
address=$(pa-bridge ctl page) || fail "ctl page"
page_port=${address#http://127.0.0.1:} page_port=${page_port%%/*}
raw() { perl raw_http.pl "$page_port" "$@"; }
raw GET "/${address##*/}" "Host: 127.0.0.1:$page_port" >"$T/entry"
cookie=$(sed -n 's/^set-cookie: \([^;]*\);.*/\1/p' "$T/entry")
base=$(tr -d '\r' <"$T/entry" | sed -n 's/^location: //p')
for sid in $sids; do
    raw GET "${base}state?call=$sid&known=0" "Host: 127.0.0.1:$page_port" "Cookie: $cookie" |
        sed '1,/^\r*$/d' >"$T/state.json"
    check "every call is there" "$(json "$T/state.json" 'scalar @{$d->{calls}}')" 12
    check "the talk of the one" "$(json "$T/state.json" '$d->{talk}{call_sid}')" "$sid"
    contains "what is said in it" "$(json "$T/state.json" 'map { $_->{text} } @{$d->{talk}{lines}}')" "여보세요"
done
contains "metrics too" "$(raw GET "${base}metrics" "Host: 127.0.0.1:$page_port" "Cookie: $cookie")" "phone_agent_calls 12"

# --- commands reach the call that is meant ---
status 1 pa-bridge ctl say only hello
contains "which of them" "$(err)" "more than one call"
status 1 pa-bridge ctl say CAnobody hello
contains "nobody" "$(err)" "no such call runs"
for sid in $sids; do
    status 0 pa-bridge ctl whisper "$(printf '%s' "$sid" | tail -c 8)" "whispered into $sid"
    status 0 pa-bridge ctl say "$sid" "said into $sid"
done
check "counted" "$(metric operator_commands_total)" 24
# shellcheck disable=SC2086
set -- $sids
refused=$1 transferred=$2
status 16 pa-bridge ctl transfer "$refused" 119
status 0 pa-bridge ctl transfer "$transferred" 010-0000-5678
eventually 10 told twilio dialled
eventually 20 call_ended "$transferred"
for sid in $sids; do
    [ "$sid" = "$transferred" ] || status 0 pa-bridge ctl hangup "$sid" --reason "enough of $sid"
done
eventually 30 all_ended
eventually 10 counts calls 0
check "finished" "$(metric calls_finished_total)" 12
within "turns of all" "$(metric turns_total)" 12 100
check "answers of all" "$(metric answer_seconds_count)" "$(metric turns_total)"
for sid in $sids; do
    log=$(log_of "$sid")
    contains "what was said into it" "$(happened "$log")" "say: said into $sid"
    contains "and whispered" "$(happened "$log")" "whisper: whispered into $sid"
    [ "$sid" = "$transferred" ] || contains "and why it ended" "$(happened "$log")" "operator hangs up: enough of $sid"
    facts_of "$sid"
    check "complaints of the carrier" "$(json "$T/facts.json" 'scalar @{$d->{complaints}}')" 0
    check "streams" "$(json "$T/facts.json" 'scalar @{$d->{streams}}')" 1
    check "it is over" "$(ask "/calls/$sid" | field final)" true
done
contains "put through" "$(happened "$(log_of "$transferred")")" "transfer ended: completed"
for pair in $about; do
    check "its matter" "$(json "$(log_of "${pair%=*}")" '$d->{about}')" "matter of ${pair#*=}"
done
check "a line for each" "$(grep -c '"phone-agent/call/1"' "$T/three.out")" 12

# --- MAX_CALLS is of all workers together ---
kill "$bridge_pid"
eventually 20 gone "$bridge_pid"
setting MAX_CALLS=2
bridge few 3
sids=
calls 2 long
eventually 10 talking 2
somebody_calls "{\"from\":\"$owner\"}"
eventually 10 call_ended "$call_sid"
check "the third has no stream" "$(json "$T/facts.json" 'scalar @{$d->{streams} // []}')" 0
contains "and hears that the line is busy" "$(grep "$call_sid" "$T/twilio.out" | grep '"event":"said"')" "통화 중"
for sid in $sids; do status 0 pa-bridge ctl hangup "$sid"; done
eventually 20 all_ended
eventually 10 counts calls 0

# --- told to stop, it lets all workers' calls end ---
sids=
calls 2 talk
eventually 30 kept '우유, 적어뒀어' 2
kill "$bridge_pid"
eventually 60 gone "$bridge_pid"
wait "$bridge_pid"
check "told to stop" "$?" 0
for sid in $sids; do
    check "the whole conversation" "$(said_in "$(log_of "$sid")")" \
        "$(texts_of greet-plain milk ok-milk meeting ok-meeting thanks-bye goodbye)"
done
check "no socket is left" "$(find "$agent/run" -type s)" ""

# --- or says goodbye, when the time is over ---
bridge short 3 --drain-seconds 1
sids=
calls 2 long
eventually 10 talking 2
kill "$bridge_pid"
eventually 30 gone "$bridge_pid"
wait "$bridge_pid"
check "in time" "$?" 0
eventually 10 all_ended
for sid in $sids; do check "by us" "$(json "$(log_of "$sid")" '$d->{ended_by}')" agent; done
