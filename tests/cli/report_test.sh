# pa-report: every call in one line, one call explained; what is broken is named and the rest is shown.
. ./lib.sh
make_agent
export TZ=UTC
logs="$agent/call_logs"
mkdir -p "$logs"
make_logs() { perl "$here/report_logs.pl" "$@" || fail "no logs were made"; }

# --- nothing there ---
status 65 pa-report "$logs/*.json"
contains "the folder is named" "$(err)" "no call logs in $logs"
status 65 pa-report "$T/nothing.json"
contains "the file is named" "$(err)" "$T/nothing.json: no such file in $T"
status 1 pa-report
contains "an empty folder is told" "$(err)" "no calls in $logs"
status 64 pa-report --tsv --json "$logs"
status 64 pa-report --why --tsv "$logs"
status 64 pa-report --html "$T/x.html" --json "$logs"

rmdir "$logs"
status 1 pa-report
contains "so is one that no call has made yet" "$(err)" "no calls in $logs"
status 65 pa-report "$logs"
mkdir "$logs"

# --- the table ---
make_logs "$logs" 3
status 0 pa-report "$logs"/*.json
check "a head, three calls, totals" "$(wc -l <"$T/out")" 5
contains "the head" "$(head -n 1 "$T/out")" "WHEN"
contains "the totals" "$(tail -n 1 "$T/out")" "3 calls, "
lacks "no colours where nobody looks" "$(out)" "$(printf '\033')"
cp "$T/out" "$T/table"
status 0 pa-report
check "without arguments the agent's own calls" "$(out)" "$(cat "$T/table")"
status 0 pa-report "$logs"
check "a folder is all logs in it" "$(out)" "$(cat "$T/table")"
ls "$logs"/*.json | pa-report - >"$T/out" || fail "names on stdin"
check "names on stdin" "$(out)" "$(cat "$T/table")"
cat "$logs"/*.json | pa-report - >"$T/out" || fail "logs on stdin"
check "logs on stdin" "$(out)" "$(cat "$T/table")"

# --- for programs ---
status 0 pa-report --tsv "$logs"/*.json
check "one line a call and a head" "$(wc -l <"$T/out")" 4
check "fields" "$(awk -F '\t' '{ print NF }' "$T/out" | sort -u)" 17
status 0 pa-report --json "$logs"/*.json
check "numbers" "$(json "$T/out" 'map { $_->{number} =~ /^\+/ ? 1 : 0 } @d' | tr -d '\n')" 111
check "each names its log" "$(json "$T/out" 'map { $_->{log} } @d')" "$(ls "$logs"/*.json)"

# --- beside the logs ---
echo '{"schema":"phone-agent/requests-processed/1"}' >"$logs/requests_processed.json"
status 0 pa-report "$logs"/*.json
check "the ledger is skipped" "$(out)" "$(cat "$T/table")"
check "silently" "$(err)" ""
head -c 200 "$(ls "$logs"/*_CA*1.json)" >"$logs/2026-09-30_00-00-00_CAbroken.json"
echo '{"schema":"other"}' >"$logs/2026-09-30_00-00-01_CAother.json"
status 65 pa-report "$logs"/*.json
check "the rest is shown" "$(out)" "$(cat "$T/table")"
contains "a torn log is named" "$(err)" "2026-09-30_00-00-00_CAbroken.json: not valid JSON"
contains "another file too" "$(err)" "CAother.json: no call log"
rm -f "$logs"/2026-09-30*

# --- explained ---
one=$(ls "$logs"/*_CA*3.json)
status 0 pa-report --why "$one"
contains "the call" "$(sed -n 1p "$T/out")" "to 010-0000-"
contains "what was slow" "$(sed -n 2p "$T/out")" "slow: "
contains "what was wrong" "$(sed -n 3p "$T/out")" "wrong: "
contains "the ringing" "$(out)" "ring: until it was answered"
contains "the end" "$(out)" "end: by "
lacks "all is on record" "$(out)" "not on record"
status 0 pa-report --why --json "$one"
check "moments" "$(json "$T/out" '$d->{moments}[0]{what}')" call

# --- as the page says ---
grep '^\.Dl' "$root/share/man/man1/pa-report.1" | sed 's/^\.Dl //; s/^"\(.*\)"$/\1/; s/\\e/\\/g' >"$T/examples"
check "examples" "$(wc -l <"$T/examples")" 4
while IFS= read -r example; do
    (cd "$agent" && limited 60 sh -c "$example" </dev/null >"$T/out" 2>"$T/err") || fail "$example: $(err)"
    holds test -s "$T/out"
done <"$T/examples"
holds test -s "$agent/calls.html"
contains "cost by day" "$(cd "$agent" && sh -c "$(sed -n 3p "$T/examples")")" "2026-09-16 0.0"

# --- a page is written where it was told to, and takes the place of no call ---
one=$(ls "$logs"/*_CA*1.json)
cp "$one" "$T/before"
spared() { # STATUS WHAT FILE [LOG…]
    wanted=$1 what=$2
    shift 2
    status "$wanted" pa-report --html "$@"
    contains "$what" "$(err)" "$1: "
    check "$what: it stays" "$(cksum <"$one")" "$(cksum <"$T/before")"
}
spared 64 "the log that is read" "$one" "$logs"
ln -s "$one" "$T/link.html"
ln "$one" "$T/same.html"
spared 64 "by another name" "$T/link.html" "$one"
spared 64 "by a second name" "$T/same.html"
spared 65 "a log that is not read" "$T/same.html" "$(ls "$logs"/*_CA*2.json)"
spared 64 "a name like a log's" "$logs/new.json"
lacks "no such file then" "$(ls "$logs")" "new.json"
spared 64 "the ledger" "$logs/requests_processed.json"
spared 64 "a call that still runs" "$logs/2026-09-30_00-00-00_CA9.jsonl.partial"
status 64 pa-report --html ''
contains "a name is missing" "$(err)" "wants a text"
status 0 pa-report --html -
contains "the page on stdout" "$(tail -n 1 "$T/out")" "</html>"
check "and nothing else" "$(head -c 15 "$T/out")" "<!doctype html>"
rm "$T/link.html"
echo old >"$T/page.html"
ln -s page.html "$T/link.html"
status 0 pa-report --html "$T/link.html"
check "a link stays" "$(readlink "$T/link.html")" page.html
contains "what it leads to is written" "$(tail -n 1 "$T/page.html")" "</html>"
mkfifo "$T/pipe"
cat "$T/pipe" >"$T/through" &
pids="$pids $!"
status 0 pa-report --html "$T/pipe"
holds test -p "$T/pipe"
eventually 5 grep -q "</html>" "$T/through"
status 74 pa-report --html "$logs"

# --- words that are no words ---
rm -f "$logs"/*
make_logs "$logs" 8 hostile
status 0 pa-report "$logs"/*.json
lacks "nobody's words steer the terminal" "$(out)" "$(printf '\033')"
check "still one line a call" "$(wc -l <"$T/out")" 10
status 0 pa-report --why "$logs"/*.json
lacks "nor in an explanation" "$(out)" "$(printf '\033')"

# --- a call that was made ---
world short
rm -f "$agent"/call_logs/*
pipeline
status 0 pa-dial --wait
log=$(log_of)
status 0 pa-report --why "$log"
for what in "ring: until it was answered" "answer: until the stream" "session: accepted" "greeting:" "first audio:" "end: by "; do
    contains "the time line has $what" "$(out)" "$what"
done
lacks "all is on record" "$(out)" "not on record"
status 0 pa-report
contains "the call" "$(out)" "to 010-0000-1234 (owner)"
