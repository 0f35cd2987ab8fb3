# A bridge killed in the middle of calls: started again at once it finds them where they were, and the
# conversations go on; nothing that was said is lost.
. ./lib.sh
cat >"$T/interrupted.json" <<'JSON'
{"name": "interrupted", "about": "A wish before the bridge dies, another after.",
 "carrier": {"ring_ms": 100, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 4000, "say": "meeting"},
                       {"when": "agent-silent", "after_ms": 300, "say": "thanks-bye"},
                       {"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "purposes": {"resumed": ["sorry-cut"]},
           "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]},
                     {"hears": "thanks-bye", "says": ["goodbye"]}]}}
JSON
export PA_RECORD_DIR="${PA_RECORD_DIR:-$T/record}"
# The phone is taken off, but the first stream never begins.
sed 's/"name": "interrupted"/"name": "startless", "faults": [{"at": "carrier.start:1", "do": "lose"}]/' \
    "$T/interrupted.json" >"$T/startless.json"
world "$T/interrupted.json" --scenario +821000001111=silent-caller --scenario +821000001112="$T/startless.json"
bridge() {
    pa-bridge --public-url "@$agent/run/public-url" --on-call-end "sh '$T/after.sh'" \
        >>"$T/bridge.out" 2>>"$T/bridge.err" </dev/null &
    bridge_pid=$!
    pids="$pids $bridge_pid"
}
# shellcheck disable=SC2016
echo 'echo "$1" >>"${0%/*}/after.said"' >"$T/after.sh"
# texts_of CLIP…: what they say, a | behind each.
texts_of() {
    for clip; do json "$root/share/clips/clips.json" 'map { $_->{text} } grep { $_->{id} eq $a[0] } @$d' "$clip"; done |
        tr '\n' '|'
}
killed() {
    kill -9 "$bridge_pid"
    eventually 5 gone "$bridge_pid"
}
kept() { grep -q "$1" "$agent"/call_logs/*"$call_sid"*.partial; }
bridge
eventually 10 pa-bridge ctl status
status 0 sh -c "pa-tunnel --once | pa-webhook-sync >'$agent/run/public-url'"
eventually 10 bridge_ready

# --- killed and started again: the same call goes on ---
sent() { cat "$PA_RECORD_DIR/openai-events.jsonl" 2>/dev/null; }
before=$(sent | wc -l)
status 0 pa-dial --about 'a matter' --persona morning-call
call_sid=$(out)
eventually 20 kept '우유, 적어뒀어'
killed
bridge
log=$(eventually 40 log_exists "$call_sid" && log_of "$call_sid")
eventually 10 call_ended "$call_sid"
check "the whole conversation" "$(json "$log" 'map { $_->{text} } @{$d->{transcript}}' | tr '\n' '|')" \
    "$(texts_of greet-plain milk ok-milk sorry-cut meeting ok-meeting thanks-bye goodbye)"
check "it is one call" "$(json "$log" '@$d{qw(about persona direction owner ended_by)}' | tr '\n' ' ')" \
    "a matter $root/share/personas/morning-call.md outbound true caller "
check "not put together from pieces" "$(json "$log" 'defined $d->{recovered} ? 1 : 0')" 0
check "told in the log" "$(json "$log" 'scalar grep { $_->{what} eq "restart" } @{$d->{events}}')" 1
check "streams" "$(json "$T/facts.json" 'scalar @{$d->{streams} // []}')" 2
check "journals left" "$(find "$agent/call_logs" -name '*.partial')" ""
# What was said is in the second session too, though nobody spoke it there.
told=$(sent | tail -n "+$((before + 1))" | grep 'conversation.item.create')
for clip in greet-plain milk ok-milk; do
    contains "the second session knows" "$told" "$(texts_of "$clip" | tr -d '|')"
done

# --- killed before anything was said: whoever comes next begins, and knows what it is about ---
answered() { grep "$call_sid" "$T/twilio.out" | grep -q '"status":"in-progress"'; }
status 0 pa-dial --about 'not yet begun' 010-0000-1112
call_sid=$(out)
eventually 15 answered
killed
bridge
log=$(eventually 40 log_exists "$call_sid" && log_of "$call_sid")
eventually 10 call_ended "$call_sid"
check "what it is about" "$(json "$log" '@$d{qw(about direction ended_by)}' | tr '\n' ' ')" "not yet begun outbound caller "
check "the whole conversation" "$(json "$log" 'map { $_->{text} } @{$d->{transcript}}' | tr '\n' '|')" \
    "$(texts_of greet-plain milk ok-milk meeting ok-meeting thanks-bye goodbye)"

# --- nobody comes back to it: its log is written, the carrier told to end it, the command run ---
status 0 pa-dial 010-0000-1111
call_sid=$(out)
eventually 15 kept assistant
killed
# The carrier is told by a bridge that does not know the public URL: it cannot answer at /after.
mv "$agent/run/public-url" "$T/public-url"
bridge
eventually 10 pa-bridge ctl status
eventually 40 log_exists "$call_sid"
log=$(log_of "$call_sid")
check "put together" "$(json "$log" '@$d{qw(recovered direction)}' | tr '\n' ' ')" "true outbound "
contains "with what was said" "$(json "$log" 'map { $_->{text} } @{$d->{transcript}}')" "여보세요, 하나예요."
check "and what it cost" "$(json "$log" '($d->{usage}{audio_out} > 0) == ($d->{cost_usd}{total} > 0) ? 1 : 0')" 1
eventually 20 call_ended "$call_sid"
contains "whose carrier was asked" "$(cat "$T/bridge.err")" "$call_sid ended: nobody came back to it (the carrier: completed)"
eventually 5 grep -q "$call_sid" "$T/after.said"
contains "the line for scripts" "$(grep "$call_sid" "$T/bridge.out")" '"phone-agent/call/1"'
