# The live page in a real browser, with fifty calls: it shows them, commands work, words that try to be
# markup stay words. The browser acts by a script of ours that stands behind the page's own, so that the
# page's policy holds in the test too.
. ./lib.sh
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "skipped: no Chromium here to try the page in"
    exit 0
}
cp -R "$root/share" "$T/share" || fail "no copy of share/"
[ -f "$T/share/env.example" ] || cp "$root/.env.example" "$T/share/env.example"
export PA_SHARE_DIR="$T/share"
# Under ThreadSanitizer two cores do not carry fifty: it looks for races there, not for speed.
calls=50
if ldd "$(command -v pa-bridge)" | grep -q libtsan; then calls=10; fi
sed "s/const others = 50;/const others = $calls;/" live_page.js >>"$T/share/live/page.js"
# What the agent says is hostile too.
perl -pi -e 's/여보세요, 하나예요\./<img src=x onerror=alert(1)>\x27<\/bdi><script>alert(2)<\/script>/' "$T/share/clips/clips.json"
cat >"$T/long.json" <<'JSON'
{"name": "long", "about": "Somebody who stays on the line.",
 "carrier": {"ring_ms": 100, "max_call_ms": 600000},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 500000, "at_most_ms": 500000, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "pace": 50, "turns": [{"hears": "*", "says": ["go-on"]}]}}
JSON
world "$T/long.json"
# However long the browser takes: nobody is asked whether they are still there, and said goodbye to.
sed -i.old 's/^silence_after_s:.*//; s/^name:/silence_after_s: 0\nname:/' "$agent/persona.md"
pipeline
status 0 pa-dial --about "</script><script>alert(3)</script>" 010-0000-5678
for _ in $(seq $calls); do somebody_calls "{\"from\":\"$owner\"}"; done
# all_talk N: so many calls are in progress, and all of them talk.
all_talk() { [ "$(pa-bridge ctl list | grep -c talking)" = "$1" ]; }
eventually 60 all_talk $((calls + 1))

# browse WIDTH,HEIGHT: what the browser's script found in $T/result, what the console said in $T/console.
browse() {
    limited 240 "$browser" --headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
        --user-data-dir="$T/browser" --window-size="$1" --virtual-time-budget=600000 --enable-logging=stderr \
        --dump-dom "$(pa-bridge ctl page)" >"$T/dom" 2>"$T/browser.log" </dev/null || fail "$browser: $(tail -n 3 "$T/browser.log")"
    sed -n '/<pre id="result">/,/<\/pre>/p' "$T/dom" | sed 's/<[^>]*>//g' >"$T/result"
    grep CONSOLE "$T/browser.log" >"$T/console" || :
}
result() { sed -n "s/^$1: //p" "$T/result"; }
# turns WHICH: of the bridge's event loops, since it began.
turns() { pa-bridge ctl metrics | sed -n "s/^phone_agent_loop_turns$1_total //p"; }
all=$(turns "") slow=$(turns _over_5ms)
browse 1280,900
echo "while the page was open: $(($(turns _over_5ms) - slow)) of $(($(turns "") - all)) turns of the bridge's loop took over 5 ms"
check "nothing is thrown" "$(result error)" ""
check "nothing is refused, and nothing of theirs ran" "$(cat "$T/console")" ""
check "rows" "$(result rows)" $((calls + 1))
check "title" "$(result title)" "Live calls"
check "no words" "$(result "no words")" "Write the words first."
for what in totals "a call is shown" "j goes on" "k goes back" lines "hostile line" "hostile matter" said whispered \
    "hostile events" muted "muted in the list" "m unmutes" "asked twice" refused over "one row fewer" "escape leaves"; do
    check "$what" "$(result "$what")" true
done
check "foreign elements" "$(result "foreign elements")" 0
check "scrolls sideways" "$(result "scrolls sideways")" false
check "the list does" "$(result "wide list")" false
check "controls without a name" "$(result "without a name")" 0
check "trouble" "$(result trouble)" ""
all_talk $calls || fail "the page cost somebody the call"
contains "none was lost" "$(pa-bridge ctl metrics)" "phone_agent_call_errors_total 0"
for sid in $(pa-bridge ctl list | sed -n 's/^\(CA[0-9a-f]*\) .*/\1/p'); do pa-bridge ctl hangup "$sid" || fail "hangup"; done
nobody() { [ -z "$(pa-bridge ctl list)" ]; }
eventually 20 nobody
