# Three bridges behind one public URL, with real HAProxy (share/deploy/haproxy.cfg) and 100 calls: one bridge slowed,
# one killed, one drained. Each in a network of its own where the kernel lets us, else on addresses of the loopback.
# Takes long.
PATH=$PATH:/usr/sbin # where Debian puts it
command -v haproxy >/dev/null || { echo "skipped: haproxy is not installed"; exit 0; }
if [ -z "${PA_OWN_NETWORK:-}" ] && unshare -n -m true 2>/dev/null; then
    PA_OWN_NETWORK=yes exec unshare -n -m sh "$0" "$@"
fi
. ./lib.sh
calls=${PA_CALLS:-100}
late=10 # of them come while one bridge is being drained

# --- the network: bridge N has the address $net.1N, and only what is relayed to it
networks() {
    ip link set lo up || return 1
    mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns || return 1
    ip link add br0 type bridge && ip addr add 10.77.0.1/24 dev br0 && ip link set br0 up || return 1
    for n in 1 2 3; do
        ip netns add "b$n" && ip link add "v$n" type veth peer name eth0 netns "b$n" || return 1
        ip link set "v$n" master br0 up && ip -n "b$n" addr add "10.77.0.1$n/24" dev eth0 || return 1
        ip -n "b$n" link set eth0 up && ip -n "b$n" link set lo up || return 1
    done
}
net=127.0.77
if [ -n "${PA_OWN_NETWORK:-}" ]; then
    if networks 2>"$T/network.err"; then net=10.77.0; else ip link set lo up; fi
fi
at() {
    n=$1
    shift
    if [ "$net" = 10.77.0 ]; then exec ip netns exec "b$n" "$@"; else exec "$@"; fi
}
echo "bridges on $net.11 to .13"

free_port() { perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'; }
public=$(free_port) plain=$(free_port) # plain: for the questions of this test
base=https://localhost:$public
cat >"$T/held.json" <<'JSON'
{"name": "held", "about": "One wish, then the caller stays on the line until the test lets them go.",
 "carrier": {"ring_ms": 100, "max_call_ms": 170000},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 120000, "at_most_ms": 150000, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "purposes": {"resumed": ["sorry-cut"]},
           "turns": [{"hears": "milk", "says": ["ok-milk"]}]},
 "extraction": [{"clip": "milk", "type": "todo", "title": "마트에서 우유 사기"}]}
JSON
world "$T/held.json" --no-record --voice-url "$base/incoming" --status-callback "$base/status"
cat "$T/certificates/certificate.pem" "$T/certificates/key.pem" >"$T/phone-agent.pem"
sed -i.old 's/^silence_after_s:.*//; s/^name:/silence_after_s: 120\nname:/' "$agent/persona.md"

bridge() {
    (at "$1" env LISTEN_ADDRESS="$net.1$1" PORT=8082 PUBLIC_URL="$base/$net.1$1" \
        OPERATOR_SOCKET="$T/b$1.sock" pa-bridge --drain-seconds 120) >"$T/b$1.out" 2>"$T/b$1.err" </dev/null &
    pids="$pids $!"
    eval "bridge$1=$!"
}
ctl() { OPERATOR_SOCKET="$T/b$1.sock" pa-bridge ctl "$2"; }
ready() { ctl "$1" status | grep -q '"public_url":"http'; }
for n in 1 2 3; do bridge $n; done
for n in 1 2 3; do eventually 20 ready $n; done

# --- HAProxy as it is shipped, but for its addresses; what the bridges need of this side is relayed to them
sed "s|bind :443\(.*\) /etc/haproxy/|bind 127.0.0.1:$plain\n    bind 127.0.0.1:$public\1 $T/|; s/10\.77\.0\./$net./g" "$root/share/deploy/haproxy.cfg" >"$T/haproxy.cfg"
if [ "$net" = 10.77.0 ]; then
    for n in 1 2 3; do
        for url in "$openai_url" "$twilio_url"; do
            to=$(printf '%s\n' "$url" | sed 's|^[a-z]*://\([^/]*\).*|\1|')
            printf 'listen relay-%s-%s\n    mode tcp\n    no option http-buffer-request\n    timeout server 300s\n    timeout client 300s\n    bind %s namespace b%s\n    server it %s\n' \
                "$n" "${to#*:}" "$to" "$n" "$to"
        done
    done >"$T/relay.cfg"
    cat "$T/relay.cfg" >>"$T/haproxy.cfg"
fi
status 0 haproxy -q -c -f "$T/haproxy.cfg"
haproxy -db -f "$T/haproxy.cfg" >"$T/haproxy.out" 2>"$T/haproxy.err" </dev/null &
pids="$pids $!"
answers() { perl http.pl GET "http://127.0.0.1:$plain/$net.1$1/healthz"; }
for n in 1 2 3; do eventually 20 answers $n; done
# Nothing else is asked through it: no other path, no other address, nobody without Twilio's signature.
ask() { { perl http.pl "$1" "http://127.0.0.1:$plain$2" >/dev/null || true; } 2>&1; }
check "another path" "$(ask GET "/$net.11/readyz")$(ask GET /metrics)$(ask POST /10.99.0.1/after)" 404404404
check "nobody's webhook" "$(ask POST "/$net.11/incoming")$(ask POST /incoming)" 403403

