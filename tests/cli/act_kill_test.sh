#!/bin/sh
# Takes long.
# pa-act killed at 200 random instants, and what runs its calls before and after each call: nothing twice,
# nothing lost.
. ./lib.sh
. ./act_lib.sh

# The requests of round N: two of each kind.
round() {
    for k in a b; do
        request "r$1$k" reminder "전화 $1$k" '"2099-03-02T07:00:00+09:00"' null
        request "t$1$k" todo "할 일 $1$k" null null
        request "c$1$k" calendar "회의 $1$k" '"2099-03-02T10:00:00+09:00"' null
        request "q$1$k" call_back "언젠가 $1$k" null null
    done
}

# A run is killed at an instant between its start and its usual end, 200 times.
i=0
while [ $i -le 200 ]; do
    round $i
    i=$((i + 1))
done >"$T/all"
killed=$(perl -e '
    use Time::HiRes qw(sleep time);
    my ($file, $rounds) = @ARGV;
    open my $in, "<", $file or die;
    my @lines = <$in>;
    my ($killed, $usual) = (0, 0);
    for my $round (0 .. $rounds) {
        open my $out, ">", "$file.now" or die;
        my $from = $round ? 8 * $round - 8 : 0;
        print $out @lines[$from .. 8 * $round + 7];  # also those of the round before
        close $out;
        my $start = time;
        my $pid = fork;
        if (!$pid) {
            open STDIN, "<", "$file.now";
            open STDOUT, ">", "/dev/null";
            exec "pa-act" or exit 1;
        }
        if ($round) {
            sleep rand 1.5 * $usual;
            kill KILL => $pid;
        }
        waitpid $pid, 0;
        $killed++ if $? & 127;
        $usual = time - $start unless $round;  # the first is not killed
    }
    print $killed;' "$T/all" 200)
[ "$killed" -gt 60 ] || fail "only $killed of 200 runs were killed"
deeds=$(grep -c . "$agent/spool/receipts.jsonl")
echo "$killed of 200 runs were killed before their end; $deeds of 1608 requests were done so far"
got=0
pa-act <"$T/all" >"$T/out" 2>"$T/err" || got=$?
check "the last run" "$got" 0
check "each request has one receipt" \
    "$(perl json.pl "$agent/spool/receipts.jsonl" 'my %n; $n{$_->{request_id}}++ for @d; (scalar keys %n, scalar grep { $_ > 1 } values %n)' | tr '\n' ' ')" "1608 0 "
check "each todo one line" "$(grep '^- ' "$agent/TODO.md" | sort | uniq | wc -l | tr -d ' ') $(grep -c '^- ' "$agent/TODO.md")" "402 402"
check "each event one file" "$(find "$agent/calendar" -name '*.ics' | wc -l | tr -d ' ')" 402
check "each call one job" "$(find "$agent/spool/jobs" -name '*.json' | wc -l | tr -d ' ')" 402
check "each question once" "$(perl json.pl "$agent/spool/ask.jsonl" 'scalar @d')" 402
rm -rf "$agent/spool" "$agent/TODO.md" "$agent/calendar"

# Who carries a call out dies before or after it, and pa-act --due at any time.
n=0
while [ $n -lt 30 ]; do
    printf '{"schema":"phone-agent/job/1","id":"j%s","to":"010-0000-10%02d","title":"전화 %s","due_at":"2099-03-02T07:00:00+09:00"}\n' \
        $n $n $n >"$T/job"
    mkdir -p "$agent/spool/jobs"
    mv "$T/job" "$agent/spool/jobs/j$n.json"
    n=$((n + 1))
done
: >"$T/made"
at=2099-03-02T07:00:10+09:00
turn=0
while [ $turn -lt 40 ]; do
    case $((turn % 3)) in
        0) echo before >"$T/murder" ;;
        1) echo after >"$T/murder" ;;
        2) perl -e 'use Time::HiRes "sleep"; my $p = fork; exec @ARGV unless $p; sleep rand 0.05; kill KILL => $p; waitpid $p, 0' \
            pa-act --due --now $at >/dev/null ;;
    esac
    pa-act --due --wait --now $at >/dev/null 2>&1
    turn=$((turn + 1))
done
rm -f "$T/murder"
settled() {
    pa-act --due --wait --now $at >/dev/null 2>&1
    [ "$(find "$agent/spool/done" -name '*.json' | wc -l | tr -d ' ')" = 30 ]
}
eventually 20 settled
check "each job was called once" "$(sort "$T/made" | uniq | wc -l | tr -d ' ') $(made)" "30 30"
check "each has one receipt" \
    "$(perl json.pl "$agent/spool/receipts.jsonl" 'my %n; $n{$_->{request_id}}++ for @d; (scalar keys %n, scalar grep { $_ > 1 } values %n)' | tr '\n' ' ')" "30 0 "
