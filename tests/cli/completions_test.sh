# The completions offer what the tools' --help lists, in the shells that are here.
. ./lib.sh
completions="$root/share/completions"
tools="pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim pa-tunnel pa-webhook-sync"
for tool in $tools; do
    for file in phone-agent.bash _phone-agent phone-agent.fish; do
        contains "$tool in $file" "$(cat "$completions/$file")" "$tool"
    done
done

if command -v bash >/dev/null; then
    cat >"$T/try.bash" <<'TRY'
. "$1/phone-agent.bash"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_phone_agent
printf '%s\n' "${COMPREPLY[@]}"
TRY
    offered() { bash "$T/try.bash" "$completions" "$@" | tr '\n' ' '; }
    for tool in $tools; do contains "$tool" "$(offered "$tool" --)" "--help --directory --verbose --quiet --version "; done
    check "an option" "$(offered pa-report --ht)" "--html "
    check "a subcommand" "$(offered pa-sim ope)" "openai "
    contains "of a subcommand" "$(offered pa-sim openai --)" "--scenario "
    check "a subcommand of one" "$(offered pa-bridge ctl whi)" "whisper "
    check "a folder" "$(offered pa-report -C "$completions/../compl")" "$completions/../completions "
fi

if command -v fish >/dev/null; then
    offered() { HOME="$T" fish --no-config -c "source $completions/phone-agent.fish; complete -C '$1'"; }
    contains "fish: an option" "$(offered 'pa-report --ht')" "--html"
    contains "fish: a subcommand" "$(offered 'pa-sim ope')" "openai"
fi
if command -v zsh >/dev/null; then holds zsh -n "$completions/_phone-agent"; fi
