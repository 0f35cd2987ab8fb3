# Calls come and go for a while, some with faults: what the bridge is like then. `make soak`.
#   soak.sh [SECONDS [CALLS]]
# At most CALLS (200) at once for SECONDS (600). Fails if memory grows by 2 % or more after the first minute, if a
# healthy call is not whole, if audio was lost, or if a descriptor stays open.
. ./lib.sh
seconds=${1:-600} calls=${2:-200} seed=${SEED:-20261122}
scenario() { # NAME CALLER FAULTS: the model answers what it hears.
    cat >"$T/$1.json" <<JSON
{"name": "$1", "about": "One of many calls.", "carrier": {"ring_ms": 100, "answered_by": "human", "max_call_ms": 60000},
 "caller": {"script": [$2]},
 "model": {"greeting": ["greet-plain"], "purposes": {"resumed": ["sorry-cut"]},
           "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]},
                     {"hears": "thanks-bye", "says": ["goodbye"]}, {"hears": "*", "says": ["i-see"]}]},
 "faults": [$3]}
JSON
}
say() { printf '{"when": "agent-silent", "after_ms": %s, "say": "%s"}' "$1" "$2"; }
talk="$(say 900 milk), $(say 1500 meeting), $(say 900 thanks-bye)"
bye='{"when": "agent-silent", "after_ms": 300, "hang_up": true}'
scenario healthy "$talk, $bye" ''
scenario at-once '{"when": "answered", "after_ms": 40, "hang_up": true}' ''
scenario in-speech '{"when": "agent-speaking", "after_ms": 700, "hang_up": true}' ''
scenario carrier-drops "$talk, $bye" '{"at": "carrier.media:200", "do": "drop"}'
scenario carrier-silent "$talk, $bye" '{"at": "carrier.media:150", "do": "silent"}'
scenario startless "$talk, $bye" '{"at": "carrier.start", "do": "lose"}'
faulty=
n=0
for name in at-once in-speech carrier-drops carrier-silent startless; do
    faulty="$faulty --scenario +82100009900$n=$T/$name.json"
    n=$((n + 1))
done
# shellcheck disable=SC2086 # options
world "$T/healthy.json" --no-record $faulty
setting 'ALLOWED_CALLERS=*'
mkdir -p "$agent/run"
echo "$public_url" >"$agent/run/public-url"
pa-webhook-sync "$public_url" >/dev/null
perl soak.pl "$agent" "$twilio_url" "$T" "$seconds" "$calls" "$n" "$seed" || fail "the soak"
