# What pa-report takes for ten thousand calls: seconds and memory. Prints figures, asserts nothing.
. ./lib.sh
make_agent
mkdir "$T/many"
perl report_logs.pl "$T/many" "${1:-10000}" || fail "no logs were made"
echo "$(find "$T/many" -name '*.json' | wc -l) logs, $(cat "$T"/many/*.json | wc -c) bytes"
# GNU time tells the memory where it is installed.
for options in "" --tsv --json --why "--html $T/calls.html"; do
    # shellcheck disable=SC2086 # words
    perl -MTime::HiRes=time -e '
        my $start = time;
        open(my $out, "-|", @ARGV) or die;
        1 while <$out>;
        close $out;
        my ($user, $system) = (times)[2, 3];
        printf "%-8s %5.2f s, %5.2f s of a processor\n", $ARGV[3] =~ /^--/ ? $ARGV[3] : "table", time - $start, $user + $system;
    ' pa-report -C "$agent" $options "$T/many"
    # shellcheck disable=SC2086
    [ ! -x /usr/bin/time ] || /usr/bin/time -f "         %M kB at most" pa-report -C "$agent" $options "$T/many" >/dev/null
done
