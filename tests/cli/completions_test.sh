# The completions offer what the tools' --help lists, in the shells that are here.
. ./lib.sh
completions="$root/share/completions"
tools="pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim pa-tunnel pa-webhook-sync"
for tool in $tools; do
    for file in phone-agent.bash _phone-agent phone-agent.fish; do
        contains "$tool in $file" "$(cat "$completions/$file")" "$tool"
    done
done

if has bash "its completions"; then
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
    contains "and its options" "$(offered pa-bridge ctl transfer --)" "--confirm-number "
    contains "behind what it is given, too" "$(offered pa-bridge ctl transfer 5e1f --)" "--urgent "
    check "a folder" "$(offered pa-report -C "$completions/../compl")" "$completions/../completions "
fi

if has fish "its completions"; then
    offered() { HOME="$T" fish --no-config -c "source $completions/phone-agent.fish; complete -C '$1'"; }
    for tool in $tools; do contains "fish: $tool" "$(offered "$tool --dir")" "--directory"; done
    contains "fish: an option" "$(offered 'pa-report --ht')" "--html"
    contains "fish: a subcommand" "$(offered 'pa-sim ope')" "openai"
    contains "fish: of a subcommand" "$(offered 'pa-sim openai --sc')" "--scenario"
    contains "fish: a subcommand of one" "$(offered 'pa-bridge ctl whi')" "whisper"
    contains "fish: and its options" "$(offered 'pa-bridge ctl transfer --con')" "--confirm-number"
    contains "fish: behind what it is given, too" "$(offered 'pa-bridge ctl transfer 5e1f --ur')" "--urgent"
    lacks "fish: no subcommand of the first behind the second" "$(offered 'pa-bridge ctl transfer whi')" "whisper"
fi
if has zsh "its completions"; then
    cat >"$T/try.zsh" <<'TRY'
# What becomes of a line in a real zsh when Tab is pressed.
zmodload zsh/zpty
zpty shell 'PS1= zsh -f -i'
tell() { zpty -w shell "$1"; }
tell "unset zle_bracketed_paste; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D"
tell 'show() { print -r -- "<line>$BUFFER</line>"; BUFFER=; zle .accept-line }; zle -N accept-line show; print -r -- re""ady'
zpty -r -m shell seen '*ready*'
zpty -w -n shell "$2"$'\t\n'
zpty -r -m shell seen '*<line>*</line>*'
print -r -- "${${seen##*<line>}%%</line>*}"
zpty -d shell
TRY
    completed() { limited 20 zsh -f "$T/try.zsh" "$completions" "$1"; }
    for tool in $tools; do check "zsh: $tool" "$(completed "$tool --dir")" "$tool --directory "; done
    check "zsh: a subcommand" "$(completed 'pa-sim ope')" "pa-sim openai "
    check "zsh: of a subcommand" "$(completed 'pa-sim openai --sc')" "pa-sim openai --scenario "
    check "zsh: a subcommand of one" "$(completed 'pa-bridge ctl whi')" "pa-bridge ctl whisper "
    check "zsh: and its options" "$(completed 'pa-bridge ctl transfer --con')" "pa-bridge ctl transfer --confirm-number "
    check "zsh: behind what it is given, too" "$(completed 'pa-bridge ctl transfer 5e1f --ur')" \
        "pa-bridge ctl transfer 5e1f --urgent "
    check "zsh: no subcommand of the first behind the second" "$(completed 'pa-bridge ctl transfer whi')" \
        "pa-bridge ctl transfer whi"
fi
