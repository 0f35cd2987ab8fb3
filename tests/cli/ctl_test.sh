# The operator of a live call: words said and whispered, silence, somebody else, the end; and who is refused.
. ./lib.sh
cat >"$T/long.json" <<'JSON'
{"name": "long", "about": "Somebody who stays on the line and says something now and then.",
 "carrier": {"ring_ms": 100, "transfer_ms": 1200},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "slept-well"},
                       {"when": "agent-silent", "after_ms": 30000, "at_most_ms": 60000, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "purposes": {"say": ["ok-wake"], "transfer": ["ok-call-later"]},
           "turns": [{"hears": "*", "says": ["go-on"]}]}}
JSON
sed 's/"transfer_ms"/"transfer": "busy", "transfer_ms"/' "$T/long.json" >"$T/busy.json"
PA_RECORD_DIR=${PA_RECORD_DIR:-$T/recorded} # to look at what the model was told
world "$T/long.json"
setting PREWARM=off
status 75 pa-bridge ctl list
pipeline
talking() { pa-bridge ctl list | grep "^$call_sid" | grep -q talking; }
# calls [SCENARIO]: somebody calls and is talked to.
calls() {
    somebody_calls "{\"from\":\"$owner\",\"scenario\":\"$T/${1:-long}.json\"}"
    eventually 10 talking
}
happened() { json "$log" 'map { "$_->{what}: " . ($_->{detail} // "") } @{$d->{events}}'; }
purpose_asked() { grep -q "\"purpose\":\"$1\"" "$PA_RECORD_DIR/openai-events.jsonl"; }
whispered() { grep -q "$1" "$PA_RECORD_DIR/openai-events.jsonl"; }

# --- nobody is there ---
status 0 pa-bridge ctl list
check "no call, no line" "$(out)" ""
status 1 pa-bridge ctl say only hello
contains "and that is said" "$(err)" "no such call runs"
status 64 pa-bridge ctl
status 64 pa-bridge ctl say only
contains "whose help" "$(err)" "TEXT is required (see pa-bridge ctl say --help)"
status 64 pa-bridge ctl dance
contains "the word, and whose help" "$(err)" "dance: not known here (see pa-bridge ctl --help)"
status 64 pa-sim dance
contains "of every tool" "$(err)" "dance: not known here (see pa-sim --help)"
status 0 env PA_AGENT_DIR= pa-bridge ctl list -C "$agent"

# --- a call that is said into, whispered into, silenced and ended ---
calls
end=$(printf '%s' "$call_sid" | tail -c 6)
contains "the number is shown" "$(pa-bridge ctl list)" "010-0000-1234"
check "the list as JSON" "$(pa-bridge ctl list --json | json - '$d->{calls}[0]{call_sid}')" "$call_sid"
contains "as JSON" "$(pa-bridge ctl calls)" '"state":"talking"'
status 0 pa-bridge ctl say "$end" "Dinner is at <seven>"
eventually 10 purpose_asked say
echo "be very short" | pa-bridge ctl whisper only - || fail "whisper"
eventually 5 whispered "be very short"
status 0 pa-bridge ctl mute only
contains "muted" "$(pa-bridge ctl list)" "talking, muted"
status 0 pa-bridge ctl mute --off "$call_sid"
lacks "no more" "$(pa-bridge ctl list)" "muted"
status 65 pa-bridge ctl say only " "
status 1 pa-bridge ctl say CAnobody hello
status 0 pa-bridge ctl hangup only --reason "enough for today"
eventually 10 call_ended "$call_sid"
contains "by us, whichever word was first" "rest bridge" "$(json "$T/facts.json" '$d->{ended_by}')"
log=$(log_of "$call_sid")
check "in the words of the contract" "$(json "$log" '$d->{ended_by}')" agent
for what in "say: Dinner is at <seven>" "whisper: be very short" "muted: " "unmuted: " \
    "operator hangs up: enough for today"; do
    contains "the record" "$(happened)" "$what"
done

# --- put through, by the rules of pa-dial ---
calls
refused() { # WANTED STATUS, SENTENCE, NUMBER, OPTIONS
    wanted=$1 sentence=$2
    shift 2
    status "$wanted" pa-bridge ctl transfer only "$@"
    contains "a sentence" "$(err)" "$sentence"
}
refused 16 "emergency" 119
refused 16 "emergency" 112 --urgent now --confirm-number
refused 16 "ALLOWED_COUNTRIES" +15550001234
refused 65 "not a number" nonsense
refused 65 "of this very call" "$owner"
status 0 pa-bridge ctl transfer only 010-0000-5678
eventually 10 told twilio dialled
check "whom" "$(grep '"event":"dialled"' "$T/twilio.out" | field number)" +821000005678
contains "with our own number" "$(grep '"event":"dialled"' "$T/twilio.out")" '"caller_id":"+1'
within "for the time that is left" "$(grep '"event":"dialled"' "$T/twilio.out" | field limit_s)" 1700 1800
contains "it shows" "$(pa-bridge ctl list)" transferred
status 1 pa-bridge ctl say only "too late"
eventually 10 call_ended "$call_sid"
log=$(log_of "$call_sid")
check "the agent gave it away" "$(json "$log" '$d->{ended_by}')" agent
contains "the record has the number" "$(happened)" "transfer: +821000005678"
contains "and how it ended" "$(happened)" "transfer ended: completed, 1 s"
holds [ "$(json "$log" '$d->{duration_s} >= 1.2 ? 1 : 0')" = 1 ]

