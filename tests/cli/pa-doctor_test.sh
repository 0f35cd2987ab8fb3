#!/bin/sh
# pa-doctor: makes an agent, and tells what it lacks.
. ./lib.sh
agent="$T/new/agent"
for name in OPENAI_API_KEY TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_PHONE_NUMBER_SID MY_PHONE PORT \
    VOICE LANGUAGE REALTIME_MODEL PA_AGENT_DIR; do unset "$name"; done

status 0 pa-doctor --init "$agent"
check "files made" "$(out | sed "s|^$agent||" | tr '\n' ' ')" \
    " /.env /persona.md /USER.md /MEMORY.md /personas /functions /handlers /call_logs /spool /run "
contains "what to do next" "$(err)" "fill in $agent/.env"
check "mode of .env" "$(ls -l "$agent/.env" | cut -c1-10)" "-rw-------"
check "mode of the folder" "$(ls -ld "$agent" | cut -c1-10)" "drwx------"

echo "PORT=9000" >"$agent/.env"
status 0 pa-doctor -q --init "$agent"
check "nothing is made twice" "$(out)$(err)" ""
check "nothing is overwritten" "$(cat "$agent/.env")" "PORT=9000"

status 1 pa-doctor -C "$agent"
contains "a missing key" "$(out)" "fail OPENAI_API_KEY: is not set: put it in $agent/.env"
status 1 pa-doctor -C "$agent" --json
contains "the same as JSON" "$(out)" \
    '{"check":"settings","status":"fail","subject":"OPENAI_API_KEY","text":"OPENAI_API_KEY is not set'

cat >"$agent/.env" <<ENV
export OPENAI_API_KEY="sk-simulated"
TWILIO_ACCOUNT_SID=AC00000000000000000000000000000001
TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef # the token
TWILIO_PHONE_NUMBER_SID=PN00000000000000000000000000000001
MY_PHONE=010-0000-1234
ENV
status 0 pa-doctor -C "$agent"
check "nothing is wrong" "$(out | grep -v '^ok ')" ""
case $(out) in *sk-simulated* | *0123456789abcdef*) fail "a secret was printed" ;; esac

echo "VOICE=nova" >>"$agent/.env"
status 1 pa-doctor -C "$agent"
contains "a voice that is gone" "$(out)" "use marin"

status 64 pa-doctor --init
status 64 pa-doctor --init "$T/x" --json
status 74 pa-doctor --init /dev/null/agent
contains "the place" "$(err)" "/dev/null/agent"
status 78 pa-doctor -C "$T/nowhere"
contains "the remedy" "$(err)" "pa-doctor --init"
