# same_sound.pl RECORDING TRUTH: a stereo u-law WAV file sounds, 20 ms by 20 ms, as one of 16-bit PCM does, both
# channels equally far apart (one file begins with the stream, the other when the phone is picked up).
use strict;
use warnings;

sub chunks {
    my ($path) = @_;
    open my $f, '<:raw', $path or die "$path: $!\n";
    local $/;
    my $bytes = <$f>;
    die "$path: no WAV file\n" unless substr($bytes, 0, 4) eq 'RIFF' && substr($bytes, 8, 4) eq 'WAVE';
    die "$path: not as long as its head says\n" unless unpack('V', substr $bytes, 4, 4) + 8 == length $bytes;
    my %chunk;
    for (my $at = 12; $at + 8 <= length $bytes;) {
        my ($name, $size) = unpack 'a4V', substr $bytes, $at, 8;
        $chunk{$name} = substr $bytes, $at + 8, $size;
        $at += 8 + $size;
    }
    return %chunk;
}

sub linear {
    my $u = ~$_[0] & 0xff;
    my $magnitude = ((($u & 0x0f) << 3) + 0x84 << (($u & 0x70) >> 4)) - 0x84;
    return $u & 0x80 ? -$magnitude : $magnitude;
}

# Whether each 20 ms of a channel are loud.
sub loud {
    my ($channel, @samples) = @_;
    my @loud;
    for (my $i = $channel; $i < @samples; $i += 2) {
        $loud[($i >> 1) / 160] = 1 if abs($samples[$i]) > 500;
    }
    return @loud;
}

my %ours = chunks($ARGV[0]);
my %truth = chunks($ARGV[1]);
my ($coding, $channels, $rate) = unpack 'vvV', $ours{'fmt '};
die "coding $coding, $channels channels, rate $rate\n" unless $coding == 7 && $channels == 2 && $rate == 8000;
my @ours = map { linear($_) } unpack 'C*', $ours{data};
my @truth = unpack 's<*', $truth{data};
my @shift;
for my $channel (0, 1) {
    my @a = loud($channel, @ours);
    my @b = loud($channel, @truth);
    my $best = 1e9;
    my $shift = 0;
    my $all = grep { $_ } @b;
    for my $by (-25 .. 25) {
        my $differ = grep { ($_ + $by < 0 ? 0 : $a[$_ + $by] // 0) != ($b[$_] // 0) } 0 .. $#b;
        ($best, $shift) = ($differ, $by) if $differ < $best;
    }
    printf "channel %d: %d loud pieces of 20 ms, %d differ, %d ms apart\n", $channel, $all, $best, 20 * $shift;
    die "channel $channel is silent\n" if $all < 50;
    die "channel $channel sounds otherwise\n" if $best > $all / 10;
    push @shift, $shift;
}
die "the channels are not together\n" if abs($shift[0] - $shift[1]) > 3;
