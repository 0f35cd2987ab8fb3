# Takes long.
# Calls go from a bridge to another with more workers, or with fewer, when one dies and when one takes over.
. ./workers_lib.sh
first three 3

# --- killed: a bridge with two workers goes on with what three had ---
sids='' about=''
calls 4 talk
dials 3000-0001
eventually 30 kept '우유, 적어뒀어' 5
kill -9 "$bridge_pid"
eventually 5 gone "$bridge_pid"
bridge two 2
eventually 60 all_ended
for sid in $sids; do
    log=$(log_of "$sid")
    check "the whole conversation" "$(said_in "$log")" \
        "$(texts_of greet-plain milk ok-milk sorry-cut meeting ok-meeting thanks-bye goodbye)"
    check "it went on once" "$(restarts "$log")" 1
done
check "counted" "$(metric calls_resumed_total)" 5
check "journals left" "$(find "$agent/call_logs" -name '*.partial')" ""

# --- under calls, one worker takes over from two, and three from one: nobody on the phone notices ---
# under_calls NAME WORKERS NUMBER…: a bridge takes over while six calls run; each is held from beginning to end by the
# old one, and one that begins now by the new one.
under_calls() {
    old=$bridge_pid old_name=$name next=$1 next_workers=$2 sids=''
    calls 3 talk
    shift 2
    dials "$@"
    eventually 30 kept '우유, 적어뒀어' 6
    running=$sids
    bridge "$next" "$next_workers" --takeover
    calls 1 talk
    new=$call_sid
    for sid in $running; do
        contains "known to the new one" "$(ask "/calls/$sid")" '"final":false'
        contains "what is said in it, too" "$(ask "/lines/$sid")" '"text":"여보세요'
    done
    eventually 60 all_ended
    for sid in $sids; do
        log=$(log_of "$sid")
        check "the whole conversation" "$(said_in "$log")" \
            "$(texts_of greet-plain milk ok-milk meeting ok-meeting thanks-bye goodbye)"
        check "not cut off" "$(restarts "$log")" 0
        facts_of "$sid"
        check "streams" "$(json "$T/facts.json" 'scalar @{$d->{streams}}')" 1
        holder=$old_name
        [ "$sid" != "$new" ] || holder=$next
        eventually 10 grep -q "$sid" "$T/$holder.out"
    done
    eventually 20 gone "$old"
    wait "$old"
    check "the old one has ended well" "$?" 0
    for sid in $running; do
        contains "how they ended is known" "$(ask "/calls/$sid")" "$sid.json"
    done
}
about=
under_calls one 1 3000-0002 3000-0003 3000-0004
under_calls again 3 3000-0005 3000-0006 3000-0007
