# What --help prints fits a screen of 80 columns and 40 lines, for each tool and each of its subcommands, and theirs.
. ./lib.sh
seen=
fits() {
    status 0 "$@" --help
    check "$* --help: lines that are too long" "$(perl -CSD -ne 'chomp; print "$_\n" if length > 80' "$T/out")" ""
    within "$* --help: lines" "$(wc -l <"$T/out" | tr -d ' ')" 5 40
    check "$* --help: every option says what it does" "$(grep -E '^  -[^ ]+( [^ ]+)?$' "$T/out")" ""
    seen="$seen$*|"
    subs=$(sed -nE '/^Subcommands:/,/^$/s/^  ([a-z-]+) +.*/\1/p' "$T/out")
    for sub in $subs; do fits "$@" "$sub"; done
}
for tool in pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim pa-tunnel pa-webhook-sync; do
    fits "$tool"
done
for name in "pa-sim openai" "pa-bridge ctl" "pa-bridge ctl say" "pa-bridge ctl transfer"; do
    contains "what was looked at" "|$seen" "|$name|"
done
status 0 pa-dial --help
contains "an option and what it does, in one line" "$(out)" "  --ring S              Ring that long, as 45 (seconds) or 1m (default: 30)"
