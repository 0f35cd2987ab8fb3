# Pictures of the page of pa-report, to be looked at: report_shots.sh FOLDER
. ./lib.sh
folder=${1:?a folder for the pictures}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || fail "this needs Chromium"
mkdir -p "$folder" "$T/logs" "$T/hostile"
make_agent
setting BUDGET_MONTH_USD=5
perl report_logs.pl "$T/logs" 150 recorded && perl report_logs.pl "$T/hostile" 8 hostile || fail "no logs were made"
status 0 pa-report --html "$T/calls.html" "$T/logs"
status 0 pa-report --html "$T/hostile.html" "$T/hostile"

# shot NAME PAGE WIDTH,HEIGHT SCHEME(1 light, 0 dark)
shot() {
    limited 60 "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$T/browser" \
        --virtual-time-budget=3000 --window-size="$3" --blink-settings=preferredColorScheme="$4" \
        --screenshot="$folder/$1.png" "$2" >/dev/null 2>"$T/err" || fail "$(tail -n 3 "$T/err")"
    echo "$folder/$1.png"
}
last="#CA00000000000000000000000000000149"
shot report-light "file://$T/calls.html$last" 1280,1000 1
shot report-dark "file://$T/calls.html$last" 1280,1000 0
shot report-phone "file://$T/calls.html$last" 500,1200 1
shot report-phone-list "file://$T/calls.html" 500,1200 0
# A window of Chromium's is never narrower than 500: a phone of 360 is a frame in one.
echo '<!doctype html><meta name="color-scheme" content="light dark"><body style="margin:0"><iframe src="calls.html'"$last"'" style="border:0;width:360px;height:1200px"></iframe>' >"$T/phone.html"
shot report-narrow "file://$T/phone.html" 500,1200 1
shot report-hostile "file://$T/hostile.html#CA00000000000000000000000000000008" 1280,1000 1
