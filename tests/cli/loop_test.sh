#!/bin/sh
# The whole loop by itself: what is asked for in a call is found and done when it ends, though the first try is
# killed between finding and doing; the next morning the phone rings, and the agent knows why and what is on.
# Takes long.
. ./lib.sh
cat >"$T/wishes.json" <<'JSON'
{"name": "wishes", "about": "A morning call, milk, a meeting and a call back.",
 "carrier": {"ring_ms": 100, "answered_by": "human", "amd_delay_ms": 300},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "wake-me"},
                       {"when": "agent-silent", "after_ms": 350, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 350, "say": "meeting-tomorrow"},
                       {"when": "agent-silent", "after_ms": 350, "say": "call-later"},
                       {"when": "agent-silent", "after_ms": 350, "say": "thanks-bye"},
                       {"when": "agent-silent", "after_ms": 2500, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"],
           "turns": [{"hears": "wake-me", "says": ["ok-wake"]}, {"hears": "milk", "says": ["ok-milk"]},
                     {"hears": "meeting-tomorrow", "says": ["ok-tomorrow"]},
                     {"hears": "call-later", "says": ["ok-call-later"]},
                     {"hears": "thanks-bye", "says": ["goodbye"], "function": {"name": "end_call"}},
                     {"hears": "*", "says": ["go-on"]}]},
 "extraction": [{"clip": "wake-me", "type": "reminder", "title": "모닝콜", "due": "+1d 07:00"},
                {"clip": "milk", "type": "todo", "title": "마트에서 우유 사기"},
                {"clip": "meeting-tomorrow", "type": "calendar", "title": "회의", "due": "+1d 10:00"},
                {"clip": "call-later", "type": "call_back", "title": "다시 전화하기"}]}
JSON
own_records # to look at what the model was told
world "$T/wishes.json"
hook=$root/share/hooks/after-call

# The first run of the shipped script is killed as soon as there is something to do.
mkdir "$T/bin"
# shellcheck disable=SC2016
printf '#!/bin/sh\nread -r line\necho "$line" >"%s/killed"\nkill -9 $$\n' "$T" >"$T/bin/pa-act"
cat >"$T/hook" <<HOOK
#!/bin/sh
[ -e "$T/ended" ] || PATH="$T/bin:\$PATH"
"$hook" "\$1"
echo "\$?" >>"$T/ended"
HOOK
chmod +x "$T/bin/pa-act" "$T/hook"
pipeline --on-call-end "$T/hook"

status 0 pa-dial --wait
eventually 20 test -s "$T/ended"
check "it was killed when it had begun" "$(cat "$T/ended") $(json "$T/killed" '$d->{type}')" "137 reminder"
[ ! -e "$agent/spool/receipts.jsonl" ] || fail "something was done"
"$hook" || fail "the script does not catch up"
receipts() { json "$agent/spool/receipts.jsonl" 'map { "$_->{type} $_->{status} $_->{where}" } grep { $_->{type} ne "memory" } @d'; }
wanted="reminder scheduled spool/jobs/$(json "$T/killed" '$d->{id}').json
todo done TODO.md
calendar done calendar/$(basename "$agent"/calendar/*.ics)
call_back scheduled spool/ask.jsonl"
check "nothing is lost" "$(receipts)" "$wanted"
"$hook" || fail "a second time"
check "nothing is done twice" "$(receipts)" "$wanted"
check "nobody was asked twice" "$(grep -c '"event":"chat"' "$T/openai.out")" 1
contains "milk" "$(cat "$agent/TODO.md")" "- [ ] 마트에서 우유 사기"

# --- tomorrow, 07:00 ---
due=$(json "$agent"/spool/jobs/*.json '$d->{due_at}')
contains "the hour" "$due" "T07:00:00+09:00"
status 1 pa-act --due --now "${due%T*}T06:59:59+09:00"
status 0 pa-act --due --wait --now "$due"
contains "the receipt of the call" "$(out)" "모닝콜: called"
two_ended() { [ "$(grep -c . "$T/ended")" = 2 ]; }
eventually 20 two_ended
check "calls that were made" "$(find "$agent/call_logs" -name '*_CA*.json' | wc -l | tr -d ' ')" 2
told_model() {
    json "$T/recorded/openai-events.jsonl" \
        'my @u = grep { $_->{event}{type} eq "session.update" } @d; $u[-1]{event}{session}{instructions}'
}
contains "why it calls" "$(told_model)" '그때 들은 말: "내일 아침 7시에 모닝콜 해줘'
contains "what is in the calendar" "$(told_model)" "오늘 일정:
- 10:00 회의"
contains "what it has to ask" "$(told_model)" "다시 전화하기"
status 0 pa-act --list
contains "which it asked" "$(out)" "done   call_back"
