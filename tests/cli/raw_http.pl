# One HTTP request, byte for byte as it is asked for: raw_http.pl PORT METHOD TARGET [HEADER: VALUE...] [--body BODY].
# No header is added but Content-Length, of a body. Prints the whole answer, head and body.
use strict;
use warnings;
use IO::Socket::INET;

my ($port, $method, $target, @rest) = @ARGV;
my ($body, @headers);
while (defined(my $word = shift @rest)) { $word eq '--body' ? ($body = shift @rest) : push @headers, $word }
push @headers, 'Content-Length: ' . length $body if defined $body;
my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 5) or die "port $port: $!\n";
print $s join("\r\n", "$method $target HTTP/1.1", @headers, '', $body // '');
my $answer = '';
alarm 10;
while (sysread $s, my $piece, 65536) {
    $answer .= $piece;
    my ($head, $text) = split /\r\n\r\n/, $answer, 2;
    last if defined $text && $head =~ /content-length: (\d+)/i && length $text >= $1;
}
print $answer;
