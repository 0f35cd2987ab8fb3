# The page of pa-report in a real browser: it works, and words that try to be markup stay words.
. ./lib.sh
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "skipped: no Chromium here to try the page in"
    exit 0
}
make_agent
setting BUDGET_MONTH_USD=5
logs="$T/logs"
mkdir "$logs"

# browse NAME URL [OPTION…]: the page as it is after its scripts have run in $T/NAME.dom, what the browser's
# console said in $T/NAME.console.
browse() {
    name=$1 url=$2
    shift 2
    limited 60 "$browser" --headless=new --no-sandbox --disable-gpu --no-first-run --mute-audio \
        --autoplay-policy=no-user-gesture-required --disable-background-networking \
        --user-data-dir="$T/browser" --virtual-time-budget=120000 --enable-logging=stderr "$@" --dump-dom "$url" \
        >"$T/$name.dom" 2>"$T/$name.log" </dev/null || fail "$browser: $(tail -n 3 "$T/$name.log")"
    grep CONSOLE "$T/$name.log" >"$T/$name.console" || :
}
# acted_on PAGE: the page with somebody who acts on it, whom its policy would refuse.
acted_on() {
    perl -e '
        my ($page, $script) = map { local $/; open(my $in, "<", $_) or die "$_: $!"; <$in> } @ARGV;
        $page =~ s{<meta http-equiv[^>]*>}{<script>const Sound = Audio; Audio = function () { return window.played = new Sound(); };</script>} or die "no policy";
        $page =~ s{</body>\s*</html>\s*$}{<script>$script</script></body></html>} or die "no end";
        print $page;
    ' "$1" report_page.js >"$T/acted.html" || fail "the page has another form"
    browse acted "file://$T/acted.html" --window-size="${2:-1280,900}"
    sed -n '/<pre id="result">/,/<\/pre>/p' "$T/acted.dom" | sed 's/<[^>]*>//g' >"$T/result"
}
result() { sed -n "s/^$1: //p" "$T/result"; }

try() {
    # Under the browser's virtual clock a busy machine may decode sound too late: then once more.
    for _ in 1 2 3; do
        acted_on "$T/calls.html" "$1"
        [ "$(result plays)$(result "all of it")" != truetrue ] || break
    done
    check "nothing is thrown" "$(result error)" ""
    check "title" "$(result title)" Calls
    check "plots" "$(result plots)" 3
    for what in "one call is shown" "j goes on" "k goes back" lines playable plays "all of it" "space stops it" seek "a line seeks" "search has the focus" \
        "escape leaves"; do
        check "$what" "$(result "$what")" true
    done
    check "waves" "$(result waves)" 2
    check "a line is marked" "$(result "a line is marked")" 1
    check "found nothing" "$(result "nothing is found")" 0
    check "title after all calls" "$(result "title after all calls")" Calls
    check "foreign elements" "$(result "foreign elements")" 0
    check "scrolls sideways" "$(result "scrolls sideways")" false
    check "controls without a name" "$(result "without a name")" 0
}

# --- as it is meant ---
perl report_logs.pl "$logs" 150 recorded || fail "no logs were made"
status 0 pa-report --html "$T/calls.html" "$logs"
check "the page is named" "$(out)" "$T/calls.html"
check "it is private" "$(ls -l "$T/calls.html" | cut -c1-10)" "-rw-------"
browse plain "file://$T/calls.html"
check "its own policy allows all it does" "$(cat "$T/plain.console")" ""
contains "calls are listed" "$(cat "$T/plain.dom")" '<a href="#CA'
try 1280,900
check "rows" "$(result rows)" 100
check "found" "$(result found)" true
try 500,900

# --- hostile words ---
rm -f "$logs"/*
perl report_logs.pl "$logs" 8 hostile || fail "no logs were made"
status 0 pa-report --html "$T/calls.html" "$logs"
browse hostile "file://$T/calls.html"
check "no script of theirs ran, nor was one refused" "$(cat "$T/hostile.console")" ""
contains "the title is ours" "$(cat "$T/hostile.dom")" "<title>Calls</title>"
try 1280,900
check "rows" "$(result rows)" 8
check "nothing is told" "$(cat "$T/acted.console")" ""
