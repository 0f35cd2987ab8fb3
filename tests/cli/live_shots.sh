# Pictures of the live page, to be looked at: live_shots.sh FOLDER
. ./lib.sh
folder=${1:?a folder for the pictures}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || fail "this needs Chromium"
mkdir -p "$folder"
cat >"$T/waits.json" <<'JSON'
{"name": "waits", "about": "Somebody who says one thing and listens.", "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 90000, "at_most_ms": 90000, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "turns": [{"hears": "*", "says": ["ok-milk", "todo-long"]}]}}
JSON
world ten-turns
pipeline
# turns CALL N: so many are answered.
turns() { [ "$(pa-bridge ctl calls | json - 'map { $_->{turns} } grep { $_->{call_sid} eq $a[0] } @{$d->{calls}}' "$1")" -ge "$2" ]; }
talking() { pa-bridge ctl list | grep "^$1" | grep -q talking; }
for _ in 1 2; do
    somebody_calls "{\"from\":\"$owner\",\"scenario\":\"$T/waits.json\"}"
    other=$call_sid
done
eventually 10 talking "$other"
pa-bridge ctl mute "$other" || fail "mute"
status 0 pa-dial --about "내일 아침 회의와 장보기" "$owner"
long=$(out)
eventually 60 turns "$long" 3
pa-bridge ctl whisper "$long" "짧게 말해" || fail "whisper"

# shot NAME WIDTH,HEIGHT SCHEME(1 light, 0 dark) [CALL]
shot() {
    address=$(pa-bridge ctl page) || fail "ctl page"
    limited 60 "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$T/browser" \
        --virtual-time-budget=6000 --window-size="$2" --blink-settings=preferredColorScheme="$3" \
        --screenshot="$folder/$1.png" "$address${4:+#$4}" >/dev/null 2>"$T/err" || fail "$(tail -n 3 "$T/err")"
    echo "$folder/$1.png"
}
shot live-light 1280,1000 1 "$long"
shot live-dark 1280,1000 0 "$long"
shot live-phone 500,1200 1 "$long"
shot live-phone-list 500,900 0
for sid in $(pa-bridge ctl list | sed -n 's/^\(CA[0-9a-f]*\) .*/\1/p'); do pa-bridge ctl hangup "$sid" || :; done
nobody() { [ -z "$(pa-bridge ctl list)" ]; }
eventually 20 nobody
