# Ten turns of the caller, three of them said into a long answer: the log is complete and in order, and
# the interrupted lines are cut to what the phone really played.
# Takes long.
. ./lib.sh
export PA_RECORD_DIR="${PA_RECORD_DIR:-$T/record}" # to look at what the model was told
world ten-turns
pipeline
status 0 pa-dial --wait
call_sid=$(head -n 1 "$T/out")
log=$(log_of "$call_sid")
eventually 5 call_ended "$call_sid"
holds perl check_call.pl "$log" "$T/facts.json" "$T/openai.out" \
    agent:greet-morning caller:slept-well agent:good-sleep caller:weather agent:weather-long \
    caller:not-that agent:go-on caller:wake-me agent:ok-wake caller:tell-story agent:story-long \
    caller:milk agent:ok-milk caller:what-todo agent:todo-long caller:meeting agent:ok-meeting \
    caller:call-later agent:ok-call-later caller:thanks-bye agent:goodbye
check "turns" "$(json "$log" 'scalar grep { $_->{role} eq "user" } @{$d->{transcript}}')" 10
check "interrupted lines" "$(json "$log" 'scalar grep { $_->{interrupted} } @{$d->{transcript}}')" 3
check "barge-ins" "$(json "$log" 'scalar grep { $_->{what} eq "barge-in" } @{$d->{events}}')" 3
check "who hung up" "$(json "$log" '$d->{ended_by}')" caller
# The words that the greeting was asked for with are no part of the conversation afterwards.
told=$(grep -c '"id":"say-' "$PA_RECORD_DIR/openai-events.jsonl")
within "instructions of one response" "$told" 1 1000
contains "taken back" "$(grep 'conversation.item.delete' "$PA_RECORD_DIR/openai-events.jsonl")" '"item_id":"say-'
lacks "a response has none of its own" "$(grep '"response.create"' "$PA_RECORD_DIR/openai-events.jsonl")" instructions
