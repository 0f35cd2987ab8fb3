# What cannot be installed here is at least well formed: units, plists, formula, PKGBUILD, Containerfile, and none
# of them names a licence.
. ./lib.sh
PATH=$PATH:/usr/sbin # where Debian puts haproxy
packaging=$root/share/packaging

# --- units: as systemd reads them, where they find their programs
if has systemd-analyze "units"; then
    mkdir "$T/units"
    export XDG_RUNTIME_DIR="$T"
    for unit in "$root"/share/systemd/*; do
        sed "s|/usr/local/bin/|$(dirname "$(command -v pa-act)")/|" "$unit" >"$T/units/$(basename "$unit")"
    done
    status 0 systemd-analyze verify --man=no --user "$T"/units/*
    check "nothing for systemd to complain about" "$(grep "$T/units" "$T/err")" ""
    sed 's/^ExecStart=/ExecStartt=/' "$T/units/phone-agent-due.service" >"$T/units/wrong.service"
    systemd-analyze verify --man=no --user "$T/units/wrong.service" >"$T/out" 2>&1
    contains "it would complain" "$(out)" "ExecStartt"

    # An agent that is elsewhere: no directory has to be there, and what the comment says to write is enough for systemd.
    due=$root/share/systemd/phone-agent-due.service
    check "directories that must be there" "$(grep -E '^(WorkingDirectory|ReadWritePaths)=([^-]|.* [^-])' "$due")" ""
    check "what is said to be overridden" "$(sed -n 's/^#   \([A-Z].*=.*\)/\1/p' "$due" | tr '\n' ' ')" \
        "Environment=PA_AGENT_DIR=/srv/agent ReadWritePaths=/srv/agent MemoryDenyWriteExecute=no "
    mkdir "$T/units/phone-agent-due.service.d"
    sed -n -e 's/^#   \(\[.*\]\)/\1/p' -e 's/^#   \([A-Z].*=.*\)/\1/p' "$due" >"$T/units/phone-agent-due.service.d/override.conf"
    status 0 systemd-analyze verify --man=no --user "$T/units/phone-agent-due.service"
    check "nothing to complain about with that either" "$(grep "$T/units" "$T/err")" ""
    status 0 systemd-analyze security --offline=true --threshold=25 "$due"
    check "what is said to be overridden in the bridge's" \
        "$(sed -n 's/^#   \([A-Z].*=.*\)/\1/p' "$root/share/systemd/phone-agent-bridge.service" | tr '\n' ' ')" \
        "MemoryDenyWriteExecute=no ReadWritePaths=/srv/notes "
fi

# A user's manager takes nothing away without a user name space: it does not start the unit (218/CAPABILITIES), or leaves
# out without a word what is about paths. And some things it never does.
for unit in "$root"/share/systemd/*.service; do
    # The home is not written to, and a system call that is denied is an error.
    for line in PrivateUsers=yes ProtectHome=read-only SystemCallErrorNumber=EPERM; do
        check "$line in $unit" "$(grep -cx "$line" "$unit")" 1
    done
    check "what a user's manager does not do, in $unit" "$(grep -E \
        '^(User|Group|DynamicUser|ProtectProc|ProcSubset|IPAddressDeny|IPAddressAllow|AmbientCapabilities|RootDirectory)=' "$unit")" ""
done

# --- plists: property lists of the one version there is, whose keys launchd knows
for plist in "$root"/share/launchd/*.plist; do
    if command -v plutil >/dev/null; then
        status 0 plutil -lint "$plist"
    elif has xmllint "$plist"; then
        status 0 xmllint --nonet --noout "$plist"
    fi
    check "label of $plist" "$(sed -n '/<key>Label</{n;s/.*<string>\(.*\)<.*/\1/p;}' "$plist")" "$(basename "$plist" .plist)"
    # launchd.plist(5)
    sed -n 's/^    <key>\(.*\)<\/key>/\1/p' "$plist" | grep -v -x -E \
        'Label|ProgramArguments|EnvironmentVariables|StartCalendarInterval|KeepAlive|ThrottleInterval|ExitTimeOut|ProcessType|AbandonProcessGroup' >"$T/unknown"
    check "keys of $plist" "$(cat "$T/unknown")" ""
