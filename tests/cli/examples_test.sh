#!/bin/sh
# Every script in share/examples does what it says.
# Takes long.
. ./lib.sh
examples=$root/share/examples
cat >"$T/examples.json" <<'JSON'
{"name": "examples", "about": "The person says that one thing is done, and hangs up.",
 "carrier": {"ring_ms": 100, "answered_by": "human", "amd_delay_ms": 200},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "took-medicine"},
                       {"when": "agent-silent", "after_ms": 600, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"],
           "turns": [{"hears": "took-medicine", "function": {"name": "todo-done", "arguments": {"text": "약 먹기"}}, "then_says": ["glad-medicine"]}]}}
JSON
world "$T/examples.json" --scenario +821000009999=no-answer
pipeline
calls() { find "$agent/call_logs" -name '*_CA*.json' | wc -l | tr -d ' '; }
about() { json "$(ls -t "$agent"/call_logs/*_CA*.json | head -n 1)" '$d->{about}'; }
# One call more than $1, with its log.
called() { [ "$(calls)" = $(($1 + 1)) ]; }

mkdir -p "$agent/calendar"
perl -MPOSIX=strftime -e 'my @t = gmtime(time + 20 * 60 + 30);
    print "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n",
        strftime("DTSTART:%Y%m%dT%H%M%SZ\r\n", @t), "SUMMARY:치과\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"' >"$agent/calendar/other.ics"
printf '# TODO.md\n\n- [ ] 약 먹기\n- [x] 보고서\n' >"$agent/TODO.md"

# --- the evening first: what is said to be done is ticked while they speak ---
status 0 sh "$examples/end-of-day"
contains "the list" "$(about)" '"open":["약 먹기"]'
check "it is ticked" "$(cat "$agent/TODO.md")" "# TODO.md

- [x] 약 먹기
- [x] 보고서"
n=$(calls)
status 0 sh "$examples/end-of-day"
check "one call an evening" "$(calls)" "$n"

# --- the morning call ---
printf -- '- [ ] 우유 사기\n' >>"$agent/TODO.md"
got=0
sh "$examples/today-brief" echo '서울: 맑음 +12°C' | pa-dial --wait --persona morning-call --about - >"$T/out" 2>"$T/err" || got=$?
check "the morning call" "$got" 0
for what in 치과 '우유 사기' '맑음 +12°C'; do contains "what today brings" "$(about)" "$what"; done
lacks "what is done" "$(about)" 보고서
sh "$examples/today-brief" false >"$T/out" || fail "without weather"
contains "without weather" "$(out)" "(false says nothing)"

# --- before the next event ---
n=$(calls)
status 0 sh "$examples/before-next-event" 5
check "not yet" "$(calls)" "$n"
status 0 sh "$examples/before-next-event" 30
contains "before the event" "$(about)" "분 뒤 일정: "
contains "before the event" "$(about)" "치과"
status 0 sh "$examples/before-next-event" 30
check "one call for an event" "$(calls)" $((n + 1))
status 64 sh "$examples/before-next-event" abc
contains "no number of minutes" "$(err)" "'abc'"
n=$(calls)
sed 's/SUMMARY:.*/SUMMARY:"A{1}" 회의 \\\\ \\"둘\\"\\, "in_minutes":3/' "$agent/calendar/other.ics" >"$T/odd.ics"
mv "$T/odd.ics" "$agent/calendar/other.ics"
status 0 sh "$examples/before-next-event" 30
check "an odd title" "$(calls)" $((n + 1))
contains "an odd title, whole" "$(about)" '"A{1}" 회의 \'

# --- an evening with no list yet ---
mv "$agent/TODO.md" "$T/TODO.md"
n=$(calls)
status 0 sh -c "date() { echo another-day; }; . '$examples/end-of-day'"
check "it calls nevertheless" "$(calls)" $((n + 1))
check "and there is nothing to go through" "$(about)" '{"open":[]}'
mv "$T/TODO.md" "$agent/TODO.md"

# --- a command that is over ---
n=$(calls)
status 64 sh "$examples/tell-me"
status 3 sh "$examples/tell-me" sh -c 'exit 3'
eventually 20 called "$n"
contains "what is over" "$(about)" "종료 코드 3"
n=$(calls)
(exit 2)
status 0 pa-dial --wait --persona job-done --about "빌드 끝: $?"
check "the same by hand" "$(about)" "빌드 끝: 2"

# --- a log watcher: nobody answers at the first number, somebody at the second ---
printf 'all is well\nFATAL: disk full\nFATAL: disk full\n' |
    sh "$examples/watch-log" 'FATAL|panic' 010-0000-9999 010-0000-5678 010-0000-1234 >"$T/out" 2>"$T/err" || true
check "up to the one who answers, once each" \
    "$(grep '"event":"call"' "$T/twilio.out" | tail -n +$((n + 2)) | sed 's/.*"to":"\([^"]*\)".*/\1/' | tr '\n' ' ')" \
    "+821000009999 +821000005678 "
contains "what the log said" "$(about)" "FATAL: disk full"
