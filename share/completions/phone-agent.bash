# Completions of phone-agent's tools for bash. Options and subcommands are those that --help lists, so that
# there is no second list of them.
_phone_agent() {
    local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} tool=${COMP_WORDS[0]}
    local -a sub=()
    COMPREPLY=()
    case $before in
        -C | --directory | --init)
            COMPREPLY=($(compgen -d -- "$word"))
            return
            ;;
    esac
    # Of subcommands that stand there already, their own options.
    local at=1
    while [ "$at" -lt "$COMP_CWORD" ] && [ "$at" -le 2 ] && [[ ${COMP_WORDS[at]} =~ ^[a-z]+$ ]] &&
        "$tool" "${sub[@]}" "${COMP_WORDS[at]}" --help >/dev/null 2>&1; do
        sub+=("${COMP_WORDS[at]}")
        at=$((at + 1))
    done
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$("$tool" "${sub[@]}" --help 2>/dev/null |
            grep -oE '^ +(-[A-Za-z],)?--?[A-Za-z][A-Za-z-]*' | tr ', ' '\n\n' | grep .)" -- "$word"))
    elif [ "$COMP_CWORD" = 1 ]; then
        COMPREPLY=($(compgen -W "$("$tool" --help 2>/dev/null |
            sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p')" -- "$word"))
    elif [ "$COMP_CWORD" = 2 ] && [ "${#sub[@]}" = 1 ]; then
        COMPREPLY=($(compgen -W "$("$tool" "${sub[@]}" --help 2>/dev/null |
            sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p')" -- "$word"))
    fi
}
complete -o default -o bashdefault -F _phone_agent pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim \
    pa-tunnel pa-webhook-sync
