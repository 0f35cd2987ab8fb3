# What is lost when a bridge is killed: prints figures, and fails where something is. `make bench-crash`.
#   crash_bench.sh [ROUNDS [KILLS [UPGRADES]]]
# First ROUNDS (5) times ten calls whose bridge is killed once, in mid-call, and started again at once.
# Then KILLS (300) kills at random moments of one run with twenty calls, and UPGRADES (20) under fifty calls.
cd /tmp/wt/me/tests/cli; . ./lib.sh
rounds=${1:-5} kills=${2:-300} upgrades=${3:-20} seed=${SEED:-20261122}
# What one caller says, then the whole of a call that talks on.
say() { printf '{"when": "agent-silent", "after_ms": %s, "say": "%s"},' "$1" "$2"; }
talk() { # AFTER_MS TIMES
    i=0
    while [ $i -lt "$2" ]; do
        say "$1" slept-well && say "$1" wake-me && say "$1" milk && say "$1" meeting && say "$1" call-later
        i=$((i + 1))
    done
}
scenario() { # NAME AFTER_MS TIMES
    cat <<JSON
{"name": "$1", "about": "Talks on.", "carrier": {"ring_ms": 100, "answered_by": "human"},
 "caller": {"script": [$(talk "$2" "$3") $(say "$2" thanks-bye) {"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "purposes": {"resumed": ["sorry-cut"]},
           "turns": [{"hears": "slept-well", "says": ["good-sleep"]}, {"hears": "wake-me", "says": ["ok-wake"]},
                     {"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]},
                     {"hears": "call-later", "says": ["ok-call-later"]}, {"hears": "thanks-bye", "says": ["goodbye"]},
                     {"hears": "*", "says": ["i-see"]}]}}
JSON
}
scenario once 1200 1 >"$T/once.json"
PA_RECORD_DIR="$T/record"
export PA_RECORD_DIR
open_to_all() { # WORLD…
    world "$@"
    setting 'ALLOWED_CALLERS=*'
    mkdir -p "$agent/run"
    echo "$public_url" >"$agent/run/public-url"
    pa-webhook-sync "$public_url" >/dev/null
}
open_to_all "$T/once.json"
scenario short 900 1 >"$T/short.json"
open_to_all "$T/short.json" --no-record
echo "upgrades"
perl crash_bench.pl upgrade "$agent" "$twilio_url" "$T" "$upgrades" "$seed" || fail "upgrades"
