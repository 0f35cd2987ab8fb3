# The two measures of crash_bench.sh:
#   crash_bench.pl once AGENT TWILIO_URL DIR ROUNDS SEED     kills in mid-call that calls survive
#   crash_bench.pl random AGENT TWILIO_URL DIR KILLS SEED    what the journals have after kills
use strict;
use warnings;
use utf8;
use HTTP::Tiny;
use IO::Socket::UNIX;
use JSON::PP;
use List::Util qw(max);
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);
use Time::Local qw(timegm);

binmode $_, ':utf8' for *STDOUT, *STDERR;
$| = 1;
my ($measure, $agent, $twilio, $dir, $count, $seed) = @ARGV;
srand($seed);
my $json = JSON::PP->new->utf8;
my $http = HTTP::Tiny->new(timeout => 10);
my $logs = "$agent/call_logs";
my ($bridge, @problems);
END { local $?; kill KILL => $bridge if $bridge }

# --- the bridge ---

sub start_bridge {
    $bridge = fork // die "fork: $!\n";
    return if $bridge;
    open(STDIN, '<', '/dev/null');
    open(STDOUT, '>>', "$dir/bridge.out");
    open(STDERR, '>>', "$dir/bridge.err");
    exec 'pa-bridge', '-C', $agent, '--public-url', "\@$agent/run/public-url" or die "pa-bridge: $!\n";
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
sub somebody_calls {
    my $from = sprintf '+8210000%05d', ++$callers;
    my $answer = $http->post("$twilio/sim/inbound", {headers => {'Content-Type' => 'application/json'}, content => qq({"from":"$from"})});
    return $json->decode($answer->{content})->{call_sid} // die "no call came in: $answer->{content}\n";
}

sub facts { return $json->decode($http->get("$twilio/sim/calls/$_[0]")->{content}) }
sub ended { return facts($_[0])->{ended_by} ne '' }

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

# Lines of a journal, in the order of their index; what is torn at its end is skipped as ours do.
sub journal_lines {
    my ($sid) = @_;
    my ($file) = glob("$logs/*_$sid.jsonl.partial") or return;
    my %line;
    for (split /\n/, read_file($file) // '') {
        my $fact = eval { $json->decode($_) } or next;
        $line{$fact->{index}} = $fact->{text} if ($fact->{fact} // '') eq 'line';
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

# --- kills in mid-call, started again at once ---

sub go_on {
    my ($calls, $went_on, $known) = (0, 0, 0);
    my @gap;
    for my $round (1 .. $count) {
        start_bridge();
        ready();
        my @sids = map { somebody_calls() } 1 .. 10;
        until_true(20, 'all are spoken with', sub { 10 == grep { @{journal_lines($_) // []} > 0 } @sids });
        sleep 2 + rand 8;
        my $killed = time;
        kill_bridge();
        my %before = map { $_ => journal_lines($_) } @sids;
        start_bridge();
        until_true(120, 'all calls are over', sub { !grep { !ended($_) } @sids });
        until_true(10, 'all have a log', sub { !grep { !log_of($_) } @sids });
        for my $sid (@sids) {
            ++$calls;
            my ($log, $facts) = (log_of($sid), facts($sid));
            my @texts = map { $_->{text} } @{$log->{transcript}};
            my $good = !$log->{recovered} && @{$facts->{streams}} == 2 && $log->{ended_by} eq 'caller' &&
                $texts[-1] =~ /끊을게/;
            ++$went_on if $good;
            push @problems, "$sid: " . $json->encode([$log->{ended_by}, scalar @{$facts->{streams}}]) unless $good;
            my %has = map { $_ => 1 } @texts;
            push @problems, "$sid lost: $_" for grep { $_ && !$has{$_} } @{$before{$sid}};
            my $second = $facts->{streams}[-1]{stream_sid};
            my ($first) = grep { $_->{stream_sid} eq $second } @{$facts->{parts}};
            push @gap, seconds_of($log->{started_at}) + $first->{at_ms} / 1000 - $killed if $first;
        }
        $known += told(\%before);
        kill TERM => $bridge;
        waitpid $bridge, 0;
    }
    printf "  %d calls, %d went on, %d second sessions knew all earlier turns\n", $calls, $went_on, $known;
    printf "  silence from the kill to the first word [s]: p50 %.2f, p99 %.2f, most %.2f\n",
        percentile(50, @gap), percentile(99, @gap), max @gap;
    push @problems, 'not all went on' if $went_on < $calls || $known < $calls;
}

# How many calls' lines some session was told, in order, since the last look.
my $seen = 0;
sub told {
    my ($before) = @_;
    my @events = split /\n/, read_file("$dir/record/openai-events.jsonl") // '';
    my %items;
    for (@events[$seen .. $#events]) {
        my $e = $json->decode($_);
        next unless $e->{event}{type} eq 'conversation.item.create' && $e->{event}{item}{type} eq 'message';
        next if $e->{event}{item}{role} eq 'system';
        push @{$items{$e->{connection}}}, $e->{event}{item}{content}[0]{text};
    }
    $seen = @events;
    my %left;
    ++$left{join '|', sort @$_} for values %items;
    my $known = 0;
    for my $lines (values %$before) {
        my $wanted = join '|', sort grep { length } @$lines;
        ++$known if ($left{$wanted} // 0) > 0 && $left{$wanted}-- > 0;
    }
    return $known;
}

# --- kills at random moments ---

sub kill_often {
    my (%lines, %running);    # lines: of a call, text => when it was first seen complete
    my ($checked, $calls) = (0, 0);
    for my $n (1 .. $count) {
        start_bridge();
        ready();
        delete $running{$_} for grep { ended($_) } keys %running;
        while (keys %running < 20) { $running{somebody_calls()} = 1; ++$calls }
        my $end = time + 0.3 + rand 2.5;
        while (time < $end) {
            for my $sid (keys %running) {
                my $said = ask("/lines/$sid") or next;
                my $now = time;
                $lines{$sid}{"$_->{start_ms} $_->{text}"} //= [$now, $_->{text}] for @{$said->{lines}};
            }
        }
        my $killed = time;
        kill_bridge();
        for my $sid (keys %running) {
            my $log = log_of($sid);
            my $kept = $log ? [map { $_->{text} } @{$log->{transcript}}] : journal_lines($sid) // [];
            my %has = map { $_ => 1 } @$kept;
            for my $line (values %{$lines{$sid} // {}}) {
                next if $line->[0] > $killed - 0.1;
                ++$checked;
                push @problems, "kill $n: $sid lost '$line->[1]'" unless $has{$line->[1]};
            }
        }
        for my $file (glob "$logs/*.json") {
            eval { $json->decode(read_file($file)); 1 } or push @problems, "$file is not whole";
        }
        print STDERR "\r  $n kills" if -t STDERR;
    }
    start_bridge();
    my $restarted = time;
    until_true(60, 'no journal is left behind unattended', sub {
        my $calls = ask('/calls') or return;
        my %attended = map { $_->{call_sid} => 1 } @{$calls->{calls}};
        !grep { !ended($_) && !$attended{$_} } keys %running;
    });
    printf "  %d kills, %d calls, %d lines looked for after a kill, %d lost\n", $count, $calls, $checked,
        scalar grep { /lost/ } @problems;
    printf "  seconds until no call was unattended after the last kill: %.1f\n", time - $restarted;
    push @problems, 'nothing was looked for' unless $checked > $count;
}

$measure eq 'once' ? go_on() : kill_often();
kill TERM => $bridge;
sleep 0.2;
kill KILL => $bridge;
waitpid $bridge, 0;
undef $bridge;
print "  seed $seed\n";
print "  wrong: $_\n" for @problems;
exit(@problems ? 1 : 0);
