#!/usr/bin/perl
# The benchmark: the bridge and the relay in turns under the same load, and what the bridge costs as a ratio of
# the relay. Usage: bench.pl BUILD_FOLDER [quick|full|knee|setup|workers|watched|squeeze|budget [keep]|POINT...]
# A POINT is MODE:CALLS[:tls][:OPTION=VALUE...], e.g. frames:200 or bursts:400:tls.
#
# One core for what is measured, another for the generator. Both run before all else on the machine if we
# may say so (root). Each point is measured BENCH_RUNS=3 times for BENCH_SECONDS=8; medians are printed, but of
# what must not happen (lost, refused, broken …) the worst.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Temp 'tempdir';
use IO::Socket::INET;
use List::Util 'max';
use POSIX ':sys_wait_h';
use Time::HiRes qw(time sleep);

$| = 1;
my ($build, @wanted) = @ARGV;
die "usage: bench.pl BUILD_FOLDER [quick|full|knee|setup|workers|watched|squeeze|budget [keep]|POINT...]\n" unless $build;
$build = abs_path($build);
my $seconds = $ENV{BENCH_SECONDS} || 8;
my $runs    = $ENV{BENCH_RUNS}    || 3;
my $bridge  = $ENV{BENCH_BRIDGE}  || "$build/tools/pa-bridge";
my $folder  = tempdir('pa-bench.XXXXXX', TMPDIR => 1, CLEANUP => !$ENV{BENCH_KEEP});
my $cores   = `nproc` + 0;
my ($core, $load_core) = $cores > 1 ? (0, 1) : (0, 0);
my %children;
my $group;    # a cgroup that squeezes what is measured

print STDERR "bench: one core only: the generator takes from what is measured\n" if $cores < 2;
$SIG{INT} = $SIG{TERM} = sub { exit 1 };
END { kill 'KILL', keys %children if %children; waitpid $_, 0 for keys %children; rmdir $group if $group }

# Below those that the kernel gives to whoever connects, if there are any: one of them was taken before its program
# came to listen.
my $ports_end = do { open my $range, '<', '/proc/sys/net/ipv4/ip_local_port_range'; $range && <$range> =~ /(\d+)/ ? $1 : 32_768 };
$ports_end = 32_768 if $ports_end < 4_096;
my %given;
sub free_port {
    for (1 .. 100) {
        my $port = 2_048 + int rand($ports_end - 2_048);
        next if $given{$port}++;
        return $port if IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1', LocalPort => $port);
    }
    die "no port is free below $ports_end\n";
}

# Becomes the command, on one core and, if we may say so, before all else there. (Where the kernel groups
# processes by session, it is the group's niceness that counts.)
sub before_others {
    my ($on, @command) = @_;
    my @nice;
    if ($> == 0) {
        POSIX::setsid();
        if (open my $group_nice, '>', '/proc/self/autogroup') { print $group_nice '-15'; close $group_nice }
        @nice = ('nice', '-n', '-15');
    }
    exec @nice, 'taskset', '-c', $on, @command or die "$command[0]: $!\n";
}

sub start {
    my ($name, $env, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        $ENV{$_} = $env->{$_} for keys %$env;
        if ($group && $name ne 'load') {
            open my $procs, '>', "$group/cgroup.procs" or die "$group: $!\n";
            print $procs $$;
            close $procs;
        }
        open STDIN,  '<', '/dev/null';
        open STDOUT, '>', "$folder/$name.out";
        open STDERR, '>', "$folder/$name.err";
        before_others($name eq 'load' ? $load_core : $core, @command);
    }
    $children{$pid} = $name;
    return $pid;
}

sub stop {
    my ($pid) = @_;
    kill 'TERM', $pid;
    for (1 .. 100) { last if waitpid($pid, WNOHANG) == $pid; sleep 0.05; kill 'KILL', $pid if $_ == 99 }
    waitpid $pid, 0;
    delete $children{$pid};
}

# Until it accepts a connection; how long that took [ms].
sub listening_after {
    my ($port, $pid) = @_;
    my $start = time;
    while (time < $start + 20) {
        return 1000 * (time - $start)
            if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
        die "it ended: " . `cat $folder/*.err` if waitpid($pid, WNOHANG) == $pid;
        sleep 0.001;
    }
    die "nothing listens\n";
}

my $certificates = "$folder/certificates";

