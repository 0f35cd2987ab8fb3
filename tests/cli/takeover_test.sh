# Takes long.
# A second bridge takes over from the one that runs: nobody on the phone notices. Each goes on with its own
# calls; what reaches the wrong one finds its way.
. ./lib.sh
cat >"$T/talk.json" <<'JSON'
{"name": "talk", "about": "A short talk that lasts some seconds.",
 "carrier": {"ring_ms": 1500, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "milk"},
                       {"when": "agent-silent", "after_ms": 2500, "say": "meeting"},
                       {"when": "agent-silent", "after_ms": 300, "say": "thanks-bye"},
                       {"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "purposes": {"resumed": ["sorry-cut"]},
           "turns": [{"hears": "milk", "says": ["ok-milk"]}, {"hears": "meeting", "says": ["ok-meeting"]},
                     {"hears": "thanks-bye", "says": ["goodbye"]}]}}
JSON
export PA_RECORD_DIR="${PA_RECORD_DIR:-$T/record}"
# One that rings long enough for another bridge to start.
sed 's/"ring_ms": 1500/"ring_ms": 8000/' "$T/talk.json" >"$T/rings.json"
world "$T/talk.json" --scenario "+821000002222=$T/rings.json"
mkdir -p "$agent/run"
# bridge NAME [OPTION…]: its records in $T/NAME.out; its process id in $bridge_pid.
bridge() {
    name=$1
    shift
    pa-bridge -v --public-url "@$agent/run/public-url" --drain-seconds 60 "$@" >"$T/$name.out" 2>"$T/$name.err" </dev/null &
    bridge_pid=$!
    pids="$pids $bridge_pid"
}
serves() { pa-bridge ctl status | grep -q "\"pid\":$1[,}]"; }
# upgrade NAME: a bridge of that name takes over.
upgrade() {
    bridge "$1" --takeover
    eventually 10 serves "$bridge_pid"
}
call() { # [OPTION…]: dials; the SID is in $call_sid.
    status 0 pa-dial "$@"
    call_sid=$(out)
}
kept() { grep -q "$1" "$agent"/call_logs/*"$call_sid"*.partial; }
# whole SID BRIDGE: the log of that call, held from beginning to end by that bridge.
whole() {
    eventually 60 log_exists "$1"
    log=$(log_of "$1")
    check "the whole conversation" "$(json "$log" 'map { $_->{text} } @{$d->{transcript}}' | tr '\n' '|')" "$conversation"
    check "ended by the caller" "$(json "$log" '$d->{ended_by}')" caller
    check "not cut off" "$(json "$log" 'scalar grep { $_->{what} eq "restart" } @{$d->{events}}')" 0
    eventually 10 grep -q "$1" "$T/$2.out"
    facts_of "$1"
    check "streams" "$(json "$T/facts.json" 'scalar @{$d->{streams} // []}')" 1
}
texts_of() {
    for clip; do json "$root/share/clips/clips.json" 'map { $_->{text} } grep { $_->{id} eq $a[0] } @$d' "$clip"; done |
        tr '\n' '|'
}
conversation=$(texts_of greet-plain milk ok-milk meeting ok-meeting thanks-bye goodbye)

# --- nobody to take over from: it starts as the first ---
bridge first --takeover
first=$bridge_pid
eventually 10 pa-bridge ctl status
contains "says so" "$(cat "$T/first.err")" "no bridge runs for this agent"
status 0 sh -c "pa-tunnel --once | pa-webhook-sync >'$agent/run/public-url'"
eventually 10 bridge_ready

# --- a second start by mistake ---
status 78 pa-bridge --public-url "@$agent/run/public-url"
contains "tells what to do" "$(err)" "a bridge runs for this agent already"

# --- one call in the middle, one whose phone rings and whose session is warm already ---
call +821000001111
talking=$call_sid
eventually 20 kept '우유, 적어뒀어'
call +821000002222
ringing=$call_sid
eventually 5 sh -c 'pa-bridge ctl calls | grep -q "$1"' sh "$ringing"
upgrade second
second=$bridge_pid
call +821000003333 --about 'a new matter'
new=$call_sid
holds alive "$first"
# Whoever follows a call finds it, whichever bridge has it.
status 0 perl "$here/http.pl" GET "unix:$agent/run/bridge.sock:/calls/$talking"
contains "a call of the first" "$(out)" '"status":"in-progress"'
whole "$talking" first
whole "$ringing" first
whole "$new" second
check "what the new one is about" "$(json "$log" '$d->{about}')" 'a new matter'
eventually 20 gone "$first"
wait "$first"
check "the first has ended well" "$?" 0
holds serves "$second"
# Its calls are over, and the second knows how: the carrier hears no apology.
status 0 perl "$here/http.pl" GET "unix:$agent/run/bridge.sock:/calls/$talking"
contains "known to the second" "$(out)" "$talking.json"

# --- what pa-dial had prepared goes to the next one, before the carrier has named the call ---
upgrade third
third=$bridge_pid
status 0 perl "$here/http.pl" POST "unix:$agent/run/bridge.sock:/dials" '{"to": "+821000004444", "about": "a prepared matter"}'
upgrade fourth
fourth=$bridge_pid
eventually 20 gone "$third"
key=$(perl -MMIME::Base64 -e 'print encode_base64($ARGV[0], "")' "$account:$token")
status 0 perl "$here/http.pl" POST "$twilio_url/2010-04-01/Accounts/$account/Calls.json" \
    "To=%2B821000004444&From=%2B15550001000&Url=$public_url/incoming&StatusCallback=$public_url/status" "Authorization: Basic $key"
prepared=$(out | field sid)
whole "$prepared" fourth
check "its matter" "$(json "$log" '$d->{about}')" 'a prepared matter'

# --- upgrades follow each other within a call; the bridge in the middle holds the others together ---
call +821000005555
oldest=$call_sid
eventually 20 kept '우유, 적어뒀어'
upgrade fifth
fifth=$bridge_pid
upgrade sixth
sixth=$bridge_pid
holds alive "$fourth"
holds alive "$fifth"
status 0 perl "$here/http.pl" GET "unix:$agent/run/bridge.sock:/calls/$oldest"
contains "asked through two" "$(out)" '"status":"in-progress"'
whole "$oldest" fourth
eventually 20 gone_pids "$fourth" "$fifth"

# --- the old one dies before its calls are over: the new one goes on with them ---
call +821000006666
eventually 20 kept '우유, 적어뒀어'
upgrade seventh
kill -9 "$sixth"
eventually 60 log_exists "$call_sid"
log=$(log_of "$call_sid")
check "goes on" "$(json "$log" 'map { $_->{text} } @{$d->{transcript}}' | tr '\n' '|')" \
    "$(texts_of greet-plain milk ok-milk sorry-cut meeting ok-meeting thanks-bye goodbye)"
eventually 10 grep -q "$call_sid" "$T/seventh.out"

# --- told to stop, the last one takes its sockets away ---
kill "$bridge_pid"
eventually 20 gone "$bridge_pid"
check "no socket is left" "$(find "$agent/run" -type s)" ""

# --- a service manager opened the socket, and wants to know when the bridge serves; the next one takes over ---
# While no more messages fit into the manager's socket, the second cannot tell that it is ready: the first stays.
perl -MIO::Socket::INET -MIO::Socket::UNIX -MPOSIX=dup2,WNOHANG -e '
    $| = 1;
    my ($port, $path) = @ARGV;
    my $told = IO::Socket::UNIX->new(Local => $path, Type => SOCK_DGRAM) or die "$!\n";
    my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, ReuseAddr => 1, Listen => 9) or die "$!\n";
    my %name;
    sub bridge {
        my ($name, @options) = @_;
        my $pid = fork // die "$!\n";
        if ($pid) { $name{$pid} = $name; return $pid }
        if ($name eq "first") {
            dup2(fileno($s), 3);
            @ENV{qw(LISTEN_PID LISTEN_FDS)} = ($$, 1);
            open STDERR, ">", "$path.first" or die "$!\n";
        }
        $ENV{NOTIFY_SOCKET} = $path;
        exec "pa-bridge", "--public-url", "https://x.example", @options or die "$!\n";
    }
    sub hear {
        do { recv $told, $_, 100, 0 } while $_ eq "filled";
        print /^READY=1\nMAINPID=(\d+)$/ && $name{$1} ? "$name{$1} is ready\n" : "told: $_\n";
    }
    sub status { scalar qx(pa-bridge ctl status 2>&1) }
    sub lives { waitpid($_[0], WNOHANG) == 0 }
    sub superseded { open my $said, "<", "$path.first" or die "$!\n"; grep /another bridge has taken over/, <$said> }
    $SIG{TERM} = $SIG{ALRM} = sub { kill TERM => keys %name; 1 while wait > 0; exit 1 };
    alarm 60;
    my $first = bridge("first", "-v");
    hear();
    print "serves there\n" if status() =~ /"pid":$first\b/ && status() =~ /"port":$port\b/;
    my @full;
    do { push @full, IO::Socket::UNIX->new(Peer => $path, Type => SOCK_DGRAM, Blocking => 0) or die "$!\n" }
        while $full[-1]->syswrite("filled") && do { 1 while $full[-1]->syswrite("filled"); 1 };
    my $second = bridge("second", "--takeover");
    select undef, undef, undef, 0.05 until status() =~ /"pid":$second\b/;
    status() for 1 .. 20;
    print "the second serves, ", lives($first) && !superseded() ? "the first stays\n" : "the first goes\n";
    hear();
    waitpid $first, 0;
    print "the first has ended with $?", superseded() ? ", superseded\n" : "\n";
    delete $name{$first};
    waitpid $second, 0' "$port" "$T/notify" >"$T/activated.out" 2>"$T/activated.err" </dev/null &
pids="$pids $!"
eventually 30 grep -q '^the first has ended' "$T/activated.out"
check "what the manager sees" "$(cat "$T/activated.out")" "first is ready
serves there
the second serves, the first stays
second is ready
the first has ended with 0, superseded"
contains "serves there still" "$(pa-bridge ctl status)" "\"port\":$port"
status 0 perl "$here/http.pl" GET "http://127.0.0.1:$port/healthz"
