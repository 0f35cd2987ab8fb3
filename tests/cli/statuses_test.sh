# Every exit status once, from the tool that a script would ask; and the manners that all tools share.
. ./lib.sh
start ngrok pa-sim ngrok --to 0 --certificates "$T/certificates"
port=$(printf '%s\n' "$ready" | field local_port)
ngrok_url=$(printf '%s\n' "$ready" | field url)
SSL_CERT_FILE=$(printf '%s\n' "$ready" | field ca_file)
export SSL_CERT_FILE
make_agent

tools='pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim pa-tunnel pa-webhook-sync'
for tool in $tools; do
    status 0 "$tool" --version
    contains "$tool --version" "$(out)" "$tool 0."
    status 0 "$tool" --help
    contains "$tool --help" "$(out)" "--version"
    lacks "$tool --help" "$(err)" "$tool"
    status 64 "$tool" --no-such-option
    contains "$tool and a wrong option" "$(err)" "$tool: "
    contains "$tool and a wrong option" "$(err)" "--help"
    check "$tool --help, one line of it" "$("$tool" --help | head -n 1 | wc -l | tr -d ' ')" 1
    [ ! -w /dev/full ] || {
        got=0
        "$tool" --help >/dev/full 2>"$T/err" || got=$?
        check "$tool --help into a full disk" "$got" 74
        contains "$tool says so" "$(err)" "$tool: standard output: "
    }
done

# 74: what was found out and could not be written. A reader that has seen enough is no failure.
setting PUBLIC_URL=https://x.example
mkdir -p "$agent/call_logs"
perl "$here/report_logs.pl" "$agent/call_logs" 3 || fail "no logs were made"
one=$(find "$agent/call_logs" -name '*_CA*1.json')
perl -MDigest::SHA=sha256_hex -MJSON::PP -e '
    my ($log, $ledger) = @ARGV;
    open(my $in, "<", $log) or die;
    my ($text) = join("", <$in>) =~ /^\s*(.*?)\s*$/s;
    my ($name, $sid) = $log =~ m{([^/]*_(CA\w+)\.json)$};
    my $request = {schema => "phone-agent/request/1", id => "a1", call_sid => $sid, type => "todo", title => "milk",
        quote => "milk", line => 1, due_at => undef, repeat => undef, phone => undef, by_owner => JSON::PP::true,
        confirmed => JSON::PP::true, promised => JSON::PP::true, fulfilled => JSON::PP::false, confidence => 0.9};
    open(my $out, ">", $ledger) or die;
    print $out encode_json({schema => "phone-agent/requests-processed/1", calls => {$sid => {log => $name,
        sha256 => sha256_hex($text), model => "m", at => "2026-02-28T23:49:32+09:00",
        requests => [$request], summary => [], facts => []}}});
' "$one" "$agent/call_logs/requests_processed.json" || fail "no ledger was made"
status 0 pa-dial --at "2099-05-01T07:00:00+09:00" --about "one line"
while IFS= read -r command; do
    holds sh -c "$command | grep -q ." </dev/null
    { sleep 0.05 && sh -c "$command" </dev/null 2>"$T/err" && echo 0 >"$T/got" || echo $? >"$T/got"; } | true
    check "$command without a reader" "$(cat "$T/got")" 0
    [ -w /dev/full ] || continue
    got=0
    sh -c "$command" </dev/null >/dev/full 2>"$T/err" || got=$?
    check "$command into a full disk" "$got" 74
    contains "$command says where" "$(err)" "standard output: "
    contains "$command says why" "$(err)" ": No space left on device"
done <<COMMANDS
pa-act --list
pa-act --function now --describe
pa-bridge --show-prompt
pa-dial --dry-run
pa-dial --at 2099-05-01T08:00:00+09:00 --about again
pa-doctor --init $T/another-\$\$
pa-extract $one
pa-report
pa-report --json
pa-report --tsv
pa-report --why $one
pa-report --html -
pa-sim certificates $T/certificates
COMMANDS
setting PUBLIC_URL=
rm -rf "$agent/call_logs" "$agent/spool"

# 70: a bug of ours.
for tool in pa-bridge pa-dial pa-doctor pa-extract pa-tunnel 'pa-webhook-sync https://x.example' 'pa-sim openai'; do
    # shellcheck disable=SC2086
    status 70 env PA_FAULT=throw $tool
    contains "$tool with a bug" "$(err)" "internal error"
done

