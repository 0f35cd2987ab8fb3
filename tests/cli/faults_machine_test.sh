# The machine beneath us: no descriptors, no room on the disk. Running calls go on; what is written is kept until
# it can be.
# Takes long.
. ./faults_lib.sh
talk talk
long
fault_world "$T/talk.json" --scenario +821000002001="$T/long.json" --scenario +821000002002="$T/long.json"

# --- out of file descriptors ---
descriptors() { find "/proc/$bridge_pid/fd" -mindepth 1 | wc -l; }
without_descriptors() {
    placed 010-0000-2001
    long=$call_sid
    eventually 20 said '우유'
    prlimit --pid "$bridge_pid" --nofile="$(($(descriptors) + 8)):"
    placed 010-0000-1234
    eventually 20 call_ended "$call_sid"
    contains "a new call hears" "$(grep "$call_sid" "$T/twilio.out" | grep '"event":"said"')" "통화 중"
    somebody_calls "{\"from\":\"$owner\"}"
    eventually 20 call_ended "$call_sid"
    contains "so does who calls" "$(grep "$call_sid" "$T/twilio.out" | grep '"event":"said"')" "통화 중"
    prlimit --pid "$bridge_pid" --nofile=3:
    somebody_calls "{\"from\":\"$owner\"}"
    waiting=$call_sid
    eventually 40 call_ended "$long"
    eventually 10 grep -q "Too many open files; calls go on" "$T/bridge.err" # the log is written by another thread
    prlimit --pid "$bridge_pid" --nofile=1024:
    well "$long"
    unharmed "$waiting"
    placed 010-0000-1234
    unharmed "$call_sid"
    talked "$log"
}
# UBSan looks at an object through a pipe: where no descriptor is left, it takes a good one for a bad one.
if ldd "$(command -v pa-bridge)" | grep -q libubsan; then
    echo "skipped: out of file descriptors, under UBSan"
else
    without_descriptors
fi

# --- no room on the disk (RLIMIT_FSIZE refuses like a full one) ---
stop_bridge
mkfifo "$T/words"
cat "$T/words" >"$T/heard" &
pids="$pids $!"
err=$T/bridge.err
rm -f "$err"
mkfifo "$T/records"
cat "$T/records" >"$T/told" &
pids="$pids $!"
rm -f "$T/bridge.out"
ln -s "$T/words" "$err"
ln -s "$T/records" "$T/bridge.out"
bridge
placed 010-0000-2001
long=$call_sid
eventually 20 said '우유'
prlimit --pid "$bridge_pid" --fsize=0:
eventually 40 call_ended "$long"
eventually 10 grep -q "cannot" "$T/heard"
contains "people are told" "$(cat "$T/heard")" "kept in memory"
check "once" "$(grep -c 'kept in memory' "$T/heard")" 1
check "no log is half written" "$(find "$agent/call_logs" -name "*$long*.json")" ""
placed 010-0000-2002
second=$call_sid
eventually 40 call_ended "$second"
prlimit --pid "$bridge_pid" --fsize=unlimited:
well "$long"
well "$second"
contains "and that it is over" "$(cat "$T/heard")" "can be written again"
contains "the line for scripts came later" "$(cat "$T/told")" "$long"
stop_bridge
rm -f "$err" "$T/bridge.out"

# --- readers of stdout and stderr that have stopped: the pipes are full from the start ---
full_pipe() {
    exec perl -MFcntl -e '
        $| = 1;
        sysopen my $pipe, $ARGV[0], O_RDWR | O_NONBLOCK or die;
        1 while syswrite $pipe, "x" x 4096;
        print "full\n";
        sleep 170' "$1"
}
for stream in out err; do
    mkfifo "$T/stuck.$stream"
    start "stuck-$stream" full_pipe "$T/stuck.$stream"
    ln -sf "$T/stuck.$stream" "$T/bridge.$stream"
done
bridge -vv
placed 010-0000-2001
long=$call_sid
eventually 20 said '우유'
perl "$here/http.pl" POST "http://127.0.0.1:$port/incoming" CallSid=CA1 2>/dev/null # refused, and said so
well "$long"
stop_bridge
rm -f "$T/bridge.out" "$T/bridge.err"
