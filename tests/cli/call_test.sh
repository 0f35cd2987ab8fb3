# One outbound morning call with barge-in, from the dial to the log and the requests in it.
# Takes long.
. ./lib.sh
world morning-call
pipeline
status 0 pa-dial --wait --follow --about '오늘 일정: 10시 회의'
call_sid=$(head -n 1 "$T/out")
check "stdout of pa-dial" "$(out)" "$call_sid
answered"
contains "the conversation" "$(err)" "하나  좋은 아침! 나 하나야. 잘 잤어?"
contains "the other side" "$(err)" "☎  응, 잘 잤어. 내일 아침 7시에 모닝콜 해줘."
contains "an interrupted line" "$(err)" " —"
contains "how it ended" "$(err)" "pa-dial: answered, 3"

log=$(log_of "$call_sid")
eventually 5 call_ended "$call_sid"
holds perl check_call.pl "$log" "$T/facts.json" "$T/openai.out" \
    agent:greet-morning caller:slept-well+wake-me agent:ok-wake caller:milk agent:ok-milk+todo-long \
    caller:not-that+meeting agent:ok-meeting caller:call-later agent:ok-call-later caller:thanks-bye agent:goodbye
check "who it was" "$(json "$log" '@$d{qw(direction owner agent answered_by ended_by about)}')" \
    "outbound
true
하나
human
agent
오늘 일정: 10시 회의"
check "errors" "$(json "$log" 'scalar @{$d->{errors}}')" 0
check "the agent hung up" "$(json "$log" '$d->{functions}[0]{name}')" end_call
check "mode of the log" "$(ls -l "$log" | cut -c1-10)" "-rw-------"
check "journals left" "$(find "$agent/call_logs" -name '*.partial')" ""

# The bridge tells of each finished call in one line.
eventually 5 test -s "$T/bridge.out"
check "lines of the bridge" "$(wc -l <"$T/bridge.out" | tr -d ' ')" 1
check "its line" "$(json "$T/bridge.out" '@$d{qw(schema call_sid owner turns log)}')" \
    "phone-agent/call/1
$call_sid
true
5
$log"
check "calls that still run" "$(pa-bridge ctl calls)" '{"calls":[]}'

status 0 pa-extract "$agent"/call_logs/*.json
check "requests" "$(json "$T/out" 'map { "$_->{type}: $_->{quote}" } @d')" \
    "reminder: 내일 아침 7시에 모닝콜 해줘
todo: 마트에서 우유 사와야 해
calendar: 다음 주 월요일에 회의 있어
call_back: 나중에 다시 전화해줘"
contains "when" "$(json "$T/out" '$d->{due_at}')" "T07:00:00+09:00"
check "whom to call back" "$(json "$T/out" '$d[3]{phone}')" "$owner"
for name in tunnel sync; do check "what $name says" "$(cat "$T/$name.err")" ""; done
check "what bridge says" "$(sed "s/:[0-9]*\$//" "$T/bridge.err")" "pa-bridge: serving behind https://localhost"
