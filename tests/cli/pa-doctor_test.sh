#!/bin/sh
# Takes long.
# pa-doctor: makes an agent, tells what it lacks, and names the hop that is broken.
. ./lib.sh

# --- a new agent ---

agent="$T/new/agent"
status 0 pa-doctor --init "$agent"
check "files made" "$(out | sed "s|^$agent||" | tr '\n' ' ')" \
    " /.env /persona.md /USER.md /MEMORY.md /personas /functions /handlers /call_logs /spool /run "
contains "what to do next" "$(err)" "fill in $agent/.env"
check "mode of .env" "$(ls -l "$agent/.env" | cut -c1-10)" "-rw-------"
check "mode of the folder" "$(ls -ld "$agent" | cut -c1-10)" "drwx------"

echo "PORT=9000" >"$agent/.env"
status 0 pa-doctor -q --init "$agent"
check "nothing is made twice" "$(out)$(err)" ""
check "nothing is overwritten" "$(cat "$agent/.env")" "PORT=9000"
status 64 pa-doctor --init
status 64 pa-doctor --init ''
contains "no folder" "$(err)" "names no folder"
status 64 pa-doctor --init "$T/x" --json
status 64 pa-doctor --offline --call
status 74 pa-doctor --init /dev/null/agent
contains "the place" "$(err)" "/dev/null/agent"
status 78 pa-doctor -C "$T/nowhere"
contains "the remedy" "$(err)" "pa-doctor --init"

# --- this machine: what its programs, crontab and home are is up to the test ---

mkdir -p "$T/bin" "$T/home"
export HOME="$T/home"
printf '#!/bin/sh\nexit 0\n' >"$T/bin/ngrok"
cat >"$T/bin/crontab" <<'SH'
#!/bin/sh
[ -n "${NO_CRON:-}" ] || echo '* * * * * /usr/local/bin/pa-act --due >/dev/null'
SH
chmod +x "$T/bin/ngrok" "$T/bin/crontab"
PATH="$T/bin:$PATH"

# The .env of $agent.
fill() {
    cat >"$agent/.env" <<ENV
export OPENAI_API_KEY="sk-simulated"
TWILIO_ACCOUNT_SID=$account
TWILIO_AUTH_TOKEN=$token # the token
TWILIO_PHONE_NUMBER_SID=$number_sid
NGROK_AUTHTOKEN=simulated-ngrok-token
NGROK_API_URL=http://127.0.0.1:1
MY_PHONE=010-0000-1234
ENV
}
status 1 pa-doctor --offline -C "$agent"
contains "a missing key" "$(out)" "fail OPENAI_API_KEY: is not set: put it in $agent/.env"
status 1 pa-doctor --offline -C "$agent" --json
contains "the same as JSON" "$(out)" \
    '{"check":"settings","status":"fail","subject":"OPENAI_API_KEY","text":"OPENAI_API_KEY is not set'
fill
status 0 pa-doctor --offline -C "$agent"
check "nothing is wrong" "$(out | grep -v '^ok ')" ""
case $(out) in *sk-simulated* | *"$token"*) fail "a secret was printed" ;; esac
status 0 pa-doctor --offline -q -C "$agent"
check "quiet" "$(out)$(err)" ""

# told_here STATUS HOP TEXT [LINE OF .env]: what this machine is told of, and nothing else.
told_here() {
    fill
    echo "${4:-}" >>"$agent/.env"
    status "$1" pa-doctor --offline -q --json -C "$agent"
    check "lines for $2" "$(out | wc -l | tr -d ' ')" 1
    check "the hop" "$(out | field check)" "$2"
    contains "the remedy" "$(out)" "$3"
}
told_here 1 settings 'use marin' VOICE=nova
told_here 0 settings 'is TWILIO_AUTH_TOKEN meant?' TWILIO_AUTH_TOKN=x
told_here 0 settings 'leave it empty for no cap' MAX_CALLS_PER_DAY=0
told_here 1 memory 'is no folder: set it to the one with USER.md' WORKSPACE_DIR=/nowhere
told_here 1 folders "persona.md is no folder: set CALL_LOG_DIR" CALL_LOG_DIR=persona.md
told_here 0 folders 'is that the one that is meant' CALL_LOG_DIR=lgos
export NO_CRON=1
told_here 0 timer 'crontab -e'
unset NO_CRON
mv "$T/bin/ngrok" "$T/bin/gone"
told_here 1 programs 'install it:'
mv "$T/bin/gone" "$T/bin/ngrok"
echo '{}' >"$agent/call_logs/2026-02-28_23-49-32_CA1.jsonl.partial"
told_here 0 partials 'pa-bridge makes a log of each when it starts'
rm "$agent/call_logs/2026-02-28_23-49-32_CA1.jsonl.partial"
echo '{' >"$agent/call_logs/requests_processed.json"
told_here 1 partials "requests_processed.json"
rm "$agent/call_logs/requests_processed.json"
mkdir -p "$agent/spool/jobs"
echo '{' >"$agent/spool/jobs/half.json"
told_here 0 timer 'half.json: no job'
rm -r "$agent/spool"

