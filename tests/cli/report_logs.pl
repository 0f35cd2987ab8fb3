# Call logs for tests, measurements and screenshots: report_logs.pl FOLDER COUNT [hostile|recorded [LAST]]
# COUNT calls of a few minutes, the later ones on later days, deterministic. With `recorded` the last ones
# have a stereo WAV file of u-law tones beside them; with `hostile` the words try to be markup. They end in
# September 2026, or with one that begins at LAST (seconds since 1970).
use strict;
use warnings;
use utf8;
use JSON::PP;
use POSIX qw(strftime);

my ($folder, $count, $kind, $last) = (@ARGV, '');
my $seed = 7;
sub any { $seed = ($seed * 1103515245 + 12345) % 2147483648; return int($_[0] * ($seed / 2147483648)) }

my @caller = ('내일 아침 일곱 시에 깨워 줘.', '응, 그래.', '마트에서 우유 사야 해.', '다음 주 월요일에 회의가 있어.',
    '오늘은 좀 피곤했어.', '아니, 여덟 시로 해 줘.', '그거 말고 다른 이야기 해 줘.', '고마워, 잘 자.');
my @agent = ('안녕, 나 하나야. 오늘 하루 어땠어?', '알았어, 내일 아침 일곱 시에 전화할게.', '우유, 적어 뒀어.',
    '그래, 월요일 회의도 적어 둘게. 몇 시에 시작하는지 알려 주면 그 전에 전화할 수 있어.', '고생했네. 저녁은 먹었어?',
    '여덟 시로 바꿨어.', '좋아, 그럼 짧은 이야기 하나 해 줄게. 옛날 어느 마을에 아주 부지런한 사람이 살았는데 말이야.', '잘 자, 내일 봐.');
my @hostile = ('</script><script>document.title="pwned"</script>', '<img src=x onerror="document.title=\'pwned\'">',
    '"><svg onload=document.title="pwned">', "\x{2028}\x{2029}</style><h1>x", '<!--<script>', '${document.title="pwned"}',
    "javascript:document.title='pwned'", "\x{1b}]0;pwned\x{07}\x{202e}dnetrever");

sub mulaw {    # ITU-T G.711
    my ($s) = @_;
    my $sign = $s < 0 ? 0x80 : 0;
    my $m = abs($s) + 132;
    $m = 32635 if $m > 32635;
    my $e = 7;
    for (my $mask = 0x4000; $e > 0 && !($m & $mask); $mask >>= 1) { $e-- }
    return ~($sign | $e << 4 | ($m >> ($e + 3)) & 0x0f) & 0xff;
}

