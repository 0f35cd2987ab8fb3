#!/bin/sh
# pa-act: requests carried out once, with receipts; the spool driven by --due.
. ./lib.sh
. ./act_lib.sh

# --- requests
{
    request r1 reminder 모닝콜 '"2099-03-02T07:00:00+09:00"' '"weekdays"'
    request r2 todo "우유 사기" null null
    request r3 calendar "회의; 예산, 기타" '"2099-03-02T10:00:00+09:00"' null
    request r4 call_back "다시 전화" null null
    request r5 call_back "남의 전화" '"2099-03-02T10:00:00+09:00"' null false
} >"$T/requests"
got=0
pa-act --dry-run <"$T/requests" >"$T/out" 2>"$T/err" || got=$?
check "status of a dry run" "$got" 0
check "receipts of a dry run" "$(wc -l <"$T/out" | tr -d ' ')" 5
check "a dry run touches nothing" "$(ls "$agent")" ""
got=0
pa-act <"$T/requests" >"$T/out" 2>"$T/err" || got=$?
check "status" "$got" 0
check "nothing for people to hear" "$(err)" ""
check "receipts" "$(perl json.pl "$T/out" 'map { "$_->{request_id} $_->{status} $_->{where}" } @d')" \
    "r1 scheduled spool/jobs/r1.json
r2 done TODO.md
r3 done calendar/r3.ics
r4 scheduled spool/ask.jsonl
r5 done TODO.md"
check "the book has the same" "$(cat "$agent/spool/receipts.jsonl")" "$(out)"
check "TODO.md" "$(cat "$agent/TODO.md")" "# TODO.md

- [ ] 우유 사기 <!-- id: r2 -->
- [ ] 남의 전화 (2099-03-02 10:00 (Mon)) <!-- id: r5 -->"
got=0
pa-act <"$T/requests" >"$T/out" || got=$?
check "status of the second run" "$got" 0
check "the second run skips all" "$(perl json.pl "$T/out" 'map { $_->{status} } @d' | sort -u)" skipped
check "and writes no receipt" "$(wc -l <"$agent/spool/receipts.jsonl" | tr -d ' ')" 5

status 0 pa-act --list
contains "what is open" "$(out)" "open   reminder  r1                모닝콜: call at 2099-03-02 07:00 (Mon), weekdays"
status 0 pa-act --undo r3
[ ! -e "$agent/calendar/r3.ics" ] || fail "the event is still there"
status 1 pa-act --undo r3
status 1 pa-act --undo nothing

# --- input that is no request, nobody who reads, several at once
got=0
{ echo nonsense; request r6 todo "여섯" null null; } | pa-act >"$T/out" 2>"$T/err" || got=$?
check "a line that is no request" "$got" 65
check "stops no other" "$(perl json.pl "$T/out" '$d->{request_id}')" r6
got=0
printf '{}\n\nnonsense\n[]' | pa-act >"$T/out" 2>"$T/err" || got=$?
check "none at all" "$got" 65
check "each is named" "$(grep -o 'line [0-9]*: no request' "$T/err" | tr -dc '0-9')" 134
got=0
request r7 dance "춤" null null | pa-act >"$T/out" 2>"$T/err" || got=$?
check "a type that nobody carries out" "$got" 1
request r8 todo "여덟" null null | pa-act --only reminder >"$T/out"
check "--only" "$(out)" ""
i=0
while [ $i -lt 40 ]; do request "p$i" todo "일 $i" null null; i=$((i + 1)); done >"$T/many"
for n in 1 2 3 4; do
    pa-act <"$T/many" >"$T/many.$n" 2>"$T/many.$n.err" &
    pids="$pids $!"
    eval "many$n=$!"
done
# shellcheck disable=SC2154
for p in "$many1" "$many2" "$many3" "$many4"; do wait "$p" || fail "one of four failed"; done
check "four at once: each line once" "$(grep -c 'id: p' "$agent/TODO.md")" 40
check "four at once: each receipt once" "$(grep -c '"request_id":"p' "$agent/spool/receipts.jsonl")" 40
printf '{"schema":"phone-agent/receipt/1","request_id":"to' >>"$agent/spool/receipts.jsonl"
request r9 todo "아홉" null null | pa-act >"$T/out"
status 0 pa-act --list --json
contains "behind a torn line" "$(out)" '"id":"r9","state":"done"'

# --- promises
mkdir -p "$agent/call_logs"
printf '{"schema":"phone-agent/requests-processed/1","calls":{"CA01":{"log":"x","sha256":"x","model":"m","at":"2026-02-28T23:49:32+09:00","requests":[%s],"summary":[],"facts":[]}}}\n' \
    "$(request s1 todo "약속한 일" null null)" >"$agent/call_logs/requests_processed.json"
status 1 pa-act --promises
contains "a promise" "$(out)" "약속한 일"
request s1 todo "약속한 일" null null | pa-act >"$T/out"
status 0 pa-act --promises
check "no promise is open" "$(out)" ""


# --- once more, and no more
status 1 pa-act --again r7
contains "only what was found in calls" "$(err)" "r7: no request of the calls"
status 0 pa-act --again s1
contains "carried out again by its id" "$(out)" '"request_id":"s1"'
check "which adds nothing" "$(grep -c '약속한' "$agent/TODO.md")" 1
status 0 pa-act --asked r4
status 0 pa-act --list
contains "what was asked" "$(out)" "done   call_back r4"
status 1 pa-act --asked nosuch
contains "what was never to be asked" "$(err)" "nosuch: nothing open to ask"

