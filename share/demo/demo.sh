#!/bin/sh
# One whole call without keys or network: the real tools, with simulated services on loopback.
# Usage: demo.sh [FOLDER]   (the agent, its log and the recording stay in FOLDER, else in a new one)
set -eu

dir=${1:-$(mktemp -d "${TMPDIR:-/tmp}/phone-agent-demo.XXXXXX")}
mkdir -p "$dir"
agent=$dir/agent
pids='' pipeline=''

stop() {
    code=$?
    # The pipeline ends as one when its last member ends; then the world it ran in.
    bridge=$(pa-bridge ctl status 2>/dev/null | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
    [ -z "$bridge" ] || kill "$bridge" 2>/dev/null || true
    [ -z "$pipeline" ] || wait "$pipeline" 2>/dev/null || true
    for p in $pids; do kill "$p" 2>/dev/null || true; done
    wait 2>/dev/null || true
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT TERM

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# Starts a simulator; its first line says where it is.
simulate() {
    name=$1
    shift
    mkfifo "$dir/$name.ready"
    "$@" >"$dir/$name.ready" 2>"$dir/$name.err" </dev/null &
    pids="$pids $!"
    exec 3<"$dir/$name.ready"
    IFS= read -r ready <&3 || { cat "$dir/$name.err" >&2; exit 70; }
    cat <&3 >"$dir/$name.events" &
    pids="$pids $!"
    exec 3<&-
    rm -f "$dir/$name.ready"
}
field() { printf '%s\n' "$ready" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

say "1. A simulated world on this machine: OpenAI, ngrok, Twilio and a person in Korea"
scenario=morning-call
account=AC00000000000000000000000000000001 token=0123456789abcdef0123456789abcdef
simulate openai pa-sim openai --scenario "$scenario"
openai=$(field url)
simulate ngrok pa-sim ngrok --to 0
ngrok=$(field url)
port=$(field local_port)
SSL_CERT_FILE=$(field ca_file)
export SSL_CERT_FILE
simulate twilio env TWILIO_ACCOUNT_SID="$account" TWILIO_AUTH_TOKEN="$token" \
    pa-sim twilio --scenario "$scenario" --wav "$dir/recording"
twilio=$(field url)
number=$(field number_sid)

say "2. A new agent: pa-doctor --init $agent"
pa-doctor --init "$agent"
cat >"$agent/.env" <<ENV
OPENAI_API_KEY=sk-simulated
TWILIO_ACCOUNT_SID=$account
TWILIO_AUTH_TOKEN=$token
TWILIO_PHONE_NUMBER_SID=$number
MY_PHONE=+821000001234
PORT=$port
OPENAI_BASE_URL=$openai
TWILIO_BASE_URL=$twilio
NGROK_API_URL=$ngrok
ENV
export PA_AGENT_DIR="$agent"

say "3. The agent itself: pa-tunnel | pa-webhook-sync | pa-bridge --public-url -"
(pa-tunnel -q | pa-webhook-sync -q | pa-bridge -q --public-url - >"$dir/finished-calls.jsonl") &
pipeline=$!
until pa-bridge ctl status 2>/dev/null | grep -q '"public_url":"http'; do sleep 0.1; done

say "4. The call: pa-dial --wait --follow --about '오늘 일정: 10시 회의, 저녁 7시 운동'"
status=0
pa-dial --wait --follow --about '오늘 일정: 10시 회의, 저녁 7시 운동' || status=$?
[ "$status" = 0 ] || { echo "the call ended with status $status" >&2; exit "$status"; }

log=$(ls "$agent"/call_logs/*_CA*.json)
say "5. What is left of it"
echo "log:       $log"
echo "recording: $(ls "$dir"/recording/*.wav)   (left: the caller; right: the agent, as it was heard)"

say "6. What was asked for, and what becomes of it: pa-extract $(basename "$log") | pa-act"
pa-extract "$log" >"$dir/requests.jsonl"
cat "$dir/requests.jsonl"
echo
pa-act <"$dir/requests.jsonl"

say "7. What stands open now: pa-act --list"
pa-act --list

job=$(ls "$agent"/spool/jobs/*.json)
due=$(sed -n 's/.*"due_at":"\([^"]*\)".*/\1/p' "$job")
say "8. The clock is put on to the morning call: pa-act --due --wait --now $due"
pa-act --due --wait --now "$due"
echo "the job:   $(ls "$agent"/spool/done/*.json)"
