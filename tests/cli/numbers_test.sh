# Phone numbers are masked in what people are told, below -vv: journals and cron's mail keep that for years. Data
# (stdout, logs, records) has them whole.
. ./lib.sh
cat >"$T/visit.json" <<'JSON'
{"name": "visit", "about": "A wish, and a hang-up.", "carrier": {"ring_ms": 100, "answered_by": "human"},
 "caller": {"script": [{"when": "agent-silent", "after_ms": 300, "say": "call-later"},
                       {"when": "agent-silent", "after_ms": 300, "hang_up": true}]},
 "model": {"greeting": ["greet-plain"], "turns": [{"hears": "*", "says": ["ok-call-later"]}]},
 "extraction": [{"clip": "call-later", "type": "call_back", "title": "다시 전화하기", "due": "+1d 07:00"}]}
JSON
world "$T/visit.json" --scenario +821000005678=busy
stranger=+821000009999
called=+821000005678

# tools FLAG: what anybody would do, with that flag; all that is said is in $T/said.
tools() {
    (with_pid tunnel pa-tunnel "$1" 2>"$T/tunnel.err" |
        with_pid sync pa-webhook-sync "$1" 2>"$T/sync.err" |
        with_pid bridge pa-bridge "$1" --public-url - --on-call-end /no/such/program >"$T/bridge.out" 2>"$T/bridge.err") </dev/null &
    pids="$pids $!"
    eventually 10 test -s "$T/tunnel.pid" -a -s "$T/sync.pid" -a -s "$T/bridge.pid"
    tunnel_pid=$(cat "$T/tunnel.pid") sync_pid=$(cat "$T/sync.pid") bridge_pid=$(cat "$T/bridge.pid")
    pids="$pids $tunnel_pid $sync_pid $bridge_pid"
    eventually 30 bridge_ready
    somebody_calls "{\"from\":\"$stranger\"}"
    eventually 20 call_ended "$call_sid"
    {
        status 0 pa-dial "$1" --wait
        err
        log=$(log_of "$(head -n 1 "$T/out")")
        status 11 pa-dial "$1" --wait "$called"
        err
        status 16 pa-dial "$1" +15559998888
        err
        status 0 pa-dial "$1" --at "tomorrow 07:00" "$called"
        err
        # The second while the first one rings.
        pa-dial "$1" --wait "$owner" >"$T/first" 2>&1 &
        first=$!
        pids="$pids $first"
        eventually 10 test -s "$T/first"
        eventually 10 grep -q '^CA' "$T/first"
        status 75 pa-dial "$1" --wait "$owner"
        err
        wait "$first"
        grep -v '^CA\|^answered' "$T/first"
        pa-extract "$1" "$log" 2>"$T/extract.err" | pa-act "$1" >"$T/act.out" 2>"$T/act.err"
        pa-act "$1" --due >"$T/due.out" 2>"$T/due.err"
        pa-report "$1" "$log" >"$T/report.out" 2>"$T/report.err"
        cat "$T/extract.err" "$T/act.err" "$T/due.err" "$T/report.err"
    } >"$T/told" || exit 1
    kill "$tunnel_pid"
    eventually 20 gone_pids "$tunnel_pid" "$sync_pid" "$bridge_pid"
    cat "$T/told" "$T/tunnel.err" "$T/sync.err" "$T/bridge.err" >"$T/said"
    rm -f "$T"/*.pid
}
# The numbers in $T/said, however they are written.
numbers() { grep -Eo '(\+?82[- ]?1?|0)10[- ]?0000[- ]?[0-9]{4}|\+?1555[0-9]{7}' "$T/said" | sort -u | tr '\n' ' '; }

tools -v
contains "the rejected one is told of" "$(cat "$T/said")" "caller +8210****9999 is not on ALLOWED_CALLERS"
contains "and whom it calls" "$(cat "$T/said")" "calling +8210****5678"
contains "and who is being called" "$(cat "$T/said")" "+8210****1234 is being called already"
contains "and who may not be" "$(cat "$T/said")" "+155****8888"
check "whole numbers with -v" "$(numbers)" ""
tools -vv
contains "with -vv they are whole" "$(numbers)" "$stranger"
contains "the data has them" "$(cat "$T/bridge.out")" "$owner"
