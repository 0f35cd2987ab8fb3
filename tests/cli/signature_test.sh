# Whose requests count, by the published cases: those that Twilio signed for the public URL that we know. What
# headers say of host, scheme and way changes nothing, and without a public URL nobody's do.
. ./lib.sh
make_agent # its services lead nowhere
setting "PORT=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')"
port=$(sed -n 's/^PORT=//p' "$agent/.env")
export TWILIO_AUTH_TOKEN="$token" # for signature.pl
mkdir -p "$agent/run"
pa-bridge --public-url "@$agent/run/public-url" >"$T/bridge.out" 2>"$T/bridge.err" </dev/null &
pids="$pids $!"
eventually 10 pa-bridge ctl status

# asked BASE: every case, with that public URL.
asked() {
    [ -z "$1" ] || echo "$1" >"$agent/run/public-url"
    wanted='"public_url":null'
    [ -z "$1" ] || wanted="\"public_url\":\"$1\""
    knows() { pa-bridge ctl status | grep -qF "$wanted"; }
    eventually 10 knows
    perl "$here/signature.pl" "$port" "$1" "$root/tests/data/twilio-signature-vectors.json" >"$T/asked" || fail "signature.pl"
}
# let_in PATTERN: the statuses of such requests, each once.
statuses_of() { sed -n "s/^[^:]*: $1 //p" "$T/asked" | sort -u | tr '\n' ' '; }

asked ''
check "requests without a public URL" "$(wc -l <"$T/asked" | tr -d " ")" 48
check "all of them are refused" "$(sed 's/.* //' "$T/asked" | sort -u)" 403

asked https://agent.example
check "cases" "$(grep -c ': ours ' "$T/asked")" 13
check "signed for our URL, whatever the headers say" "$(statuses_of ours)" "101 200 "
check "of which sockets" "$(grep -c 'ours 101' "$T/asked")" 1
for who in host 'forwarded host' rebuilt unsigned 'other query'; do
    check "signed for the URL of the headers, or not: $who" "$(statuses_of "$who")" "403 "
done
for form in wss slash port; do check "socket: $form" "$(sed -n "s/^socket: $form //p" "$T/asked")" 101; done
for form in https 'another path' 'another host'; do
    check "socket: $form" "$(sed -n "s/^socket: $form //p" "$T/asked")" 403
done

# The cases that have a public URL, with theirs: the query is the request's.
for base in https://demo-agent.ngrok-free.app https://example.com https://a.ngrok-free.app; do
    asked "$base"
    check "$base: ours" "$(statuses_of ours)" "101 200 "
    check "$base: others" "$(grep -v -e ': ours ' -e '^socket' "$T/asked" | sed 's/.* //' | sort -u)" 403
done
# Nobody was answered, and no call came to be.
check "calls" "$(pa-bridge ctl calls)" '{"calls":[]}'
