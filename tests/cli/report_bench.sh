# What pa-report takes for ten thousand calls: less than two seconds of a processor and 200 MB in each of its forms.
# (Seconds of the clock are told too: on a machine that does other work they are that work's.)
. ./lib.sh
make_agent
mkdir "$T/many"
perl report_logs.pl "$T/many" "${1:-10000}" || fail "no logs were made"
echo "$(find "$T/many" -name '*.json' | wc -l) logs, $(cat "$T"/many/*.json | wc -c) bytes"
for options in "" --tsv --json --why "--html $T/calls.html"; do
    # shellcheck disable=SC2086 # words
    perl -MTime::HiRes=time -e '
        my $start = time;
        open(my $out, "-|", @ARGV) or die;
        1 while <$out>;
        close $out or die "it ends with $?\n";
        my ($user, $system) = (times)[2, 3];
        printf "%-8s %5.2f s, %5.2f s of a processor\n", $ARGV[3] =~ /^--/ ? $ARGV[3] : "table", time - $start, $user + $system;
        exit($user + $system >= 2);
    ' pa-report -C "$agent" $options "$T/many" || fail "pa-report $options takes too long"
    # GNU time tells the memory where it is installed.
    [ -x /usr/bin/time ] || continue
    # shellcheck disable=SC2086
    /usr/bin/time -f %M -o "$T/memory" pa-report -C "$agent" $options "$T/many" >/dev/null
    echo "         $(cat "$T/memory") kB at most"
    within "memory of pa-report $options [kB]" "$(cat "$T/memory")" 1 200000
done