# call_in N: that many people call; their SIDs.
call_in() {
    perl -MHTTP::Tiny -e 'my ($url, $n) = @ARGV; my $http = HTTP::Tiny->new(timeout => 20);
        for (1 .. $n) { my $a = $http->post("$url/sim/inbound", {content => "{}"}); die "$a->{status} $a->{content}" unless $a->{success};
            print "$1\n" if $a->{content} =~ /"call_sid":"(CA\w+)"/ }' "$twilio_url" "$1"
}
# held N: the SIDs of the calls that bridge N has, of which the conversation has begun.
held() { ctl "$1" calls | grep -o 'CA[0-9a-f]\{32\}' | sort -u; }
count() { wc -l <"$1" | tr -d ' '; }
# All of the calls in FILE are with one of these bridges.
all_held() {
    file=$1
    shift
    for n; do held "$n"; done | sort -u >"$T/now"
    [ -z "$(comm -23 "$file" "$T/now")" ]
}
# Each caller of FILE has been answered: what they wanted stands in the journal of their call.
answered() {
    while read -r sid; do
        grep -q '우유' "$agent"/call_logs/*"$sid".jsonl.partial || return 1
    done <"$1"
}

# --- the calls are spread
call_in $((calls - late)) | sort >"$T/first"
check "calls" "$(count "$T/first")" $((calls - late))
eventually 60 all_held "$T/first" 1 2 3
for n in 1 2 3; do
    held $n >"$T/of$n"
    within "calls of bridge $n" "$(count "$T/of$n")" $(((calls - late) / 6)) $(((calls - late) / 2))
done
eventually 60 answered "$T/first"

# --- one is slowed: it runs a quarter of the time, for three seconds
# shellcheck disable=SC2154
perl -e 'my $p = shift; for (1 .. 15) { kill STOP => $p; select undef, undef, undef, 0.15; kill CONT => $p; select undef, undef, undef, 0.05 }' "$bridge3"
held 3 >"$T/still3"
check "who is slowed keeps its calls" "$(cat "$T/still3")" "$(cat "$T/of3")"

# --- one is killed: its calls go on with the others
# shellcheck disable=SC2154
kill -9 "$bridge1"
eventually 60 all_held "$T/of1" 2 3
held 2 | comm -12 - "$T/of1" >"$T/taken2"
held 3 | comm -12 - "$T/of1" >"$T/taken3"
check "each by one" "$(cat "$T/taken2" "$T/taken3" | sort)" "$(cat "$T/of1")"

# --- one is drained: what runs there goes on, who calls now is with the other
# shellcheck disable=SC2154
kill -TERM "$bridge2"
call_in $late | sort >"$T/late"
eventually 60 all_held "$T/late" 3
eventually 60 answered "$T/late"
held 2 >"$T/now"
check "who is drained keeps its calls" "$(cat "$T/now")" "$(sort "$T/of2" "$T/taken2")"
holds alive "$bridge2"

# --- everybody hangs up
cat "$T/first" "$T/late" | sort >"$T/all"
perl -MHTTP::Tiny -e 'my $url = shift; my $http = HTTP::Tiny->new(timeout => 20);
    while (<STDIN>) { chomp; $http->post("$url/sim/calls/$_/hangup")->{success} or die "$_: cannot hang up" }' \
    "$twilio_url" <"$T/all" || fail "somebody was gone before they hung up"
logs() { [ "$(find "$agent/call_logs" -name '*_CA*.json' | wc -l)" = "$calls" ]; }
eventually 60 logs
eventually 30 gone "$bridge2"
wait "$bridge2"
check "who was drained ends well" "$?" 0
check "journals left" "$(find "$agent/call_logs" -name '*.partial')" ""

# What became of each: SID, who ended it, how often it was taken up, how many streams it had, and what was said.
while read -r sid; do
    facts_of "$sid"
    json "$(ls "$agent"/call_logs/*"$sid".json)" \
        'join " ", $d->{call_sid}, $d->{ended_by}, (scalar grep { $_->{what} eq "restart" } @{$d->{events}}), scalar @{$d->{errors} // []},
         scalar(grep { $_->{text} =~ /우유/ } @{$d->{transcript}})' | tr '\n' ' '
    json "$T/facts.json" 'scalar @{$d->{streams}}'
done <"$T/all" >"$T/became"
# became FILE: the lines of those calls, without their SIDs, each kind once.
became() { grep -F -f "$1" "$T/became" | cut -d' ' -f2- | sort | uniq -c | sed 's/^ *//'; }
check "slowed: as if nothing had been" "$(became "$T/of3")" "$(count "$T/of3") caller 0 0 2 1"
check "drained: likewise" "$(became "$T/of2")" "$(count "$T/of2") caller 0 0 2 1"
check "killed: taken up, once" "$(became "$T/of1")" "$(count "$T/of1") caller 1 0 2 2"
check "come late: with the one that was left" "$(became "$T/late")" "$late caller 0 0 2 1"

# --- the job over new logs (share/deploy/kubernetes/extract.yaml), twice at once and once more: each wish once
hook() { PA_AGENT_DIR=$agent sh "$root/share/hooks/after-call" >>"$T/hook.out" 2>&1; }
hook &
other=$!
hook || fail "the job: $(cat "$T/hook.out")"
wait "$other" || fail "the other job: $(cat "$T/hook.out")"
hook || fail "the job once more: $(cat "$T/hook.out")"
check "calls that were looked at" "$(json "$agent/call_logs/requests_processed.json" 'scalar keys %{$d->{calls}}')" "$calls"
check "wishes carried out, and those carried out more than once" \
    "$(perl json.pl "$agent/spool/receipts.jsonl" 'my %n; $n{$_->{request_id}}++ for @d; (scalar keys %n, scalar grep { $_ > 1 } values %n)' | tr '\n' ' ')" "$calls 0 "
