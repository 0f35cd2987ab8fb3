# For the tests of the executables: a world of simulators on loopback, and checks that tell what they saw.
# Sourced by each *_test.sh. Everything a test starts is stopped by its own id when it ends.
# shellcheck shell=sh
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
T=$(mktemp -d "${TMPDIR:-/tmp}/pa-test.XXXXXX")
pids=
checks=0

cleanup() {
    code=$?
    for p in $pids; do kill "$p" 2>/dev/null; done
    for p in $pids; do wait "$p" 2>/dev/null; done
    [ "$code" = 0 ] || { echo "--- files of this test"; tail -n 40 "$T"/*.err "$T"/*.log 2>/dev/null; }
    rm -rf "$T"
    [ "$code" != 0 ] || echo "$checks checks"
    exit "$code"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

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

# status WANTED COMMAND…: runs it, keeps stdout in $T/out and stderr in $T/err.
status() {
    wanted=$1
    shift
    got=0
    "$@" >"$T/out" 2>"$T/err" </dev/null || got=$?
    checks=$((checks + 1))
    [ "$got" = "$wanted" ] || fail "status of '$*': got $got, wanted $wanted: $(cat "$T/err")"
}

out() { cat "$T/out"; }
err() { cat "$T/err"; }

# field NAME < JSON line: the first string or number member of that name.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }

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
}

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

# world SCENARIO: the simulated services, and an agent directory $agent that uses them. With
# PA_RECORD_DIR all traffic is recorded there (not with `world SCENARIO --no-record`).
world() {
    scenario=$1
    record=
    if [ -n "${PA_RECORD_DIR:-}" ] && [ "${2:-}" != --no-record ]; then
        mkdir -p "$PA_RECORD_DIR"
        record="--record $PA_RECORD_DIR"
    fi
    # shellcheck disable=SC2086
    start openai pa-sim openai --scenario "$scenario" $record
    openai_url=$(printf '%s\n' "$ready" | field url)
    agent="$T/agent"
    pa-doctor --init "$agent" >/dev/null || fail "pa-doctor --init"
    port=$(free_port)
    start ngrok pa-sim ngrok --forward "$port"
    ngrok_url=$(printf '%s\n' "$ready" | field api)
    SSL_CERT_FILE=$(printf '%s\n' "$ready" | field ca)
    export SSL_CERT_FILE
    # shellcheck disable=SC2086
    start twilio pa-sim twilio --scenario "$scenario" --wav "$T/wav" $record
    twilio_url=$(printf '%s\n' "$ready" | field url)
    cat >"$agent/.env" <<ENV
OPENAI_API_KEY=sk-simulated
TWILIO_ACCOUNT_SID=AC00000000000000000000000000000001
TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef
TWILIO_PHONE_NUMBER_SID=PN00000000000000000000000000000001
MY_PHONE=+821000001234
PORT=$port
OPENAI_BASE_URL=$openai_url
TWILIO_BASE_URL=$twilio_url
NGROK_API_URL=$ngrok_url
ENV
    chmod 600 "$agent/.env"
    export PA_AGENT_DIR="$agent"
}

# A port nobody has: the kernel's choice of a moment ago.
free_port() { pa-sim free-port; }

# pipeline [BRIDGE OPTIONS…]: the whole agent in the foreground's shape; waits until webhooks work.
pipeline() {
    mkfifo "$T/url"
    (pa-tunnel 2>"$T/tunnel.err" | pa-webhook-sync 2>"$T/sync.err" | tee "$T/url.seen" |
        pa-bridge --public-url - "$@" >"$T/bridge.out" 2>"$T/bridge.err") &
    pids="$pids $!"
    eventually 30 bridge_ready
}

bridge_ready() {
    curl_operator status | grep -q '"public_url":"http'
}

# GET on the operator's socket.
curl_operator() { pa-bridge -C "$agent" ctl "$1"; }
