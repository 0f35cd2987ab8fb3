# Who the bridge listens to: signature.pl PORT PUBLIC_BASE VECTORS, with Twilio's key in TWILIO_AUTH_TOKEN.
# Goes through the rebuild cases of the vectors: a request with their target's query and their headers, signed for
# different URLs. PUBLIC_BASE is what the bridge takes for its own ("": it knows none). One line for each request:
# the case, what was signed, the status.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1_base64);
use IO::Socket::INET;
use JSON::PP;

my ($port, $base, $file) = @ARGV;
open(my $in, '<:raw', $file) or die "$file: $!\n";
my $vectors = JSON::PP->new->utf8->decode(do { local $/; <$in> });
my %form = (CallSid => 'CA1', From => '+15559990000', To => '+15550001000', Direction => 'inbound'); # not let in
my $body = join '&', map { (my $v = $form{$_}) =~ s/\+/%2B/; "$_=$v" } sort keys %form;

sub signature {
    my ($url, $with_form) = @_;
    my $mac = hmac_sha1_base64($url . ($with_form ? join '', map { "$_$form{$_}" } sort keys %form : ''), $ENV{TWILIO_AUTH_TOKEN});
    return $mac . '=' x (-length($mac) % 4);
}

# The status of one request, or -1.
sub ask {
    my ($target, $signature, %with) = @_;
    my $upgrade = delete $with{upgrade};
    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 5) or die "port $port: $!\n";
    my @head = $upgrade
        ? ("GET $target HTTP/1.1", 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
            'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==')
        : ("POST $target HTTP/1.1", 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: ' . length $body);
    push @head, map { my $name = join '-', map { ucfirst } split /_/; "$name: $with{$_}" } sort keys %with;
    push @head, "X-Twilio-Signature: $signature" if defined $signature;
    alarm 10;
    print $s join("\r\n", @head, '', $upgrade ? '' : $body);
    $s->flush;
    my $line = <$s> // '';
    return $line =~ m{^HTTP/1.1 (\d+)} ? $1 : -1;
}

for my $case (@{$vectors->{rebuild_cases}}) {
    my %headers = %{$case->{request}};
    delete $headers{peer}; # ours is loopback, as behind any tunnel
    my $upgrade = ($headers{upgrade} // '') eq 'websocket';
    my ($query) = delete($headers{target}) =~ /(\?.*)/;
    my $target = ($upgrade ? '/media-stream' : '/incoming') . ($query // '');
    # What somebody who believes headers, as the case has it or blindly, would take for the public URL.
    my %believed;
    $believed{"host"} = "https://$headers{host}";
    $believed{"forwarded host"} = "https://$headers{x_forwarded_host}" if $headers{x_forwarded_host};
    ($believed{"rebuilt"}) = $case->{expected_url} =~ m{^(\w+://[^/]+)} if $case->{expected_url};
    my $sign = sub {
        my ($origin) = @_;
        $origin =~ s/^http/ws/ if $upgrade;
        return ask($target, signature("$origin$target", !$upgrade), %headers);
    };
    for (sort keys %believed) {
        next if $believed{$_} eq $base || ($upgrade && $believed{$_} =~ s/^wss/https/r eq $base);
        print "$case->{id}: $_ ", $sign->($believed{$_}), "\n";
    }
    print "$case->{id}: ours ", $sign->($base), "\n" if $base ne '';
    print "$case->{id}: unsigned ", ask($target, undef, %headers), "\n";
    next if $base eq '' || $upgrade;
    # One sign more in the query, and the signature is another request's.
    print "$case->{id}: other query ",
        ask($target . ($query ? '1' : '?x=1'), signature("$base$target", 1), %headers), "\n";
}

# A socket: the forms in which Twilio signs it, and those in which it does not.
if ($base ne '') {
    (my $wss = "$base/media-stream") =~ s/^http/ws/;
    my %forms = (wss => $wss, slash => "$wss/", port => $wss =~ s{^(wss://[^/]+)}{$1:443}r,
        https => "$base/media-stream", 'another path' => $wss . 's', 'another host' => 'wss://attacker.example/media-stream');
    print "socket: $_ ", ask('/media-stream', signature($forms{$_}, 0), upgrade => 1, host => '127.0.0.1'), "\n" for sort keys %forms;
}
