# For the tests of the executables: a world of simulators on loopback, and checks that tell what they saw.
# Sourced by each *_test.sh. Everything a test starts is stopped by its own id when it ends.
# shellcheck shell=sh
set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034 # for the tests
root=$(cd "$here/../.." && pwd)
T=$(mktemp -d "${TMPDIR:-/tmp}/pa-test.XXXXXX")
pids=
checks=0

# Nothing of the person's own settings gets into a test.
for name in OPENAI_API_KEY TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_API_KEY_SID TWILIO_API_KEY_SECRET \
    TWILIO_PHONE_NUMBER_SID NGROK_AUTHTOKEN PORT MY_PHONE OWNER_PHONES CALLER_PIN ALLOWED_CALLERS PUBLIC_URL \
    PUBLIC_URL_REALTIME WORKSPACE_DIR REALTIME_MODEL VOICE TRANSCRIBE_MODEL EXTRACT_MODEL TIMEZONE LANGUAGE \
    CALL_LOG_DIR ALLOWED_COUNTRIES PREWARM MAX_CALLS MAX_CALL_MINUTES BUDGET_CALL_USD BUDGET_DAY_USD BUDGET_MONTH_USD \
    QUIET_HOURS MAX_CALLS_PER_DAY RECORD OPENAI_BASE_URL OPENAI_REALTIME_URL TWILIO_BASE_URL TWILIO_VOICE_BASE_URL \
    NGROK_API_URL OPERATOR_SOCKET PA_AGENT_DIR PA_SHARE_DIR PA_FAULT SSL_CERT_FILE \
    http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY; do
    unset "$name"
done
# No tunnel program of this machine either, unless a test puts a simulated one there.
export XDG_CONFIG_HOME="$T/config"

