#!/bin/sh
# README.md and its Korean version give the same commands; every option in them exists; the morning script in
# them calls again until somebody answers, and never twice under one key.
# Takes long.
. ./lib.sh
korean=$root/share/doc/README.ko.md

# commands FILE: the lines of its indented blocks, without comments (the picture of the demo is the same in both).
commands() { sed -n 's/^    \{1,\}//p' "$1" | sed 's/[[:space:]]*#.*//' | grep -E '(pa-[a-z]|make|sudo|systemctl|\$)' | grep -v -e '  |  ' -e ⇄; }
commands "$root/README.md" >"$T/english"
commands "$korean" >"$T/korean"
within "commands in README.md" "$(wc -l <"$T/english" | tr -d ' ')" 30 200
check "commands of both versions" "$(diff "$T/english" "$T/korean")" ""

# Every --option that stands behind the name of a tool is one of that tool's.
for readme in "$root/README.md" "$korean" "$root/share/skill/SKILL.md"; do
    tr '|;()' '\n\n\n\n' <"$readme" |
        perl -ne 'while (/\b(pa-[a-z-]+)((?:(?!pa-[a-z]).)*)/g) { my ($t, $r) = ($1, $2); $r =~ s/`.*//; $r =~ s/#.*//; print "$t $1\n" while $r =~ /(--[a-z][a-z-]+)/g }' |
        sort -u >"$T/options"
    within "options in $readme" "$(wc -l <"$T/options" | tr -d ' ')" 8 200
    while read -r tool option; do
        "$tool" --help >"$T/help" || fail "$readme names $tool"
        holds grep -q -E -e "$option([ ,]|\$)" "$T/help"
    done <"$T/options"
done

world no-answer
pipeline
sed -n '/^    #!\/bin\/sh$/,/^    wake 1/p' "$root/README.md" |
    sed 's/^    //; s/sleep 300/sleep 0/g; /^PATH=/d' >"$agent/morning.sh"
echo '9시 수업' >"$agent/today.txt"
status 10 sh "$agent/morning.sh"
check "calls of three tries" "$(out | grep -c '^CA')" 3
sids=$(out | grep '^CA')
status 10 sh "$agent/morning.sh"
check "the same three, started again" "$(out | grep '^CA')" "$sids"
