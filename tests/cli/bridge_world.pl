# A bridge and its calls, as the measures of crash_bench.pl and soak.pl drive them. Required by these, which
# call begin() first.
use strict;
use warnings;
use utf8;
use HTTP::Tiny;
use IO::Socket::UNIX;
use JSON::PP;
use List::Util qw(max sum0);
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);
use Time::Local qw(timegm);

our ($agent, $twilio, $dir, $logs, $bridge);    # bridge: its process id
our @problems;                                  # that make the measure fail
our $json = JSON::PP->new->utf8;
our $http = HTTP::Tiny->new(timeout => 10);
END { local $?; kill KILL => $bridge if $bridge }

# begin AGENT TWILIO_URL DIR SEED: where everything is.
sub begin {
    ($agent, $twilio, $dir, my $seed) = @_;
    $logs = "$agent/call_logs";
    srand($seed);
    binmode $_, ':utf8' for *STDOUT, *STDERR;
    $| = 1;
}

# Ends the bridge and the program: 1 if there were problems, which are told.
sub finish {
    my ($seed) = @_;
    kill TERM => $bridge;
    sleep 0.2;
    kill KILL => $bridge;
    waitpid $bridge, 0;
    undef $bridge;
    print "  seed $seed\n";
    print "  wrong: $_\n" for @problems;
    exit(@problems ? 1 : 0);
}

# --- the bridge ---

sub start_bridge {
    my @options = @_;
    $bridge = fork // die "fork: $!\n";
    return if $bridge;
    open(STDIN, '<', '/dev/null');
    open(STDOUT, '>>', "$dir/bridge.out");
    open(STDERR, '>>', "$dir/bridge.err");
    exec 'pa-bridge', '-C', $agent, '--public-url', "\@$agent/run/public-url", @options or die "pa-bridge: $!\n";
}

sub kill_bridge {
    kill KILL => $bridge;
    waitpid $bridge, 0;
}

# What the operator's socket answers, or undef.
sub ask {
    my ($path) = @_;
    my $socket = IO::Socket::UNIX->new(Peer => "$agent/run/bridge.sock", Timeout => 2) or return;
    print $socket "GET $path HTTP/1.1\r\nHost: bridge\r\nConnection: close\r\n\r\n";
    my $answer = '';
    while (sysread($socket, my $part, 65536)) { $answer .= $part; last if whole($answer) }
    return whole($answer);
}

sub whole {
    my ($head, $body) = split /\r\n\r\n/, $_[0], 2;
    return unless defined $body && $head =~ /content-length: *(\d+)/i && length $body >= $1;
    return eval { $json->decode(substr $body, 0, $1) };
}

sub until_true {
    my ($seconds, $what, $test) = @_;
    my $limit = time + $seconds;
    until ($test->()) {
        time < $limit or die "never came true: $what\n";
        sleep 0.02;
    }
}

sub ready { until_true(10, 'the bridge knows its URL', sub { (ask('/status') // {})->{public_url} }) }

# --- calls ---

my $callers = 0;
# somebody_calls [NUMBER]: its SID. Without one, from a number that has not called before.
sub somebody_calls {
    my $from = $_[0] // sprintf '+8210000%05d', ++$callers;
    my $answer = $http->post("$twilio/sim/inbound", {headers => {'Content-Type' => 'application/json'}, content => qq({"from":"$from"})});
    return $json->decode($answer->{content})->{call_sid} // die "no call came in: $answer->{content}\n";
}

sub facts { return $json->decode($http->get("$twilio/sim/calls/$_[0]")->{content}) }
sub ended { return facts($_[0])->{ended_by} ne '' }

# Audio that reached the model [ms], of each connection that has ended.
sub model_heard {
    my @events = map { eval { $json->decode($_) } // () } split /\n/, read_file("$dir/openai.out") // '';
    return map { $_->{audio_ms} } grep { $_->{event} eq 'closed' } @events;
}

# lost_audio SIDs: how many calls have no session of the model that heard all their frames. The word of a hang-up may
# overtake the last one. (No session tells whose it was; each is taken once, the least that fits for the least.)
sub lost_audio {
    my %heard;
    ++$heard{$_ / 20} for model_heard();
    my $lacking = 0;
    for my $sent (sort { $a <=> $b } map { sum0(map { $_->{frames_sent} } @{facts($_)->{streams}}) } @_) {
        my ($found) = grep { $heard{$_} } $sent - 1, $sent;
        defined $found ? --$heard{$found} : ++$lacking;
        my $nearest = max(0, grep { $heard{$_} && $_ < $sent } keys %heard);
        print "  $sent frames sent, and no session heard them: the next shorter one $nearest\n" unless defined $found;
    }
    return $lacking;
}

sub read_file {
    open(my $in, '<:raw', $_[0]) or return;
    local $/;
    return scalar <$in>;
}

sub log_of {
    my ($sid) = @_;
    my ($file) = glob("$logs/*_$sid.json") or return;
    my $log = eval { $json->decode(read_file($file)) } or push @problems, "$file is not whole";
    return $log;
}

# Lines of a journal, in the order of their index. What is torn can only be its end, as ours know.
sub journal_lines {
    my ($sid) = @_;
    my ($file) = glob("$logs/*_$sid.jsonl.partial") or return;
    my %line;
    my @rows = split /\n/, read_file($file) // '';
    for (0 .. $#rows) {
        my $fact = eval { $json->decode($rows[$_]) };
        push @problems, "$file: line $_ is torn" unless $fact || $_ == $#rows;
        $line{$fact->{index}} = $fact->{text} if $fact && ($fact->{fact} // '') eq 'line';
    }
    return [map { $line{$_} } sort { $a <=> $b } keys %line];
}

# "2026-11-23T08:16:04.120+09:00", as seconds.
sub seconds_of {
    my ($y, $mo, $d, $h, $m, $s, $sign, $oh, $om) =
        $_[0] =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):([\d.]+)([+-])(\d+):(\d+)$/ or die "no time: $_[0]\n";
    return timegm(0, $m, $h, $d, $mo - 1, $y) + $s - ($sign eq '+' ? 1 : -1) * ($oh * 3600 + $om * 60);
}

# percentile P, VALUES…
sub percentile {
    my $p = shift;
    my @sorted = sort { $a <=> $b } @_;
    return $sorted[max(0, POSIX::ceil($p / 100 * @sorted) - 1)];
}

1;