sub agent {
    my ($port, $model_url) = @_;
    my $agent = "$folder/agent";
    system('rm', '-rf', $agent);
    system("$build/tools/pa-doctor -q --init $agent >/dev/null") == 0 or die "pa-doctor --init failed\n";
    open my $env, '>', "$agent/.env" or die "$agent: $!\n";
    print $env <<"ENV";
OPENAI_API_KEY=sk-simulated
TWILIO_ACCOUNT_SID=AC00000000000000000000000000000001
TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef
TWILIO_PHONE_NUMBER_SID=PN00000000000000000000000000000001
MY_PHONE=+821000001234
ALLOWED_CALLERS=*
OPENAI_REALTIME_URL=$model_url
TWILIO_BASE_URL=http://127.0.0.1:1
PUBLIC_URL=https://bench.example
PORT=$port
ENV
    close $env;
    chmod 0600, "$agent/.env";
    return $agent;
}

# One run of one program; the generator's figures and `listening`.
sub run {
    my ($what, %point) = @_;
    my ($port, $model_port) = (free_port(), free_port());
    my $tls = $point{tls};
    my ($pid, $watcher, @extra);
    if ($what eq 'relay') {
        $pid   = start('relay', {}, "$build/tests/bench/bench_relay", $port, $model_port, $tls ? 'tls' : ());
        @extra = ('--direct');
    } else {
        my $url   = $tls ? "wss://localhost:$model_port/v1/realtime" : "ws://127.0.0.1:$model_port/v1/realtime";
        my $agent = agent($port, $url);
        my @workers = $point{workers} ? ('--workers', $point{workers}) : ();
        my @under = $point{callgrind} ? ('valgrind', '--tool=callgrind', "--callgrind-out-file=$point{callgrind}") : ();
        $pid = start('bridge', {SSL_CERT_FILE => "$certificates/ca.pem"},
            @under, $bridge, '-q', '-C', $agent, @workers);
    }
    my $listening = listening_after($port, $pid);
    $watcher = watch("$folder/agent", $point{look}) if $point{look} && $what eq 'bridge';
    # TLS trust is loaded behind the listener.
    sleep 0.3;
    my @tls = $tls ? ('--certificate', "$certificates/certificate.pem", '--key', "$certificates/key.pem") : ();
    push @extra, '--mute' if $point{mute};
    my @options = map { ("--$_", $point{$_}) } grep { defined $point{$_} } qw(ramp churn storm early model-delay);
    my $load = start('load', {}, "$build/tests/bench/bench_load", '--port', $port, '--model-port', $model_port,
        '--pid', $pid, '--calls', $point{calls}, '--seconds', $point{seconds} || $seconds, @extra, @tls, @options,
        $point{mode} eq 'bursts' ? '--bursts' : ());
    waitpid $load, 0;
    delete $children{$load};
    my $line = `cat $folder/load.out`;
    print STDERR $line if $ENV{BENCH_KEEP};
    if ($watcher) {
        die "the live page was not watched\n" if waitpid($watcher, WNOHANG) == $watcher;
        stop($watcher);
    }
    stop($pid);
    my %figures = map { split /=/, $_, 2 } split ' ', $line;
    print STDERR `cat $folder/load.err` if -s "$folder/load.err";
    die "the generator failed\n" unless %figures;
    return {%figures, listening => $listening};
}

