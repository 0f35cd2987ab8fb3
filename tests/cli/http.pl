# One HTTP request: http.pl METHOD URL [BODY [HEADER: VALUE...]]. Prints the answer's body; the status
# is 0 for 2xx, else 1, and the HTTP status is on stderr. A body that begins with { is JSON, else a form.
# URL may be unix:SOCKET:/path.
use strict;
use warnings;
use HTTP::Tiny;
use IO::Socket::UNIX;

my ($method, $url, $body, @headers) = @ARGV;
my %headers = map { /^([^:]+): (.*)$/s ? ($1 => $2) : die "header $_\n" } @headers;
if (defined $body) {
    $headers{'Content-Type'} //= $body =~ /^\{/ ? 'application/json' : 'application/x-www-form-urlencoded';
}

# What one connection to a unix socket answers; its end is told by Content-Length.
sub over_unix {
    my ($path, $target) = @_;
    local $SIG{ALRM} = sub { die "no answer in time\n" };
    alarm 10;
    my $socket = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!\n";
    my $lines = join '', map { "$_: $headers{$_}\r\n" } keys %headers;
    my $length = defined $body ? 'Content-Length: ' . length($body) . "\r\n" : '';
    print $socket "$method $target HTTP/1.1\r\nHost: bridge\r\nConnection: close\r\n$lines$length\r\n", $body // '';
    my $answer = '';
    my ($head, $content);
    while (sysread($socket, $answer, 65536, length $answer)) {
        ($head, $content) = split /\r\n\r\n/, $answer, 2;
        last if defined $content && $head =~ /^content-length: *(\d+)/mi && length $content >= $1;
    }
    my ($status) = ($head // '') =~ m{^HTTP/1.1 (\d+)} or die "no answer\n";
    return {content => $content, status => $status, success => $status =~ /^2/};
}

my $answer = $url =~ m{^unix:(.+?):(/.*)$} ? over_unix($1, $2)
    : HTTP::Tiny->new(timeout => 10)->request($method, $url, {headers => \%headers, defined $body ? (content => $body) : ()});
print $answer->{content};
print STDERR "$answer->{status}\n";
exit($answer->{success} ? 0 : 1);
