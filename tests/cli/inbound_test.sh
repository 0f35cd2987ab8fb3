# Somebody calls the agent: who is let in, who is rejected before it costs anything, and who gets to know
# what. Nobody but the carrier may ask the bridge anything.
. ./lib.sh
stranger=+821000009999
cat >"$T/visit.json" <<'JSON'
{"name": "visit", "about": "Somebody calls, hears the greeting and hangs up.",
 "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"]}}
JSON
own_records # to look at what the model was told
world "$T/visit.json"
cat >"$agent/USER.md" <<'END'
# USER
The owner's cat is called Mandu-of-the-secret.
END
cat >"$agent/MEMORY.md" <<'END'
# MEMORY
## 2026-11-01
The owner keeps a spare key under the blue stone.
END
pipeline

visit() {
    somebody_calls "$1"
    eventually 20 call_ended "$call_sid"
}
state() { json "$T/facts.json" '$d->{status}'; }
# What the model was told in the last session, as text.
told_model() {
    json "$T/recorded/openai-events.jsonl" \
        'my @u = grep { $_->{event}{type} eq "session.update" } @d; $u[-1]{event}{session}{instructions}'
}
sessions() { grep -c '"event":"connected"' "$T/openai.out"; }

# --- the owner ---
visit "{\"from\":\"$owner\"}"
check "the owner's call" "$(state)" completed
check "the owner is told apart" "$(json "$(log_of "$call_sid")" '@$d{qw(direction from owner)}' | tr '\n' ' ')" \
    "inbound $owner true "
contains "the owner's memory" "$(told_model)" "blue stone"
contains "what is known of the owner" "$(told_model)" "Mandu-of-the-secret"
lacks "its title" "$(told_model)" "# USER"

# --- a stranger ---
before=$(sessions)
visit "{\"from\":\"$stranger\"}"
contains "a stranger is rejected" "no-answer busy" "$(state)"
check "and never answered, so never billed" "$(json "$T/facts.json" 'scalar @{$d->{streams}}, $d->{duration_ms}' | tr '\n' ' ')" "0 null "
check "the model was not troubled" "$(sessions)" "$before"
contains "the bridge says so" "$(cat "$T/bridge.err")" "ALLOWED_CALLERS: rejected"
lacks "without the whole number" "$(cat "$T/bridge.err")" "$stranger"
visit '{"from":"anonymous"}'
contains "a withheld number is rejected" "no-answer busy" "$(state)"

# --- nobody but the carrier ---
forge() { perl http.pl POST "http://127.0.0.1:$port/$1" "CallSid=CA1234567890&From=%2B821000001234&Direction=inbound" "$2" 2>&1; }
contains "an unsigned request" "$(forge incoming 'Accept: text/xml')" 403
contains "one with a wrong signature" "$(forge incoming 'X-Twilio-Signature: bm90IGEgc2lnbmF0dXJl')" 403
contains "another path" "$(forge status 'Accept: text/xml')" 403
contains "and one more" "$(forge calls 'Accept: text/xml')" 404
contains "a path that is none" "$(perl http.pl GET "http://127.0.0.1:$port/metrics" 2>&1)" 404
# A media socket: without a signature it is refused at the door, with one it is closed without a token.
upgrade() {
    perl -MIO::Socket::INET -e '
        my ($port, $signature) = @ARGV;
        my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 5) or die;
        print $s "GET /media-stream HTTP/1.1\r\nHost: localhost:$port\r\nUpgrade: websocket\r\n",
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n",
            $signature ? "X-Twilio-Signature: $signature\r\n" : "", "\r\n";
        print my $line = <$s>;
        exit if $line !~ / 101 /;
        while (<$s>) { last if /^\r$/ }
        my $start = qq({"event":"start","streamSid":"MZ1","start":{"streamSid":"MZ1","callSid":"CA1234567890",)
            . qq("accountSid":"AC1","customParameters":{"token":"guessed"},"tracks":["inbound"],)
            . qq("mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}});
        my @mask = (1, 2, 3, 4);
        my $masked = join "", map { chr(ord(substr $start, $_, 1) ^ $mask[$_ % 4]) } 0 .. length($start) - 1;
        print $s pack("C C n C4", 0x81, 0x80 | 126, length $start, @mask), $masked;
        read($s, my $head, 4) == 4 or die "no close frame\n";
        my ($op, $length, $code) = unpack "C C n", $head;
        print "closed with $code\n" if $op == 0x88;
    ' "$port" "$1"
}
contains "an unsigned socket" "$(upgrade '')" 403
signature=$(perl -MDigest::SHA=hmac_sha1_base64 -e 'print hmac_sha1_base64("$ARGV[1]/media-stream", $ARGV[0]), "="' \
    "$token" "$(printf '%s' "$public_url" | sed 's/^https/wss/')")
contains "a socket without a token of ours" "$(upgrade "$signature")" "closed with 1008"

# --- everybody may call; CALLER_PIN makes the owner prove it ---
kill "$bridge_pid"
eventually 10 gone_pids "$tunnel_pid" "$sync_pid" "$bridge_pid"
setting 'ALLOWED_CALLERS=*' CALLER_PIN=47110815
pipeline
visit "{\"from\":\"$stranger\"}"
check "a stranger's call" "$(state)" completed
log=$(log_of "$call_sid")
check "no owner" "$(json "$log" '$d->{owner}')" false
lacks "a stranger's prompt" "$(told_model)" "blue stone"
lacks "a stranger's prompt" "$(told_model)" "Mandu"
visit '{"from":"anonymous"}'
check "a withheld number" "$(state)" completed
lacks "its prompt" "$(told_model)" "blue stone"
check "no owner either" "$(json "$(log_of "$call_sid")" '$d->{owner}')" false
visit "{\"from\":\"$owner\"}"
check "a forged caller id" "$(json "$(log_of "$call_sid")" '$d->{owner}')" false
lacks "before the PIN" "$(told_model)" "blue stone"

cat >"$T/pin.json" <<'JSON'
{"name": "pin", "about": "The owner calls and presses the PIN.",
 "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "key": "47110815"},
                       {"when": "agent-silent", "after_ms": 500, "at_most_ms": 4000, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "turns": [{"hears": "*", "says": ["go-on"]}]}}
JSON
visit "{\"from\":\"$owner\",\"scenario\":\"$T/pin.json\"}"
check "with the PIN" "$(json "$(log_of "$call_sid")" '$d->{owner}')" true
contains "after the PIN" "$(told_model)" "blue stone"
lacks "the PIN itself" "$(cat "$T/recorded/openai-events.jsonl")" 47110815
lacks "the PIN in the log" "$(cat "$(log_of "$call_sid")")" 47110815
