# A machine takes the call: hung up on, left a message after its beep, or talked to without the matter.
# Takes long.
. ./lib.sh
own_records # to look at what the model was told
cat >"$T/unknown.json" <<'JSON'
{"name": "unknown", "about": "Detection cannot tell who answered.",
 "carrier": {"ring_ms": 300, "answered_by": "unknown", "amd_delay_ms": 300},
 "caller": {"script": [{"when": "agent-speaking", "after_ms": 500, "hang_up": true}]}}
JSON
world machine-beep --scenario +821000001014=machine --scenario +821000001000=silent-caller \
    --scenario +821000001001="$T/unknown.json"
pipeline
# What the model was told in events of a kind: the matter is in it, or not.
told_model() { grep "\"type\":\"$1\"" "$T/recorded/openai-events.jsonl"; }
# machine NAME ARGUMENT...: one call that a machine takes; its log in $log, its SID in $call_sid.
machine() {
    name=$1
    shift
    status 14 pa-dial --wait "$@"
    contains "$name: pa-dial says so" "$(err)" "answered by a machine"
    call_sid=$(head -n 1 "$T/out")
    eventually 5 call_ended "$call_sid"
    log=$(log_of "$call_sid")
    check "$name: who answered" "$(json "$log" '$d->{answered_by}')" machine
    contains "$name: the log has the result" "$(json "$log" 'map { "$_->{what} $_->{detail}" } @{$d->{events}}')" "machine machine_"
}

# --- hung up on, before the beep could keep anything ---
machine hangup --about '비밀 하나'
check "hangup: who ended it" "$(json "$log" '$d->{ended_by}')" agent
contains "hangup: by REST, or at /after when that is slow" "rest bridge" "$(json "$T/facts.json" '$d->{ended_by}')"
lacks "hangup: no beep was heard" "$(grep "$call_sid" "$T/twilio.out")" '"says":"beep"'
contains "it is asked for a machine" "$(pa-dial --dry-run)" MachineDetection=Enable

# --- a message, said once and to its end ---
matter="비밀 둘 $$"
contains "the end of the announcement is waited for" "$(pa-dial --dry-run --machine message)" \
    MachineDetection=DetectMessageEnd
machine message --machine message --about "$matter"
check "message: who ended it" "$(json "$log" '$d->{ended_by}')" agent
contains "message: by REST, or at /after when that is slow" "rest bridge" "$(json "$T/facts.json" '$d->{ended_by}')"
check "message: the agent's last line" \
    "$(json "$log" 'my @a = grep { $_->{role} eq "assistant" } @{$d->{transcript}}; @{$a[-1]}{qw(role text interrupted)}' | tr '\n' ' ')" \
    "assistant 안녕하세요, 하나입니다. 다시 전화드리겠습니다. false "
check "message: it is said once" "$(json "$log" 'scalar grep { $_->{text} =~ /다시 전화드리겠습니다/ } @{$d->{transcript}}')" 1
# The last thing that the phone heard is all of the message, and it began after the beep.
check "message: all of it is heard" "$(json "$T/facts.json" '$d->{parts}[-1]{received_ms} - $d->{parts}[-1]{played_ms}, $d->{dropped_at_end_ms}' | tr '\n' ' ')" "0 0 "
beep=$(grep "$call_sid" "$T/twilio.out" | grep '"says":"beep"' | field at_ms)
within "message: it begins after the beep" "$(json "$T/facts.json" 'int $d->{parts}[-1]{at_ms}')" "$((beep + 600))" 60000
contains "message: the model knew the matter" "$(told_model session.update)" "$matter"
# A person is greeted by the same call at once, and nothing waits for detection.
status 0 pa-dial --wait --machine message --time-limit 10 010-0000-1000
log=$(log_of "$(head -n 1 "$T/out")")
check "message: a person" "$(json "$log" '$d->{answered_by}, $d->{transcript}[0]{text}' | tr '\n' ' ')" \
    "human 좋은 아침! 나 하나야. 잘 잤어? "

# --- talked to: from the result on, the session does not know the matter ---
matter="비밀 셋 $$"
machine talk --machine talk --about "$matter" 010-0000-1014
sessions=$(told_model session.update | grep -c "$matter")
check "talk: sessions that knew the matter" "$sessions" 1
contains "talk: the last one knows of the machine" "$(told_model session.update | tail -n 1)" "기계가 받았다"
lacks "talk: and nothing else" "$(told_model session.update | tail -n 1)" "$matter"
check "talk: the machine hung up" "$(json "$T/facts.json" '$d->{ended_by}')" caller

# --- what detection cannot tell is a person; with digits there is none ---
status 0 pa-dial --wait 010-0000-1001
check "unknown" "$(json "$(log_of "$(head -n 1 "$T/out")")" '$d->{answered_by}')" unknown
status 64 pa-dial --wait --machine hangup --send-digits 1
contains "why" "$(err)" "--send-digits"
lacks "digits" "$(pa-dial --dry-run --send-digits 1w2)" MachineDetection
contains "digits" "$(pa-dial --dry-run --send-digits 1w2)" SendDigits=1w2
