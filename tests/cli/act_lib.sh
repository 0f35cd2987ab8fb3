# For the tests of pa-act: an agent without services, requests, and a pa-dial that only takes notes.
# shellcheck shell=sh disable=SC2154
agent="$T/agent"
real_dial=$(command -v pa-dial)
mkdir -p "$agent" "$T/bin" "$T/calls"
printf 'MY_PHONE=+821000001234\nTIMEZONE=Asia/Seoul\n' >"$agent/.env"
chmod 600 "$agent/.env"
export PA_AGENT_DIR="$agent"
unset MY_PHONE OWNER_PHONES TIMEZONE QUIET_HOURS WORKSPACE_DIR VOICEMAIL LATE_MINUTES CALENDAR_CALL_MINUTES

# request ID TYPE TITLE DUE REPEAT [BY_OWNER]: one line; DUE and REPEAT as JSON.
request() {
    printf '{"schema":"phone-agent/request/1","id":"%s","call_sid":"CA01","type":"%s","title":"%s",' "$1" "$2" "$3"
    printf '"quote":"그때 한 말","line":1,"due_at":%s,"repeat":%s,"phone":null,"by_owner":%s,' "$4" "$5" "${6:-true}"
    printf '"confirmed":true,"promised":true,"fulfilled":false,"confidence":0.9}\n'
}

# The stand-in keeps the promise of --once: one call per key, and its outcome for whoever asks again.
# $T/outcome: the status of a new call. $T/murder: "before" or "after" the call its runner is killed, once.
cat >"$T/bin/pa-dial" <<'DIAL'
#!/bin/sh
key= args="$*"
while [ $# -gt 0 ]; do
    [ "$1" = --once ] && key=$2
    shift
done
murder() {
    [ "$(cat "$NOTES/murder" 2>/dev/null)" = "$1" ] || return 0
    rm "$NOTES/murder"
    kill -9 "$PPID"
    exit 143
}
about=$(cat)
murder before
if mkdir "$NOTES/calls/$key" 2>/dev/null; then
    cat "$NOTES/outcome" >"$NOTES/calls/$key/outcome"
    printf '%s\n' "$args" >"$NOTES/calls/$key/args"
    printf '%s' "$about" >"$NOTES/calls/$key/about"
    echo "$key" >>"$NOTES/made"
fi
while [ -e "$NOTES/hold" ]; do sleep 0.02; done
murder after
echo "pa-dial: the outcome of $key" >&2
exit "$(cat "$NOTES/calls/$key/outcome")"
DIAL
chmod +x "$T/bin/pa-dial"
export NOTES="$T"
PATH="$T/bin:$PATH"
echo 0 >"$T/outcome"
: >"$T/made"
made() { grep -c . "$T/made"; }
