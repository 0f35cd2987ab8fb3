# The agent is one pipeline, and ends as one, whoever ends first: no process is left behind.
. ./lib.sh
world short

# --- the sync alone, between others ---
got=$(echo https://x.example | limited 20 pa-webhook-sync | head -n 1)
check "the URL is passed on" "$got" https://x.example
# Its input goes on, its reader is gone: it ends all the same.
mkfifo "$T/urls"
limited 20 pa-webhook-sync <"$T/urls" 2>"$T/sync.err" | head -n 1 >"$T/first" &
reader=$!
exec 8>"$T/urls"
echo https://y.example >&8
wait "$reader"
check "the first URL" "$(cat "$T/first")" https://y.example
exec 8>&-

# --- the bridge alone ---
got=0
echo "$public_url" | limited 20 pa-bridge -q --public-url - >"$T/bridge.out" || got=$?
check "a bridge whose input has ended" "$got" 0

# --- the whole, in a process group of its own ---
# The ngrok that pa-tunnel starts is the simulated one, its API on a port of our choice.
mkdir "$T/bin"
ln -s "$(command -v pa-sim)" "$T/bin/ngrok"
start holder pa-sim ngrok --to 0 --certificates "$T/certificates"
api_port=$(printf '%s\n' "$ready" | field local_port)
setting "NGROK_API_URL=http://127.0.0.1:$api_port"
PATH="$T/bin:$PATH"
export PATH PA_SIM_NGROK_API_PORT="$api_port" PA_SIM_CERTIFICATES="$T/certificates"

grouped() { exec perl -e 'setpgrp(0, 0); exec @ARGV' "$@"; }
run_pipeline() {
    rm -f "$T"/*.pid
    grouped sh -c '
        cd "$0" || exit 70
        step() { n=$1; shift; exec sh -c "echo \$\$ >$n.new && mv $n.new $n.pid && exec \"\$@\"" sh "$@"; }
        step tunnel pa-tunnel 2>tunnel.err | step sync pa-webhook-sync 2>sync.err |
            step bridge pa-bridge --public-url - 2>bridge.err | step reader cat >bridge.out
    ' "$T" </dev/null &
    group=$!
    pids="$pids $group"
    eventually 10 test -s "$T/tunnel.pid" -a -s "$T/sync.pid" -a -s "$T/bridge.pid" -a -s "$T/reader.pid"
    pids="$pids $(cat "$T/tunnel.pid" "$T/sync.pid" "$T/bridge.pid" "$T/reader.pid" | tr '\n' ' ')"
    eventually 30 bridge_ready
    check "the pipeline has a group of its own" "$(members | wc -l | tr -d " ")" 5
    ngrok_pid=$(ps -A -o ppid= -o pid= | awk -v p="$(cat "$T/tunnel.pid")" '$1 == p { print $2 }')
    [ -n "$ngrok_pid" ] || fail "pa-tunnel has no ngrok"
    pids="$pids $ngrok_pid"
    contains "what runs under pa-tunnel" "$(ps -o args= -p "$ngrok_pid")" "ngrok http $port"
    lacks "its arguments" "$(ps -o args= -p "$ngrok_pid")" simulated-ngrok-token
}
all_gone() { gone "$ngrok_pid" && [ -z "$(members)" ]; }
members() { ps -A -o pgid= -o stat= -o pid= -o args= | awk -v g="$group" '$1 == g && $2 !~ /^Z/'; }
ends_with() {
    run_pipeline
    kill "-$1" "$(cat "$T/$2.pid")"
    end=$(($(date +%s) + 10))
    until all_gone; do
        [ "$(date +%s)" -lt "$end" ] ||
            fail "$2 was ended with $1, and left: $(members) $(ps -o args= -p "$ngrok_pid")"
        sleep 0.05
    done
    checks=$((checks + 1))
    wait "$group"
}
ends_with TERM tunnel
ends_with TERM sync
ends_with INT bridge
ends_with TERM reader
ends_with KILL tunnel
ends_with KILL bridge

run_pipeline
kill "$ngrok_pid"
mine=$ngrok_pid
new_ngrok() {
    ngrok_pid=$(ps -A -o ppid= -o pid= -o stat= | awk -v p="$(cat "$T/tunnel.pid")" '$1 == p && $3 !~ /^Z/ { print $2 }')
    [ -n "$ngrok_pid" ] && [ "$ngrok_pid" != "$mine" ]
}
eventually 15 new_ngrok
pids="$pids $ngrok_pid"
before=$(pa-bridge ctl status | field public_url)
new_url() { [ "$(pa-bridge ctl status | field public_url)" != "$before" ]; }
[ "$(tail -n 1 "$T/bridge.out")" = "" ] || fail "no call was made"
eventually 15 new_url
kill -INT "-$group"
eventually 10 all_gone
