# pa-webhook-sync: compares before it writes, reads back, undoes, and warns where a URL would have no effect.
. ./lib.sh
# Its --force empties SIDs, as the service takes it and its published schema does not: not recorded.
world short --no-record --voice-url https://before.example/voice --status-callback https://before.example/status
resource="$twilio_url/2010-04-01/Accounts/$account/IncomingPhoneNumbers/$number_sid.json"
basic="Authorization: Basic $(printf '%s' "$account:$token" | perl -MMIME::Base64 -0777 -ne 'print encode_base64($_, "")')"
# The number as the carrier has it.
number() {
    perl -MHTTP::Tiny -e 'print HTTP::Tiny->new->get($ARGV[0], {headers => {Authorization => $ARGV[1]}})->{content}' \
        "$resource" "${basic#*: }" >"$T/number.json"
    json "$T/number.json" "\$d->{$1}"
}
change() { perl http.pl POST "$resource" "$1" "$basic" >/dev/null 2>&1 || fail "cannot prepare the number"; }

check "how it begins" "$(number voice_url)" https://before.example/voice
status 1 pa-webhook-sync --check https://agent.example
contains "not in sync, and why" "$(err)" "the voice URL is https://before.example/voice"
check "nothing is written" "$(number voice_url)" https://before.example/voice
status 0 pa-webhook-sync https://agent.example
check "the URL is passed on" "$(out)" https://agent.example
check "voice" "$(number voice_url) $(number voice_method)" "https://agent.example/incoming POST"
check "status" "$(number status_callback)" https://agent.example/status
check "fallback is left alone" "$(number voice_fallback_url)" null
status 0 pa-webhook-sync --check https://agent.example
check "in sync, silently" "$(out)$(err)" ""
# A tunnel that is not there is not in sync.
status 1 sh -c 'pa-webhook-sync --check </dev/null'
contains "nothing was checked" "$(err)" "no URL on stdin"
status 0 sh -c 'echo https://agent.example | pa-webhook-sync --check'
status 64 pa-webhook-sync --restore https://agent.example
status 0 pa-webhook-sync --fallback https://fallback.example/sorry https://agent.example/
check "fallback if asked" "$(number voice_fallback_url)" https://fallback.example/sorry
status 64 pa-webhook-sync --fallback sorry https://agent.example/
contains "what a fallback is" "$(err)" "sorry: no URL that Twilio may ask"
status 0 pa-webhook-sync --number +15550001000 https://third.example
check "found by its number" "$(number voice_url)" https://third.example/incoming
status 0 pa-webhook-sync --restore
check "what was there before us" "$(out)" https://before.example/voice
check "is there again" "$(number voice_url) $(number status_callback)" \
    "https://before.example/voice https://before.example/status"
status 1 pa-webhook-sync --restore
contains "nothing is left to restore" "$(err)" "no earlier URL"

# "$(pa-tunnel --once)" of a tunnel that is not there.
status 64 pa-webhook-sync --check ""
contains "the remedy" "$(err)" "start pa-tunnel"
got=0
echo https://agent.example | limited 20 pa-webhook-sync --check " " 2>"$T/err" || got=$?
check "an empty argument is none that stdin may fill" "$got" 64

# URLs by a pipe: each is passed on once the number is in sync; the last one stays.
got=$(printf 'https://one.example\n' | limited 20 pa-webhook-sync)
check "one of a pipe" "$got" https://one.example
check "a pipe may be checked" "$(printf 'https://one.example\n' | limited 20 pa-webhook-sync --check; echo $?)" 0
got=0
printf 'no url\n' | limited 20 pa-webhook-sync 2>"$T/err" || got=$?
check "a line that is no URL" "$got" 65

# --- where VoiceUrl has no effect ---
change VoiceApplicationSid=AP00000000000000000000000000000001
status 1 pa-webhook-sync https://agent.example
contains "an application" "$(err)" AP00000000000000000000000000000001
contains "the remedy" "$(err)" --force
check "nothing is written" "$(number voice_url)" https://one.example/incoming
status 1 pa-webhook-sync --check https://one.example
status 0 pa-webhook-sync --force https://agent.example
check "it is cleared" "$(number voice_application_sid) $(number voice_url)" "null https://agent.example/incoming"
change TrunkSid=TK00000000000000000000000000000001
status 1 pa-webhook-sync https://agent.example
contains "a trunk" "$(err)" TK00000000000000000000000000000001
status 0 pa-webhook-sync --force https://agent.example
check "it is cleared" "$(number trunk_sid)" null

# --- what may be wrong ---
status 65 pa-webhook-sync --number +15559999999 https://agent.example
status 64 pa-webhook-sync --number 12 https://agent.example
status 64 pa-webhook-sync --check --restore
setting TWILIO_AUTH_TOKEN=00000000000000000000000000000000
status 77 pa-webhook-sync https://agent.example
lacks "a secret" "$(err)" 00000000000000000000000000000000
setting TWILIO_BASE_URL=http://127.0.0.1:1
status 75 pa-webhook-sync https://agent.example
