# A carrier that does what it likes: stream.pl PORT PUBLIC_URL CALL_SID STEP…, the steps one after the
# other, with Twilio's signature by the key in TWILIO_AUTH_TOKEN. What comes back is printed, one line each.
#   incoming FROM   the webhook of a call; keeps the token of its answer     after, status STATUS   likewise
#   token T         another token than that ("": none)                       show      prints the token
#   open            a media socket      start [SID]     its first message, of another call perhaps
#   media N         N frames of silence, one each 20 ms, reading what comes  flood N   the same at once
#   disorder N      flood of frames whose numbers go backwards
#   text BYTES      a text message of that size          binary BYTES         a binary one
#   junk            messages that are no events          hold S    neither reads nor writes for S seconds
#   listen S        reads for S seconds, or until closed: "heard N" frames, "closed CODE"
#   stop            the carrier's last message, then a close
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1_base64);
use HTTP::Tiny;
use IO::Select;
use IO::Socket::INET;
use MIME::Base64;
use Time::HiRes qw(sleep time);

$| = 1;
$SIG{PIPE} = 'IGNORE';
my ($port, $public, $sid, @steps) = @ARGV;
my @opened; # all stay open to the end
my ($token, $socket, $heard, $sequence, $in, $closed) = ('', undef, 0, 0, '', '');

sub signature {
    my ($text) = @_;
    my $mac = hmac_sha1_base64($text, $ENV{TWILIO_AUTH_TOKEN});
    return $mac . '=' x (-length($mac) % 4);
}

sub webhook {
    my ($path, %form) = @_;
    $form{CallSid} = $sid;
    my $signed = signature("$public$path" . join '', map { "$_$form{$_}" } sort keys %form);
    my $answer = HTTP::Tiny->new(timeout => 20)
        ->post_form("http://127.0.0.1:$port$path", \%form, {headers => {'X-Twilio-Signature' => $signed}});
    my $text = $answer->{content} // '';
    $token = $1 if $text =~ /name="token" value="([^"]*)"/;
    my ($verb) = $text =~ /<Response><(\w+)/;
    print "$path $answer->{status} ", $verb // '', "\n";
}

sub frame {
    my ($opcode, $payload) = @_;
    my $n = length $payload;
    my $head = $n < 126 ? pack('CC', 0x80 | $opcode, 0x80 | $n)
        : $n < 65536 ? pack('CCn', 0x80 | $opcode, 0xfe, $n)
        : pack('CCNN', 0x80 | $opcode, 0xff, 0, $n);
    my $bytes = $head . "\0\0\0\0" . $payload; # a mask of zeros
    while (length $bytes) {
        my $sent = syswrite $socket, $bytes;
        return unless defined $sent;
        substr($bytes, 0, $sent) = '';
    }
}

sub message { frame(1, $_[0]) }

sub take_frames {
    while (length $in >= 2) {
        my ($first, $n, $skip) = (unpack('CC', $in), 2);
        ($n, $skip) = (unpack('x2n', $in), 4) if $n == 126 && length $in >= 4;
        ($n, $skip) = (unpack('x6N', $in), 10) if $n == 127 && length $in >= 10;
        return if length $in < $skip + $n;
        my $payload = substr $in, $skip, $n;
        substr($in, 0, $skip + $n) = '';
        my $opcode = $first & 15;
        ++$heard if $opcode == 1 && $payload =~ /"event":"media"/;
        frame(10, $payload) if $opcode == 9;
        message(qq({"event":"mark","sequenceNumber":"1","streamSid":"MZ$sid","mark":{"name":"$1"}}))
            if $opcode == 1 && $payload =~ /"event":"mark".*"name":"([^"]*)"/;
        $closed ||= unpack('n', $payload) // 1005 if $opcode == 8;
    }
}

# What is there, for that long; false once the bridge has gone.
sub read_some {
    my ($seconds) = @_;
    return 0 if $closed;
    return 1 unless IO::Select->new($socket)->can_read($seconds);
    my $got = sysread $socket, $in, 65536, length $in;
    take_frames();
    $closed ||= 1006 unless $got;
    return !$closed;
}

sub media {
    my ($number) = @_;
    my $payload = encode_base64("\xff" x 160, '');
    my $at = $number * 20;
    message(qq({"event":"media","sequenceNumber":"@{[++$sequence]}","streamSid":"MZ$sid","media":)
            . qq({"track":"inbound","chunk":"$number","timestamp":"$at","payload":"$payload"}}));
}

my %do = (
    incoming => sub { webhook('/incoming', From => shift @steps, To => '+15550001000', Direction => 'inbound',
            CallStatus => 'ringing') },
    after => sub { webhook('/after') },
    status => sub { webhook('/status', CallStatus => shift @steps) },
    token => sub { $token = shift @steps },
    show => sub { print "token $token\n" },
    open => sub {
        $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 5) or die "connect: $!\n";
        push @opened, $socket;
        (my $wss = "$public/media-stream") =~ s/^http/ws/;
        print $socket "GET /media-stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n",
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n",
            "X-Twilio-Signature: ", signature($wss), "\r\n\r\n";
        $socket->flush;
        my $head = '';
        while ($head !~ /\r\n\r\n/) { sysread($socket, $head, 1, length $head) or last }
        print "open ", $head =~ m{^HTTP/1.1 (\d+)}, "\n";
        ($in, $closed, $heard) = ('', '', 0);
    },
    start => sub {
        my $of = @steps && $steps[0] =~ /^CA/ ? shift @steps : $sid;
        message(qq({"event":"connected","protocol":"Call","version":"1.0.0"}));
        message(qq({"event":"start","sequenceNumber":"1","streamSid":"MZ$sid","start":{"streamSid":"MZ$sid",)
            . qq("callSid":"$of","accountSid":"AC1","customParameters":{"token":"$token"},"tracks":["inbound"],)
            . qq("mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}}));
    },
    media => sub {
        my $begun = time;
        for my $number (1 .. shift @steps) {
            media($number);
            my $wait = $begun + $number * 0.02 - time;
            read_some($wait > 0 ? $wait : 0) or last;
        }
    },
    flood => sub { media($_) for 1 .. shift @steps },
    disorder => sub { media($_) for reverse 1 .. shift @steps },
    text => sub { message('{"event":"media"' . ' ' x ((shift @steps) - 17) . '}') },
    binary => sub { frame(2, "\0" x shift @steps) },
    junk => sub {
        message($_) for '', '[]', '{', '"x"', "\0", '{"event":7}', '{"event":"media","media":{"payload":17}}',
            '{"event":"mark"}', '{"event":"start"}', '{"event":"dtmf","dtmf":{"digit":"x"}}';
    },
    hold => sub { sleep shift @steps },
    listen => sub {
        my $end = time + shift @steps;
        while (time < $end) { read_some($end - time) or last }
        print "heard $heard\n";
        print "closed $closed\n" if $closed;
    },
    stop => sub {
        message(qq({"event":"stop","sequenceNumber":"9","streamSid":"MZ$sid","stop":{"accountSid":"AC1","callSid":"$sid"}}));
        frame(8, pack 'n', 1000);
    },
);
while (@steps) {
    my $step = shift @steps;
    ($do{$step} // die "no step $step\n")->();
}
