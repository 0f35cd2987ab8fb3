# Completions of phone-agent's tools for bash. Options and subcommands are those that --help lists, so that
# there is no second list of them.
_phone_agent() {
    local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} tool=${COMP_WORDS[0]} sub=
    COMPREPLY=()
    case $before in
        -C | --directory | --init)
            COMPREPLY=($(compgen -d -- "$word"))
            return
            ;;
    esac
    # Of a subcommand that stands there already, its own options.
    if [ "$COMP_CWORD" -gt 1 ] && [[ ${COMP_WORDS[1]} =~ ^[a-z]+$ ]]; then
        ("$tool" "${COMP_WORDS[1]}" --help >/dev/null 2>&1) && sub=${COMP_WORDS[1]}
    fi
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$("$tool" ${sub:+"$sub"} --help 2>/dev/null |
            grep -oE '^ +(-[A-Za-z],)?--?[A-Za-z][A-Za-z-]*' | tr ', ' '\n\n' | grep .)" -- "$word"))
    elif [ "$COMP_CWORD" = 1 ]; then
        COMPREPLY=($(compgen -W "$("$tool" --help 2>/dev/null |
            sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p')" -- "$word"))
    elif [ "$COMP_CWORD" = 2 ] && [ -n "$sub" ]; then
        COMPREPLY=($(compgen -W "$("$tool" "$sub" --help 2>/dev/null |
            sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p')" -- "$word"))
    fi
}
complete -o default -o bashdefault -F _phone_agent pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim \
    pa-tunnel pa-webhook-sync
