# Recording and trace of a call, and going through it again.
# Takes long.
. ./lib.sh
world short
setting CALLER_PIN=86427531 # of inbound calls; a secret
pipeline --record --trace "$T/traces"
stranger=+821000005678
status 0 pa-dial --wait
call_sid=$(head -n 1 "$T/out")
log=$(log_of "$call_sid")
trace=$(json "$log" '$d->{trace}')
recording=$(json "$log" '$d->{recording}')
check "name of the recording" "$recording" "$(basename "$log" .json).wav"
check "mode of the recording" "$(ls -l "$agent/call_logs/$recording" | cut -c1-10)" "-rw-------"
check "mode of the trace" "$(ls -l "$trace" | cut -c1-10)" "-rw-------"
check "mode of its folder" "$(ls -ld "$T/traces" | cut -c1-10)" "drwx------"

# It is what the phone heard, as the carrier has it.
eventually 5 test -s "$T/wav/$call_sid.wav"
holds perl same_sound.pl "$agent/call_logs/$recording" "$T/wav/$call_sid.wav"

# The trace leads to the same actions, again to the same trace, and tells where it does not.
status 0 pa-sim -v replay "$trace"
contains "what it went through" "$(err)" "steps, the same actions"
status 0 pa-sim replay --print "$trace"
holds cmp -s "$T/out" "$trace"
perl -pe 's/"purpose":"greeting"/"purpose":"other"/ if /"create_response"/' "$trace" >"$T/other.trace"
status 1 pa-sim replay "$T/other.trace"
contains "where it differs" "$(err)" 'at model_opened: recorded {"action":"create_response"'
status 65 pa-sim replay "$log"
status 65 pa-sim replay "$T/none"
contains "a trace that is not there" "$(err)" "none: no such trace"

# No secret is in it, nor what only the model is told.
for secret in sk-simulated "$token" simulated-ngrok-token 86427531; do
    lacks "the trace" "$(cat "$trace")" "$secret"
done

# Others are not recorded unless they have heard that they are; this model does not say it.
status 0 pa-dial --wait "$stranger"
log=$(log_of "$(head -n 1 "$T/out")")
check "recording of somebody who was not told" "$(json "$log" 'exists $d->{recording} ? "yes" : "no"')" no
check "recordings" "$(find "$agent/call_logs" -name '*.wav' | wc -l | tr -d ' ')" 1
contains "what the model was to say" "$(pa-bridge --record --show-prompt --stranger)" "이 통화는 녹음됩니다."

# A caller who has to say the PIN: its trace would have it.
somebody_calls "{\"from\":\"$owner\"}"
eventually 60 call_ended "$call_sid"
log=$(log_of "$call_sid")
check "trace of a call with a PIN" "$(json "$log" 'exists $d->{trace} ? "yes" : "no"')" no
