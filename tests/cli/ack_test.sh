# Proof of hearing: pa-dial --ack ends with 0 only if somebody said yes, and so makes an escalation.
# Takes long.
. ./lib.sh
world ack --scenario +821000001002=ack-no --scenario +821000001003=ack-key \
    --scenario +821000001004=ack-hang-up --scenario +821000001005=ack-unheard \
    --scenario +821000001006=hang-up-at-once --scenario +821000001010=no-answer \
    --scenario +821000001014=machine
pipeline
placed() { grep -c '"event":"call"' "$T/twilio.out"; }
question='약 먹었어?'
# asked STATUS NUMBER: one call with the question; its log in $log.
asked() {
    status "$1" pa-dial --ack "$question" "$2"
    log=$(log_of "$(head -n 1 "$T/out")")
}
# proof: what the log has of it.
proof() { json "$log" 'defined $d->{acknowledged} ? "$d->{acknowledged}: $d->{evidence}" : "nobody"'; }

asked 0 "$owner"
check "yes" "$(proof)" "1: 약 먹었어"
check "yes: the question" "$(json "$log" '$d->{ack}')" "$question"
check "yes: the function" "$(json "$log" '@{$d->{functions}[0]}{qw(name result)}' | tr '\n' ' ')" 'acknowledge {"ok":true} '
contains "yes: an event" "$(json "$log" 'map { "$_->{what}" } @{$d->{events}}')" acknowledged
asked 15 010-0000-1002
contains "no" "$(out)" not-acknowledged
check "no" "$(proof)" "0: 아니, 괜찮아"
asked 0 010-0000-1003
check "key 1" "$(proof)" "1: key 1"
asked 0 010-0000-1004
check "they hung up on their answer" "$(proof)" "1: 약 먹었어"
asked 15 010-0000-1005
check "a yes that nobody said" "$(proof)" "0: "
contains "the model is told" "$(json "$log" '$d->{functions}[0]{result}')" "오늘 날씨 어때?"
asked 15 010-0000-1006
check "they hung up before" "$(proof)" "0: "
asked 14 010-0000-1014
check "a machine" "$(proof)" nobody
status 10 pa-dial --ack "$question" 010-0000-1010

# The chain that needs no server: what fails goes to one person, and then to the next.
WIFE=$owner
before=$(placed)
got=0
{ false || pa-dial -q --ack "$question" 010-0000-1002 || pa-dial -q --ack "$question" "$WIFE"; } >"$T/chain" || got=$?
check "who said yes ends it" "$got $(sed -n '2p;4p' "$T/chain" | tr '\n' ' ')" "0 not-acknowledged answered "
check "calls" "$(($(placed) - before))" 2
{ true || pa-dial -q --ack "$question"; } >"$T/chain"
check "nothing failed, nobody is called" "$(placed)" "$((before + 2))"
got=0
{ pa-dial -q --ack "$question" 010-0000-1010 || pa-dial -q --ack "$question" 010-0000-1014; } >"$T/chain" || got=$?
check "nobody said yes" "$got" 14
