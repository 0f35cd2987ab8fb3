# share/doc/scaling.md says nothing that does not follow: what a call needs is what performance.md has measured, money
# is the README's arithmetic, and each size for 10, 1,000 and 100,000 calls is computed from those again.
. ./lib.sh
doc=$root/share/doc
cat >"$T/derive.pl" <<'PERL'
use strict; use warnings; use utf8; use open qw(:std :encoding(UTF-8));
my ($scaling, $performance, $readme) = map { local (@ARGV, $/) = $_; scalar <> } @ARGV;
my $wrong = 0;
# row TEXT NAME: the cells of the row of a table that begins so.
sub row { my ($text, $name) = @_; $text =~ /^\| \**\Q$name\E[^|\n]*\|(.*)\|\s*$/m or die "no row '$name'\n"; map { s/^\s+|\s+$|\*//gr } split /\|/, $1 }
# A figure as it stands there: "$3,144", "0.3 Gbit/s", "12 GB", "$79 … million".
sub figure { my $t = shift; my ($n, $unit) = $t =~ /([\d,.]*\d)\s*([A-Za-z]*)/ or die "no figure in '$t'\n"; $n =~ s/,//g;
    $n * ({GB => 1e3, TB => 1e6, Gbit => 1e3, million => 1e6}->{$unit} // 1) }
# Rounded as people do: to within a twelfth.
sub about { my ($what, $said, $is) = @_; print "$what: $said for $is\n";
    return if abs($said - $is) <= $is / 12 + 1e-9; $wrong++; print STDERR "$what: says $said, and it is $is\n" }
sub least { my ($what, $said, $is) = @_; print "$what: $said for at least $is\n";
    return if $said >= $is && $said <= 2 * $is + 1; $wrong++; print STDERR "$what: says $said, at least $is are wanted\n" }

# --- what a call needs
# A bridge holds 60 calls: what fifty take is nearest, and they share the least.
my @bursts = row($performance, 'bursts, 400, TLS'); my @few = row($performance, 'frames, 50, TLS');
my ($cpu_low, $cpu_high) = (row($scaling, 'CPU of the bridge'))[0] =~ /([\d.]+) to ([\d.]+) ms/ or die "no CPU\n";
about('CPU, bursts', $cpu_low, $bursts[1]);
about('CPU, frames', $cpu_high, $few[1]);
my $memory = figure((row($scaling, 'memory'))[0]);
about('memory of a call', $memory, $few[-1]);
my ($idle) = $performance =~ /Idle the bridge has ([\d.]+) MB/ or die "no idle memory\n";
$idle = sprintf '%.0f', $idle;

# --- sizes
my ($sizes) = $scaling =~ /^## Sizes\n(.*?)^## /ms or die "no sizes\n";
my @calls = map { s/,//gr } (row($sizes, 'calls at a time'))[0 .. 2];
my %size; $size{$_} = [map { figure($_) } row($sizes, $_)] for 'bridges', 'cores they use', 'cores to ask for', 'memory they use',
    'frames a second', 'network', 'calls begun a second', 'disk a day';
for my $i (0 .. 2) {
    my $n = $calls[$i]; my $bridges = $size{bridges}[$i];
    about("bridges for $n", $bridges, $n / 60 < 2 ? 2 : $n / 60);
    about("cores that $n use", $size{'cores they use'}[$i], $n * $cpu_high / 1000);
    least("cores to ask for, $n", $size{'cores to ask for'}[$i], 2 * $n * $cpu_high / 1000);
    about("memory of $n [MB]", $size{'memory they use'}[$i], $bridges * $idle + $n * $memory / 1000);
    about("frames of $n", $size{'frames a second'}[$i], $n * 100);
    about("network of $n [Mbit/s]", $size{network}[$i], $n * 0.3);
    about("begun a second of $n", $size{'calls begun a second'}[$i], $n / 180);
    about("disk of $n [GB]", $size{'disk a day'}[$i] / 1000, $n * 16_000 * 86_400 / 1e9);
}

# --- money, from the README's lines for a minute
my ($mobile, $other) = $readme =~ /^\| minutes to Korea \| 66 × \$([\d.]+) \(mobile\); 66 × \$([\d.]+)/m or die "no carrier\n";
my ($detection) = $readme =~ /^\| machine detection \| 22 × \$([\d.]+)/m or die "no detection\n";
my ($writing) = $readme =~ /^\| transcription \| at most 66 × \$([\d.]+)/m or die "no transcription\n";
my ($dear, $cheap) = ($readme =~ /per million: \$([\d.]+)\./, $readme =~ /and 17,875 × \$0\.06, the same out: \$([\d.]+)\./);
die "no model\n" unless $dear && $cheap;
my @hour; push @{$hour[$_]}, 0, 0 for 0 .. 2;
sub money { my ($name, @each) = @_; my @cells = row($scaling, $name);
    for my $i (0 .. 2) { my @said = $cells[$i] =~ /\$?([\d,.]*\d)/g; @said = (@said) x 2 if @said == 1;
        for my $end (0, 1) { my $said = figure($said[$end]) * ($cells[$i] =~ /million/ ? 1e6 : 1);
            my $is = $each[$end] * $calls[$i]; $hour[$i][$end] += $is if $name !~ /^a/; about("$name, $calls[$i]", $said, $is) } } }
money('carrier', 60 * $mobile, 60 * $other);
money('machine detection', 20 * $detection, 20 * $detection);
money('model', 20 * $cheap, 20 * $dear);
money('transcription', 60 * $writing, 60 * $writing);
my @all = map { $hour[0][$_] / $calls[0] } 0, 1;
money('an hour', @all);
money('a month of 22 days of 8 hours', map { $_ * 176 } @all);
exit($wrong != 0);
PERL
status 0 perl "$T/derive.pl" "$doc/scaling.md" "$doc/performance.md" "$root/README.md"
within "figures that were computed again" "$(wc -l <"$T/out" | tr -d ' ')" 50 100

# It would notice.
sed 's/^| carrier | \$31 to/| carrier | $41 to/' "$doc/scaling.md" >"$T/dearer.md"
status 1 perl "$T/derive.pl" "$T/dearer.md" "$doc/performance.md" "$root/README.md"
contains "the carrier" "$(err)" "carrier, 10: says 41"
sed 's/^\(| frames, 50, TLS | [^|]*|\) [0-9.]* /\1 5.00 /' "$doc/performance.md" >"$T/slower.md"
status 1 perl "$T/derive.pl" "$doc/scaling.md" "$T/slower.md" "$root/README.md"
cpu=$(sed -n "s|^. CPU of the bridge .*to \([0-9.]*\) ms a second.*|\1|p" "$doc/scaling.md")
contains "the bridge" "$(err)" "CPU, frames: says $cpu, and it is 5.00"