# Somebody who has the live page open, asking as often as it does: a child, until it is stopped.
sub watch {
    my ($agent, $rate) = @_;
    my $pid = fork // die "fork: $!\n";
    if ($pid) { $children{$pid} = 'watcher'; return $pid }
    require HTTP::Tiny;
    my $http = HTTP::Tiny->new(max_redirect => 0, timeout => 5);
    my ($address) = `$bridge -C $agent ctl page` =~ /^(\S+)/ or POSIX::_exit(1);
    my $entry = $http->get($address);
    my ($cookie) = ($entry->{headers}{'set-cookie'} // '') =~ /^([^;]+)/ or POSIX::_exit(1);
    my $base = ($address =~ s{/\?.*}{}r) . $entry->{headers}{location};
    my $sid = '';
    while (1) {
        my $state = $http->get("${base}state?call=$sid&known=0", {headers => {Cookie => $cookie}});
        $state->{success} or POSIX::_exit(1);
        ($sid) = $state->{content} =~ /"call_sid":"(CA\w+)"/ unless $sid;
        $sid //= '';
        sleep 1 / $rate;
    }
}

sub median { my @sorted = sort { $a <=> $b } @_; return $sorted[@sorted / 2] }

my @must_not_be = qw(lost orphans refused broken disorder uncleared missing);

# Medians. Runs in which the generator was the bottleneck tell nothing, unless all were such. Of two runs left
# the median is the greater.
sub summary {
    my @all     = @_;
    my @results = grep { !$_->{void} } @all;
    @results = @all unless @results;
    my %figures;
    for my $name (keys %{$results[0]}) { $figures{$name} = median(map { $_->{$name} } @results) }
    for my $name (@must_not_be) { ($figures{$name}) = sort { $b <=> $a } map { $_->{$name} } @results }
    return \%figures;
}

sub measure {
    my ($what, %point) = @_;
    return summary(map { run($what, %point) } 1 .. $runs);
}

# Two things under the same load in turns, each time both within half a minute: a machine that is slower for some
# minutes is so for both. The summary of each, and the median of the ratios of what a call costs.
sub measure_in_turns {
    my ($one, $other) = @_;
    my (@ones, @others);
    for (1 .. $runs) { push @ones, run(@$one); push @others, run(@$other) }
    my @fair = grep { !$ones[$_]{void} && !$others[$_]{void} } 0 .. $#ones;
    @fair = 0 .. $#ones unless @fair;
    return (summary(@ones), summary(@others), median(map { $others[$_]{cpu_ms} / $ones[$_]{cpu_ms} } @fair));
}

# What should not have been, for the end of a line.
sub blemishes {
    my ($f, @but) = @_;
    my %left_out = map { $_ => 1 } @but;
    return join('', map { $f->{$_} && !$left_out{$_} ? " $_=$f->{$_}" : () } @must_not_be) . ($f->{void} ? ' VOID' : '');
}

sub parse {
    my ($mode, $calls, @more) = split /:/, $_[0];
    my %point = (mode => $mode, calls => $calls, name => $_[0]);
    for (@more) { $_ eq 'tls' ? ($point{tls} = 1) : /^(.+)=(.+)$/ ? ($point{$1} = $2) : die "what is $_?\n" }
    return %point;
}

sub row { printf "%-18s %-7s %7s %6s %13s %13s %13s %8s %6s %5s %4s %4s%s\n", @_ }

sub show {
    my ($name, $what, $f, $ratio) = @_;
    my $pair = sub { sprintf '%.2f/%.2f', $f->{"$_[0]_p50"}, $f->{"$_[0]_p99"} };
    row($name, $what, sprintf('%.3f', $f->{cpu_ms}), $ratio ? sprintf('%.2f', $ratio) : '',
        $pair->('caller'), $pair->('model'), $pair->('barge'), sprintf('%.1f', $f->{kb_per_call}), int($f->{idle_kb}),
        sprintf('%.0f', $f->{listening}), $f->{lost}, $f->{orphans},
        blemishes($f, qw(lost orphans)));
}

sub header {
    print "CPU in ms per second of one call; latencies p50/p99 in ms; barge-in: speech_started in, clear out\n";
    row('point', '', 'CPU', 'ratio', 'from caller', 'from model', 'barge-in', 'KB/call', 'idle', 'start', 'lost',
        'left', '');
}

sub compare {
    header();
    for (@_) {
        my %point = parse($_);
        my ($relay, $bridge, $ratio) = measure_in_turns(['relay', %point], ['bridge', %point]);
        show($point{name}, 'relay', $relay);
        show('', 'bridge', $bridge, $ratio);
    }
}

# The most calls that keep p99 <= 20 ms both ways and lose nothing; ">=" where the generator gave up first.
sub knee {
    my ($what, %point) = @_;
    my ($good, $bad, $limit) = (0, 0, '');
    my $calls = $point{calls};
    while (1) {
        my ($f, $ok);
        for (1, 2) {    # one bad moment of the machine is no knee
            $f = run($what, %point, calls => $calls, ramp => 200, seconds => 4);
            $ok = $f->{caller_p99} <= 20 && $f->{model_p99} <= 20 && $f->{lost} == 0 && $f->{broken} == 0
                && $f->{established} == $calls;
            last if $ok || $f->{void};
        }
        printf STDERR "  %s %s %d: p99 %.1f/%.1f cpu %.0f%% own %.0f%% lost %d%s\n", $what, $point{mode}, $calls,
            $f->{caller_p99}, $f->{model_p99}, $f->{cpu_percent}, $f->{own_percent}, $f->{lost}, $ok ? '' : ' no';
        $limit = $f->{void} ? '>=' : '' unless $ok && !$f->{void};
        $ok ? ($good = $calls) : ($bad = $calls);
        my $next = !$bad ? int($calls * 1.3) : int(($good + $bad) / 2);
        last if $bad && $bad - $good <= 0.08 * $bad;
        last if $f->{void} && $ok;
        $calls = $next;
    }
    return "$limit$good";
}

sub knees {
    print "knee: calls on one core with p99 <= 20 ms and nothing lost\n";
    for my $p (@_) {
        my %point = parse($p);
        my ($relay, $ours) = (knee('relay', %point), knee('bridge', %point));
        (my $r = $relay) =~ s/\D//g;
        (my $o = $ours)  =~ s/\D//g;
        printf "%-18s relay %s, bridge %s: %.2f\n", $point{name}, $relay, $ours, $o / ($r || 1);
    }
}

# What a second worker costs where there is one core for both.
sub workers {
    print "two workers on one core, beside one\n";
    header();
    for my $p (@_) {
        my ($one, $two, $ratio) = measure_in_turns(['bridge', parse($p)], ['bridge', parse("$p:workers=2")]);
        show($p, 'one', $one);
        show('', 'two', $two, $ratio);
    }
}

# What it costs the calls that somebody has the live page open, and three others too.
sub watched {
    header();
    for (map { ("frames:$_", "frames:$_:look=2.2", "frames:$_:look=9") } 50, 200) {
        my %point = parse($_);
        show($point{name}, 'bridge', measure('bridge', %point));
    }
}

# How calls that begin disturb those that run, and how soon they are answered.
sub setup {
    print "200 calls run, 200 more begin within one second [ms p50/p99]\n";
    for my $p ('frames:200:storm=200', 'frames:200:tls:storm=200', 'bursts:200:tls:storm=200') {
        my $f = measure('bridge', parse($p));
        printf "%-24s webhook %.2f/%.2f, running calls %.2f/%.2f and %.2f/%.2f (before: %.2f/%.2f)%s\n", $p,
            map({ ($f->{"${_}_p50"}, $f->{"${_}_p99"}) } qw(storm_webhook storm_caller storm_model caller)), blemishes($f);
    }
    # What is on its way when a call ends arrives nowhere: that is no loss here.
    my $f = measure('bridge', parse('frames:200:churn=20'));
    printf "%-24s webhook %.2f/%.2f, calls %.2f/%.2f%s\n", 'frames:200:churn=20',
        map({ ($f->{"${_}_p50"}, $f->{"${_}_p99"}) } qw(webhook caller)), blemishes($f, qw(lost missing uncleared));
    print "callers that hang up while the model connects (orphaned sessions left)\n";
    for my $p ('frames:100:early=300:model-delay=400', 'frames:100:tls:early=300:model-delay=400') {
        my $o = run('bridge', parse($p), seconds => 2);
        printf "%-40s %d%s\n", $p, $o->{orphans}, $o->{refused} ? " refused=$o->{refused}" : '';
    }
}

# With a CPU quota that puts the knee at 300 calls or fewer (or BENCH_QUOTA_US, as it is): how it degrades
# beyond it, and that it takes no more calls than it can hold. Where the least quota is too much, its period is
# lengthened.
sub squeeze {
    my $root = '/sys/fs/cgroup/cpu';
    return print "squeeze: not shown, it needs root and a cpu cgroup of version 1\n" unless -w $root;
    $group = "$root/pa-bench-$$";
    mkdir $group or return print "squeeze: $group: $!\n";
    my $put = sub { open my $f, '>', "$group/$_[0]" or die "$_[0]: $!\n"; print $f $_[1]; close $f or die "$_[0]: $!\n" };
    my ($period, $least) = (5000, 1000);    # [us] the kernel takes no lower quota
    my ($quota, $knee) = $ENV{BENCH_QUOTA_US} || 2000;
    while (1) {
        $put->('cpu.cfs_period_us', $period);
        $put->('cpu.cfs_quota_us', $quota);
        $knee = knee('bridge', parse('frames:150')) =~ s/\D//gr;
        print "squeezed to $quota us of every $period: knee at $knee calls\n";
        last if $knee <= 300 || $ENV{BENCH_QUOTA_US};
        my $share = $quota / $period * 270 / $knee;
        $quota = max($least, int($share * $period));
        $period = int($quota / $share) if $quota == $least;
    }
    for my $times (1.3, 2.5) {
        my $calls = int($knee * $times);
        my $f = run('bridge', parse("frames:$calls:ramp=50"), seconds => 10);
        printf "%-18s %d calls taken, %d told that the line is busy; p99 %.1f/%.1f ms, %.2f/%.2f frames a message, %.0f %% CPU%s\n",
            "$times times that:", $f->{established}, $f->{refused}, $f->{caller_p99}, $f->{model_p99}, $f->{caller_joined},
            $f->{model_joined}, $f->{cpu_percent}, blemishes($f, 'refused');
    }
    rmdir $group;
    $group = undef;
}

# Instructions per frame each way of a single call, from the socket that can be read to the one that is
# written: a figure that depends neither on the machine's load nor on what a start takes. Fails when one is
# over 5 % above what is kept; with "keep" as the second word it is kept.
sub budget {
    my ($keep) = @_;
    my $file = __FILE__ =~ s/[^\/]*$/budget.txt/r;
    # Of a long call less those of a short one: a call's beginning and end are in both. Ten seconds are two rounds
    # of the model's script.
    my $instructions = sub {
        my ($f) = run('bridge', mode => 'frames', calls => 1, callgrind => "$folder/callgrind", @_);
        die "the call did not run to its end: $f->{caller_sent} frames, $f->{lost} lost\n"
            if $f->{caller_sent} < 50 * ($f->{seconds} + 2) || $f->{lost} > 0;
        my ($told) = grep { /WsSocket::ready\(/ } `callgrind_annotate --inclusive=yes --threshold=100 $folder/callgrind`;
        my ($sum) = ($told // '') =~ /^\s*([\d,]+)/ or die "callgrind tells nothing of WsSocket::ready\n";
        return ($sum =~ tr/,//dr, $f);
    };
    my $more = sub {
        my ($short, $f) = $instructions->(seconds => 4, @_);
        my ($long, $g) = $instructions->(seconds => 14, @_);
        return ($long - $short, map { $g->{$_} - $f->{$_} } qw(caller_sent model_sent));
    };
    my ($listening, $heard) = $more->(mute => 1);
    my ($both, $also_heard, $spoken) = $more->();
    my %now = (caller => $listening / $heard);
    $now{model} = ($both - $now{caller} * $also_heard) / $spoken;
    my $over = 0;
    my %kept = -e $file && !$keep ? map { split } `cat $file` : ();
    for my $way (sort keys %now) {
        my $limit = $kept{$way} ? 1.05 * $kept{$way} : 0;
        printf "%-7s %6.0f instructions per frame%s\n", $way, $now{$way}, $limit ? sprintf(' (kept: %d)', $kept{$way}) : '';
        $over = 1 if $limit && $now{$way} > $limit;
    }
    if ($keep) {
        open my $out, '>', $file or die "$file: $!\n";
        printf $out "%s %.0f\n", $_, $now{$_} for sort keys %now;
        close $out;
    } elsif (!%kept) {
        die "no figures are kept in $file\n";
    }
    die "over the budget by more than 5 %\n" if $over;
}

mkdir $certificates;
system("$build/tests/bench/bench_load", '--make-certificates', $certificates) == 0 or die "no certificates\n";

my $what = shift @wanted // 'full';
if ($what eq 'quick') { compare('frames:50', 'frames:200', 'bursts:200', 'frames:200:tls') }
elsif ($what eq 'knee') { knees(@wanted ? @wanted : ('frames:400', 'bursts:600', 'frames:250:tls', 'bursts:350:tls')) }
elsif ($what eq 'setup')   { setup() }
elsif ($what eq 'watched') { watched() }
elsif ($what eq 'squeeze') { squeeze() }
elsif ($what eq 'budget')  { budget(@wanted) }
elsif ($what eq 'workers') { workers(@wanted ? @wanted : ('frames:200', 'bursts:400')) }
elsif ($what eq 'full') {
    # 280 and 375: half of the knees that are wanted. At 400 a call may take 16 KB, with TLS 56.
    compare(map({ "frames:$_" } 50, 200, 280, 400, 500), map({ "bursts:$_" } 50, 200, 375, 500));
    compare(map { my $mode = $_; map { "$mode:$_:tls" } (50, 200, 400) } qw(frames bursts));
    workers('frames:200', 'bursts:400');
    setup();
    squeeze();
    knees('frames:400', 'bursts:600', 'frames:250:tls', 'bursts:350:tls');
} else { compare($what, @wanted) }
