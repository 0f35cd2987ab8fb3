# Completions of phone-agent's tools for fish. Options and subcommands are those that --help lists.
function __phone_agent_words
    set -l words (commandline -opc)
    set -l tool $words[1]
    set -l sub
    if set -q words[2]; and string match -qr '^[a-z]+$' -- $words[2]; and $tool $words[2] --help >/dev/null 2>&1
        set sub $words[2]
    end
    $tool $sub --help 2>/dev/null | sed -nE 's/^ +(-[A-Za-z],)?(--?[A-Za-z-]+)( [^ ]+)*(  +(.*))?$/\2\t\5/p'
    if not set -q words[2]
        $tool --help 2>/dev/null | sed -nE '/^Subcommands:/,/^$/s/^  ([a-z-]+) +(.*)/\1\t\2/p'
    else if set -q sub[1]; and not set -q words[3]
        $tool $sub --help 2>/dev/null | sed -nE '/^Subcommands:/,/^$/s/^  ([a-z-]+) +(.*)/\1\t\2/p'
    end
end
for tool in pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim pa-tunnel pa-webhook-sync
    complete -c $tool -a '(__phone_agent_words)'
    complete -c $tool -s C -l directory -x -a '(__fish_complete_directories)'
end