# --- the whole path ---

cat >"$T/listens.json" <<'JSON'
{"name": "listens", "about": "Somebody who only listens.", "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 600, "hang_up": true}]}}
JSON
world short --scenario +821000005555=busy --scenario "+821000006666=$T/listens.json"
pipeline

status 0 pa-doctor
check "all is well" "$(out | grep -v '^ok ')" ""
for hop in clock 'account: is active' 'balance: 12.34 USD' 'calls to +82: are permitted' \
    'calls at once: 2 without' 'Realtime: gpt-realtime-2.1-mini with voice shimmer' \
    'media socket: 50 frames of a tone came back unchanged' 'signed request: came through'; do
    contains "$hop" "$(out)" "ok $hop"
done
contains "the country" "$(grep '^ok calls to +82: ' "$T/out")" "(KR)"
contains "the limit" "$(grep '^ok calls at once: ' "$T/out")" "error 10004, and 10005 where Voice is not enabled"
contains "a foreign number" "$(grep '^ok TWILIO_PHONE_NUMBER_SID: ' "$T/out")" "shown as an international call (국제전화)"
status 0 pa-doctor -q
check "quiet" "$(out)$(err)" ""

# broken HOP TEXT: that hop fails, and no other.
broken() {
    status 1 pa-doctor -q --json
    check "the hops that fail" "$(grep '"status":"fail"' "$T/out" | field check) $(grep -c '"status":"fail"' "$T/out")" "$1 1"
    contains "the remedy for $1" "$(out)" "$2"
    case $(out)$(err) in *sk-simulated* | *"$token"*) fail "a secret was printed" ;; esac
}
# with NAME=VALUE HOP TEXT: the same under another setting.
with() {
    cp "$agent/.env" "$T/env.before"
    setting "$1"
    broken "$2" "$3"
    cp "$T/env.before" "$agent/.env"
}
# the_account JSON HOP TEXT [JSON]: the same with another account; the last one is what it was.
the_account() {
    perl "$here/http.pl" POST "$twilio_url/sim/account" "$1" 2>/dev/null
    broken "$2" "$3"
    perl "$here/http.pl" POST "$twilio_url/sim/account" "$4" 2>/dev/null
}
the_account '{"clock_s":3600}' clock 'timedatectl set-ntp true' '{"clock_s":0}'
with OPENAI_API_KEY=bad-key openai 'OPENAI_API_KEY'
with OPENAI_BASE_URL=http://127.0.0.1:9/v1 openai 'OPENAI_BASE_URL'
with REALTIME_MODEL=gpt-realtime-9 models 'change to gpt-realtime-2.1-mini'
with TWILIO_AUTH_TOKEN=00000000000000000000000000000000 twilio 'copy them again from the Console'
the_account '{"type":"Trial"}' twilio 'cannot run Media Streams' '{"type":"Full"}'
the_account '{"status":"suspended"}' twilio 'is suspended' '{"status":"active"}'
the_account '{"primary_token":"another"}' twilio 'is not the primary token' "{\"primary_token\":\"$token\"}"
the_account '{"balance":"-0.20"}' balance 'add funds' '{"balance":"12.34"}'
with TWILIO_PHONE_NUMBER_SID=PN00000000000000000000000000000002 number 'check the SID'
the_account '{"voice":false}' number 'buy a number that can' '{"voice":true}'
the_account '{"voice_application_sid":"AP1"}' number '--force takes it off' '{"voice_application_sid":""}'
the_account '{"trunk_sid":"TK1"}' number 'a SIP trunk' '{"trunk_sid":""}'
the_account '{"permitted":["US"]}' permissions 'Geo permissions' '{"permitted":["KR"]}'

status 0 pa-webhook-sync https://elsewhere.example
broken sync "pa-webhook-sync $public_url"
status 0 pa-webhook-sync "$public_url"

perl "$here/http.pl" POST "$ngrok_url/sim/offline" '{}' 2>/dev/null
broken tunnel 'restart the tunnel'
perl "$here/http.pl" POST "$ngrok_url/sim/online" '{}' 2>/dev/null

