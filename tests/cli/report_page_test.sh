# The page of pa-report in a real browser: it works, and words that try to be markup stay words.
. ./lib.sh
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "skipped: no Chromium here to try the page in"
    exit 0
}
make_agent
setting BUDGET_MONTH_USD=5 TIMEZONE=Asia/Seoul
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
# acted_on PAGE SIZE SCHEME: the page with somebody who acts on it, whom its policy would refuse.
acted_on() {
    perl -e '
        my ($page, $script) = map { local $/; open(my $in, "<", $_) or die "$_: $!"; <$in> } @ARGV;
        $page =~ s{<meta http-equiv[^>]*>}{<script>const Sound = Audio; Audio = function () { return window.played = new Sound(); };</script>} or die "no policy";
        $page =~ s{</body>\s*</html>\s*$}{<script>$script</script></body></html>} or die "no end";
        print $page;
    ' "$1" report_page.js >"$T/acted.html" || fail "the page has another form"
    browse acted "file://$T/acted.html" --window-size="$2" --blink-settings=preferredColorScheme="$3"
    sed -n '/<pre id="result">/,/<\/pre>/p' "$T/acted.dom" | sed 's/<[^>]*>//g' >"$T/result"
}
result() { sed -n "s/^$1: //p" "$T/result"; }

this_month() { TZ=KST-9 date +%Y-%m; }
# make_page COUNT KIND: the page of so many calls, of which all but the first end with this month's.
make_page() {
    month=
    until [ "$month" = "$(this_month)" ]; do # it may turn meanwhile
        month=$(this_month)
        rm -f "$logs"/*
        perl report_logs.pl "$logs" "$1" "$2" "$(date +%s)" || fail "no logs were made"
        first=$(ls "$logs"/*.json | head -n 1)
        perl -pi -e 's/"started_at":"\d{4}-\d\d/"started_at":"2020-05/ or die' "$first"
        status 0 pa-report --html "$T/calls.html" "$logs"
    done
}
# summed PERL: with what the logs say was spent this month in $spent.
summed() {
    cat "$logs"/*.json | json - '
        my $spent = 0;
        $spent += $_->{cost_usd}{total} for grep { $_->{started_at} =~ /^$a[0]/ } reverse @d; # as the page adds
        sub money { sprintf $_[0] < 1 ? "\$%.3f" : "\$%.2f", $_[0] }'"$1" "$month"
}
# logged PERL: of the call with interruptions and functions.
logged() { json "$logs"/*_"$(result "a call with both")".json "scalar($1)"; }

# try SIZE SCHEME(1 light, 0 dark)
try() {
    # Under the browser's virtual clock a busy machine may decode sound too late: then once more.
    for _ in 1 2 3; do
        acted_on "$T/calls.html" "$@"
        [ "$(result plays)$(result "all of it")" != truetrue ] || break
    done
    check "nothing is thrown" "$(result error)" ""
    check "title" "$(result title)" Calls
    check "paper" "$(result paper)" "$([ "$2" = 0 ] && echo dark || echo light)"
    check "ink" "$(result ink)" "$([ "$2" = 0 ] && echo light || echo dark)"
    within "spent this month [\$/1000]" "$(summed 'int(1000 * $spent)')" 1 100000
    check "the month" "$(result budget-title)" "$month: $(summed 'money($spent)') of $(summed "money($budget)")"
    used=$(summed "int(\$spent < $budget ? 100 * \$spent / $budget : 100)")
    within "used of the budget [%]" "$(result used)" "$used" $((used + 1))
    contains "another month" "$(result months)" "2020-05: $(json "$first" 'sprintf "\$%.3f", $d->{cost_usd}{total}')"
    check "plots" "$(result plots)" 3
    for what in "one call is shown" "j goes on" "k goes back" lines playable plays "all of it" "space stops it" seek "a line seeks" "search has the focus" \
        "escape leaves"; do
        check "$what" "$(result "$what")" true
    done
    check "waves" "$(result waves)" 2
    check "a line is marked" "$(result "a line is marked")" 1
    check "found nothing" "$(result "nothing is found")" 0
    check "interruptions are marked" "$(result cuts)" "$(logged 'grep { $_->{what} eq "barge-in" } @{$d->{events}}')"
    check "where they were" "$(result "each at its time")" true
    check "and told" "$(result interrupted)" "$(logged 'grep { $_->{interrupted} } @{$d->{transcript}}')"
    check "with what was not heard" "$(result unheard)" "$(result interrupted)"
    check "functions are marked" "$(result tools)" "$(logged '@{$d->{functions}}')"
    check "and told" "$(result told)" "$(result tools)"
    check "in a colour of their own" "$(result "a colour of their own")" true
    check "the legend" "$(result legend)" "interruption, function"
    check "title after all calls" "$(result "title after all calls")" Calls
    check "foreign elements" "$(result "foreign elements")" 0
    check "scrolls sideways" "$(result "scrolls sideways")" false
    check "controls without a name" "$(result "without a name")" 0
}

# --- as it is meant ---
budget=5
make_page 150 recorded
check "the page is named" "$(out)" "$T/calls.html"
check "it is private" "$(ls -l "$T/calls.html" | cut -c1-10)" "-rw-------"
browse plain "file://$T/calls.html"
check "its own policy allows all it does" "$(cat "$T/plain.console")" ""
contains "calls are listed" "$(cat "$T/plain.dom")" '<a href="#CA'
try 1280,900 1
check "rows" "$(result rows)" 100
check "found" "$(result found)" true
contains "what is left" "$(result budget-note)" "are left ($(summed 'sprintf "%.0f", 100 * (1 - $spent / 5)') %)."
try 500,900 0

# --- hostile words ---
budget=0.01
setting BUDGET_MONTH_USD=$budget
make_page 8 hostile
browse hostile "file://$T/calls.html"
check "no script of theirs ran, nor was one refused" "$(cat "$T/hostile.console")" ""
contains "the title is ours" "$(cat "$T/hostile.dom")" "<title>Calls</title>"
try 1280,900 1
check "rows" "$(result rows)" 8
check "nothing is left" "$(result budget-note)" "The month's budget is used up."
check "nothing is told" "$(cat "$T/acted.console")" ""
