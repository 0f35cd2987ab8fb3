# No secret gets anywhere but to the service it is for: every secret of the settings is a canary, and a whole
# call with all that follows is searched for them, as they are and as HTTP has them: outputs, logs, journals, traces,
# prompts, arguments of processes, environments of what is run, what a crash leaves behind.
# Takes long.
. ./lib.sh
token=canary0token0000000000000000000a
# The account's API key, too: the carrier's simulator is told of it by its environment.
key_sid=SK000000000000000000000000000000ca
key_secret=canary0keysecret
export TWILIO_API_KEY_SID="$key_sid" TWILIO_API_KEY_SECRET="$key_secret"
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
unset TWILIO_API_KEY_SID TWILIO_API_KEY_SECRET
setting OPENAI_API_KEY=sk-canary-openai "TWILIO_AUTH_TOKEN=$token" NGROK_AUTHTOKEN=canary-ngrok CALLER_PIN=86427531 \
    "TWILIO_API_KEY_SID=$key_sid" "TWILIO_API_KEY_SECRET=$key_secret"
base64() { perl -MMIME::Base64 -e 'print encode_base64($ARGV[0], "")' "$1"; }
basic=$(base64 "$account:$token") key_basic=$(base64 "$key_sid:$key_secret")
# The tail of each: where it begins does not matter then.
canaries="-e sk-canary-openai -e canary0token -e canary-ngrok -e 86427531 -e $key_secret -e ${basic#????????????????????????????????????????????????} \
    -e ${key_basic#????????????????????????????????????????????????}"
# Two secrets come by the environment: nothing that is run may inherit them.
export OPENAI_API_KEY=sk-canary-openai TWILIO_API_KEY_SECRET="$key_secret"
# Where programs of this test leave their cores, if the system lets them.
mkdir "$T/cores" "$T/journals"
cd "$T/cores" || exit 70
# shellcheck disable=SC3045 # where sh has it
ulimit -c unlimited 2>/dev/null
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
# And what stands in the journals, which go when their call is over.
(while :; do cp "$agent"/call_logs/*.partial "$T/journals"; sleep 0.05; done) 2>/dev/null &
keeper=$!
pids="$pids $watcher $keeper"

pipeline -vv --trace "$T/traces" --on-call-end "sh '$T/after.sh'"
status 0 pa-dial -vv --wait --follow --about 'canaries sing'
call_sid=$(head -n 1 "$T/out")
dialled=$call_sid
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
# A call is on while all of them crash: they have everything in their memory.
somebody_calls "{\"from\":\"$owner\"}"
eventually 20 sh -c 'ls "$0"/call_logs/*_"$1"*.partial' "$agent" "$call_sid"
kill "$watcher" "$keeper"
wait "$watcher" "$keeper" 2>/dev/null
kill -ABRT "$bridge_pid" "$sync_pid" "$tunnel_pid"
eventually 10 gone_pids "$bridge_pid" "$sync_pid" "$tunnel_pid"
rm -f "$T/env" # the .env as it was edited

# The search finds what is there …
check "the search works" "$(grep -rlF $canaries "$agent/.env")" "$agent/.env"
for text in "xx Basic $basic" "xx Basic $key_basic"; do
    printf '%s\n' "$text" >"$T/found"
    check "in HTTP's way too" "$(grep -lF $canaries "$T/found")" "$T/found"
done
rm -f "$T/found"
contains "what was run was seen" "$(cat "$T/args")" "pa-bridge"
contains "and its environment" "$(cat "$T/children.env")" "PATH="
contains "the API key is used" "$(cat "$T/dry.all")" "user $key_sid:***"
contains "a journal was seen" "$(cat "$T"/journals/*)" '"fact":"line"'
holds test -s "$(json "$(log_of "$dialled")" '$d->{trace}')"
# A program without secrets does leave a core here, where the system is so minded; ours do not.
left=$(find "$T/cores" -type f)
perl -e 'kill ABRT => $$' 2>/dev/null
if [ -n "$(find "$T/cores" -type f)" ]; then
    check "cores" "$left" ""
    rm -f "$T"/cores/*
else
    echo "the system keeps cores elsewhere: not looked for"
fi
# … and nothing else has one. The simulated services know theirs: what they keep is not searched.
for name in openai ngrok twilio; do rm -f "$T/$name.out" "$T/$name.err"; done
# shellcheck disable=SC2086 # the options of grep
check "secrets found in" "$(grep -rlFa $canaries "$T" --exclude=.env --exclude-dir=certificates --exclude-dir=record | grep -v '^$')" ""
