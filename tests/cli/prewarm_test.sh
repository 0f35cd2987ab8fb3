# What is prepared while the phone rings is as PREWARM says, and is thrown away if nobody answers.
. ./lib.sh
cat >"$T/rings.json" <<'JSON'
{"name": "rings", "about": "The phone rings for a while and nobody takes it.",
 "carrier": {"ring_ms": 2500, "outcome": "no-answer"},
 "model": {"greeting": ["greet-morning"], "latency_ms": 100}}
JSON
# ringing VALUE SESSIONS GREETINGS: a call that nobody takes.
ringing() {
    setting "PREWARM=$1"
    sessions=$(count connected) said=$(count said)
    pipeline
    status 10 pa-dial --wait
    eventually 10 all_closed
    check "$1: sessions" "$(($(count connected) - sessions))" "$2"
    check "$1: greetings" "$(($(count said) - said))" "$3"
    contains "$1: sockets left" "$(pa-bridge ctl metrics)" "model_sockets_closing 0"
    check "$1: calls left" "$(pa-bridge ctl calls)" '{"calls":[]}'
    check "$1: logs" "$(find "$agent/call_logs" -name '*_CA*' | wc -l | tr -d ' ')" 0
    kill "$bridge_pid"
    eventually 10 gone_pids "$bridge_pid" "$sync_pid" "$tunnel_pid"
}
count() { grep -c "\"event\":\"$1\"" "$T/openai.out"; }
all_closed() { [ "$(count connected)" = "$(count closed)" ]; }
world "$T/rings.json"
ringing greeting 1 1
ringing session 1 0
ringing off 0 0
setting PREWARM=always
status 78 pa-bridge
contains "what it may be" "$(err)" "PREWARM"
contains "what it may be" "$(err)" "greeting, session or off"
stop_world

# Each of them is greeted all the same.
for how in session off; do
    world hang-up-at-once
    setting "PREWARM=$how"
    pipeline
    status 0 pa-dial --wait
    log=$(log_of "$(head -n 1 "$T/out")")
    check "$how: the greeting" "$(json "$log" '$d->{transcript}[0]{text}')" "좋은 아침! 나 하나야. 잘 잤어?"
    contains "$how: when it rang" "$(pa-report --why "$log")" "ring: until it was answered"
    stop_world
done

# Picked up before everything is read that it needs: a function takes its time to say what it does.
world hang-up-at-once
mkdir -p "$agent/functions"
cat >"$agent/functions/slow" <<'SH'
#!/bin/sh
sleep 2
echo '{"description": "Slow", "parameters": {"type": "object", "properties": {}}}'
SH
chmod 755 "$agent/functions/slow"
pipeline
status 0 pa-dial --wait
log=$(log_of "$(head -n 1 "$T/out")")
check "who was called by whom" "$(json "$log" '@$d{qw(from to)}' | tr '\n' ' ')" "+15550001000 $owner "
contains "when it rang" "$(pa-report --why "$log")" "ring: until it was answered"
stop_world
