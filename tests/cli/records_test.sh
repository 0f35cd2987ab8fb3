# Tests record at the same time into the same files: no line is torn.
. ./lib.sh

# The files are much larger than any block, their lines of all lengths.
for who in a b; do
    mkdir "$T/$who"
    perl -e 'printf "%s%d:%s\n", $ARGV[0], $_, "x" x ($_ % 977) for 1 .. 4000' "$who" >"$T/$who/events"
done
mkdir "$T/all"
for round in 1 2 3 4 5; do
    perl join_records.pl "$T/a" "$T/all" &
    one=$!
    perl join_records.pl "$T/b" "$T/all" || fail "round $round: not joined"
    wait "$one" || fail "round $round: not joined"
done
check "lines" "$(wc -l <"$T/all/events" | tr -d ' ')" 40000
sort "$T/all/events" | uniq -c | sed 's/^ *//' | sort >"$T/found"
sort "$T/a/events" "$T/b/events" | sed 's/^/5 /' | sort >"$T/wanted"
holds cmp -s "$T/found" "$T/wanted"