done

# --- formula and PKGBUILD
if has ruby "the formula"; then status 0 ruby -c "$packaging/homebrew/phone-agent.rb"; fi
check "blocks of the formula end" "$(grep -c -E '^ *(class|def|service do|test do)' "$packaging/homebrew/phone-agent.rb")" \
    "$(grep -c -E '^ *end$' "$packaging/homebrew/phone-agent.rb")"
lacks "a licence in the formula" "$(cat "$packaging/homebrew/phone-agent.rb")" "license "
if has bash "PKGBUILD"; then
    # shellcheck disable=SC2016 # bash's
    status 0 bash -n "$packaging/arch/PKGBUILD"
    # shellcheck disable=SC2016
    status 0 bash -c '. "$1" && echo "$pkgname $pkgver $license ${arch[0]} $(declare -F build check package | tr "\n" " ")"' - \
        "$packaging/arch/PKGBUILD"
    version=$(sed -n 's/^project(phone-agent VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
    check "PKGBUILD" "$(out)" "phone-agent $version unknown x86_64 build check package "
fi

# --- Containerfile: two stages, nobody's user at the end, nothing pinned to what moves
file=$packaging/container/Containerfile
check "stages" "$(grep -c '^FROM .*debian:12-slim' "$file")" 2
check "who runs it" "$(grep '^USER' "$file" | tail -n 1)" "USER 10001:10001"
contains "it is run read-only" "$(cat "$file")" "--read-only"
lacks "secrets are no part of it" "$(cat "$file")" "COPY .env"
contains "no history, no build folders" "$(cat "$root/.dockerignore")" "build"
sed -n '/^[A-Z]/p' "$file" | grep -v -E '^(FROM|RUN|COPY|ENV|USER|WORKDIR|VOLUME|EXPOSE|STOPSIGNAL|LABEL|CMD) ' >"$T/unknown"
check "instructions" "$(cat "$T/unknown")" ""
contains "the licence is no one's guess" "$(cat "$packaging/debian/copyright")" "No licence has been chosen"
# In the description of the Debian package, in the label of the image, and in what brew says.
for file in deb.cmake container/Containerfile homebrew/phone-agent.rb; do
    contains "$file" "$(cat "$packaging/$file")" "No licence has been chosen by its owner: see the copyright file."
done
for file in container/Containerfile homebrew/phone-agent.rb; do
    contains "the copyright file is there, $file" "$(grep -v '^ *#' "$packaging/$file")" share/packaging/debian/copyright
done

# --- the manifests: YAML, names that are there, nobody's root, files that are not written to
manifests=$root/share/deploy/kubernetes
if ! python3 -c 'import yaml' 2>/dev/null; then
    echo "skipped: no python3 with yaml, the manifests"
else
    status 0 python3 "$here/manifests.py" "$manifests"
    contains "what was looked at" "$(out)" "Deployment HorizontalPodAutoscaler"
    # wrong FILE SED COMPLAINT: with that edit of that file it complains
    wrong() {
        rm -rf "$T/wrong"
        mkdir "$T/wrong"
        cp "$manifests"/* "$T/wrong"
        sed -i.old "$2" "$T/wrong/$1"
        status 1 python3 "$here/manifests.py" "$T/wrong"
        contains "it would complain of $2" "$(err)" "$3"
    }
    wrong extract.yaml 's/readOnlyRootFilesystem: true/readOnlyRootFilesystem: false/' "phone-agent-extract: extract can write"
    wrong bridge.yaml '/readinessProbe:/,/failureThreshold:/d' "bridge: is not asked at /readyz"
    wrong bridge.yaml '/readinessProbe:/,/port:/s|httpGet:.*|tcpSocket: {port: http}|' "bridge: is not asked at /readyz"
    wrong bridge.yaml 's|/readyz|/healthz|' "bridge: is not asked at /readyz"
    wrong proxy.yaml '/readinessProbe:/,/periodSeconds:/d' "phone-agent-proxy: is not asked whether it is ready"
    for name in bridge proxy; do
        wrong $name.yaml '/^apiVersion: policy/,/^---/d' "phone-agent-$name: has no PodDisruptionBudget"
    done
    wrong bridge.yaml 's/metric: {name: phone_agent_calls}/metric: {name: http_requests}/' "goes by no metric of the bridge"
    wrong bridge.yaml '/^  metrics:/,/target:/d' "goes by no metric of the bridge"
    wrong bridge.yaml '/^  metrics:/,/target:/{s/Pods/Resource/;s/pods:/resource: {name: cpu}/;/metric:/d;/target:/d;}' \
        "goes by no metric of the bridge"
    wrong bridge.yaml "s/trap 'exit 0' TERM; //" "due: a shell that does not trap TERM"
    wrong bridge.yaml "s/trap 'exit 0' TERM/trap '' TERM/" "due: a shell that does not trap TERM"
    wrong bridge.yaml "s/trap 'exit 0' TERM/trap 'exit 0' INT/" "due: a shell that does not trap TERM"

    # What makes the due calls in a pod ends by itself when it is told to, before its minute is over.
    python3 -c 'import sys, yaml
print(next(c["args"][-1] for d in yaml.safe_load_all(open(sys.argv[1])) if d["kind"] == "Deployment"
           for c in d["spec"]["template"]["spec"]["containers"] if c["name"] == "due"))' "$manifests/bridge.yaml" >"$T/due.sh"
    mkdir "$T/due"
    printf '#!/bin/sh\necho "$$" >"%s"\nexec perl -e "sleep 60"\n' "$T/due/sleeps" >"$T/due/sleep"
    printf '#!/bin/sh\necho "$*" >>"%s"\n' "$T/due/acted" >"$T/due/pa-act"
    chmod 755 "$T/due/sleep" "$T/due/pa-act"
    PATH=$T/due:$PATH sh -c "$(cat "$T/due.sh")" &
    pids="$pids $!"
    due=$!
    eventually 10 test -s "$T/due/sleeps"
    pids="$pids $(cat "$T/due/sleeps")"
    mv "$T/due/sleeps" "$T/due/slept"
    kill "$(cat "$T/due/slept")" # a minute has passed
    eventually 10 test -s "$T/due/sleeps"
    pids="$pids $(cat "$T/due/sleeps")"
    check "what it does each minute" "$(cat "$T/due/acted")" "--due"
    kill "$due"
    wait "$due"
    check "it ends by itself" $? 0
    holds alive "$(cat "$T/due/sleeps")" # and not because its minute is over
fi
if has kubectl "putting the manifests together"; then
    # It is never asked for a cluster: this only puts them together.
    status 0 kubectl kustomize "$manifests"
    check "the image" "$(grep -c 'image: registry.example.com/phone-agent:' "$T/out")" 3
    check "each configuration is the one that is mounted" "$(grep -c 'name: phone-agent-haproxy-[a-z0-9]*$' "$T/out")" 2
fi
check "one version" "$(sed -n 's/.*newTag: //p' "$manifests/kustomization.yaml")" \
    "$(sed -n 's/^project(phone-agent VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")"
# The two configurations of HAProxy differ in where the bridges are, and in nothing else.
rules() { sed -n '/^frontend/,$p' "$1" | grep -v -E '^ *#|bind|server |server-template|-m ip '; }
check "rules in and outside of a cluster" "$(rules "$manifests/haproxy.cfg")" "$(rules "$root/share/deploy/haproxy.cfg")"
if has haproxy "the configurations of HAProxy"; then
    status 0 haproxy -q -c -f "$manifests/metrics.cfg"
    sed 's/ ssl crt [^ ]*//' "$manifests/haproxy.cfg" >"$T/haproxy.cfg"
    status 0 haproxy -q -c -f "$T/haproxy.cfg"
fi

# --- units: a system call that the bridge makes and its unit does not allow ends all calls ---
calls_in() { # SET: the system calls of a set of systemd's, and of those in it
    systemd-analyze syscall-filter "$1" 2>/dev/null | sed '1d; s/ //g; /^#/d; /^$/d' | while IFS= read -r name; do
        case $name in @*) calls_in "$name" ;; *) echo "$name" ;; esac
    done
}
unit="$root/share/systemd/phone-agent-bridge.service"
if has systemd-analyze "the system calls of the bridge's unit" && has nm "the system calls of the bridge's unit"; then
    { calls_in @privileged && calls_in @resources; } | sort -u >"$T/denied"
    holds grep -qx setpriority "$T/denied"
    sed -n 's/^SystemCallFilter=\([a-z]\)/\1/p' "$unit" | tr ' ' '\n' | sort -u >"$T/allowed"
    nm -D --undefined-only "$(command -v pa-bridge)" | awk '{print $2}' | sed 's/@.*//' | sort -u >"$T/made"
    check "denied by its unit and called by pa-bridge" \
        "$(comm -12 "$T/denied" "$T/made" | comm -23 - "$T/allowed" | tr '\n' ' ')" ""