# --- the spool
status 1 pa-act --due
check "nothing is due" "$(out)$(err)" ""
status 0 pa-act --due --wait --now 2099-03-02T07:00:30+09:00
check "the receipt of the call" "$(perl json.pl "$T/out" '"$d->{request_id} $d->{status} $d->{what}"')" \
    "r1 done 모닝콜: called; next at 2099-03-03 07:00 (Tue)"
check "one call" "$(made)" 1
key=$(cat "$T/made")
contains "what it is about" "$(cat "$T/calls/$key/about")" "모닝콜"
contains "to the owner, by pa-dial" "$(cat "$T/calls/$key/args")" "--wait --about - --once spool-r1-"
status 1 pa-act --due --now 2099-03-02T07:01:30+09:00
echo 10 >"$T/outcome"
status 0 pa-act --due --wait --now 2099-03-03T07:00:30+09:00
contains "no answer" "$(out)" "no answer: again at 2099-03-03 07:05"
echo 0 >"$T/outcome"
status 0 pa-act --due --wait --now 2099-03-03T07:05:40+09:00
contains "then an answer" "$(out)" "next at 2099-03-04 07:00 (Wed)"
check "three calls" "$(made)" 3
status 0 pa-act --due --wait --now 2099-03-10T12:00:00+09:00
contains "the machine was off" "$(out)" '"status":"skipped"'
check "no stale calls" "$(made)" 3
status 0 pa-act --undo r1
status 0 "$real_dial" --at "2099-03-12T07:00:00+09:00" --about "늦은 일"
late=$(out)
status 0 pa-act --due --wait --now 2099-03-12T12:00:00+09:00
contains "too late" "$(out)" '"status":"skipped"'
status 0 pa-act --list
contains "a call that was not made is not done" "$(out)" "missed dial      $late  늦은 일: "
status 0 pa-act --list --json --only dial
contains "also as JSON" "$(out)" "\"id\":\"$late\",\"state\":\"missed\""
status 1 pa-act --list --only nosuch
check "nothing to list" "$(out)" ""
contains "what there would be" "$(err)" "nothing of the type nosuch; there is: calendar, call_back, dance, dial, "
status 1 pa-act --due --now 2099-04-10T12:00:00+09:00

# --- "$real_dial" --at
status 0 "$real_dial" --at "2099-05-01T07:00:00+09:00" --about "줄 하나" --persona urgent
id=$(out)
contains "the job" "$(cat "$agent/spool/jobs/$id.json")" '"title":"줄 하나"'
status 0 "$real_dial" --at "tomorrow 07:00" --repeat weekdays --once morning 010-0000-5678
id2=$(out)
status 0 "$real_dial" --at "내일 7시" --once morning 010-0000-5678
check "one key, one job" "$(out)" "$id2"
contains "is told" "$(err)" "used before"
status 0 "$real_dial" --at "2099-05-02T09:00:00+09:00" --once morning 010-0000-9999
contains "and what that job is" "$(err)" "07:00"
contains "and whom it calls" "$(err)" "****5678"
lacks "not what this one would be" "$(err)" 9999
status 0 "$real_dial" --json --at "2099-05-02T09:00:00+09:00" --once morning 010-0000-9999
contains "as JSON too" "$(out)" '"to":"+821000005678"'
contains "repeats" "$(cat "$agent/spool/jobs/$id2.json")" '"repeat":"weekdays"'
status 0 pa-act --undo "$id2"
contains "its receipt says what it was" "$(tail -n 1 "$agent/spool/receipts.jsonl")" '"type":"dial"'
status 16 "$real_dial" --at "tomorrow 07:00" --once morning 010-0000-5678
contains "a key whose job was taken back" "$(err)" "was taken back"
check "puts nothing there" "$(out)" ""
status 64 "$real_dial" --at "tomorrow 07:00" --follow
status 0 "$real_dial" --at "2099-05-03T07:00:00+09:00" --ack "일어났어?" --once ack
contains "the question is kept" "$(cat "$agent/spool/jobs/$(out).json")" '"--ack","일어났어?"'
status 0 pa-act --undo "$(out)"
status 65 "$real_dial" --at "언젠가"
status 65 "$real_dial" --at "2020-01-01T00:00:00Z"
status 64 "$real_dial" --repeat daily
status 16 "$real_dial" --at "tomorrow 07:00" 112
status 0 pa-act --due --wait --now 2099-05-01T07:00:10+09:00
contains "it is called" "$(out)" "줄 하나: called"
key=$(tail -n 1 "$T/made")
contains "with its options" "$(cat "$T/calls/$key/args")" "--persona"

# --- a long call delays no other, is not started twice, and nobody waits for it
for n in 1 2; do
    status 0 "$real_dial" --at "2099-06-0$n""T07:00:00+09:00" --about "긴 $n" "010-0000-777$n"
done
before=$(made)
: >"$T/hold"
got=0
pa-act --due --now 2099-06-01T07:00:10+09:00 >"$T/out" 2>&1 || got=$?
check "started" "$got" 0
contains "the job is told" "$(out)" '"title":"긴 1"'
one_more() { [ "$(made)" = $((before + 1)) ]; }
eventually 10 one_more
status 1 pa-act --due --now 2099-06-01T07:01:10+09:00
status 0 pa-act --due --now 2099-06-02T07:00:10+09:00
two_more() { [ "$(made)" = $((before + 2)) ]; }
eventually 10 two_more
rm "$T/hold"
filed() { [ -z "$(ls "$agent/spool/running")" ]; }
eventually 10 filed
check "each once" "$(made)" $((before + 2))
