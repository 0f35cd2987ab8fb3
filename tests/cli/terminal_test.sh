# What is for a person at a terminal is shown there and nowhere else: colours, and a bar while work lasts.
. ./lib.sh
script -q -e -c true /dev/null >/dev/null 2>&1 || {
    echo "skipped: no script(1) that tells a status, so there is no terminal here"
    exit 0
}
unset NO_COLOR
escape=$(printf '\033')
# at_terminal STATUS COMMAND: what the terminal got is in $T/out.
at_terminal() { status "$1" script -q -e -c "$2" /dev/null; }
uncoloured() { sed "s/$escape\[[0-9;]*m//g" "$T/out"; }

cat >"$T/slow.json" <<'JSON'
{"name": "slow", "about": "Each question takes a while.", "faults": [{"at": "chat", "do": "delay", "ms": 400}]}
JSON
start slow pa-sim openai --scenario "$T/slow.json"
openai_url=$(printf '%s\n' "$ready" | field url)
make_agent
logs="$T/logs"
mkdir "$logs"
perl report_logs.pl "$logs" 4 || fail "no logs were made"

# --- colours ---
for form in "" --why; do
    at_terminal 0 "pa-report $form '$logs'"
    contains "colours of pa-report $form" "$(out)" "${escape}["
    uncoloured >"$T/words"
    at_terminal 0 "NO_COLOR=1 pa-report $form '$logs'"
    check "the same words without them" "$(out)" "$(cat "$T/words")"
    at_terminal 0 "NO_COLOR= pa-report $form '$logs'"
    contains "NO_COLOR says nothing when it is empty" "$(out)" "${escape}["
    at_terminal 0 "pa-report $form '$logs' >'$T/table'"
    contains "a file gets the words" "$(cat "$T/table")" "to 010-0000-"
    lacks "and no colours, with a terminal beside it" "$(cat "$T/table")" "$escape"
done

# --- the bar: four answers that take 0.4 s each, one after the other; it comes after a second ---
extract="pa-extract --force -j 1 '$logs'"
at_terminal 1 "$extract"
contains "a colour of it" "$(out)" "[${escape}[32m###############${escape}[0m-----] 3 of 4 logs"
uncoloured | tr '\r' '\n' | grep '3 of 4 logs' >"$T/bar"
holds grep -Eq '\[#{15}-{5}\] 3 of 4 logs, [0-9.]+ a second, [0-9]+ s left$' "$T/bar"
check "it goes when the work is done" "$(tail -c 4 "$T/out")" "$(printf '\r')${escape}[K"
at_terminal 1 "$extract -q"
check "nothing of it where nobody wants it" "$(out)" ""
at_terminal 1 "$extract 2>'$T/told'"
check "nothing of it where nobody sees it" "$(out)$(cat "$T/told")" ""
eventually 5 told slow chat 12
