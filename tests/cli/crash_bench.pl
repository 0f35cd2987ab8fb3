# The measures of crash_bench.sh:
#   crash_bench.pl once AGENT TWILIO_URL DIR ROUNDS SEED     kills in mid-call that calls survive
#   crash_bench.pl random AGENT TWILIO_URL DIR KILLS SEED    what the journals have after kills
#   crash_bench.pl upgrade AGENT TWILIO_URL DIR UPGRADES SEED    what fifty calls notice of upgrades
use strict;
use warnings;
use utf8;
use List::Util qw(max sum0);
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);
require './bridge_world.pl';

our ($agent, $dir, $logs, $bridge, $json, @problems);
my ($measure, $agent_dir, $twilio_url, $work_dir, $count, $seed) = @ARGV;
begin($agent_dir, $twilio_url, $work_dir, $seed);

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

# --- upgrades ---

sub upgrade_often {
    my (%running, @all, @took);
    start_bridge('--drain-seconds', 300);
    ready();
    my $more = sub {
        delete $running{$_} for grep { ended($_) } keys %running;
        while (keys %running < 50) { my $sid = somebody_calls(); $running{$sid} = 1; push @all, $sid }
    };
    for my $n (1 .. $count) {
        $more->();
        sleep 1 + rand 2;
        $more->();    # some are asked for before, and streamed after
        my $start = time;
        start_bridge('--takeover', '--drain-seconds', 300);
        my $new = $bridge;
        until_true(10, "upgrade $n", sub { ((ask('/status') // {})->{pid} // 0) == $new });
        push @took, time - $start;
        $more->();
    }
    until_true(120, 'all calls end', sub { !grep { !ended($_) } @all });
    until_true(20, 'all logs are written', sub { @all == (() = glob "$logs/*.json") });
    my ($dropped, $streams, $sent) = (0, 0, 0);
    for my $sid (@all) {
        my ($facts, $log) = (facts($sid), log_of($sid));
        $streams += @{$facts->{streams}};
        $sent += 20 * $_->{frames_sent} for @{$facts->{streams}};
        my $whole = $log && $log->{ended_by} eq 'caller' && !$log->{recovered} && @{$facts->{streams}} == 1
            && !@{$facts->{complaints}};
        next if $whole;
        ++$dropped;
        push @problems, "$sid: " . $json->encode([$log ? @$log{qw(ended_by recovered)} : 'no log', $facts->{streams}, $facts->{complaints}]);
    }
    my $heard = sum0(model_heard());
    printf "  %d upgrades under 50 calls, %d calls, %d dropped or cut off\n", $count, scalar @all, $dropped;
    printf "  %d streams; the carrier sent %d frames, %d of them did not reach the model\n", $streams, $sent / 20, ($sent - $heard) / 20;
    printf "  from the start of a bridge until it serves [s]: p50 %.2f, most %.2f\n", percentile(50, @took), max @took;
    # The word of a hang-up may overtake the last frame of a call; a stream that gets lost on its way to another
    # bridge lacks dozens.
    push @problems, 'frames were lost' if ($sent - $heard) / 20 > @all / 20;
    1 while waitpid(-1, WNOHANG) > 0;
}

{once => \&go_on, random => \&kill_often, upgrade => \&upgrade_often}->{$measure}->();
finish($seed);
