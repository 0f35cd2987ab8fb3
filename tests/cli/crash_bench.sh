# What is lost when a bridge is killed: prints figures, and fails where something is. `make bench-crash`.
#   crash_bench.sh [ROUNDS [KILLS [UPGRADES]]]
# First ROUNDS (50) bridges with two calls each are killed in mid-call, and started again at once: AGENTS (3) agents at a
# time, each with a world of its own. Then KILLS (300) kills at random moments of one run with twenty calls, and
# UPGRADES (20) under fifty calls.
. ./lib.sh
one_agent=
if [ "${1:-}" = one-agent ]; then
    one_agent=yes
    shift
fi
rounds=${1:-50} kills=${2:-300} upgrades=${3:-20} seed=${SEED:-20261122}
# What one caller says, then the whole of a call that talks on.
say() { printf '{"when": "agent-silent", "after_ms": %s, "say": "%s"},' "$1" "$2"; }
talk() { # AFTER_MS TIMES: 0 is a part of one
    i=0
    [ "$2" -gt 0 ] || { say "$1" slept-well && say "$1" wake-me && say "$1" milk; }
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
open_to_all() { # WORLD…
    world "$@"
    setting 'ALLOWED_CALLERS=*'
    mkdir -p "$agent/run"
    echo "$public_url" >"$agent/run/public-url"
    pa-webhook-sync "$public_url" >/dev/null
}

if [ -n "$one_agent" ]; then
    scenario once 1200 0 >"$T/once.json"
    PA_RECORD_DIR="$T/record"
    export PA_RECORD_DIR
    open_to_all "$T/once.json"
    perl crash_bench.pl once "$agent" "$twilio_url" "$T" "$rounds" "$seed" || fail "calls that go on"
    exit
fi

if [ "$rounds" -gt 0 ]; then
    echo "calls that go on"
    agents=${AGENTS:-3}
    [ "$rounds" -ge "$agents" ] || agents=$rounds
    n=0
    while [ $n -lt "$agents" ]; do
        n=$((n + 1))
        # What does not come out even is done by the first.
        share=$((rounds / agents + (n <= rounds % agents)))
        SEED=$((seed + n)) TMPDIR=$T sh crash_bench.sh one-agent "$share" >"$T/part.$n" 2>&1 &
        pids="$pids $!"
    done
    # shellcheck disable=SC2086 # their ids
    wait $pids
    perl crash_bench.pl sum "$T"/part.* || fail "calls that go on"
fi
if [ "$kills" -gt 0 ]; then
    scenario long 900 40 >"$T/long.json"
    open_to_all "$T/long.json" --no-record
    echo "kills at random moments"
    perl crash_bench.pl random "$agent" "$twilio_url" "$T" "$kills" "$seed" || fail "kills at random moments"
    stop_world
fi
if [ "$upgrades" -gt 0 ]; then
    scenario short 900 1 >"$T/short.json"
    open_to_all "$T/short.json" --no-record
    echo "upgrades"
    perl crash_bench.pl upgrade "$agent" "$twilio_url" "$T" "$upgrades" "$seed" || fail "upgrades"
fi
