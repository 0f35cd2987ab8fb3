# How long the short tools take from their start to their end, and pa-extract for a thousand logs with a
# service that takes half a second. Prints figures; fails only if a tool does. `make bench-tools`.
. ./lib.sh
start ngrok pa-sim ngrok --to 0 --certificates "$T/certificates"
ngrok_url=$(printf '%s\n' "$ready" | field url)
port=$(printf '%s\n' "$ready" | field local_port)
make_agent

# median NAME COMMAND…: of 31 runs, from fork to reaped. One that fails is no fast one.
median() {
    name=$1
    shift
    perl -MTime::HiRes=time -e '
        my $name = shift;
        my @took;
        for (0 .. 31) {    # the first one warms up
            my $start = time;
            my $pid = fork // die;
            if (!$pid) { open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null"; exec @ARGV or exit 127 }
            waitpid $pid, 0;
            die "$name ended with status $?\n" if $?;
            push @took, 1000 * (time - $start);
        }
        shift @took;
        @took = sort { $a <=> $b } @took;
        printf "%-24s %5.1f ms (%.1f to %.1f)\n", $name, @took[15, 0, 30];
    ' "$name" "$@" || fail "$name"
}
median 'pa-extract --help' pa-extract --help
median 'pa-dial --dry-run' pa-dial -C "$agent" --dry-run +821000001234
median 'pa-tunnel --once' pa-tunnel -C "$agent" --once

mkdir "$T/many"
perl report_logs.pl "$T/many" "${1:-1000}" || fail "no logs were made"
# Half a second: a quarter there, a quarter back.
start model pa-sim openai --scenario morning-call --latency-ms 250 --certificates "$T/certificates"
setting "OPENAI_BASE_URL=$(printf '%s\n' "$ready" | field url)"
SSL_CERT_FILE="$T/certificates/ca.pem"
export SSL_CERT_FILE
peak=
# shellcheck disable=SC2086 # words
[ ! -x /usr/bin/time ] || peak="/usr/bin/time -o $T/peak -f %M"
perl -MTime::HiRes=time -e '
    my $start = time;
    open(my $out, "-|", @ARGV) or die;
    1 while <$out>;
    close $out;
    printf "pa-extract -j 32          %.1f s", time - $start;
' $peak pa-extract -q -j 32 -C "$agent" "$T/many"
printf ' for %s questions' "$(grep -c '"event":"chat"' "$T/model.out")"
# A status of 1 is told there, too: nothing was found.
[ -z "$peak" ] || printf ', %d kB at most' "$(tail -n 1 "$T/peak")"
echo
