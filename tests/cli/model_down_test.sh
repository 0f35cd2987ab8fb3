# The model cannot be reached, does not take the key, or breaks off in the middle: the caller hears a
# sentence, the call ends or goes on, and the log says what happened.
. ./lib.sh
apology='지금은 통화를 연결할 수 없습니다'

# down SCENARIO: one call, answered by an apology.
down() {
    world "$1"
    pipeline
    status 0 pa-dial --wait
    call_sid=$(head -n 1 "$T/out")
    eventually 5 call_ended "$call_sid"
    contains "$1: the caller hears" "$(grep '"event":"said"' "$T/twilio.out")" "죄송"
    check "$1: in Korean" "$(grep '"event":"said"' "$T/twilio.out" | field language)" ko-KR
    check "$1: complaints of the carrier" "$(json "$T/facts.json" 'scalar @{$d->{complaints}}')" 0
    log=$(log_of "$call_sid")
    check "$1: who ended it" "$(json "$log" '$d->{ended_by}')" error
    check "$1: what is told" "$(json "$log" '@{$d->{errors}} > 0 ? "an error" : "nothing"')" "an error"
    contains "$1: the sentence" "$(json "$log" 'map { "$_->{what} $_->{detail}" } @{$d->{errors}}')" "$2"
    check "$1: sessions left" "$(grep -c '"event":"connected"' "$T/openai.out")" "$(grep -c '"event":"closed"' "$T/openai.out")"
    stop_world
}
down model-refuses 503
down model-401 401
down model-quota quota

# One that is there and says nothing: a sentence after four seconds, and then the apology.
world model-silent
pipeline
status 0 pa-dial --wait
log=$(log_of "$(head -n 1 "$T/out")")
said=$(grep '"event":"said"' "$T/twilio.out")
contains "silence is ended by a sentence" "$(printf '%s\n' "$said" | head -n 1)" "잠시만요"
contains "and then an apology" "$(printf '%s\n' "$said" | tail -n 1)" "죄송"
contains "the log tells" "$(json "$log" 'map { $_->{what} } @{$d->{events}}')" first-audio-late
within "after [ms]" "$(json "$log" 'map { $_->{at_ms} } grep { $_->{what} eq "first-audio-late" } @{$d->{events}}')" 3900 4500
check "who ended it" "$(json "$log" '$d->{ended_by}')" error
stop_world

world model-drops
pipeline
status 0 pa-dial --wait
log=$(log_of "$(head -n 1 "$T/out")")
texts=$(json "$log" 'map { $_->{text} } @{$d->{transcript}}')
contains "before the break" "$texts" "내일 아침 7시에 모닝콜 해줘."
contains "after the break" "$texts" "마트에서 우유 사와야 해."
contains "the end" "$texts" "그래, 좋은 하루 보내. 끊을게."
check "who ended it" "$(json "$log" '$d->{ended_by}')" caller
check "sessions" "$(grep -c '"event":"connected"' "$T/openai.out")" 2
contains "the log tells" "$(json "$log" '$d->{events}, $d->{errors}')" reconnect
