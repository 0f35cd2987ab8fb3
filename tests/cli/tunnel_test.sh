# pa-tunnel: finds the tunnel to our port and no other, prints its URL when it works and whenever it
# changes, and says what is wrong with ngrok in one sentence.
. ./lib.sh
start ngrok pa-sim ngrok --to 0 --certificates "$T/certificates"
ngrok_url=$(printf '%s\n' "$ready" | field url)
public_url=$(printf '%s\n' "$ready" | field public_url)
port=$(printf '%s\n' "$ready" | field local_port)
SSL_CERT_FILE=$(printf '%s\n' "$ready" | field ca_file)
export SSL_CERT_FILE
make_agent

# --- only looking ---
status 0 pa-tunnel --once
check "the URL" "$(out)" "$public_url"
status 1 pa-tunnel --once --port 9
check "a tunnel to another port is not taken" "$(out)" ""
contains "it is named" "$(err)" "$public_url -> "
contains "and where it leads" "$(err)" ":$port"
status 1 pa-tunnel --once --url other.example
status 64 pa-tunnel --provider carrier-pigeon
status 64 pa-tunnel --port 70000
status 64 pa-tunnel --provider cloudflared --url a.example

# --- the URL when it works, and again when it changes ---
start tunnel pa-tunnel
check "the first line" "$ready" "$public_url"
tunnel_pid=$pid
next=$(perl http.pl POST "$ngrok_url/sim/change" 2>/dev/null)
eventually 15 grep -qx "$next" "$T/tunnel.out"
check "nothing else is said" "$(cat "$T/tunnel.out")$(cat "$T/tunnel.err")" "$next"
kill "$tunnel_pid"
got=0
wait "$tunnel_pid" || got=$?
check "told to stop" "$got" 0

# --- not before it works ---
perl http.pl POST "$ngrok_url/sim/offline" 2>/dev/null
mkfifo "$T/pipe"
pa-tunnel >"$T/pipe" 2>"$T/offline.err" </dev/null &
pids="$pids $!"
exec 7<"$T/pipe"
eventually 20 test -s "$T/offline.err"
contains "it says why it waits" "$(cat "$T/offline.err")" "does not lead to pa-bridge"
perl http.pl POST "$ngrok_url/sim/online" 2>/dev/null
IFS= read -r ready <&7
check "the URL when it works" "$ready" "$next"
exec 7<&-

# --- ngrok itself ---
mkdir "$T/bin"
ln -s "$(command -v pa-sim)" "$T/bin/ngrok"
tools=$(dirname "$(command -v pa-sim)")
start other pa-sim ngrok --to 0 --certificates "$T/certificates"
api_port=$(printf '%s\n' "$ready" | field local_port)
setting "NGROK_API_URL=http://127.0.0.1:$api_port"
export PA_SIM_NGROK_API_PORT="$api_port" PA_SIM_CERTIFICATES="$T/certificates"
status 69 env PATH="$tools" pa-tunnel
contains "without ngrok" "$(err)" "install"
PATH="$T/bin:$PATH"
ngrok_says() {
    setting "NGROK_AUTHTOKEN=bad-$1"
    got=0
    limited 30 pa-tunnel >"$T/out" 2>"$T/err" </dev/null || got=$?
    [ "$got" = 69 ] || [ "$got" = 77 ] || [ "$got" = 78 ] || fail "ERR_NGROK_$1 gave $got: $(err)"
    check "ERR_NGROK_$1 in sentences" "$(grep -c . "$T/err")" 1
    contains "ERR_NGROK_$1" "$(err)" "$2"
    lacks "ERR_NGROK_$1" "$(err)" "bad-$1"
}
ngrok_says 105 authtoken
ngrok_says 107 authtoken
ngrok_says 120 ngrok
ngrok_says 121 ngrok
ngrok_says 4018 authtoken
# A session that is taken may become free: this one is waited for.
setting NGROK_AUTHTOKEN=bad-108
pa-tunnel >"$T/out" 2>"$T/108.err" </dev/null &
pid=$!
pids="$pids $pid"
eventually 10 grep -q 'ERR_NGROK_108.*trying again' "$T/108.err"
kill "$pid"
eventually 10 gone "$pid"
setting NGROK_AUTHTOKEN=simulated-ngrok-token

# --- the other providers ---
ln -s "$(command -v pa-sim)" "$T/bin/cloudflared"
ln -s "$(command -v pa-sim)" "$T/bin/tailscale"
export PA_SIM_STATE="$T/state"
for provider in cloudflared tailscale; do
    start "$provider" pa-tunnel --provider "$provider" --port "$port"
    contains "$provider" "$ready" "https://localhost:"
    child=$(ps -A -o ppid= -o pid= | awk -v p="$pid" '$1 == p { print $2 }')
    pids="$pids $child"
    kill "$pid"
    eventually 10 gone "$pid"
    eventually 5 gone "$child"
done
