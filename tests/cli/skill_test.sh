#!/bin/sh
# Every command of share/skill/SKILL.md, run in the order of the page, ends as the page says: with 0, or with the
# status in a comment before its block. The commands of what is written to stay (cron) are run as well.
# Takes long.
. ./lib.sh

world short
skill=$root/share/skill/SKILL.md
export TMPDIR="$T"

# A crontab that keeps its lines in a file: the page adds one, and must not touch the user's own.
mkdir "$T/bin" "$T/blocks"
cat >"$T/bin/crontab" <<'CRONTAB'
#!/bin/sh
case ${1:-} in
    -l) cat "$TMPDIR/crontab" ;;
    -) cat >"$TMPDIR/crontab.new" && mv "$TMPDIR/crontab.new" "$TMPDIR/crontab" ;;
    *) exit 64 ;;
esac
CRONTAB
chmod +x "$T/bin/crontab"
PATH="$T/bin:$PATH"
echo '5 5 * * * true' >"$T/crontab"

# Its blocks as 01.sh, 02.sh, …, each with the status it must end with.
awk -v dir="$T/blocks" '
    BEGIN { want = 0 }
    /^<!-- status: [0-9]+ -->$/ { want = $3 }
    /^```sh$/ { inside = 1; file = sprintf("%s/%02d.sh", dir, ++n); print want >(file ".status"); want = 0; next }
    /^```$/ { inside = 0; next }
    inside { print >file }
' "$skill"
set -- "$T"/blocks/*.sh
[ $# -ge 10 ] || fail "only $# blocks found in $skill"

for block; do
    status "$(cat "$block.status")" sh "$block"
    case $(cat "$block") in
        *nohup*)
            contains "the started agent's address" "$(out)" '"public_url":"https'
            bridge=$(pa-bridge ctl status | field pid)
            pids="$pids $bridge" # with it the whole pipeline ends
            ;;
        *crontab*)
            contains "the crontab" "$(out)" "5 5 * * * true"
            contains "the crontab" "$(out)" "morning-\$(date +\\%F)"
            ;;
        *'ls -t'*) contains "the last log" "$(out)" '"schema":"phone-agent/call-log/1"' ;;
        *pa-extract*) contains "the requests" "$(out)" '"type":"todo"' ;;
        *--show-prompt*) contains "the prompt" "$(out)" "운동을 챙기는 친구처럼" ;;
        *--wait*) contains "the outcome" "$(out)" answered ;;
    esac
done
[ -n "${bridge:-}" ] || fail "no block starts the agent"

# The last block stopped it: the bridge, and what it was joined to.
no_bridge() { ! pa-bridge ctl status; }
eventually 10 no_bridge

# The line in the crontab is a command that works: cron turns \% into %. Its key was used today, so it tells how
# that call ended and makes no second one (there is no bridge that could).
command=$(sed -n 's/\\%/%/g; s/^0 7 \* \* 1-5 //p' "$T/crontab")
status 0 sh -c "$command"
contains "what cron's call says" "$(cat "$agent/run/morning.log")" answered
