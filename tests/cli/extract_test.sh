# pa-extract: asks once for each log, prints what is stored ever after, and keeps going past what is bad.
. ./lib.sh
make_agent
logs="$agent/call_logs"

# make_log N TEXT…: a finished call in which these words were said, caller and agent in turn.
make_log() {
    n=$1
    shift
    perl -MJSON::PP -e '
        my ($folder, $n, @texts) = @ARGV;
        utf8::decode($_) for @texts;
        my $sid = sprintf "CA%032d", $n;
        my ($at, @lines) = (0);
        for my $i (0 .. $#texts) {
            push @lines, {role => $i % 2 ? "assistant" : "user", text => $texts[$i], start_ms => $at,
                end_ms => $at + 1500, interrupted => JSON::PP::false};
            $at += 2000;
        }
        my $name = sprintf "%s/2026-11-02_09-00-%02d_%s.json", $folder, $n, $sid;
        open(my $out, ">", $name) or die;
        print $out JSON::PP->new->utf8->encode({schema => "phone-agent/call-log/1", call_sid => $sid,
            direction => "outbound", from => "+15550001000", to => "+821000001234", owner => JSON::PP::true,
            started_at => "2026-11-02T09:00:00.000+09:00", ended_at => "2026-11-02T09:01:00.000+09:00",
            duration_s => 60, ended_by => "caller", answered_by => "human", transcript => \@lines,
            turns => [], functions => [], usage => {}, errors => [], events => []}), "\n";
        print $name;
    ' "$logs" "$n" "$@"
}
model() {
    record=
    [ -z "${PA_RECORD_DIR:-}" ] || record="--record $PA_RECORD_DIR"
    # shellcheck disable=SC2086
    start "$1" pa-sim openai --scenario "$1" $record
    setting "OPENAI_BASE_URL=$(printf '%s\n' "$ready" | field url)"
    answers="$T/$1.out"
}
# asked N: the model was asked that often by now.
asked() {
    eventually 5 asked_at_least "$1"
    check "times asked" "$(grep -c '"event":"chat"' "$answers")" "$1"
}
asked_at_least() { [ "$(grep -c '"event":"chat"' "$answers")" -ge "$1" ]; }
ids() { json "$T/out" 'map { $_->{id} } @d'; }

# --- nothing there ---
status 65 pa-extract "$logs/*.json"
contains "the folder is named" "$(err)" "no call logs in $logs"
status 1 pa-extract "$logs"
status 65 pa-extract "$T/nothing.json"

# --- no arguments at a terminal: a wrong command line, whatever the settings are ---
# at_terminal DIR STATUS WORDS
at_terminal() {
    status "$2" script -q -e -c "pa-extract -C '$1'" /dev/null
    contains "what is told at a terminal" "$(out)" "$3"
}
if script -q -e -c true /dev/null >/dev/null 2>&1; then
    at_terminal "$agent" 64 "no logs given: pa-extract $logs (see --help)"
    mkdir "$T/broken"
    echo 'TIMEZONE=Mars/Olympus' >"$T/broken/.env"
    at_terminal "$T/broken" 64 'no logs given: pa-extract call_logs/*.json (see --help)'
    status 78 pa-extract -C "$T/broken" "$T/nothing.json"
else
    echo "skipped: no script(1) that tells a status, pa-extract at a terminal"
fi

# --- asked once ---
model morning-call
one=$(make_log 1 '내일 아침 7시에 모닝콜 해줘.' '좋아, 내일 아침 7시에 깨워줄게.' '마트에서 우유 사와야 해.' '우유, 적어뒀어.' '응, 맞아.')
status 0 pa-extract "$one"
cp "$T/out" "$T/first"
check "what is found" "$(json "$T/out" 'map { "$_->{type} " . ($_->{due_at} // "-") } @d' | tr '\n' ',')" \
    "reminder 2026-11-03T07:00:00+09:00,todo -,"
