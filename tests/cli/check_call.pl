# Holds the log of a call against what the simulators know to have happened.
#   check_call.pl LOG CALL_FACTS OPENAI_EVENTS WHO:CLIP[+CLIP]...
# CALL_FACTS is the carrier's JSON about the call, OPENAI_EVENTS what pa-sim openai printed; the rest is
# the conversation in order, agent:greet-morning caller:slept-well+wake-me (- for nothing said).
# Prints what it has checked, or dies with the difference.
use strict;
use warnings;
use utf8;
use JSON::PP;
use List::Util qw(sum0);
use FindBin;

binmode $_, ':utf8' for *STDOUT, *STDERR;
my ($log_file, $facts_file, $events_file, @wanted) = @ARGV;
my $share = "$FindBin::Bin/../../share";

sub read_all {
    my ($file) = @_;
    open(my $in, '<', $file) or die "$file: $!\n";
    local $/;
    return JSON::PP->new->utf8->incr_parse(<$in>);
}

my ($log) = read_all($log_file);
my ($facts) = read_all($facts_file);
my @events = read_all($events_file);
my ($schema) = read_all("$share/schema/call-log.json");
my ($clips) = read_all("$share/clips/clips.json");
my %text_of = map { $_->{id} => $_->{text} } @$clips;

# --- the shape ---

sub type_of {
    my ($v) = @_;
    return 'object' if ref $v eq 'HASH';
    return 'array' if ref $v eq 'ARRAY';
    return 'boolean' if JSON::PP::is_bool($v);
    return 'null' if !defined $v;
    my $text = JSON::PP->new->allow_nonref->encode($v);
    return $text =~ /^"/ ? 'string' : $text =~ /^-?\d+$/ ? 'integer' : 'number';
}

