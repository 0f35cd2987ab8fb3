# The measure of soak.sh:
#   soak.pl AGENT TWILIO_URL DIR SECONDS CALLS FAULTY SEED
# Callers +82100009900N, N below FAULTY, are those whose lines have faults.
use strict;
use warnings;
use utf8;
use IO::Socket::INET;
use List::Util qw(max min sum0);
use Time::HiRes qw(sleep time);
require './bridge_world.pl';

our ($agent, $bridge, @problems);
my ($agent_dir, $twilio_url, $work_dir, $seconds, $most, $faulty, $seed) = @ARGV;
begin($agent_dir, $twilio_url, $work_dir, $seed);

# Resident memory [KiB].
sub memory {
    my ($kib) = (read_file("/proc/$bridge/status") // '') =~ /^VmRSS:\s*(\d+)/m;
    return $kib // die "the bridge has gone\n";
}
sub descriptors { return map { readlink } glob "/proc/$bridge/fd/*" }

# Strangers at the public port, who get nowhere and leave nothing behind: requests that nobody signed, sockets that
# nobody signed, connections that begin a request and go, or stay until they are dropped.
my ($port) = (read_file("$agent/.env") // '') =~ /^PORT=(\d+)/m;
my $forger = HTTP::Tiny->new(timeout => 10, keep_alive => 0);
my @strangers;
$SIG{PIPE} = 'IGNORE';
sub stranger {
    my $kind = int rand 4;
    return $forger->post("http://127.0.0.1:$port/incoming", {content => 'CallSid=CA1'}) if $kind == 0;
    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 5) or return;
    print $s $kind == 1
        ? "GET /media-stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            . "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
        : "POST /incoming HTTP/1.1\r\nContent-Length: 1000\r\n\r\nCall";
    $s->flush;
    push @strangers, $s if $kind == 3;
    shift @strangers if @strangers > 50;
}

start_bridge();
ready();
# What is made once, with the first call, is there.
my $first = somebody_calls();
until_true(60, 'the first call', sub { ended($first) && log_of($first) });
my @open_before = descriptors();

my (%running, %healthy, @memory);
my ($calls, $at_once, $whole) = (1, 0, 0);
my $start = time;
my $end = $start + $seconds;
while (time < $end) {
    my %live = map { $_->{call_sid} => 1 } @{(ask('/calls') // {calls => []})->{calls}};
    $at_once = max($at_once, scalar keys %live);
    for my $sid (keys %running) { delete $running{$sid} if !$live{$sid} && ended($sid) }
    # Not all at once: a twentieth of them in a turn.
    for (1 .. min($most - keys %running, 1 + $most / 20)) {
        my $bad = rand() < 0.2;
        my $sid = somebody_calls($bad ? sprintf '+82100009900%d', rand $faulty : undef);
        $running{$sid} = 1;
        $healthy{$sid} = 1 unless $bad;
        ++$calls;
    }
    stranger() for 1 .. 3;
    push @memory, [time - $start, memory()];
    sleep 0.25;
}
@strangers = ();
until_true(150, 'all calls end', sub { !grep { !ended($_) } keys %running });
until_true(30, 'no call is left', sub { !@{(ask('/calls') // {calls => [1]})->{calls}} });
for my $sid (keys %healthy) {
    my ($log, $facts) = (log_of($sid), facts($sid));
    my $texts = join '|', map { $_->{text} } @{$log->{transcript} // []};
    my $good = ($log->{ended_by} // '') eq 'caller' && !@{$facts->{complaints}} && @{$facts->{streams}} == 1
        && $texts =~ /우유.*우유.*회의.*끊을게.*끊을게/;
    $good ? ++$whole : push @problems, "$sid is not whole: $texts";
}
my @open_after;
eval { until_true(30, 'no descriptor stays open', sub { (@open_after = descriptors()) <= @open_before }); 1 }
    or push @problems, "descriptors stay open:\n  before @{[sort @open_before]}\n  after @{[sort @open_after]}";
my ($early, $late) = (0, 0);
if ($seconds >= 180) {
    my $mean = sub { my ($from, $to) = @_; my @m = map { $_->[1] } grep { $_->[0] >= $from && $_->[0] < $to } @memory; sum0(@m) / max(1, scalar @m) };
    ($early, $late) = ($mean->(60, 120), $mean->($seconds - 60, $seconds));
    printf "  memory [MiB] by the minute: %s\n",
        join ' ', map { sprintf '%.1f', $mean->(60 * $_, 60 * $_ + 60) / 1024 } 0 .. $seconds / 60 - 1;
    printf "  memory [MiB]: %.1f in the second minute, %.1f in the last: %+.1f %%\n", $early / 1024, $late / 1024, 100 * ($late - $early) / $early;
    push @problems, 'memory grows' if $late >= 1.02 * $early;
}
printf "  %d calls in %.0f s, %d at once, %d healthy of which %d whole\n", $calls, time - $start, $at_once, scalar keys %healthy, $whole;
my $lacking = lost_audio(keys %healthy);
printf "  healthy calls that lost audio: %d; descriptors: %d before, %d after\n", $lacking, scalar @open_before, scalar @open_after;
push @problems, "$lacking calls lost audio" if $lacking;
# Those whose lines have faults may be over before they are noticed.
push @problems, "$at_once at once are far from $most" if $seconds >= 60 && $at_once < 0.9 * $most;
push @problems, 'nothing was looked at' if $whole < $most / 2;
finish($seed);
