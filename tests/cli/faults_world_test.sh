# The world around us: a clock that is set by an hour, name servers that never answer. Running calls go on, and
# take their turns as ever.
# Takes long.
. ./faults_lib.sh
talk talk
long
cat >"$T/ends.json" <<'JSON'
{"name": "ends", "about": "An agent that ends the call when it is thanked.", "carrier": {"ring_ms": 100},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 400, "say": "thanks-bye"}]},
 "model": {"greeting": ["greet-morning"],
           "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]},
                     {"hears": "thanks-bye", "says": ["goodbye"], "function": {"name": "end_call"}}]}}
JSON
fault_world "$T/talk.json" --scenario +821000002001="$T/long.json"
stop_bridge

# --- a clock that is set by an hour, forth and back ---
faketime=$(find /usr/lib /usr/lib64 /usr/local/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
if [ -n "$faketime" ]; then
    echo +0 >"$T/clock"
    # The runtime of a sanitizer wants to be the first.
    sanitizer=$(ldd "$(command -v pa-bridge)" | sed -n 's/.*lib[at]san[^ ]* => \([^ ]*\).*/\1:/p')
    bridge_env="LD_PRELOAD=$sanitizer$faketime FAKETIME_TIMESTAMP_FILE=$T/clock FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_NO_CACHE=1"
    bridge
    placed 010-0000-2001
    long=$call_sid
    eventually 20 said '우유'
    set_clock() { echo "$1" >"$T/clock.new" && mv "$T/clock.new" "$T/clock"; }
    for hour in +3600 -3600; do
        set_clock "$hour"
        placed 010-0000-1234
        unharmed "$call_sid"
        talked "$log"
        check "who ended it" "$(json "$log" '$d->{ended_by}')" caller
        within "its length [s]" "$(json "$log" 'int $d->{duration_s}')" 3 60
    done
    well "$long"
    within "the length of a call in which the clock was set [s]" "$(json "$log" 'int $d->{duration_s}')" 10 60
    set_clock +0
    stop_bridge
    bridge_env=
else
    echo "skipped: no faketime, a clock that is set"
fi

# --- name servers that never answer (in a name space of its own) ---
mute_server() {
    exec perl -MIO::Socket::INET -e '
        $| = 1;
        my $s = IO::Socket::INET->new(LocalAddr => "127.0.99.53", LocalPort => 53, Proto => "udp");
        print $s ? "ready\n" : "no\n";
        sleep 170 if $s'
}
start dns mute_server
if [ "$ready" = ready ] && unshare --map-root-user --mount true 2>/dev/null; then
    echo "127.0.0.1 localhost" >"$T/hosts"
    printf 'nameserver 127.0.99.53\noptions timeout:12 attempts:1\n' >"$T/resolv"
    cat >"$T/apart" <<'SH'
mount --bind "$T/hosts" /etc/hosts && mount --bind "$T/resolv" /etc/resolv.conf && exec "$@"
SH
    export T
    bridge_env="unshare --map-root-user --mount sh $T/apart"
    # Whoever wants to hang up by the carrier's interface waits; the other call does not notice.
    model ends
    setting "OPENAI_BASE_URL=$model_url" TWILIO_BASE_URL=https://carrier.test
    bridge
    somebody_calls "{\"from\":\"$owner\",\"scenario\":\"$T/ends.json\"}"
    waiting=$call_sid
    eventually 20 said '"function"'
    somebody_calls "{\"from\":\"$owner\",\"scenario\":\"$T/long.json\"}"
    well "$call_sid" agent
    unharmed "$waiting"
    # Nobody knows where the model is: a word after four seconds, as ever, and then an apology.
    stop_bridge
    setting OPENAI_BASE_URL=https://model.test/v1
    bridge
    somebody_calls "{\"from\":\"$owner\"}"
    unharmed "$call_sid"
    apologised "$call_sid"
    within "the word came after [ms]" \
        "$(json "$log" 'map { $_->{at_ms} } grep { $_->{what} eq "first-audio-late" } @{$d->{events}}')" 3900 4900
    stop_bridge
else
    echo "skipped: no name space or no port 53, dead name servers"
fi