asked 1
status 0 pa-extract "$logs"/*.json
check "the stored ones again, requests_processed.json skipped" "$(out)" "$(cat "$T/first")"
asked 1
check "no word about it" "$(err)" ""
status 1 pa-extract --new "$one"
check "nothing new" "$(out)" ""
status 0 pa-extract --force "$one"
asked 2
check "the same wishes have the same ids" "$(ids)" "$(json "$T/first" 'map { $_->{id} } @d')"
check "the ledger" "$(json "$logs/requests_processed.json" '$d->{schema}')" phone-agent/requests-processed/1
check "its mode" "$(ls -l "$logs/requests_processed.json" | cut -c1-10)" "-rw-------"

# --- names on stdin, and the bridge's lines ---
status 0 sh -c 'printf "%s\n" "$0" "${0%/*}/requests_processed.json" | pa-extract' "$one"
check "by name" "$(out)" "$(cat "$T/first")"
status 0 sh -c 'printf "{\"schema\":\"phone-agent/call/1\",\"log\":\"%s\"}\n" "$0" | pa-extract -' "$one"
check "by the bridge's line" "$(out)" "$(cat "$T/first")"
got=$(pa-extract "$one" | head -n 1)
check "a reader that has seen enough" "$got" "$(head -n 1 "$T/first")"

# --- many at once, in order; a bad one stops nobody ---
for n in 2 3 4 5 6 7 8 9; do make_log "$n" "마트에서 우유 사와야 해." "우유, 적어뒀어." >/dev/null; done
echo '{"schema":"phone-agent/call-log/1"' >"$logs/2026-11-02_09-00-05_CAbroken.json"
make_log 10 '오늘 날씨 어때?' '맑아.' >/dev/null
make_log 11 >/dev/null
status 65 pa-extract -j 4 "$logs"/*.json
contains "which one" "$(err)" "2026-11-02_09-00-05_CAbroken.json"
check "the others, in order" "$(json "$T/out" 'map { $_->{call_sid} =~ /0*(\d+)$/; $1 } @d' | tr '\n' ' ')" "1 1 2 3 4 5 6 7 8 9 "
asked 11 # and not about silence
rm "$logs/2026-11-02_09-00-05_CAbroken.json"
status 1 pa-extract "$logs"/*_CA*10.json "$logs"/*_CA*11.json
# Two runs at a time lose nothing of the ledger.
rm "$logs/requests_processed.json"
(cd "$logs" && pa-extract -q 2026-11-02_09-00-0[2-5]*.json >"$T/a" & pa-extract -q "$logs"/2026-11-02_09-00-0[6-9]*.json >"$T/b"; wait)
eventually 10 test -s "$T/a" -a -s "$T/b"
asked 19
status 0 pa-extract "$logs"/2026-11-02_09-00-0[2-9]*.json
check "all eight are stored" "$(ids | wc -l | tr -d ' ')" 8
asked 19

status 64 pa-extract -j 0 "$one"
status 64 pa-extract --nonsense

# --- the service in a bad mood ---
model chat-busy
status 0 pa-extract --force "$logs"/*_CA*02.json
asked 3
check "429 and 503 are asked again" "$(json "$answers" 'map { $_->{status} } @d' | tr '\n' ' ')" "429 503 200 "
model chat-garbage
status 0 pa-extract --force "$logs"/*_CA*03.json
asked 3 # the first two answers cannot be read
model chat-quota
status 69 pa-extract --force "$logs"/*_CA*04.json
contains "an empty account" "$(err)" "quota"
asked 1
setting OPENAI_API_KEY=bad-key
status 77 pa-extract --force "$logs"/*_CA*04.json
lacks "the key" "$(err)" bad-key
setting OPENAI_API_KEY=sk-simulated OPENAI_BASE_URL=http://127.0.0.1:1/v1
status 75 pa-extract --force "$logs"/*_CA*04.json
status 0 pa-extract "$logs"/*_CA*04.json
contains "what is stored needs no service" "$(out)" '"type":"todo"'
