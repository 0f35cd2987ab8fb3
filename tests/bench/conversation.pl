# The table of conversation.sh: what the phone heard and when, by the carrier's facts and the logs.
#   conversation.pl FOLDER LOGS CALLS SEED ONE_WAY_MS TO_PHONE_MS
use strict;
use warnings;
use JSON::PP;
use List::Util qw(max sum0);

my ($folder, $logs, $calls, $seed, $one_way, $to_phone) = @ARGV;
my $model_ms = 250;    # of the scenario, from the request to the first audio
my $well     = 1;

sub read_json {
    my ($file) = @_;
    open(my $in, '<', $file) or die "$file: $!\n";
    local $/;
    return decode_json(<$in>);
}

sub percentile {
    my ($share, @values) = @_;
    return 0 unless @values;
    @values = sort { $a <=> $b } @values;
    return $values[int($share * $#values)];
}

sub row {
    my ($what, $bound, $figure, $ok) = @_;
    $well &&= $ok;
    printf "%-46s %-24s %-46s %s\n", $what, $bound, $figure, $ok ? 'ok' : 'NO';
}

my (@off, @outbound, @inbound, $clipped, $unfinished, $refused, $complaints, $odd);
$_ = 0 for $clipped, $unfinished, $refused, $complaints, $odd;
my @facts = map { read_json($_) } glob "$folder/facts/*.json";
for my $f (@facts) {
    my ($log_file) = glob "$logs/*_$f->{call_sid}.json";
    ++$unfinished, next unless $log_file && $f->{status} eq 'completed';
    my $log = read_json($log_file);
    $clipped    += $f->{dropped_at_end_ms};
    $complaints += @{$f->{complaints}};
    $refused    += grep { $_->{detail} =~ /already shorter/ } @{$log->{errors}};
    my $stream = $f->{streams}[0];
    if ($f->{direction} eq 'inbound') { push @inbound, $stream->{first_word_ms} - $model_ms }
    else                              { push @outbound, $stream->{first_media_ms} }
    # Parts between marks, by the number with which the marks of one line begin.
    my (@played, %line);
    for my $part (@{$f->{parts}}) {
        my ($id) = $part->{mark} =~ /^(\d+)/ or next;
        my $key = "$part->{stream_sid}/$id";
        $line{$key} = keys %line unless exists $line{$key};
        $played[$line{$key}] += $part->{played_ms};
    }
    my @agent = grep { $_->{role} eq 'assistant' } @{$log->{transcript}};
    ++$odd, next if @agent != @played;
    for my $n (0 .. $#agent) {
        push @off, $agent[$n]{heard_ms} - $played[$n] if $agent[$n]{interrupted};
    }
}

my $bound = 60 + 2 * $to_phone;
my $p99   = percentile(0.99, map { abs } @off);
my $ahead = max(0, @off);
row("sockets: cut where heard, $to_phone ms one way", "p99 <= $bound, ahead <= 50 ms",
    sprintf('p50 %d, p99 %d, ahead %d ms in %d cuts, %d calls', percentile(0.5, map { abs } @off), $p99,
        $ahead, scalar @off, scalar @facts),
    @off > $calls && $p99 <= $bound && $ahead <= 50 && !$odd);
row("  cut beyond what was sent (seed $seed)", '0', $refused, $refused == 0);
row('sockets: outbound, start to greeting', 'p99 <= 20 ms',
    sprintf('p50 %d, p99 %d, most %d ms in %d calls', percentile(0.5, @outbound), percentile(0.99, @outbound),
        max(0, @outbound), scalar @outbound),
    @outbound > 0 && percentile(0.99, @outbound) <= 20);
my $four = 8 * $one_way;
# Beside the way to the model: the webhook's own connection, and the work of all handshakes.
my $work = 100;
row('sockets: inbound, webhook to greeting', "<= $four + $work ms + model's",
    sprintf("p50 %d, most %d ms and model's %d in %d calls", percentile(0.5, @inbound), max(0, @inbound),
        $model_ms, scalar @inbound),
    @inbound > 0 && max(@inbound) <= $four + $work);
row('sockets: goodbye clipped', '0 ms', "$clipped ms", $clipped == 0);
row('sockets: calls without an end and a log after 10 s', '0', "$unfinished of $calls",
    $unfinished == 0 && @facts == $calls);
row('sockets: complaints of the carrier', '0', $complaints, $complaints == 0);

my (%within, $count);
open(my $in, '<', "$folder/metrics") or die "metrics: $!\n";
while (<$in>) {
    $within{$1} = $2 if /^phone_agent_interruption_seconds_bucket\{le="([\d.e-]+)"\} (\d+)/;
    $count = $1 if /^phone_agent_interruption_seconds_count (\d+)/;
}
my @bounds = sort { $a <=> $b } keys %within;
my $limit  = sub {
    my ($share) = @_;
    for (@bounds) { return sprintf '<= %g ms', 1000 * $_ if $within{$_} >= $share * $count }
    return '> 100 ms';
};
row('bridge: speech_started in to clear out', 'p99 <= 2 ms',
    sprintf('p50 %s, p99 %s, all %s of %d', $limit->(0.5), $limit->(0.99), $limit->(1), $count),
    $count > 0 && $within{'0.002'} >= 0.99 * $count);
exit($well ? 0 : 1);
