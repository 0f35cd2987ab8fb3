# The measures of crash_bench.sh:
#   crash_bench.pl once AGENT TWILIO_URL DIR ROUNDS SEED     kills in mid-call that calls survive; lines for sum
#   crash_bench.pl sum FILE...                                what several agents survived
#   crash_bench.pl random AGENT TWILIO_URL DIR KILLS SEED    what the journals have after kills
#   crash_bench.pl upgrade AGENT TWILIO_URL DIR UPGRADES SEED    what fifty calls notice of upgrades
use strict;
use warnings;
use utf8;
use List::Util qw(max);
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);
require './bridge_world.pl';

our ($agent, $dir, $logs, $bridge, $json, @problems);
my ($measure, $agent_dir, $twilio_url, $work_dir, $count, $seed) = @ARGV;
binmode $_, ':utf8' for *STDOUT, *STDERR;
sum_up() if $measure eq 'sum';
begin($agent_dir, $twilio_url, $work_dir, $seed);

# --- kills in mid-call, started again at once ---

sub go_on {
    my ($calls, $went_on, $known) = (0, 0, 0);
    for my $round (1 .. $count) {
        start_bridge();
        ready();
        my @sids = map { somebody_calls() } 1 .. 2;
        until_true(20, 'all are spoken with', sub { @sids == grep { @{journal_lines($_) // []} > 0 } @sids });
        sleep 1 + rand 6;
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
            push @problems, "$sid lost: $_" for lacking(\@texts, @{$before{$sid}});
            # Of the call's time, in which the kill was, the bridge took it up again, and it spoke.
            my $begun = seconds_of($log->{started_at});
            my ($taken_up) = map { $_->{at_ms} } grep { $_->{what} eq 'restart' } @{$log->{events}};
            my $word = $facts->{streams}[-1]{first_word_ms};
            next unless $good && defined $word;
            # Whoever speaks meanwhile hears no silence, and is answered when they have ended.
            my ($spoke) = grep { $_->{role} eq 'user' && $_->{end_ms} > $taken_up && $_->{end_ms} < $word } @{$log->{transcript}};
            my $from = $spoke ? max($begun + $spoke->{end_ms} / 1000, $killed) : $killed;
            my $told = $begun + $word / 1000;
            printf "gap %.3f %.3f %.3f %d\n", $begun + $taken_up / 1000 - $killed, $told - $killed, $told - $from, $spoke ? 1 : 0;
        }
        $known += told(\%before);
        kill TERM => $bridge;
        waitpid $bridge, 0;
    }
    printf "sum %d %d %d %d\n", $count, $calls, $went_on, $known;
}

sub sum_up {
    my (@gap, @sum, @asked, @ours, @all);
    my $spoke = 0;
    for my $file (@ARGV[1 .. $#ARGV]) {
        my $whole = 0;
        for (split /\n/, read_file($file)) {
            if (/^gap (\S+) (\S+) (\S+) (\d)$/) {
                push @asked, $1;
                push @all, $2;
                push @gap, $3;
                push @ours, $3 - $1 unless $4;
                $spoke += $4;
            }
            elsif (/^sum (.*)$/) { my @n = split / /, $1; $sum[$_] += $n[$_] for 0 .. $#n; $whole = 1 }
            elsif (/\S/ && !/^ +seed|checks$/) { print "$_\n" }
        }
        push @problems, "$file was not finished" unless $whole;
    }
    my ($kills, $calls, $went_on, $known) = @sum;
    printf "  %d kills in mid-call, %d calls, %d went on, %d second sessions knew all earlier turns\n",
        $kills, $calls, $went_on, $known;
    my $shown = sub { sprintf 'p50 %.2f, p99 %.2f, most %.2f', percentile(50, @_), percentile(99, @_), max @_ };
    print "  silence from the kill to the first word [s]: ", $shown->(@gap), "\n";
    print "    in $spoke of them the caller spoke meanwhile, and their words are no silence; with them: ", $shown->(@all), "\n";
    print "    until the carrier, which asks every half second, was there again: ", $shown->(@asked), "\n";
    print "    and the bridge's own, where nobody spoke: ", $shown->(@ours), "\n";
    push @problems, 'not all went on' if $went_on < $calls || $known < $calls || @gap < $calls;
    push @problems, 'a silence of more than 3 s' if percentile(99, @gap) > 3;
    print "  wrong: $_\n" for @problems;
    exit(@problems ? 1 : 0);
}

# lacking TEXTS, WANTED...: which of these TEXTS has not, or not as often.
sub lacking {
    my ($texts, @wanted) = @_;
    my %left;
    ++$left{$_} for @$texts;
    return grep { length && --$left{$_} < 0 } map { $_ // '' } @wanted;
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
    # seen: of each call the lines that were complete, in their order: [when that was seen first, text]. due: how often
    # each text was there so long before a kill that no kill may have cost it.
    my (%seen, %due, %running, %all);
    my ($checked, $after) = (0, 0);
    my $look = sub {
        for my $sid (keys %running) {
            my $said = ask("/lines/$sid") or next;
            my $now = time;
            my $n = 0;
            for (map { $_->{text} } @{$said->{lines}}) {
                my $line = $seen{$sid}[$n++] //= [$now, $_];
                @$line = ($now, $_) if $line->[1] ne $_;
            }
        }
    };
    my $due_until = sub {
        my ($limit) = @_;
        for my $sid (keys %running) {
            my %times;
            ++$times{$_->[1]} for grep { $_->[0] <= $limit } @{delete $seen{$sid} // []};
            $due{$sid}{$_} = max($due{$sid}{$_} // 0, $times{$_}) for keys %times;
        }
    };
    my $held = sub {
        my ($when, $sid) = @_;
        my $log = log_of($sid);
        my $kept = $log ? [map { $_->{text} } @{$log->{transcript}}] : journal_lines($sid);
        my %wanted = %{$due{$sid} // {}};
        my @wanted = map { ($_) x $wanted{$_} } keys %wanted;
        $checked += @wanted;
        push @problems, "$when: $sid lost '$_'" for lacking($kept // [], @wanted);
        return $log;
    };
    my ($looks, $longest) = (0, 0);
    my $started_again = sub {
        start_bridge();
        my $restarted = time;
        until_true(60, 'no call goes on unattended', sub {
            my $calls = ask('/calls') or return;
            my %attended = map { $_->{call_sid} => 1 } @{$calls->{calls}};
            !grep { !ended($_) && !$attended{$_} } keys %running;
        });
        ++$looks;
        $longest = max($longest, time - $restarted);
    };
    for my $n (1 .. $count) {
        # After every 25th kill, and after the last.
        $n > 1 && $n % 25 == 1 ? $started_again->() : start_bridge();
        ready();
        delete $running{$_} for grep { ended($_) } keys %running;
        while (keys %running < 20) { my $sid = somebody_calls(); $running{$sid} = $all{$sid} = 1 }
        my $end = time + 0.3 + rand 2.5;
        $look->() while time < $end;
        my $killed = time;
        kill_bridge();
        $due_until->($killed - 0.1);
        $held->("kill $n", $_) for keys %running;
        for my $file (glob "$logs/*.json") {
            eval { $json->decode(read_file($file)); 1 } or push @problems, "$file is not whole";
        }
        print STDERR "\r  $n kills" if -t STDERR;
    }
    $started_again->();
    printf "  %d kills, %d calls, %d lines looked for after a kill, %d lost\n", $count, scalar keys %all, $checked,
        scalar grep { /lost/ } @problems;
    printf "  seconds until no call was unattended after a kill, the most of %d looks: %.1f\n", $looks, $longest;
    push @problems, 'nothing was looked for' unless $checked > $count;
    # In the end there is a log of each, those that were recovered among them.
    for (@{ask('/calls')->{calls}}) {
        system('pa-bridge', '-C', $agent, '-q', 'ctl', 'hangup', $_->{call_sid});
    }
    until_true(60, 'all calls are over', sub { !grep { !ended($_) } keys %all });
    until_true(30, 'all have a log', sub { !grep { !log_of($_) } keys %all });
    until_true(10, 'no journal is left', sub { !(() = glob "$logs/*.partial") });
    my $recovered = grep { $held->('at the end', $_)->{recovered} } keys %all;
    printf "  %d logs at the end, %d of them recovered from a journal; %d lines lost from them\n", scalar keys %all,
        $recovered, scalar grep { /at the end.* lost/ } @problems;
    push @problems, 'a half-written file is left: ' . $_ for grep { !/\.json$/ } glob "$logs/*";
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
    my $lacking = lost_audio(@all);
    my $sessions = () = model_heard();
    printf "  %d upgrades under 50 calls, %d calls, %d dropped or cut off\n", $count, scalar @all, $dropped;
    printf "  %d streams, %d frames from the carrier; %d calls lost audio\n", $streams, $sent / 20, $lacking;
    printf "  from the start of a bridge until it serves [s]: p50 %.2f, most %.2f\n", percentile(50, @took), max @took;
    push @problems, "$lacking calls lost audio" if $lacking;
    push @problems, "$sessions sessions of the model for " . @all . ' calls' if $sessions != @all;
    1 while waitpid(-1, WNOHANG) > 0;
}

{once => \&go_on, random => \&kill_often, upgrade => \&upgrade_often}->{$measure}->();
finish($seed);
