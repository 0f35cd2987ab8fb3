# The live page: who is let in, and that no other page, name or program of this machine is.
. ./lib.sh
cat >"$T/long.json" <<'JSON'
{"name": "long", "about": "Somebody who stays on the line.",
 "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 60000, "at_most_ms": 60000, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "turns": [{"hears": "*", "says": ["go-on"]}]}}
JSON
world "$T/long.json"
pipeline
talking() { pa-bridge ctl list | grep -q talking; }
somebody_calls "{\"from\":\"$owner\"}"
eventually 10 talking

# raw METHOD TARGET [HEADER...]: the answer; status_of: its status.
raw() { perl raw_http.pl "$page_port" "$@"; }
status_of() { head -n 1 | cut -d' ' -f2; }
# open_page: a new address in $address, its port in $page_port.
open_page() {
    address=$(pa-bridge ctl page) || fail "ctl page"
    page_port=$(printf '%s' "$address" | sed 's|.*127.0.0.1:\([0-9]*\)/.*|\1|')
    query=${address##*/}
}
# let_in: the cookie and the path of a browser that came with the address.
let_in() {
    raw GET "/$query" "Host: 127.0.0.1:$page_port" >"$T/entry"
    cookie=$(sed -n 's/^set-cookie: \([^;]*\);.*/\1/p' "$T/entry")
    base=$(tr -d '\r' <"$T/entry" | sed -n 's/^location: //p')
}

open_page
contains "on loopback, with a token" "$address" "http://127.0.0.1:$page_port/?token="
check "and nowhere else" "$(perl -MIO::Socket::INET -e '
    my $ip = shift; my @other = grep { !/^127\./ } split " ", `hostname -I 2>/dev/null`;
    print scalar grep { IO::Socket::INET->new(PeerAddr => "$_:$ip", Timeout => 1) } @other' "$page_port")" 0

# --- the token is good once, for the cookie that counts from then on ---
host="Host: 127.0.0.1:$page_port"
check "without a token" "$(raw GET / "$host" | status_of)" 403
check "with a guessed one" "$(raw GET '/?token=00000000000000000000000000000000' "$host" | status_of)" 403
let_in
check "the token is exchanged" "$(status_of <"$T/entry")" 303
for word in "HttpOnly" "SameSite=Strict" "Path=$base"; do
    contains "the cookie" "$(grep -i '^set-cookie' "$T/entry")" "$word"
done
lacks "the token is not where it leads" "$base" "$query"
check "the token is used" "$(raw GET "/$query" "$host" | status_of)" 403
page() { raw GET "$base" "$host" "$@"; }
check "the page" "$(page "Cookie: other=1; $cookie" | status_of)" 200
contains "is ours" "$(page "Cookie: $cookie")" "<title>Live calls</title>"
check "without the cookie" "$(page | status_of)" 403
check "with a guessed one" "$(page "Cookie: pa_live=0123456789abcdef0123456789abcdef" | status_of)" 403
check "with an empty one" "$(page "Cookie: pa_live=" | status_of)" 403
check "with the cookie of another path" "$(raw GET /state "$host" "Cookie: $cookie" | status_of)" 403
for path in state metrics; do
    check "$path without the cookie" "$(raw GET "$base$path" "$host" | status_of)" 403
    check "$path" "$(raw GET "$base$path" "$host" "Cookie: $cookie" | status_of)" 200
done
contains "calls are told of" "$(raw GET "${base}state?call=$call_sid&known=0" "$host" "Cookie: $cookie")" "$call_sid"
contains "metrics too" "$(raw GET "${base}metrics" "$host" "Cookie: $cookie")" "phone_agent_calls 1"

# --- no answer lets another page read it, frame it or keep it ---
page "Cookie: $cookie" "Origin: http://127.0.0.1:$page_port" >"$T/answer"
lacks "no CORS" "$(tr '[:upper:]' '[:lower:]' <"$T/answer")" "access-control-"
for word in "x-frame-options: DENY" "frame-ancestors 'none'" "cache-control: no-store" "referrer-policy: no-referrer" \
    "x-content-type-options: nosniff" "cross-origin-resource-policy: same-origin"; do
    contains "guards" "$(cat "$T/answer")" "$word"
done
contains "nothing runs in it but its own script" "$(cat "$T/answer")" "default-src 'none'; script-src 'sha256-"

# --- a name that somebody lets point here (DNS rebinding), a web page in the owner's browser ---
here() { raw "$@" "Cookie: $cookie" | status_of; }
for name in evil.example "evil.example:$page_port" "127.0.0.1" "127.0.0.1:1" "127.0.0.1:$page_port.evil.example" \
    "0.0.0.0:$page_port" "[::1]:$page_port"; do
    check "as $name" "$(here GET "${base}state" "Host: $name")" 403
done
check "without a name" "$(here GET "${base}state")" 403
check "as localhost" "$(here GET "${base}state" "Host: localhost:$page_port")" 200
open_page
check "a token by another name" "$(raw GET "/$query" "Host: evil.example" | status_of)" 403
for origin in http://evil.example "http://evil.example:$page_port" null "http://127.0.0.1:1" "https://127.0.0.1:$page_port"; do
    check "read by $origin" "$(here GET "${base}state" "$host" "Origin: $origin")" 403
done
for site in cross-site same-site; do
    check "read by a $site page" "$(here GET "${base}state" "$host" "Sec-Fetch-Site: $site")" 403
    check "a token followed from a $site page" "$(raw GET "/$query" "$host" "Sec-Fetch-Site: $site" | status_of)" 403
done
let_in
check "it was not used up by them" "$(status_of <"$T/entry")" 303

# --- commands: by POST, as JSON, from this page ---
ours="Origin: http://127.0.0.1:$page_port"
json="Content-Type: application/json"
target="${base}calls/$call_sid/mute"
muted() { pa-bridge ctl list | grep -c muted || :; }
post() { raw POST "$target" "$@" --body '{"on":true}' | status_of; }
check "no Origin" "$(post "$host" "$json" "Cookie: $cookie")" 403
check "another Origin" "$(post "$host" "$json" "Cookie: $cookie" "Origin: http://evil.example")" 403
check "no Origin at all (null)" "$(post "$host" "$json" "Cookie: $cookie" "Origin: null")" 403
check "from another site" "$(post "$host" "$json" "Cookie: $cookie" "$ours" "Sec-Fetch-Site: cross-site")" 403
check "no cookie" "$(post "$host" "$json" "$ours")" 403
check "as a form" "$(post "$host" "Content-Type: text/plain" "Cookie: $cookie" "$ours")" 403
check "by another name" "$(post "Host: evil.example" "$json" "Cookie: $cookie" "Origin: http://evil.example")" 403
check "by GET" "$(raw GET "$target" "$host" "Cookie: $cookie" "$ours" | status_of)" 404
for method in PUT DELETE OPTIONS; do
    contains "by $method" "403 405 411 404" "$(raw $method "$target" "$host" "$json" "Cookie: $cookie" "$ours" --body '{}' | status_of)"
done
check "nothing of this was done" "$(muted)" 0
check "from the page" "$(post "$host" "$json" "Cookie: $cookie" "$ours" "Sec-Fetch-Site: same-origin")" 200
check "this was" "$(muted)" 1
contains "a wish that is none" "$(raw POST "${base}calls/$call_sid/dance" "$host" "$json" "Cookie: $cookie" "$ours" --body '{}')" \
    "no such command"
check "the operator's other doors are not here" "$(raw POST "${base}dials" "$host" "$json" "Cookie: $cookie" "$ours" --body '{}' | status_of)" 404

# --- closed, it is closed ---
status 0 pa-bridge ctl page --close
status 111 sh -c "perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(PeerAddr => \"127.0.0.1:$page_port\") ? 0 : 111)'"
old_cookie=$cookie
open_page
host="Host: 127.0.0.1:$page_port"
check "whoever was let in is out" "$(raw GET "${base}state" "$host" "Cookie: $old_cookie" | status_of)" 403
check "and the public port knows none of this" "$(perl raw_http.pl "$port" GET "/$query" "$host" | status_of)" 404
lacks "no token in what the bridge says" "$(cat "$T/bridge.err" "$T/bridge.out")" "token"
status 0 pa-bridge ctl hangup only
