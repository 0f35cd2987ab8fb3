# Told to stop where something has gone wrong already: the call is ended at the carrier all the same, and what was
# said is kept.
# Takes long.
. ./faults_lib.sh
talk talk
cat >"$T/gone.json" <<'JSON'
{"name": "gone", "about": "The model breaks off in its answer, and is silent from then on.",
 "carrier": {"ring_ms": 200, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 400, "say": "milk"}]},
 "model": {"greeting": ["greet-morning"], "turns": [{"hears": "milk", "says": ["ok-milk"]}]},
 "faults": [{"at": "model.response:2", "do": "drop"}, {"at": "model.connect:2", "do": "silent"}]}
JSON
cat >"$T/slow.json" <<'JSON'
{"name": "slow", "about": "A function that takes its time.",
 "carrier": {"ring_ms": 200, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 400, "say": "milk"}]},
 "model": {"greeting": ["greet-morning"],
           "turns": [{"hears": "milk", "functions": [{"name": "slow", "arguments": {}}], "then_says": ["ok-milk"]}]}}
JSON
fault_world "$T/talk.json"
stop_bridge

model gone
setting "OPENAI_BASE_URL=$model_url"
bridge --drain-seconds 1
placed 010-0000-1234
eventually 20 said 'model-lost'
stopped "while the model has gone"
logged "while the model has gone"
contains "while the model has gone: what was said" "$(texts "$log")" "좋은 아침"

model slow
setting "OPENAI_BASE_URL=$model_url"
mkdir -p "$agent/functions"
cat >"$agent/functions/slow" <<SH
#!/bin/sh
echo \$\$ >"$T/slow.pid"
exec sleep 100
SH
chmod +x "$agent/functions/slow"
echo '{"description":"Takes its time.","parameters":{"type":"object","properties":{}}}' >"$agent/functions/slow.json"
bridge --drain-seconds 1
placed 010-0000-1234
eventually 20 test -s "$T/slow.pid"
stopped "while a function runs"
logged "while a function runs"
eventually 5 gone "$(cat "$T/slow.pid")"

setting "OPENAI_BASE_URL=$openai_url"
# The carrier's stream is lost, and nobody has come back for another yet.
bridge --drain-seconds 1
call_sid=CA000000000000000000000000000000a2
carrier "$call_sid" incoming "$owner" open start media 150 >"$T/gap.out"
eventually 10 said 'stream-lost'
kill "$bridge_pid"
bridge_ended
logged "between two streams"
contains "between two streams: what was said" "$(texts "$log")" "좋은 아침"
check "between two streams: journals left" "$(find "$agent/call_logs" -name '*.partial')" ""
eventually 5 no_sessions

# Another bridge has taken over; the old one has a call still.
bridge --drain-seconds 60
placed 010-0000-1234
eventually 20 said assistant
old=$bridge_pid
pa-bridge --public-url "@$agent/run/public-url" --takeover >"$T/new.out" 2>"$T/new.err" </dev/null &
new=$!
pids="$pids $new"
serves() { pa-bridge ctl status | grep -q "\"pid\":$1[,}]"; }
eventually 10 serves "$new"
stopped "after a hand-over"
logged "after a hand-over"
holds serves "$new"
kill "$new"
eventually 30 gone "$new"

# No room on the disk: the call is ended all the same, the bridge goes, and the next one makes the log of what was
# written while there was room. (RLIMIT_FSIZE refuses like a full disk; a pipe is no file.)
mkfifo "$T/words"
cat "$T/words" >"$T/heard" &
pids="$pids $!"
rm -f "$T/bridge.err"
ln -s "$T/words" "$T/bridge.err"
bridge --drain-seconds 1
rm -f "$T/bridge.err"
placed 010-0000-1234
eventually 20 said '좋은 아침'
prlimit --pid "$bridge_pid" --fsize=0:
kill "$bridge_pid"
bridge_ended
eventually 10 call_ended "$call_sid"
check "without room: a log" "$(find "$agent/call_logs" -name "*$call_sid*.json")" ""
contains "without room: people are told" "$(cat "$T/heard")" "1 finished call logs could not be written"
bridge
eventually 60 log_exists "$call_sid"
log=$(log_of "$call_sid")
check "without room: the log comes later" "$(json "$log" '$d->{recovered}')" true
contains "without room: what was said" "$(texts "$log")" "좋은 아침"
stop_bridge
