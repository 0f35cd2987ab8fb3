# A call whose stream broke off gets another one, five times, also across a bridge that dies; and a token opens one
# stream, also if the bridge that knew it was used is dead.
. ./faults_lib.sh
talk quiet '{"at": "rest.call:1", "do": "503"}, {"at": "rest.call:2", "do": "503"}, {"at": "rest.call:3", "do": "503"}'
fault_world "$T/quiet.json"

# again SID: the stream breaks off, and the carrier comes back for another.
again() { carrier "$1" after open start media 5 | sed -n 's|^/after 200 ||p'; }
journal_of() { find "$agent/call_logs" -name "*$1*.partial" | grep -q .; }
in_progress() { pa-bridge ctl calls | grep -q "$1"; }
killed() {
    kill -9 "$bridge_pid"
    eventually 5 gone "$bridge_pid"
    bridge
}

# --- nobody comes back to a call of a bridge that is dead, and the carrier does not listen at first ---
carrier CA000000000000000000000000000000c1 incoming "$owner" open start media 25 >"$T/left.out"
eventually 10 journal_of CA000000000000000000000000000000c1
killed
refusals() { grep "hanging up CA000000000000000000000000000000c1" "$T/bridge.err" | sed 's/.*: //' | tr '\n' ' '; }
told_to_the_end() { refusals | grep -q 404; }
eventually 60 told_to_the_end # by the third time the carrier is there, and does not know this call
check "told again until it is heard" "$(refusals)" "HTTP 503 HTTP 503 HTTP 404 "
holds log_exists CA000000000000000000000000000000c1

# --- five times ---
carrier CA000000000000000000000000000000c2 incoming "$owner" open start media 25 >"$T/often.out"
got=
for _ in 1 2 3 4 5; do got="$got $(again CA000000000000000000000000000000c2)"; done
check "five times it goes on" "$got" " Connect Connect Connect Connect Connect"
carrier CA000000000000000000000000000000c2 after show >"$T/often.out"
contains "the sixth time they hear that it is over" "$(cat "$T/often.out")" "/after 200 Say"
eventually 20 no_calls

# --- a bridge that is started again goes on counting, and takes no token twice ---
carrier CA000000000000000000000000000000c3 incoming "$owner" show open start media 25 >"$T/killed.out"
used=$(sed -n 's/^token //p' "$T/killed.out")
got="$(again CA000000000000000000000000000000c3) $(again CA000000000000000000000000000000c3)"
eventually 10 journal_of CA000000000000000000000000000000c3
killed
got="$got $(again CA000000000000000000000000000000c3)"
carrier CA000000000000000000000000000000c3 token "$used" open start listen 3 >"$T/replayed.out"
contains "a token that was used with the bridge before" "$(cat "$T/replayed.out")" "closed 1008"
holds in_progress CA000000000000000000000000000000c3
killed
got="$got $(again CA000000000000000000000000000000c3) $(again CA000000000000000000000000000000c3)"
check "five times in all" "$got" "Connect Connect Connect Connect Connect"
check "and no more" "$(again CA000000000000000000000000000000c3)" Say
eventually 20 no_calls