# What is still there is told to stop, and gets ten seconds. Whoever needs longer has a bug.
cleanup() {
    code=$?
    trap - EXIT
    for p in $pids; do kill "$p" 2>/dev/null; done
    limit=$(($(date +%s) + 10))
    for p in $pids; do
        while alive "$p"; do
            [ "$(date +%s)" -lt "$limit" ] || {
                echo "FAILED: process $p does not stop: $(ps -o args= -p "$p")" >&2
                kill -9 "$p"
                code=1
                break
            }
            sleep 0.05
        done
    done
    if [ "$code" = 0 ] && [ -n "${records_of_all:-}" ]; then
        perl "$here/join_records.pl" "$T/recorded" "$records_of_all" || code=1
    fi
    if [ "$code" != 0 ]; then
        echo "--- files of this test"
        for file in "$T"/*.err "$T"/*.out "$T"/out "$T"/err; do
            [ -f "$file" ] || continue # a pipe that nobody writes to would keep us
            echo "==> $file <=="
            tail -n 20 "$file"
        done | cut -c1-400
    fi
    if [ "$code" != 0 ] && [ -n "${PA_KEEP:-}" ]; then echo "kept: $T"; else rm -rf "$T"; fi
    [ "$code" != 0 ] || echo "$checks checks"
    exit "$code"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP ALRM

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# --- checks ---

# check WHAT ACTUAL EXPECTED
check() {
    checks=$((checks + 1))
    [ "$2" = "$3" ] || fail "$1: got '$2', wanted '$3'"
}

# contains WHAT TEXT PART
contains() {
    checks=$((checks + 1))
    case $2 in
        *"$3"*) ;;
        *) fail "$1: '$2' does not contain '$3'" ;;
    esac
}

# lacks WHAT TEXT PART
lacks() {
    checks=$((checks + 1))
    case $2 in
        *"$3"*) fail "$1: '$2' contains '$3'" ;;
    esac
}

# within WHAT NUMBER LOWEST HIGHEST (integers)
within() {
    checks=$((checks + 1))
    [ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || fail "$1: $2 is not within $3 and $4"
}

# holds COMMAND…: it succeeds.
holds() {
    checks=$((checks + 1))
    "$@" || fail "not so: $*"
}

# status WANTED COMMAND…: runs it with the test's stdin closed; stdout in $T/out, stderr in $T/err.
status() {
    wanted=$1
    shift
    got=0
    limited 120 "$@" >"$T/out" 2>"$T/err" </dev/null || got=$?
    checks=$((checks + 1))
    [ "$got" = "$wanted" ] || fail "status of '$*': got $got, wanted $wanted: $(cat "$T/err")"
}

# limited SECONDS COMMAND…: ended by a signal if it takes longer (142).
limited() { perl -e 'alarm shift; exec @ARGV or exit 127' "$@"; }

# has PROGRAM WHAT: it is here; else it is told that WHAT is not tried.
has() { command -v "$1" >/dev/null || { echo "skipped: no $1, $2" && false; }; }

out() { cat "$T/out"; }
err() { cat "$T/err"; }

# json FILE PERL [ARGUMENT…]: see json.pl
json() { perl "$here/json.pl" "$@"; }

# field NAME < JSON line: the first string or number member of that name.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }

# eventually SECONDS COMMAND…: until it succeeds. (Waiting for another process's deed, not for time.)
eventually() {
    limit=$(($(date +%s) + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt "$limit" ] || fail "never came true: $*"
        sleep 0.05
    done
    checks=$((checks + 1))
}

# --- processes ---

# wait_for_all PID…: waits for children; $statuses is how they ended, in that order.
wait_for_all() {
    statuses=
    for child; do
        got=0
        wait "$child" || got=$?
        statuses="$statuses $got"
    done
}

# With PA_WORKERS=3 each bridge that a test starts has three workers: what it does must not depend on that.
real_bridge=$(command -v pa-bridge)
more_workers() {
    [ -n "${PA_WORKERS:-}" ] || return 0
    mkdir "$T/more"
    cat >"$T/more/pa-bridge" <<WRAPPER
#!/bin/sh
for word; do
    case \$word in
        ctl | --show-prompt | --help | --version | --workers) exec "$real_bridge" "\$@" ;;
    esac
done
exec "$real_bridge" --workers "$PA_WORKERS" "\$@"
WRAPPER
    chmod 755 "$T/more/pa-bridge"
}
more_workers
[ -z "${PA_WORKERS:-}" ] || PATH="$T/more:$PATH"

# alive PID: it runs (one that has ended and is not waited for does not).
alive() {
    case $(ps -o stat= -p "$1" 2>/dev/null) in
        '' | Z*) return 1 ;;
    esac
}
gone() { ! alive "$1"; }

# gone_pids PID…
gone_pids() {
    for p; do gone "$p" || return 1; done
}

# start NAME COMMAND…: in the background; its first line of stdout is in $ready when this returns, the
# rest goes to $T/NAME.out. Its process id is in $pid.
start() {
    name=$1
    shift
    mkfifo "$T/$name.fifo"
    "$@" >"$T/$name.fifo" 2>"$T/$name.err" </dev/null &
    pid=$!
    pids="$pids $pid"
    exec 9<"$T/$name.fifo"
    ready=
    IFS= read -r ready <&9 || fail "$name did not start: $(cat "$T/$name.err")"
    cat <&9 >"$T/$name.out" &
    pids="$pids $!"
    exec 9<&-
    rm -f "$T/$name.fifo"
}

# --- the world ---

account=AC00000000000000000000000000000001
token=0123456789abcdef0123456789abcdef
number_sid=PN00000000000000000000000000000001
owner=+821000001234

# An agent in $agent, with settings that lead nowhere, and $PA_AGENT_DIR.
make_agent() {
    agent="$T/agent"
    pa-doctor -q --init "$agent" >/dev/null || fail "pa-doctor --init"
    cat >"$agent/.env" <<ENV
OPENAI_API_KEY=sk-simulated
TWILIO_ACCOUNT_SID=$account
TWILIO_AUTH_TOKEN=$token
TWILIO_PHONE_NUMBER_SID=$number_sid
NGROK_AUTHTOKEN=simulated-ngrok-token
MY_PHONE=$owner
OPENAI_BASE_URL=${openai_url:-http://127.0.0.1:1/v1}
TWILIO_BASE_URL=${twilio_url:-http://127.0.0.1:1}
TWILIO_VOICE_BASE_URL=${twilio_url:-http://127.0.0.1:1}
NGROK_API_URL=${ngrok_url:-http://127.0.0.1:1}
PORT=${port:-8082}
ENV
    chmod 600 "$agent/.env"
    export PA_AGENT_DIR="$agent"
}

# setting NAME=VALUE…: these beat what the .env said.
setting() {
    for line; do
        grep -v "^${line%%=*}=" "$agent/.env" >"$T/env"
        { cat "$T/env" && echo "$line"; } >"$agent/.env"
    done
}

# world SCENARIO [--no-record] [OPTION OF pa-sim twilio…]: the simulated services ($openai_options for the
# model), and an agent that uses them. With PA_RECORD_DIR all traffic is recorded there; not with
# --no-record, which is for scenarios whose model sends garbage.
world() {
    scenario=$1
    shift
    record=
    if [ "${1:-}" = --no-record ]; then
        shift
    elif [ -n "${PA_RECORD_DIR:-}" ]; then
        mkdir -p "$PA_RECORD_DIR"
        record="--record $PA_RECORD_DIR"
    fi
    # shellcheck disable=SC2086 # two words or none
    start openai pa-sim openai --scenario "$scenario" ${openai_options:-} $record
    openai_url=$(printf '%s\n' "$ready" | field url)
    start ngrok pa-sim ngrok --to 0 --certificates "$T/certificates"
    ngrok_url=$(printf '%s\n' "$ready" | field url)
    public_url=$(printf '%s\n' "$ready" | field public_url)
    port=$(printf '%s\n' "$ready" | field local_port)
    SSL_CERT_FILE=$(printf '%s\n' "$ready" | field ca_file)
    export SSL_CERT_FILE
    # shellcheck disable=SC2086
    start twilio env TWILIO_ACCOUNT_SID="$account" TWILIO_AUTH_TOKEN="$token" \
        pa-sim twilio --scenario "$scenario" --wav "$T/wav" $record "$@"
    twilio_url=$(printf '%s\n' "$ready" | field url)
    make_agent
}

# own_records: the traffic is recorded in $T/recorded, for a test that looks at its own only. When the test
# ends it joins that of all others, which is held against the services' schemas.
own_records() {
    records_of_all=${PA_RECORD_DIR:-}
    [ -z "$records_of_all" ] || mkdir -p "$records_of_all"
    export PA_RECORD_DIR="$T/recorded"
}

# pipeline [BRIDGE OPTIONS…]: the agent as people run it; waits until webhooks work. The ids of its three
# processes are in $tunnel_pid, $sync_pid, $bridge_pid.
pipeline() {
    rm -f "$T"/*.pid
    (with_pid tunnel pa-tunnel 2>"$T/tunnel.err" |
        with_pid sync pa-webhook-sync 2>"$T/sync.err" |
        with_pid bridge pa-bridge --public-url - "$@" >"$T/bridge.out" 2>"$T/bridge.err") </dev/null &
    pids="$pids $!"
    eventually 10 test -s "$T/tunnel.pid" -a -s "$T/sync.pid" -a -s "$T/bridge.pid"
    tunnel_pid=$(cat "$T/tunnel.pid") sync_pid=$(cat "$T/sync.pid") bridge_pid=$(cat "$T/bridge.pid")
    pids="$pids $tunnel_pid $sync_pid $bridge_pid"
    eventually 30 bridge_ready
}

# with_pid NAME COMMAND…: becomes the command, leaving its process id in $T/NAME.pid.
with_pid() {
    name=$1
    shift
    exec sh -c 'echo $$ >"$0.new" && mv "$0.new" "$0" && exec "$@"' "$T/$name.pid" "$@"
}

bridge_ready() { pa-bridge -C "$agent" ctl status | grep -q '"public_url":"http'; }

# --- calls ---

# told NAME EVENT [N]: the simulator has printed at least N such events.
told() { [ "$(grep -c "\"event\":\"$2\"" "$T/$1.out")" -ge "${3:-1}" ]; }

# The one call log there is, or the one of a SID.
log_of() {
    eventually 5 log_exists "${1:-CA}"
    ls "$agent"/call_logs/*_"${1:-CA}"*.json
}
log_exists() { ls "$agent"/call_logs/*_"$1"*.json; }

# somebody_calls [JSON]: a call comes in; its SID is in $call_sid.
somebody_calls() {
    call_sid=$(perl "$here/http.pl" POST "$twilio_url/sim/inbound" "${1:-{\}}" 2>/dev/null | field call_sid)
    [ -n "$call_sid" ] || fail "no call came in"
}

# facts_of SID: what the carrier knows of a call, as JSON, in $T/facts.json.
facts_of() { perl "$here/http.pl" GET "$twilio_url/sim/calls/$1" >"$T/facts.json" 2>/dev/null; }
call_ended() { facts_of "$1" && [ "$(json "$T/facts.json" '$d->{ended_by} ne ""')" = 1 ]; }

# stop_world: ends all that was started, so that another world can follow.
stop_world() {
    for p in $pids; do kill "$p" 2>/dev/null; done
    # shellcheck disable=SC2086
    eventually 10 gone_pids $pids
    pids=
    rm -rf "${T:?}"/*
    more_workers
}