# faulty FAULT: a scenario in $T with that fault.
faulty() { echo "{\"name\":\"faulty\",\"about\":\"x\",\"faults\":[$1]}" >"$T/faulty.json"; }
faulty '{"at":"model.session","do":"error","code":"invalid_value"}'
start refusing pa-sim openai --scenario "$T/faulty.json"
with OPENAI_BASE_URL="$(printf '%s\n' "$ready" | field url)" realtime 'the session was refused'
faulty '{"at":"model.connect","do":"503"}'
start closed pa-sim openai --scenario "$T/faulty.json"
with OPENAI_BASE_URL="$(printf '%s\n' "$ready" | field url)" realtime 'answered with an apology'

# A call at a time, and nobody who would make it.
status 0 pa-dial --at 'tomorrow 07:00' --about x
job=$(out)
export NO_CRON=1
broken timer '1 call to be made, and nothing makes them'
unset NO_CRON
status 0 pa-act --undo "$job"

# --- a real call ---

status 0 pa-doctor --call
contains "the ending" "$(out)" "ok call: answered"
contains "the log" "$(out)" "ok conversation: "
contains "the answers" "$(out)" "ok answers: "
contains "the errors" "$(out)" "ok errors: nothing"
setting MY_PHONE=+821000005555
status 1 pa-doctor --call -q
contains "busy" "$(out)" "fail call: "
contains "what may be behind it" "$(out)" "refuses international calls"
setting MY_PHONE="$owner" MAX_CALLS_PER_DAY=0
status 1 pa-doctor --call -q --json
contains "a rule of ours" "$(grep '"check":"call"' "$T/out")" "MAX_CALLS_PER_DAY"
setting MAX_CALLS_PER_DAY= VOICE=nova
status 1 pa-doctor --call -q
contains "no call over a broken path" "$(out)" "warn call: was not made"

# --- another bridge, none, and a tunnel that passes no WebSockets on ---

setting VOICE=
kill "$tunnel_pid" "$sync_pid" "$bridge_pid"
eventually 10 gone_pids "$tunnel_pid" "$sync_pid" "$bridge_pid"
broken bridge 'start pa-bridge'

bridge() {
    env "$@" >"$T/bridge2.out" 2>"$T/bridge2.err" &
    bridge_pid=$!
    pids="$pids $bridge_pid"
    eventually 10 bridge_ready
}

# bad_call NAME FAULT: a call with a model of that fault is answered, and judged.
bad_call() {
    cat >"$T/$1.json" <<JSON
{"name": "$1", "about": "A model that fails.", "faults": [$2],
 "model": {"greeting": ["greet-plain"], "turns": [{"hears": "*", "says": ["ok-milk"]}]}}
JSON
    cp "$agent/.env" "$T/env.before"
    start "$1" pa-sim openai --scenario "$T/$1.json"
    setting "OPENAI_BASE_URL=$(printf '%s\n' "$ready" | field url)"
    bridge pa-bridge --public-url "$public_url"
    status 1 pa-doctor --call
    contains "$1: the ending" "$(out)" "ok call: answered"
    contains "$1: the log" "$(out)" "ok conversation: "
    cp "$T/env.before" "$agent/.env"
    kill "$bridge_pid"
    eventually 10 gone "$bridge_pid"
}
# judgements: what is not well of it, without its times.
judgements() { grep -v '^ok ' "$T/out" | sed 's/ at [0-9.]* s,/,/'; }
bad_call mute '{"at": "model.response", "do": "silent"}'
check "nothing is heard" "$(judgements)" "fail first word: the caller never heard anything: see the media socket and Realtime above
fail errors: silence: the model says nothing, on the service's side"
setting MY_PHONE=+821000006666
bad_call drops '{"at": "model.response:1", "do": "drop", "ms": 300}'
check "the model is lost" "$(judgements)" "warn answers: nothing was said that the agent could answer
fail errors: model-lost, on the service's side or the way to it"
setting MY_PHONE="$owner"

bridge TWILIO_AUTH_TOKEN=11111111111111111111111111111111 pa-bridge --public-url "$public_url"
broken webhook 'started with another TWILIO_AUTH_TOKEN; restart it'
kill "$bridge_pid"
eventually 10 gone "$bridge_pid"
bridge pa-bridge --public-url https://elsewhere.example
broken bridge 'takes https://elsewhere.example for its public URL'
kill "$bridge_pid"
eventually 10 gone "$bridge_pid"

faulty '{"at":"ngrok.socket","do":"502"}'
start plain pa-sim ngrok --to "$port" --certificates "$T/certificates" --scenario "$T/faulty.json"
setting NGROK_API_URL="$(printf '%s\n' "$ready" | field url)"
public_url=$(printf '%s\n' "$ready" | field public_url)
bridge pa-bridge --public-url "$public_url"
status 0 pa-webhook-sync "$public_url"
broken media 'calls would ring and be silent'
