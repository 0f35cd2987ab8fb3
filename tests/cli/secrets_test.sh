# No secret gets anywhere but to the service it is for: every secret of the settings is a canary, and a whole
# call with all that follows is searched for them: outputs, logs, journals, prompts, arguments of processes,
# environments of what is run.
. ./lib.sh
token=canary0token0000000000000000000a
cat >"$T/errand.json" <<'JSON'
{"name": "errand", "about": "Two wishes.", "carrier": {"ring_ms": 100, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 300, "say": "wake-me"},
                       {"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "*", "says": ["ok-wake"]}]},
 "extraction": [{"clip": "milk", "type": "todo", "title": "우유"},
                {"clip": "wake-me", "type": "reminder", "title": "모닝콜", "due": "+1d 07:00"}]}
JSON
world "$T/errand.json"
setting OPENAI_API_KEY=sk-canary-openai "TWILIO_AUTH_TOKEN=$token" NGROK_AUTHTOKEN=canary-ngrok CALLER_PIN=86427531
canaries='-e sk-canary-openai -e canary0token -e canary-ngrok -e 86427531'
# One secret comes by the environment: nothing that is run may inherit it.
export OPENAI_API_KEY=sk-canary-openai
cat >"$T/after.sh" <<'SH'
env >"${0%/*}/children.after"
pa-extract "$1" 2>>"${0%/*}/extract.err" | pa-act >>"${0%/*}/act.out" 2>>"${0%/*}/act.err"
SH
mkdir -p "$agent/functions" "$agent/handlers"
for kind in functions/peek handlers/todo; do
    cat >"$agent/$kind" <<SH
#!/bin/sh
env >>"$T/children.env"
case \${1:-} in
    --describe) echo '{"name":"peek","description":"x","parameters":{"type":"object","properties":{},"additionalProperties":false}}' ;;
    *) cat >/dev/null; echo '{"status":"done","what":"bought","where":"here"}' ;;
esac
SH
    chmod +x "$agent/$kind"
done
# What anybody on this machine can see of processes, all the while.
(while :; do ps -eo args= && sleep 0.05; done) >"$T/args" 2>/dev/null &
watcher=$!
pids="$pids $watcher"

pipeline -vv --on-call-end "sh '$T/after.sh'"
status 0 pa-dial -vv --wait --follow --about 'canaries sing'
call_sid=$(head -n 1 "$T/out")
cat "$T/out" "$T/err" >"$T/dial.all"
log_of "$call_sid" >/dev/null
eventually 10 test -s "$T/act.out"
eventually 10 test -s "$T/children.env"
pa-doctor -vv >"$T/doctor.all" 2>&1
pa-dial -vv --dry-run >"$T/dry.all" 2>&1
pa-extract -vv "$agent/call_logs" >"$T/extract.all" 2>&1
pa-bridge ctl status >"$T/ctl.all" 2>&1
pa-bridge ctl metrics >>"$T/ctl.all" 2>&1
pa-bridge ctl calls >>"$T/ctl.all" 2>&1
pa-bridge --show-prompt >"$T/prompt.all" 2>&1
rm -f "$T/env" # the .env as it was edited
kill "$watcher"
wait "$watcher" 2>/dev/null

# The search finds what is there …
check "the search works" "$(grep -rlF $canaries "$agent/.env")" "$agent/.env"
contains "what was run was seen" "$(cat "$T/args")" "pa-bridge"
contains "and its environment" "$(cat "$T/children.env")" "PATH="
# … and nothing else has one. The simulated services know theirs: what they keep is not searched.
for name in openai ngrok twilio; do rm -f "$T/$name.out" "$T/$name.err"; done
# shellcheck disable=SC2086 # the options of grep
check "secrets found in" "$(grep -rlFa $canaries "$T" --exclude=.env --exclude-dir=certificates --exclude-dir=record | grep -v '^$')" ""
