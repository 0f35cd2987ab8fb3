# Every command under EXAMPLES of the manual pages, and of the pipelines in phone-agent(7), is run as it stands there,
# and ends as it should. One that is new is run too: it has to end with 0, or to be named below.
# Takes long.
. ./lib.sh

# The commands, in the order in which they can be tried: a call before what is left of it.
examples() {
    perl -0777 -ne 'my $in = $ARGV =~ /\.7$/ ? "DESCRIPTION" : "EXAMPLES";
        next unless /^\.Sh $in\n(.*?)(?=^\.Sh )/ms;
        my $literal = 0;
        for (split /\n/, $1) {
            if (/^\.Bd -literal/) { $literal = 1; next }
            if (/^\.Ed/) { $literal = 0; next }
            next unless s/^\.Dl // || $literal;
            s/^"(.*)"$/$1/; s/\\\(dq/"/g; s/\\e/\\/g;
            print "$_\n" unless $seen{$_}++;
        }' "$@"
}
man=$root/share/man
examples "$man/man1/pa-dial.1" "$man/man7/phone-agent.7" "$man/man1/pa-bridge.1" "$man/man1/pa-extract.1" \
    "$man/man1/pa-act.1" "$man/man1/pa-report.1" "$man/man1/pa-doctor.1" "$man/man1/pa-tunnel.1" \
    "$man/man1/pa-webhook-sync.1" "$man/man1/pa-sim.1" >"$T/examples"
for page in "$man"/man1/*.1; do
    examples "$page" >"$T/of"
    within "examples of $page" "$(wc -l <"$T/of" | tr -d ' ')" 1 20
    check "each is in the list" "$(grep -v -x -F -f "$T/examples" "$T/of")" ""
done

cat >"$T/brief.json" <<'JSON'
{"name": "brief", "about": "A question is answered with yes, and who answered it hangs up soon after.",
 "carrier": {"ring_ms": 100, "answered_by": "human", "amd_delay_ms": 200},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "took-medicine"},
                       {"when": "agent-silent", "after_ms": 2000, "at_most_ms": 6000, "hang_up": true}]},
 "model": {"greeting": ["ask-medicine"],
           "turns": [{"hears": "took-medicine", "then_says": ["glad-medicine"],
                      "function": {"name": "acknowledge", "arguments": {"acknowledged": true, "words": "약 먹었어"}}}]}}
JSON
world "$T/brief.json"
HOME="$T/home"
export HOME EDITOR=true WIFE=010-0000-5678
mkdir -p "$HOME" "$T/bin"
ln -s "$agent" "$HOME/agent"
echo '백업 서버가 멈췄다' | tee "$agent/alert.txt" >"$agent/today.txt"
# What is not ours.
stub() { printf '#!/bin/sh\n%s\n' "$2" >"$T/bin/$1" && chmod +x "$T/bin/$1"; }
stub notify-send 'echo "$@" >>"$TMPDIR/notified"'
stub backup.sh 'exit 1'
stub rec 'head -c 8000 /dev/zero | tr "\000" "\377"'
stub play 'cat >"$TMPDIR/played"'
export TMPDIR="$T"
PATH="$T/bin:$PATH"
cd "$agent" || exit 1

whole='pa-tunnel | pa-webhook-sync | pa-bridge --public-url -'
service='pa-bridge --public-url @run/public-url'
upgrade='pa-bridge --takeover --public-url @run/public-url'
behind() {
    sh -c "$1" >>"$T/behind.out" 2>>"$T/behind.err" </dev/null &
    pids="$pids $!"
}
bridge_pid() { pa-bridge -q ctl status 2>/dev/null | field pid; }
talking() { pa-bridge ctl calls | grep -q '"stream_sid":"MZ' || pa-bridge ctl list | grep -q 'CA'; }
idle() { [ "$(pa-bridge ctl calls)" = '{"calls":[]}' ]; }

# --- what goes on until it is stopped
behind "$whole"
eventually 30 bridge_ready
pids="$pids $(bridge_pid)"

while IFS= read -r example; do
    wanted=0 either=
    case $example in
        "$whole" | "$service" | "$upgrade" | 'pa-tunnel | pa-webhook-sync > run/public-url') continue ;;
        'pa-sim openai --scenario '*) continue ;; # below
        'rec '*) continue ;;                      # below
        '* * * * * '*) example=${example#'* * * * * /usr/local/bin/'} either=1 ;; # 1: nothing is due
        'pa-doctor' | 'pa-doctor -q'* | 'pa-doctor --offline'*) either=1 ;; # a simulated account is not well in every way
        *' only'*) # the only call there is
            pa-dial --about 'somebody to talk to' >/dev/null 2>&1 || fail "no call for '$example'"
            eventually 30 talking
            ;;
        *' --promises '*) either= ;;
        'find '* | 'pa-extract --new'*) either=1 ;; # 1: nothing new
        '$EDITOR '*) ;;
    esac
    got=0
    limited 60 sh -c "$example" >"$T/out" 2>"$T/err" </dev/null || got=$?
    checks=$((checks + 1))
    [ "$got" = "$wanted" ] || [ "$got" = "$either" ] || fail "'$example' ends with $got: $(err)"
    case $example in
        'backup.sh '*) contains "$example" "$(out)" answered ;;
        *'--show-prompt'*) contains "$example" "$(out)" 'dentist at ten' ;;
        'pa-report --html'*) holds test -s calls.html ;;
        'pa-report --tsv'*) contains "$example" "$(out)" "$(TZ=KST-9 date +%Y-%m-%d) 0." ;;
        *'--why') contains "$example" "$(out)" 'first audio: to the caller' ;;
        'pa-tunnel --once') contains "$example" "$(out)" 'https://' ;;
        *'not in sync') check "$example" "$(out)" "" ;;
    esac
    eventually 40 idle
done <"$T/examples"
check "the promise that is open was told, or none is" "$(cat "$T/notified" 2>/dev/null | sort -u)" \
    "$(pa-act --promises >/dev/null || echo 'open promises')"

# --- the softphone, into the bridge that runs
contains "the softphone" "$(cat "$T/examples")" 'pa-sim call'
status 0 env TWILIO_AUTH_TOKEN="$token" TWILIO_ACCOUNT_SID="$account" PORT="$port" \
    sh -c "$(grep '^rec ' "$T/examples" | sed "s|pa-sim call|pa-sim call --linger 2 --url http://127.0.0.1:$port|")"
eventually 40 idle

# --- the two units in place of the pipeline
old=$(bridge_pid)
kill "$old"
eventually 20 gone "$old"
behind 'pa-tunnel | pa-webhook-sync > run/public-url'
behind "$service"
eventually 30 bridge_ready
pids="$pids $(bridge_pid)"

# --- a new version in its place
contains "the upgrade" "$(cat "$T/examples")" "$upgrade"
old=$(bridge_pid)
behind "$upgrade"
eventually 20 gone "$old"
eventually 10 bridge_ready
pids="$pids $(bridge_pid)"

# --- a simulator
start example sh -c "exec $(grep '^pa-sim openai' "$T/examples")"
contains "it is ready" "$ready" '"event":"ready"'
