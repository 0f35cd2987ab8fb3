# One HTTP request: http.pl METHOD URL [BODY [HEADER: VALUE...]]. Prints the answer's body; the status
# is 0 for 2xx, else 1, and the HTTP status is on stderr. A body that begins with { is JSON, else a form.
use strict;
use warnings;
use HTTP::Tiny;

my ($method, $url, $body, @headers) = @ARGV;
my %headers = map { /^([^:]+): (.*)$/s ? ($1 => $2) : die "header $_\n" } @headers;
if (defined $body) {
    $headers{'Content-Type'} //= $body =~ /^\{/ ? 'application/json' : 'application/x-www-form-urlencoded';
}
my $answer = HTTP::Tiny->new(timeout => 10)
    ->request($method, $url, {headers => \%headers, defined $body ? (content => $body) : ()});
print $answer->{content};
print STDERR "$answer->{status}\n";
exit($answer->{success} ? 0 : 1);
