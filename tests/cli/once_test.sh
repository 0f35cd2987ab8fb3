# Ten cron lines with one key, and whatever dies meanwhile: the phone rings once, and each of the ten learns how
# that call ended. A number that is being called is not called a second time, and a restart calls nobody.
# Takes long.
. ./lib.sh
cat >"$T/talk.json" <<'JSON'
{"name": "talk", "about": "A word, then another after a while.",
 "carrier": {"ring_ms": 1000, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 5000, "say": "meeting"},
                       {"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "purposes": {"resumed": ["sorry-cut"]},
           "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]}]}}
JSON
world "$T/talk.json"
mkdir -p "$agent/run"
bridge() {
    pa-bridge --public-url "@$agent/run/public-url" >>"$T/bridge.out" 2>>"$T/bridge.err" </dev/null &
    bridge_pid=$!
    pids="$pids $bridge_pid"
}
placed() { grep -c '"event":"call"' "$T/twilio.out"; }
kept() { grep -qs "$1" "$agent"/call_logs/*.partial; }
# ten KEY: as many cron lines at the same moment; what they print is in $T/KEY.1 and so on.
ten() {
    crons=
    for i in 1 2 3 4 5 6 7 8 9 10; do
        pa-dial --wait --once "$1" --about "what $1 is for" >"$T/$1.$i" 2>"$T/$1.$i.err" </dev/null &
        crons="$crons $!"
    done
    pids="$pids $crons"
}
# learnt KEY: how the ten ended, and which SIDs they printed, each once.
learnt() {
    # shellcheck disable=SC2086 # ids
    wait_for_all $crons
    sids=$(cat "$T/$1".? "$T/$1.10" | grep '^CA' | sort -u)
}
bridge
eventually 10 pa-bridge ctl status
status 0 sh -c "pa-tunnel --once | pa-webhook-sync >'$agent/run/public-url'"
eventually 10 bridge_ready

# --- the bridge dies in the call and is started again: it goes on, and so do those who wait for it ---
ten morning
eventually 20 kept '우유'
kill -9 "$bridge_pid"
eventually 5 gone "$bridge_pid"
bridge
learnt morning
check "each of the ten learns that it was answered" "$statuses" " 0 0 0 0 0 0 0 0 0 0"
check "of one call" "$(printf '%s\n' "$sids" | wc -l | tr -d ' ')" 1
check "they say how it ended" "$(cat "$T"/morning.? "$T/morning.10" | grep -c '^answered$')" 10
check "which went on after the restart" \
    "$(json "$(log_of "$sids")" '$d->{ended_by}, scalar grep { $_->{what} eq "restart" } @{$d->{events}}' | tr '\n' ' ')" "caller 1 "
check "calls placed" "$(placed)" 1

# --- the one that places the call is killed as soon as it rings, and the bridge with it ---
ten evening
used() { [ "$(cat "$T"/evening.*.err | grep -c 'used before')" = 9 ]; }
eventually 20 used
# Whoever did not say so has placed it.
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 'used before' "$T/evening.$i.err" || first=$i; done
first_pid=$(printf '%s\n' "$crons" | cut -d ' ' -f "$((first + 1))")
kill -9 "$first_pid" "$bridge_pid"
eventually 5 gone "$bridge_pid"
# Nobody answers the carrier when the phone is picked up: it asks again.
picked_up() { [ "$(grep -c '"status":"in-progress"' "$T/twilio.out")" = 2 ]; }
eventually 20 picked_up
bridge
learnt evening
check "the nine others learn it" "$(printf '%s\n' $statuses | sort | uniq -c | tr -s ' ' | tr '\n' ',')" " 9 0, 1 137,"
check "of one call" "$(printf '%s\n' "$sids" | wc -l | tr -d ' ')" 1
check "calls placed" "$(placed)" 2
# It was told to the dead bridge only; the ledger has it for the one that answers.
check "and the call knows what it is about" "$(json "$(log_of "$sids")" '$d->{about}')" 'what evening is for'

# --- a restart between: nobody is called, and the key still tells ---
for signal in KILL TERM; do
    kill "-$signal" "$bridge_pid"
    eventually 10 gone "$bridge_pid"
    bridge
    eventually 10 bridge_ready
done
status 0 pa-dial --wait --once evening
check "the same call" "$(head -n 1 "$T/out")" "$sids"

# --- one call for one number at a time, whoever wants it ---
(
    pa-dial --wait 010-0000-7777 >"$T/one" 2>"$T/one.err"
    echo $? >>"$T/both"
) &
pids="$pids $!"
(
    pa-dial --wait 010-0000-7777 >"$T/two" 2>"$T/two.err"
    echo $? >>"$T/both"
) &
pids="$pids $!"
both() { [ "$(wc -l <"$T/both")" = 2 ]; }
eventually 60 both
check "one is answered, the other may come later" "$(sort "$T/both" | tr '\n' ' ')" "0 75 "
contains "and is told why" "$(cat "$T/one.err" "$T/two.err")" "is being called already"
check "calls placed in all" "$(placed)" 3
