# The figures of a conversation over real sockets: PA_CALLS (50) calls through pa-bridge, PA_WIDTH (10) at
# a time, each interrupted twice at a moment drawn by PA_SEED (1), the model 150 ms away and back. Four of
# five are placed by pa-dial, the others come in. Needs the tools in PATH; takes about 40 s for each ten.
# shellcheck shell=sh
. "$(dirname "$0")/../cli/lib.sh"
here="$root/tests/cli"
seed=${PA_SEED:-1} calls=${PA_CALLS:-50} width=${PA_WIDTH:-10}
one_way=75 # ms, to the model
to_phone=40

# story NAME SEED: a call whose interruptions come when the seed says.
story() {
    perl -e 'srand shift; my $any = sub { 800 + int rand 3200 };
        printf q({"name": "bench", "about": "Two interruptions.", "seed": %d,
            "carrier": {"ring_ms": %d, "answered_by": "human", "network_delay_ms": %d},
            "caller": {"script": [
                {"when": "agent-silent", "after_ms": 400, "say": "tell-story"},
                {"when": "agent-speaking", "after_ms": %d, "say": "milk"},
                {"when": "agent-silent", "after_ms": 400, "say": "weather"},
                {"when": "agent-speaking", "after_ms": %d, "say": "not-that"},
                {"when": "agent-silent", "after_ms": 400, "say": "thanks-bye"}]},
            "model": {"greeting": ["greet-morning"], "latency_ms": 250, "turns": [
                {"hears": "tell-story", "says": ["story-long"]}, {"hears": "milk", "says": ["ok-milk"]},
                {"hears": "weather", "says": ["weather-long"]}, {"hears": "not-that", "says": ["go-on"]},
                {"hears": "thanks-bye", "says": ["goodbye"], "function": {"name": "end_call"}}]}}),
            $ARGV[0], 2500 + int rand 3000, $ARGV[1], $any->(), $any->()' "$2" "$2" "$to_phone" >"$T/$1.json"
}

set --
n=0
while [ "$n" -lt "$width" ]; do
    story "story$n" $((seed * 1000 + n))
    set -- "$@" --scenario "$(printf '+82100000%04d=%s' "$n" "$T/story$n.json")"
    n=$((n + 1))
done
mkdir "$T/certificates"
# shellcheck disable=SC2034 # for world
openai_options="--latency-ms $one_way --certificates $T/certificates"
world "$T/story0.json" "$@"
setting "ALLOWED_CALLERS=*"
pipeline

one_call() {
    number=$(printf '+82100000%04d' "$1")
    if [ $(($1 % 5)) -lt 4 ]; then
        limited 120 pa-dial -q --wait "$number" >"$T/call.$2.out" 2>"$T/call.$2.err"
    else
        somebody_calls "{\"from\":\"$number\"}"
        echo "$call_sid" >"$T/call.$2.out"
        eventually 120 call_ended_alone "$call_sid" "$2"
    fi
}
call_ended_alone() {
    perl "$here/http.pl" GET "$twilio_url/sim/calls/$1" 2>/dev/null | grep -q '"ended_by":"[a-z]'
}

made=0
while [ "$made" -lt "$calls" ]; do
    wave='' n=0
    while [ "$n" -lt "$width" ] && [ "$made" -lt "$calls" ]; do
        (
            trap - EXIT
            one_call "$n" "$made"
        ) &
        wave="$wave $!"
        n=$((n + 1)) made=$((made + 1))
    done
    # shellcheck disable=SC2086
    wait $wave
done
# Ten seconds later no call may be without its end.
logs_written() { [ "$(find "$agent/call_logs" -name '*_CA*.json' | wc -l)" -ge "$calls" ]; }
limit=$(($(date +%s) + 10))
until logs_written || [ "$(date +%s)" -ge "$limit" ]; do sleep 0.2; done

mkdir "$T/facts"
cat "$T"/call.*.out | grep '^CA' | sort -u | while read -r sid; do
    perl "$here/http.pl" GET "$twilio_url/sim/calls/$sid" >"$T/facts/$sid.json" 2>/dev/null
done
pa-bridge ctl metrics >"$T/metrics"
trap 'cleanup >/dev/null' EXIT # the table is enough
perl "$root/tests/bench/conversation.pl" "$T" "$agent/call_logs" "$calls" "$seed" "$one_way" "$to_phone"