sub wav {
    my ($ms, $lines) = @_;
    my @track = ("\xff" x ($ms * 8)) x 2;
    my %tone;
    for my $l (@$lines) {
        my $side = $l->{role} eq 'user' ? 0 : 1;
        for my $i ($l->{start_ms} * 8 .. ($l->{start_ms} + ($l->{heard_ms} // $l->{end_ms} - $l->{start_ms})) * 8 - 1) {
            last if $i >= $ms * 8;
            my $key = $side . ':' . ($i % 8000);
            $tone{$key} //= mulaw(int(9000 * sin($i / ($side ? 6 : 9)) * (0.35 + 0.65 * abs(sin(($i % 8000) / 640)))));
            vec($track[$side], $i, 8) = $tone{$key};
        }
    }
    my $data = join '', map { substr($track[0], $_, 1) . substr($track[1], $_, 1) } 0 .. $ms * 8 - 1;
    return pack('A4VA4A4VvvVVvvA4V', 'RIFF', 36 + length $data, 'WAVE', 'fmt ', 16, 7, 2, 8000, 16000, 2, 8, 'data', length $data) . $data;
}

my $json = JSON::PP->new->utf8->canonical;
my $first = ($last || 1772290172 + 86400 * 200 - 5400) - 5400 * ($count - 1);
for my $n (0 .. $count - 1) {
    my $sid = sprintf 'CA%032d', $n + 1;
    my $at = $first + 5400 * $n;
    my ($ms, @lines, @turns, @events, @functions, @errors) = (200);
    for my $i (0 .. 5 + any(14)) {
        my $user = $i % 2;
        my $text = $user ? $caller[any(8)] : $i ? $agent[1 + any(6)] : $agent[0];
        $text = $hostile[($i + $n) % @hostile] if $kind eq 'hostile';
        my $long = 700 + 90 * length $text;
        my $line = {role => $user ? 'user' : 'assistant', text => $text, start_ms => $ms, end_ms => $ms + $long, interrupted => JSON::PP::false};
        if (!$user && $i && any(6) == 0) {
            my $heard = int($long / 2);
            @$line{qw(interrupted heard heard_ms total_ms)} = (JSON::PP::true, substr($text, 0, length($text) / 2), $heard, $long);
            push @events, {at_ms => $ms + $heard, what => 'barge-in', detail => "$heard ms heard"};
            $line->{end_ms} = $ms + $heard;
            $long = $heard - 200;
        }
        push @lines, $line;
        $ms += $long;
        if ($user) {
            my $wait = 780 + any(500) + (any(9) == 0 ? 1500 : 0);
            push @turns, {user_end_ms => $ms, first_audio_ms => $ms + $wait, latency_ms => $wait, noticed_ms => $ms + 500, response_ms => $ms + 520};
            push @functions, {name => $kind eq 'hostile' ? $hostile[0] : 'todo-add', arguments => {title => $kind eq 'hostile' ? $hostile[1] : '우유'}, result => $kind eq 'hostile' ? $hostile[2] : 'ok', ms => 240, start_ms => $ms + 530, call_id => "c$i"} if any(5) == 0;
            $ms += $wait;
        } else { $ms += 300 }
    }
    if (any(12) == 0) { push @events, {at_ms => int($ms / 2), what => 'reconnect', detail => '1240 ms without the model'}; push @errors, {at_ms => int($ms / 2) - 1240, what => 'model-lost', detail => $kind eq 'hostile' ? $hostile[1] : '1006'} }
    $ms += 500;
    my $start = strftime('%Y-%m-%dT%H:%M:%S', gmtime($at + 9 * 3600));
    (my $stamp = $start) =~ tr/T:/_-/;
    my $owner = any(4) > 0;
    my $log = {schema => 'phone-agent/call-log/1', call_sid => $sid, stream_sid => "MZ$n", direction => any(3) ? 'outbound' : 'inbound',
        from => '+15550100001', to => $owner ? '+821000001234' : '+821000005678', owner => $owner ? JSON::PP::true : JSON::PP::false,
        agent => '하나', model => 'gpt-realtime-2.1-mini', voice => 'shimmer', transcribe_model => 'gpt-transcribe', language => 'ko',
        about => $kind eq 'hostile' ? $hostile[$n % @hostile] : ('모닝콜', '', '저녁 안부', '회의 알림')[any(4)],
        started_at => "$start.000+09:00", ended_at => "$start.500+09:00", duration_s => $ms / 1000,
        ended_by => ('caller', 'caller', 'agent', 'limit')[any(4)], answered_by => any(15) ? 'human' : 'machine',
        arrival_ms => {prepared => -9000, ringing => -8000, answered => -700, model_open => -8800, session_ready => -8500, greeting => -7900, first_audio => 12},
        transcript => \@lines, turns => \@turns, functions => \@functions, usage => {audio_in => 900}, errors => \@errors, events => \@events,
        cost_usd => {model => 0.0002 * $ms / 1000, transcription => 0.001, carrier => 0, total => 0.0002 * $ms / 1000 + 0.001}};
    if ($kind && $n >= $count - 3) {
        $log->{recording} = "${stamp}_$sid.wav";
        open my $sound, '>:raw', "$folder/$log->{recording}" or die "$folder: $!";
        print $sound wav($ms, \@lines);
    }
    open my $out, '>', "$folder/${stamp}_$sid.json" or die "$folder: $!";
    print $out $json->encode($log), "\n";
}
