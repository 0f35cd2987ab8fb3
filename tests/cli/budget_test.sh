# BUDGET_DAY_USD holds for all calls together: what none of them would use up alone, two do that run at the
# same time, and both say goodbye.
. ./lib.sh
cat >"$T/talk.json" <<'JSON'
{"name": "talk", "about": "Some things are said, then the phone is put down.",
 "carrier": {"ring_ms": 100, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 300, "say": "meeting"},
                       {"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 300, "say": "meeting"},
                       {"when": "agent-silent", "after_ms": 2000, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "purposes": {"goodbye": ["time-is-up"]},
           "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]},
                     {"hears": "*", "says": ["go-on"]}]}}
JSON
world "$T/talk.json"
pipeline
cost_of() { json "$(log_of "$1")" '$d->{cost_usd}{total}'; }
ended_by() { json "$(log_of "$1")" '$d->{ended_by}'; }
goodbye=$(json "$root/share/clips/clips.json" 'map { $_->{text} } grep { $_->{id} eq "time-is-up" } @$d')
says_goodbye() { grep -qF "$goodbye" "$(log_of "$1")"; }

# budget_for SPENT MORE: so much is left, in calls that are alone.
budget_for() {
    kill "$bridge_pid"
    eventually 10 gone_pids "$tunnel_pid" "$sync_pid" "$bridge_pid"
    setting "BUDGET_DAY_USD=$(perl -e 'printf "%.6f", $ARGV[0] + $ARGV[1] * $ARGV[2]' "$1" "$2" "$one_costs")"
    pipeline
}

# --- what one call costs ---
status 0 pa-dial --wait
alone=$(head -n 1 "$T/out")
check "one alone goes to its end" "$(ended_by "$alone")" caller
one_costs=$(cost_of "$alone")

# --- ten at once on the last of it: one is placed, and the others are told why they are not ---
budget_for "$one_costs" 0.5
crons=
for i in 0 1 2 3 4 5 6 7 8 9; do
    pa-dial --wait "010-0000-300$i" >"$T/ten.$i" 2>"$T/ten.$i.err" </dev/null &
    crons="$crons $!"
done
pids="$pids $crons"
# shellcheck disable=SC2086 # ids
wait_for_all $crons
check "one of ten" "$(printf '%s\n' $statuses | grep -cx 0)" 1
check "later, or never" "$(printf '%s\n' $statuses | grep -cxE '16|75')" 9
check "calls placed" "$(grep -c '"event":"call"' "$T/twilio.out")" 2
check "why the others are not" "$(cat "$T"/ten.*.err | grep -cE 'held back for calls under way|is used up')" 9
contains "those that came while it ran" "$(cat "$T"/ten.*.err)" "held back for calls under way"
last=$(cat "$T"/ten.[0-9] | grep '^CA')
check "it ends with the budget" "$(ended_by "$last")" budget

# --- what is left then: for one a fifth more than it would cost ---
echo '{' >"$agent/call_logs/$(TZ=Asia/Seoul date +%Y-%m-%d)_00-00-00_CAbroken.json"
budget_for "$(perl -e 'print $ARGV[0] + $ARGV[1]' "$one_costs" "$(cost_of "$last")")" 1.2

# --- two at once ---
status 0 pa-dial 010-0000-2001
one=$(out)
status 0 pa-dial 010-0000-2002
two=$(out)
for sid in "$one" "$two"; do
    eventually 60 call_ended "$sid"
    check "a call of two" "$(ended_by "$sid")" budget
    holds says_goodbye "$sid"
    check "has not used it up alone" "$(perl -e 'print $ARGV[0] < $ARGV[1] ? 1 : 0' "$(cost_of "$sid")" "$one_costs")" 1
done
check "the log that nobody can read is told once" "$(grep -c CAbroken "$T/bridge.err")" 1

# --- what begins then ends at once; of our own calls there are none ---
status 16 pa-dial --wait
contains "why" "$(err)" BUDGET_DAY_USD
lacks "nobody is called" "$(err)" "calling "
somebody_calls "{\"from\":\"$owner\"}"
eventually 60 call_ended "$call_sid"
check "a call that comes in" "$(ended_by "$call_sid")" budget
