# Completions of phone-agent's tools for fish. Options and subcommands are those that --help lists.
function __phone_agent_words
    set -l words (commandline -opc)
    set -l tool $words[1]
    set -l sub
    # Of subcommands that stand there already, their own options.
    for word in $words[2..3]
        string match -qr '^[a-z]+$' -- $word; and $tool $sub $word --help >/dev/null 2>&1; or break
        set sub $sub $word
    end
    $tool $sub --help 2>/dev/null | sed -nE 's/^ +(-[A-Za-z],)?(--?[A-Za-z-]+)( [^ ]+)*(  +(.*))?$/\2\t\5/p'
    if not set -q words[3]; and test (count $sub) -eq (count $words[2..3])
        $tool $sub --help 2>/dev/null | sed -nE '/^Subcommands:/,/^$/s/^  ([a-z-]+) +(.*)/\1\t\2/p'
    end
end
for tool in pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim pa-tunnel pa-webhook-sync
    complete -c $tool -a '(__phone_agent_words)'
    complete -c $tool -s C -l directory -x -a '(__fish_complete_directories)'
end
