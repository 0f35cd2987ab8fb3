# What --help prints fits a screen of 80 columns and 40 lines, for each tool and each of its subcommands.
. ./lib.sh
fits() {
    status 0 "$@" --help
    check "$* --help: lines that are too long" "$(perl -CSD -ne 'chomp; print "$_\n" if length > 80' "$T/out")" ""
    within "$* --help: lines" "$(wc -l <"$T/out" | tr -d ' ')" 5 40
    check "$* --help: every option says what it does" "$(grep -E '^  -[^ ]+( [^ ]+)?$' "$T/out")" ""
}
for tool in pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim pa-tunnel pa-webhook-sync; do
    fits "$tool"
    for sub in $("$tool" --help | sed -nE '/^Subcommands:/,/^$/s/^  ([a-z-]+) +.*/\1/p'); do fits "$tool" "$sub"; done
done
status 0 pa-dial --help
contains "an option and what it does, in one line" "$(out)" "  --ring S              Seconds to ring before giving up (default: 30)"
