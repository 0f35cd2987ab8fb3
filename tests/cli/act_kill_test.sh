#!/bin/sh
# Takes long.
# pa-act killed at 200 random instants, and what runs its calls before and after each call: nothing twice,
# nothing lost.
. ./lib.sh
. ./act_lib.sh

# Runs of pa-act, killed at an instant between start and usual end, until 200 kills met a running process.
# Run N is given the requests "…Na" and "…Nb" of each kind, and once more those of the run before.
runs=$(request ID TYPE TITLE DUE null | perl -e '
    use Time::HiRes qw(sleep time);
    my ($file, $wanted) = @ARGV;
    my $form = <STDIN>;
    my %kinds = (r => ["reminder", q("2099-03-02T07:00:00+09:00")], t => ["todo", "null"],
                 c => ["calendar", q("2099-03-02T10:00:00+09:00")], q => ["call_back", "null"]);
    sub requests {
        my ($n) = @_;
        return map {
            my ($kind, $id) = ($_, "$_$n");
            map { $form =~ s/"ID"/"$id$_"/r =~ s/TYPE/$kinds{$kind}[0]/r =~ s/TITLE/$kind $n $_/r =~ s/DUE/$kinds{$kind}[1]/r }
                qw(a b);
        } sort keys %kinds;
    }
    my ($killed, $runs, $usual, @before) = (0, 0, 0);
    open my $all, ">", $file or die;
    while ($killed < $wanted && $runs < 5 * $wanted) {
        my @now = requests($runs);
        open my $out, ">", "$file.now" or die;
        print $out @before, @now;
        print $all @now;
        close $out;
        @before = @now;
        my $start = time;
        my $pid = fork;
        if (!$pid) {
            open STDIN, "<", "$file.now";
            open STDOUT, ">", "/dev/null";
            exec "pa-act" or exit 1;
        }
        if ($runs++) {  # the first one tells how long it takes
            sleep rand $usual;
            kill KILL => $pid;
        }
        waitpid $pid, 0;
        if ($? & 127) { $killed++ } else { $usual = time - $start if $runs == 1 || time - $start < $usual }
    }
    print $killed == $wanted ? $runs : "only $killed";' "$T/all" 200)
case $runs in only*) fail "$runs of 200 kills met a running process" ;; esac
requests=$((8 * runs)) each=$((2 * runs))
deeds=$(grep -c . "$agent/spool/receipts.jsonl")
echo "200 of $runs runs were killed before their end; $deeds of $requests requests were done so far"
got=0
pa-act <"$T/all" >"$T/out" 2>"$T/err" || got=$?
check "the last run" "$got" 0
check "each request has one receipt" \
    "$(perl json.pl "$agent/spool/receipts.jsonl" 'my %n; $n{$_->{request_id}}++ for @d; (scalar keys %n, scalar grep { $_ > 1 } values %n)' | tr '\n' ' ')" "$requests 0 "
check "each todo one line" "$(grep '^- ' "$agent/TODO.md" | sort | uniq | wc -l | tr -d ' ') $(grep -c '^- ' "$agent/TODO.md")" "$each $each"
check "each event one file" "$(find "$agent/calendar" -name '*.ics' | wc -l | tr -d ' ')" "$each"
check "each call one job" "$(find "$agent/spool/jobs" -name '*.json' | wc -l | tr -d ' ')" "$each"
check "each question once" "$(perl json.pl "$agent/spool/ask.jsonl" 'scalar @d')" "$each"
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
