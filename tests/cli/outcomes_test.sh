# pa-dial --wait: one status for each way a call can end, and 16 for each of our own rules.
. ./lib.sh
world hang-up-at-once --scenario +821000001010=no-answer --scenario +821000001011=busy \
    --scenario +821000001012=cancelled --scenario +821000001603=declined \
    --scenario +821000001013=failed --scenario +821000001014=machine
pipeline
placed() { grep -c '"event":"call"' "$T/twilio.out"; }

# --- how a call ends ---
status 0 pa-dial --wait
contains "answered" "$(out)" answered
status 10 pa-dial --wait 010-0000-1010
contains "no answer" "$(out)" no-answer
contains "no answer, for people" "$(err)" "pa-dial: no answer"
status 11 pa-dial --wait 010-0000-1011
contains "busy" "$(err)" "pa-dial: busy"
status 12 pa-dial --wait --json 010-0000-1012
check "cancelled, as JSON" "$(json "$T/out" '@$d{qw(outcome exit status to)}' | tr '\n' ' ')" \
    "cancelled 12 canceled +821000001012 "
status 12 pa-dial --wait 010-0000-1603
contains "declined" "$(err)" "declined (SIP 603)"
status 13 pa-dial --wait 010-0000-1013
contains "failed" "$(err)" "could not place the call"
status 14 pa-dial --wait 010-0000-1014
contains "a machine" "$(err)" "answered by a machine"
check "a refusal at the carrier leaves no log" "$(find "$agent/call_logs" -name '*_CA*' | wc -l | tr -d ' ')" 2

status 15 pa-dial --ack "약 먹었어?"
contains "nobody affirmed it" "$(out)" not-acknowledged

# The chain that scripts are made of.
got=$(pa-dial -q --wait 010-0000-1010 >"$T/1" || pa-dial -q --wait 010-0000-1011 >"$T/2" || echo nobody)
check "a || b || c" "$(tail -n 1 "$T/1") $(tail -n 1 "$T/2") $got" "no-answer busy nobody"

# Without --wait, 0 is only: it is queued.
status 0 pa-dial 010-0000-1011
check "the SID alone" "$(out | grep -c '^CA')" 1
first=$(out)
ended() { call_ended "$first"; }
eventually 10 ended

# --- once ---
before=$(placed)
status 11 pa-dial --wait --once monday 010-0000-1011
first=$(head -n 1 "$T/out")
status 11 pa-dial --wait --once monday 010-0000-1011
check "the second time it is the same call" "$(head -n 1 "$T/out")" "$first"
check "calls placed" "$(($(placed) - before))" 1
contains "it says so" "$(err)" "used before"
# Two at the same moment, as two cron lines would: one call, one outcome.
pa-dial -q --wait --once tuesday 010-0000-1010 >"$T/1" 2>"$T/1.err" &
one=$!
pa-dial -q --wait --once tuesday 010-0000-1010 >"$T/2" 2>"$T/2.err" &
two=$!
got1=0 got2=0
wait "$one" || got1=$?
wait "$two" || got2=$?
check "both end alike" "$got1 $got2" "10 10"
check "with one SID" "$(cat "$T/1")" "$(cat "$T/2")"
check "calls placed" "$(($(placed) - before))" 2

# --- refused by our own rules: each with its own sentence, and nothing leaves the house ---
before=$(wc -l <"$T/twilio.out")
status 16 pa-dial --wait 119
contains "emergency" "$(err)" "119 is not dialled"
status 16 pa-dial --wait --urgent fire --confirm-number 112
contains "whatever flags are given" "$(err)" "112 is not dialled"
status 16 pa-dial --wait 114
contains "a short number" "$(err)" "114 is not dialled"
status 16 pa-dial --wait +15550001111
contains "another country" "$(err)" "ALLOWED_COUNTRIES"
status 16 pa-dial --wait 1000001234
contains "a doubtful number" "$(err)" "--confirm-number"
hour=$(TZ=Asia/Seoul date +%H)
hour=${hour#0}
setting "QUIET_HOURS=$(((hour + 23) % 24)):00-$(((hour + 2) % 24)):00"
status 16 pa-dial --wait
contains "quiet hours" "$(err)" "quiet hours"
status 16 pa-dial --dry-run
setting QUIET_HOURS= MAX_CALLS_PER_DAY=1
status 16 pa-dial --wait
contains "the daily cap" "$(err)" "MAX_CALLS_PER_DAY"
setting MAX_CALLS_PER_DAY= BUDGET_DAY_USD=0.5
log=$(find "$agent/call_logs" -name '*_CA*.json' | head -n 1)
perl -pi -e 's/"total":[0-9.]+\}/"total":0.75}/' "$log"
status 16 pa-dial --wait
contains "the budget" "$(err)" '$0.7'
contains "which one" "$(err)" BUDGET_DAY_USD
status 16 pa-dial --wait --urgent now
setting BUDGET_DAY_USD= BUDGET_MONTH_USD=0.6
status 16 pa-dial --wait
contains "the other budget" "$(err)" BUDGET_MONTH_USD
setting BUDGET_MONTH_USD=
check "what Twilio saw of all this" "$(wc -l <"$T/twilio.out")" "$before"

# What passes a rule.
setting "QUIET_HOURS=$(((hour + 23) % 24)):00-$(((hour + 2) % 24)):00" MAX_CALLS_PER_DAY=1
status 11 pa-dial --wait --urgent 'the oven is on' 010-0000-1011
setting QUIET_HOURS= MAX_CALLS_PER_DAY=
status 11 pa-dial --wait --confirm-number 1000001011
status 65 pa-dial --wait 010-ABCD-5678

# --- no bridge, no call ---
kill "$bridge_pid"
eventually 10 gone "$bridge_pid"
before=$(placed)
status 75 pa-dial --wait
contains "what is missing" "$(err)" "bridge"
check "calls placed without a bridge" "$(placed)" "$before"
