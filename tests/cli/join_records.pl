# join_records.pl FROM TO: appends each file of FROM to the file of the same name in TO, into which others
# record meanwhile: under the lock that pa-sim takes for a line, since what is written in blocks ends
# inside one.
use strict;
use warnings;
use Fcntl ':flock';

my ($from, $to) = @ARGV;
opendir(my $folder, $from) or die "$from: $!\n";
for my $name (grep { !/^\./ } readdir $folder) {
    open(my $in, '<:raw', "$from/$name") or die "$from/$name: $!\n";
    my $lines = do { local $/; <$in> } // '';
    open(my $out, '>>:raw', "$to/$name") or die "$to/$name: $!\n";
    flock($out, LOCK_EX) or die "$to/$name: cannot lock: $!\n";
    print $out $lines or die "$to/$name: $!\n";
    close $out or die "$to/$name: $!\n";
}
