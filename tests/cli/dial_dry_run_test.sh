# pa-dial --dry-run: the request as it would be sent, secrets masked, and no network.
. ./lib.sh
make_agent # its services lead nowhere: whoever asks one fails
setting PUBLIC_URL=https://agent.example
status 0 pa-dial --dry-run --about 'nobody needs to see this' 010-0000-5678
contains "where to" "$(out)" "POST http://127.0.0.1:1/2010-04-01/Accounts/$account/Calls.json"
contains "who asks" "$(out)" "user $account:***"
contains "whom" "$(out)" "To=+821000005678"
contains "the number is not known yet" "$(out)" "From=(number of $number_sid)"
contains "what answers" "$(out)" "Url=https://agent.example/incoming"
contains "progress" "$(out)" "StatusCallback=https://agent.example/status"
contains "how long it rings" "$(out)" "Timeout=30"
contains "how long it lasts" "$(out)" "TimeLimit=1800"
lacks "the token" "$(out)$(err)" "$token"
contains "what Twilio is not told" "$(out)" "

not told to Twilio:
about=nobody needs to see this
machine=hangup"
lacks "what it is about is in no request" "$(sed '/^$/,$d' "$T/out")" "nobody needs"
status 0 pa-dial --dry-run --ack '약 먹었어?' --once pills --persona urgent
contains "the question" "$(out)" "ack=약 먹었어?"
contains "the key" "$(out)" "once=pills"
contains "the persona's file" "$(out)" "personas/urgent.md"
status 0 pa-dial --dry-run --wait
contains "the owner" "$(out)" "To=$owner"
contains "machine detection" "$(out)" "AsyncAmd=true"
status 0 pa-dial --dry-run --json --ring 20 --time-limit 60
check "as JSON" "$(json "$T/out" '@$d{qw(schema method user password)}' | tr '\n' ' ')" \
    "phone-agent/dial-request/1 POST $account *** "
check "what is kept here" "$(json "$T/out" 'join " ", map { $_ // "null" } @{$d->{here}}{qw(about persona machine ack once)}')" \
    "null null hangup null null"
contains "its form" "$(json "$T/out" '$d->{form}')" '["Timeout","20"]'
echo "{\"$number_sid\":\"+15550001000\"}" >"$agent/run/caller-id.json"

# What it is about: text, stdin, a file; up to 64 KiB.
status 0 sh -c 'printf "a\nb\n" | pa-dial --dry-run --about -'
perl -e 'print "a" x 65536' >"$T/about"
status 0 pa-dial --dry-run --about "@$T/about"
printf 'b' >>"$T/about"
status 65 pa-dial --dry-run --about "@$T/about"
contains "too long" "$(err)" "64 KiB"
status 65 pa-dial --dry-run --about "@$T/nothing"
# The rules hold here too.
status 16 pa-dial --dry-run 119
status 65 pa-dial --dry-run 010-ABCD-5678
status 64 pa-dial --dry-run --ring 1
status 64 pa-dial --dry-run --ring 1d
status 64 pa-dial --dry-run --ring 11m
status 0 pa-dial --dry-run --ring 1m --time-limit 1h
contains "times as people write them" "$(out)" "Timeout=60"
contains "also of an hour" "$(out)" "TimeLimit=3600"
status 78 pa-dial -C "$T/nowhere" --dry-run

# An option without its value swallows none of the others: this would have been a call, in quiet hours.
status 64 pa-dial --urgent --dry-run
contains "which one" "$(err)" "--urgent wants a value before --dry-run"
status 64 pa-dial --dry-run --about --wait

# What only the bridge reads, and only when somebody has answered.
printf -- '---\nvoise: sage\n---\nYou are kind.\n' >"$agent/persona.md"
status 78 pa-dial --dry-run
contains "the misspelt key" "$(err)" "persona.md:2: "
printf -- '---\nvoise: sage\n---\nYou are kind.\n' >"$agent/other.md"
rm "$agent/persona.md"
status 78 pa-dial --dry-run --persona "$agent/other.md"
status 78 pa-dial --dry-run --persona "$agent/none.md"