# 78: settings, each with the key, the file and the remedy.
setting OPENAI_API_KEY=
status 78 pa-bridge
contains "a missing key" "$(err)" "OPENAI_API_KEY"
contains "its file" "$(err)" "$agent/.env"
setting OPENAI_API_KEY=sk-simulated TWILIO_AUTH_TOKEN=
status 78 pa-bridge
status 78 pa-dial
status 78 pa-webhook-sync https://x.example
contains "the one that is missing" "$(err)" TWILIO_AUTH_TOKEN
setting TWILIO_AUTH_TOKEN=$token PORT=eight
status 78 pa-bridge
contains "one that makes no sense" "$(err)" PORT
status 78 pa-tunnel
setting PORT=$port REALTIME_MODEL=gpt-4o-realtime-preview
status 78 pa-bridge
contains "a retired model" "$(err)" gpt-realtime
setting REALTIME_MODEL= VOICE=nova
status 78 pa-bridge
contains "a retired voice" "$(err)" VOICE
setting VOICE= MY_PHONE=
status 78 pa-dial
contains "whom to call" "$(err)" MY_PHONE
setting MY_PHONE=$owner QUIET_HOURS=night
status 78 pa-dial --dry-run
setting QUIET_HOURS=
chmod 644 "$agent/.env"
status 0 pa-dial --dry-run
contains "an .env that others can read" "$(err)" "$agent/.env"
chmod 600 "$agent/.env"

# as_another COMMAND…: as somebody whom modes stop, which they do not do to root.
as_another() {
    got=0
    limited 60 perl -e '($(, $)) = (65534, "65534 65534") if !$<; $< = $> = 65534 if !$<; exec @ARGV or exit 127' \
        "$@" >"$T/out" 2>"$T/err" </dev/null || got=$?
}

# 74: a local read or write failed.
mkdir "$agent/run/bridge.sock"
status 74 pa-bridge --public-url https://x.example
rmdir "$agent/run/bridge.sock"
status 74 pa-doctor --init /dev/null/agent
# An agent that is somebody else's is not taken for an empty one.
chmod 711 "$T"
chmod 000 "$agent"
for tool in 'pa-act --list' pa-bridge pa-dial 'pa-doctor --offline' pa-report pa-tunnel; do
    # shellcheck disable=SC2086
    as_another $tool
    check "$tool in an agent that may not be entered" "$got" 74
    contains "$tool names it" "$(err)" "$agent: Permission denied"
done
chmod 700 "$agent"
# Nor is a folder that may not be read.
mkdir "$T/shut" "$T/nobodys"
chmod 755 "$T/nobodys"
chmod 000 "$T/shut"
as_another env PA_AGENT_DIR="$T/nobodys" pa-report "$T/shut"
check "pa-report of a folder that may not be read" "$got" 65
contains "it is named" "$(err)" "$T/shut: cannot open: Permission denied"
chmod 700 "$T/shut" "$T"
# 75: later. 69: no. 77: credentials. 65: input. 1: an honest no.
status 75 pa-bridge ctl status
contains "no bridge" "$(err)" "no bridge runs"
status 75 pa-dial
status 1 pa-tunnel --once --port 9
status 65 pa-extract "$T/nothing"

# 128+n: ended by a signal, while it does what it was asked for.
ended_by() {
    kill "-$1" "$pid"
    got=0
    wait "$pid" || got=$?
}
mkfifo "$T/names"
pa-extract <"$T/names" >/dev/null 2>&1 &
pid=$!
pids="$pids $pid"
exec 8>"$T/names"
ended_by TERM
check "pa-extract told to stop" "$got" 143
exec 8>&-
# pa-bridge and pa-tunnel are told to stop every day, and drain: 0.
mkfifo "$T/url"
pa-bridge --public-url - <"$T/url" >/dev/null 2>"$T/bridge.err" &
pid=$!
pids="$pids $pid"
exec 8>"$T/url"
eventually 10 pa-bridge ctl status
ended_by TERM
check "pa-bridge told to stop" "$got" 0
check "its socket is gone" "$(find "$agent/run" -name '*.sock')" ""
exec 8>&-
start tunnel pa-tunnel
ended_by INT
check "pa-tunnel told to stop" "$got" 0

# The rest: 0 and 10 to 16 in outcomes_test.sh, 69 and 77 in extract_test.sh and tunnel_test.sh.
# Two bridges of one agent: the second one says that the first one is there.
pa-bridge --public-url https://x.example >/dev/null 2>"$T/bridge.err" </dev/null &
pids="$pids $!"
eventually 10 pa-bridge ctl status
status 78 pa-bridge --public-url https://x.example
contains "what is in the way" "$(err)" "a bridge runs for this agent already"