sub validate {
    my ($v, $s, $at) = @_;
    my $type = type_of($v);
    if (defined $s->{type}) {
        my @types = ref $s->{type} ? @{$s->{type}} : ($s->{type});
        push @types, 'integer' if grep { $_ eq 'number' } @types;
        die "$at is $type, not @types\n" unless grep { $_ eq $type } @types;
    }
    die "$at is not $s->{const}\n" if exists $s->{const} && "$v" ne "$s->{const}";
    die "$at: $v is none of @{$s->{enum}}\n" if $s->{enum} && !grep { $_ eq $v } @{$s->{enum}};
    die "$at: $v does not match\n" if defined $s->{pattern} && $v !~ /$s->{pattern}/;
    die "$at: $v is below\n" if defined $s->{minimum} && $v < $s->{minimum};
    if ($type eq 'object') {
        exists $v->{$_} or die "$at.$_ is missing\n" for @{$s->{required} // []};
        for my $name (keys %$v) {
            my $of = ($s->{properties} // {})->{$name};
            die "$at.$name is not in the schema\n" if $s->{properties} && !$of;
            validate($v->{$name}, $of, "$at.$name") if $of;
        }
    }
    if ($type eq 'array' && $s->{items}) {
        validate($v->[$_], $s->{items}, "$at\[$_]") for 0 .. $#$v;
    }
}
validate($log, $schema, 'log');
for my $name (qw(stream_sid agent model voice about answered_by turns functions usage cost_usd errors events)) {
    exists $log->{$name} or die "log.$name is missing\n";
}
$log->{call_sid} eq $facts->{call_sid} or die "another call: $log->{call_sid}\n";
$log->{to} eq $facts->{to} && $log->{from} eq $facts->{from} or die "numbers of another call\n";

# --- what was said, in order ---

my @lines = @{$log->{transcript}};
my @said = map { ($_->{role} eq 'user' ? 'caller: ' : 'agent: ') . $_->{text} } @lines;
my @truth;
for (@wanted) {
    my ($who, $ids) = split /:/, $_, 2;
    my $text = join ' ', map { $text_of{$_} // die "no clip $_\n" } split /\+/, $ids;
    push @truth, "$who: $text";
}
sub same {
    my ($what, $got, $expected) = @_;
    my ($g, $e) = (join("\n  ", @$got), join("\n  ", @$expected));
    $g eq $e or die "$what:\n  $g\nwanted:\n  $e\n";
}
same('transcript', \@said, \@truth);
same('of the caller', [map { $_->{text} } grep { $_->{role} eq 'user' } @lines],
     [map { $_->{text} } grep { $_->{event} eq 'heard' && $_->{text} ne '' } @events]);
same('of the agent', [map { $_->{text} } grep { $_->{role} eq 'assistant' } @lines],
     [map { $_->{text} } grep { $_->{event} eq 'said' && $_->{text} ne '' } @events]);
my $last = 0;
for (@lines) {
    $_->{start_ms} >= $last or die "out of order: $_->{text}\n";
    $_->{end_ms} >= $_->{start_ms} or die "ends before it starts: $_->{text}\n";
    $last = $_->{start_ms};
}

# --- what was really heard of each of the agent's lines ---
# The phone counts between marks, and the marks of one line begin with one number.

my (@played, @received, %line);
for my $part (@{$facts->{parts}}) {
    my ($id) = $part->{mark} =~ /^(\d+)/ or die "a part without a mark\n";
    my $key = "$part->{stream_sid}/$id";
    $line{$key} = keys %line unless exists $line{$key};
    my $n = $line{$key};
    $played[$n] += $part->{played_ms};
    $received[$n] += $part->{received_ms};
}
my @agent = grep { $_->{role} eq 'assistant' } @lines;
@agent == @played or die scalar(@agent) . " lines of the agent, " . @played . " heard by the phone\n";
my ($interrupted, $furthest) = (0, 0);
for my $n (0 .. $#agent) {
    my $l = $agent[$n];
    # 20 ms: the rounding of a line's parts to whole ms.
    my $cut = $played[$n] + 20 < $received[$n];
    $cut == ($l->{interrupted} ? 1 : 0)
        or die "played $played[$n] of $received[$n] ms, interrupted: $l->{interrupted}: $l->{text}\n";
    next unless $cut;
    ++$interrupted;
    my $off = abs($l->{heard_ms} - $played[$n]);
    $furthest = $off if $off > $furthest;
    $off <= 150 or die "heard $l->{heard_ms} ms, the phone played $played[$n]: $l->{text}\n";
    index($l->{text}, $l->{heard}) == 0 or die "'$l->{heard}' does not begin '$l->{text}'\n";
    length $l->{heard} < length $l->{text} or die "nothing is cut of '$l->{text}'\n";
    # Speech is not even, but its words are about where its time is.
    my ($words, $time) = (length($l->{heard}) / length($l->{text}), $played[$n] / $l->{total_ms});
    abs($words - $time) < 0.15 or die sprintf "%.2f of the words in %.2f of the time\n", $words, $time;
}
@{$facts->{clears}} == $interrupted or die @{$facts->{clears}} . " clears, $interrupted interruptions\n";
@{$facts->{complaints}} == 0
    or die "the carrier complains: " . JSON::PP->new->encode($facts->{complaints}) . "\n";

# --- the recording ---

if ($facts->{wav} ne '') {
    open(my $in, '<:raw', $facts->{wav}) or die "$facts->{wav}: $!\n";
    read($in, my $head, 44) == 44 or die "no head\n";
    my ($riff, undef, $wave, undef, undef, $format, $channels, $rate) = unpack 'a4 V a4 a4 V v v V', $head;
    "$riff $wave $channels $rate" eq 'RIFF WAVE 2 8000' or die "not a stereo recording\n";
    local $/;
    my @samples = unpack 's<*', <$in>;
    my $ms = @samples / 16;
    abs($ms - $facts->{duration_ms}) < 60 or die "$ms ms recorded of $facts->{duration_ms}\n";
    my @loud = (0, 0);
    abs($samples[$_]) > 2000 and ++$loud[$_ % 2] for 0 .. $#samples;
    $loud[0] > 4000 && $loud[1] > 4000 or die "a side is silent: @loud\n";
}
printf "%d lines, %d interrupted, heard at most %d ms off\n", scalar @lines, $interrupted, $furthest;
