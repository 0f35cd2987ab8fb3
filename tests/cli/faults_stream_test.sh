# The carrier's socket, and who pretends to be one: half open, flooding, out of order, binary, oversized, slow.
# Each leaves a whole log, and no other call hears of it.
# Takes long.
. ./faults_lib.sh
talk talk
long
fault_world "$T/talk.json" --scenario +821000002001="$T/long.json" --scenario +821000002002="$T/long.json"

# beside NUMBER: a long call has begun, which goes on beside what comes next.
beside() {
    placed "$1"
    eventually 20 said '우유'
}
# goes_on SID: the carrier knows of no end.
goes_on() { facts_of "$1" && [ "$(json "$T/facts.json" '$d->{ended_by}')" = "" ]; }

# kept SID WHO: over, with a whole log, in which WHO ended it.
kept() {
    eventually 20 log_exists "$1"
    log=$(log_of "$1")
    check "$1: who ended it" "$(json "$log" '$d->{ended_by}')" "$2"
    contains "$1: what was said" "$(texts "$log")" "좋은 아침"
}

# One that goes without a word, and whose system answers nothing: found out after 30 s.
perl "$here/stream.pl" "$port" "$public_url" CA000000000000000000000000000000a1 incoming "$owner" open start media 100 hold 150 >"$T/half.out" 2>&1 &
half=$!
pids="$pids $half"

# heard NAME: whoever did that went on hearing the agent.
heard() { within "$1: frames heard" "$(sed -n 's/^heard //p' "$T/$1.out")" 10 1000; }
beside 010-0000-2001
long=$call_sid
carrier CAflood incoming "$owner" open start media 100 flood 3000 media 50 listen 0 stop status completed >"$T/flood.out"
heard flood
kept CAflood caller
carrier CAorder incoming "$owner" open start media 100 disorder 500 media 50 listen 0 stop status completed >"$T/order.out"
heard order
kept CAorder caller
check "out of order is no error" "$(json "$log" 'scalar @{$d->{errors}}')" 0
holds goes_on "$long"

# What is no message of ours is passed over, and the call goes on.
beside 010-0000-2002
second=$call_sid
carrier CAjunk incoming "$owner" open start media 50 junk binary 320 binary 60000 junk media 50 listen 0 \
    stop status completed >"$T/junk.out"
heard junk
lacks "junk closes nothing" "$(cat "$T/junk.out")" closed
kept CAjunk caller

# A message of more than 64 KiB is the end of that stream, not of the call: the carrier is given a new one.
carrier CAbig incoming "$owner" open start media 50 text 70000 listen 3 after open start media 50 listen 0 \
    stop status completed >"$T/big.out"
contains "an oversized message" "$(cat "$T/big.out")" "closed 1009"
contains "the way back" "$(cat "$T/big.out")" "/after 200 Connect"
check "streams" "$(grep -c '^open 101' "$T/big.out")" 2
kept CAbig caller
contains "the log tells" "$(happenings "$log")" reattached

holds goes_on "$second"
well "$long"
well "$second"

# Clients that take for ever to ask: 300 connections, a byte now and then. A call is served meanwhile, and each of them
# is dropped, whether its head or its body drips.
perl -MIO::Socket::INET -MIO::Select -e '
    $| = 1;
    $SIG{PIPE} = "IGNORE";
    my $open = IO::Select->new;
    my %kind;
    for (1 .. 300) {
        my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]", Timeout => 5) or die "$!\n";
        $kind{$s} = $_ % 2 ? "body" : "head";
        syswrite $s, $_ % 2 ? "POST /incoming HTTP/1.1\r\nContent-Length: 1000\r\n\r\nCall" : "GET /hea";
        $open->add($s);
    }
    print "all are open\n";
    while ($open->count) {
        for ($open->can_read(0.1)) {
            if (sysread $_, my $answer, 4096) { print "answered $answer\n"; next }
            print "closed $kind{$_}\n";
            $open->remove($_);
        }
        syswrite $_, "x" for $open->handles;
    }
' "$port" >"$T/slow.out" 2>"$T/slow.err" &
slow=$!
pids="$pids $slow"
eventually 10 grep -q '^all are open' "$T/slow.out"
status 0 pa-dial --wait
call_sid=$(head -n 1 "$T/out")
unharmed "$call_sid"
talked "$log"
check "who ended it" "$(json "$log" '$d->{ended_by}')" caller
eventually 20 gone "$slow"
check "slow clients" "$(sort "$T/slow.out" | uniq -c | sed 's/^ *//')" "1 all are open
150 closed body
150 closed head"

holds alive "$half"
eventually 60 no_calls
# After 30 s without a frame, or without an answer to a ping: whichever is noticed first.
log=$(log_of CA000000000000000000000000000000a1)
contains "half open: who ended it" "caller carrier" "$(json "$log" '$d->{ended_by}')"
contains "half open: what was said" "$(texts "$log")" "좋은 아침"
within "half open: the log tells" "$(happenings "$log" | grep -c '^stream-lost\|^media-stall')" 1 2
kill "$half"
opened=$(grep -c '"event":"connected"' "$T/openai.out")
eventually 10 told openai closed "$opened"
eventually 5 no_journal_of CA
stop_bridge
