# Reads JSON for the tests: json.pl FILE PERL [ARGUMENT...]
# PERL is evaluated with the document in $d, the lines of a file of JSON lines in @d, and the arguments
# in @a; what it returns is printed, one value a line. FILE - is stdin. Perl and JSON::PP come with git.
use strict;
use warnings;
use JSON::PP;

my ($file, $code, @a) = @ARGV;
utf8::decode($_) for $code, @a;
local $/;
open(my $in, $file eq '-' ? '<&STDIN' : "<$file") or die "$file: $!\n";
my @d = JSON::PP->new->utf8->allow_nonref->incr_parse(<$in>);
my $d = $d[0];
my @values = eval "use utf8; $code";
die $@ if $@;
binmode STDOUT, ':utf8';
print ref $_ ? JSON::PP->new->canonical->encode($_) : $_ // 'null', "\n" for @values;