# --- nor is a call put through to a number that is being called ---
status 0 pa-dial 010-0000-5678
dialled=$(out)
calls
status 75 pa-bridge ctl transfer "$call_sid" 010-0000-5678
contains "one call per destination at a time" "$(err)" "is being called already"
status 0 pa-bridge ctl hangup "$dialled"
eventually 10 call_ended "$dialled"
status 0 pa-bridge ctl hangup "$call_sid"
eventually 10 call_ended "$call_sid"

# --- nobody takes it: the caller comes back to the agent ---
calls busy
status 0 pa-bridge ctl transfer only 010-0000-5678
eventually 10 told twilio dialled 2
eventually 10 purpose_asked transfer
eventually 10 talking
status 0 pa-bridge ctl hangup only --goodbye
eventually 30 call_ended "$call_sid"
log=$(log_of "$call_sid")
contains "that nobody took it" "$(happened)" "transfer failed: busy"
holds grep -q '"state":"ended"' "$agent/run/dials/to-821000005678.json"
check "one stream before, one after" "$(json "$T/facts.json" 'scalar @{$d->{streams}}')" 2

# --- a call that was put through outlives its bridge ---
sed 's/"transfer_ms": 1200/"transfer_ms": 8000/' "$T/long.json" >"$T/away.json"
calls away
# Asked for twice at the same moment, it is done once, and the number stays taken.
for i in 1 2; do
    (
        pa-bridge ctl transfer only 010-0000-5678 2>>"$T/twice.err" >>"$T/twice.out" </dev/null
        echo $? >>"$T/twice"
    ) &
    pids="$pids $!"
done
twice() { [ "$(wc -l <"$T/twice")" = 2 ]; }
eventually 10 twice
check "one of two" "$(sort "$T/twice" | tr '\n' ' ')" "0 1 "
eventually 10 told twilio dialled 3
eventually 5 grep -q '"what":"transfer"' "$agent"/call_logs/*.partial
status 75 pa-dial 010-0000-5678
contains "one call per destination at a time" "$(err)" "is being called already"
kill -9 "$bridge_pid"
eventually 10 gone_pids "$tunnel_pid" "$sync_pid" "$bridge_pid"
pipeline
eventually 10 bridge_ready
status 75 pa-dial 010-0000-5678
contains "still" "$(err)" "is being called already"
eventually 30 call_ended "$call_sid"
check "nobody hung up on them" "$(json "$T/facts.json" '$d->{ended_by}')" bridge
log=$(log_of "$call_sid")
contains "the next bridge has the record" "$(happened)" "transfer ended: completed, 8 s"
check "and whose end it was" "$(json "$log" '$d->{ended_by}')" agent

# --- the day's cap counts transfers as dials, quiet hours hold ---
kill "$bridge_pid"
eventually 10 gone_pids "$tunnel_pid" "$sync_pid" "$bridge_pid"
setting MAX_CALLS_PER_DAY=4 # three transfers and a call
pipeline
calls
refused 16 "MAX_CALLS_PER_DAY" 010-0000-5678
status 0 pa-bridge ctl transfer only 010-0000-5678 --urgent "it burns"
eventually 10 told twilio dialled 4
eventually 10 call_ended "$call_sid"
kill "$bridge_pid"
eventually 10 gone_pids "$tunnel_pid" "$sync_pid" "$bridge_pid"
setting MAX_CALLS_PER_DAY= QUIET_HOURS=00:00-23:59
pipeline
calls
now=$(TZ=Asia/Seoul date +%H:%M)
[ "$now" = 23:59 ] || refused 16 "quiet hours" 010-0000-5678
status 0 pa-bridge ctl hangup only
eventually 10 call_ended "$call_sid"

# --- the carrier refuses it: the call stays ---
refusing=$(sed 's/"model":/"faults": [{"at": "rest.call:1", "do": "400"}], "model":/' "$T/long.json")
stop_world
printf '%s\n' "$refusing" >"$T/long.json"
world "$T/long.json"
pipeline
calls
status 0 pa-bridge ctl transfer only 010-0000-5678
eventually 10 talking
lacks "nobody was dialled" "$(cat "$T/twilio.out")" '"event":"dialled"'
status 0 pa-bridge ctl hangup only
eventually 10 call_ended "$call_sid"
log=$(log_of "$call_sid")
contains "why" "$(happened)" "transfer failed: refused, HTTP 400"
let_go() { grep -q '"state":"ended"' "$agent/run/dials/to-821000005678.json"; }
eventually 5 let_go
check "it does not count" "$(cat "$agent"/run/dials/day-*.jsonl | grep -c '"void":true')" 1

# --- no answer from the carrier's API says whether it has done it: the stream tells ---
doubtful=$(sed 's/"faults": .*\], "model":/"faults": [{"at": "rest.call:1", "do": "503"}, {"at": "rest.call:2", "do": "cut"}], "model":/
    s/"transfer_ms": 1200/"transfer_ms": 12000/' "$T/long.json")
stop_world
printf '%s\n' "$doubtful" >"$T/long.json"
world "$T/long.json"
pipeline
calls
status 0 pa-bridge ctl transfer only 010-0000-5678
eventually 10 grep -q '"what":"transfer failed"' "$agent"/call_logs/*.partial
lacks "nobody was dialled" "$(cat "$T/twilio.out")" '"event":"dialled"'
eventually 10 talking
let_go() { grep -q '"state":"ended"' "$agent/run/dials/to-821000005678.json"; }
eventually 5 let_go
status 0 pa-bridge ctl transfer only 010-0000-5678
eventually 10 told twilio dialled
# They talk for longer than a stream that is lost is waited for.
eventually 30 call_ended "$call_sid"
log=$(log_of "$call_sid")
contains "why the first" "$(happened)" "transfer failed: refused, HTTP 503"
contains "and of the other it is known how it ended" "$(happened)" "transfer ended: completed, 12 s"