fi

# --- the bridge's unit: no call is cut by a reload, and stopping it does not take as long as the longest call
check "time for calls whose bridge is replaced" \
    "$(grep -E '^Exec(Start|Reload)=' "$unit" | sed 's/.*--drain-seconds \([0-9]*\).*/\1/' | tr '\n' ' ')" "1900 1900 "
contains "the longest call, in minutes" "$(sed -n '/minutes (30)$/{n;p;}' "$root/.env.example")" "MAX_CALL_MINUTES="
sed -n "/^ExecStop=/,/'\$/p" "$unit" | sed -e "s/^ExecStop=[^']*'//" -e "s/'\$//" -e 's/\\$//' -e 's/\$\$/$/g' >"$T/stop.sh"
status 0 sh -n "$T/stop.sh"
# All it waits for is less than TimeoutStopSec.
waits=$(($(sed -n 's/.*ends \([0-9][0-9]*\).*/\1/p' "$T/stop.sh" | paste -s -d + -)))
check "what stopping waits for" "$waits" 115
within "the manager's patience" "$(sed -n 's/^TimeoutStopSec=//p' "$unit")" $((waits + 1)) 120
# As it would be run, at a bridge that holds one call and does not end by itself.
cat >"$T/pa-bridge" <<STUB
#!/bin/sh
echo "\$*" >>"$T/asked"
case \$* in
    *list) echo "call  number" && echo "CA12ab  to" ;;
    *hangup*) kill -9 "\$MAINPID" ;;
esac
STUB
chmod 755 "$T/pa-bridge"
sed -i.old -e "s|/usr/local/bin/|$T/|g" -e 's/ends 80/ends 1/' "$T/stop.sh"
perl -e '$SIG{TERM} = "IGNORE"; print "up\n"; close STDOUT; sleep 60' >"$T/up" &
pids="$pids $!"
stubborn=$!
eventually 10 test -s "$T/up"
# Reaped at once, as a manager does: a process that has ended is there until then.
MAINPID=$stubborn sh "$T/stop.sh" &
stopping=$!
wait "$stubborn" 2>/dev/null
wait "$stopping"
check "it ends" $? 0
check "what it asks of the bridge" "$(tr '\n' '|' <"$T/asked")" "ctl list|ctl hangup --goodbye CA12ab|"
status 0 env -u MAINPID sh "$T/stop.sh"
check "of one that has gone, nothing" "$(wc -l <"$T/asked" | tr -d ' ')" 2
