# What `make install` puts in place runs from there and finds its files.
. ./lib.sh
build=$(cd "$(dirname "$(command -v pa-sim)")/.." && pwd)
[ -f "$build/cmake_install.cmake" ] || { echo "skipped: not run from a build, nothing to install"; exit 0; }
cmake --install "$build" --prefix "$T/prefix" >"$T/install.out" 2>&1 || fail "$(cat "$T/install.out")"
for tool in pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim pa-tunnel pa-webhook-sync; do
    status 0 "$T/prefix/bin/$tool" --version
done
for file in personas/default.md personas/morning-call.md report/page.html scenarios/morning-call.json clips/clips.json \
    schema/call-log.json skill/SKILL.md doc/README.ko.md demo/demo.sh cron/phone-agent-due.crontab hooks/after-call env.example; do
    holds test -s "$T/prefix/share/phone-agent/$file"
done
for tool in pa-act pa-dial pa-doctor pa-extract pa-report pa-tunnel pa-webhook-sync; do
    holds test -s "$T/prefix/share/man/man1/$tool.1"
done
for file in bash-completion/completions/pa-report fish/vendor_completions.d/pa-report.fish zsh/site-functions/_phone-agent; do
    holds test -s "$T/prefix/share/$file"
done

# Away from the source and the build.
cd "$T" || exit 1
PATH="$T/prefix/bin:$(echo "$PATH" | sed "s|$build/tools:||")"
check "the one that is installed" "$(command -v pa-doctor)" "$T/prefix/bin/pa-doctor"
status 0 pa-doctor --init "$T/new"
holds test -s "$T/new/persona.md"
holds test -s "$T/new/.env"
check "a function that is shipped" "$("$T/new/functions/now" --describe | cut -c1-31)" '{"description":"The time and th'
echo "what a file says" >"$T/matter"
status 0 pa-bridge -C "$T/new" --show-prompt --about "@$T/matter"
contains "the matter" "$(out)" "what a file says"
status 0 pa-bridge -C "$T/new" --show-prompt --persona morning-call
contains "a persona that is shipped" "$(out)" "하나"
for option in --stranger --inbound --about=x --persona=coach; do
    status 64 pa-bridge -C "$T/new" "$option"
    contains "with what it goes" "$(err)" "requires --show-prompt"
done
start openai pa-sim openai --scenario short
contains "a scenario and the clips" "$ready" '"event":"ready"'
# A link to it elsewhere finds them too.
mkdir "$T/bin"
ln -s "$T/prefix/bin/pa-doctor" "$T/bin/pa-doctor"
status 0 "$T/bin/pa-doctor" --init "$T/other"

# What was installed elsewhere says so, and goes again.
check "where the unit finds the bridge" "$(grep -c "^ExecStart=$T/prefix/bin/pa-bridge " "$T/prefix/share/phone-agent/systemd/phone-agent-bridge.service")" 1
check "units that name another place" "$(grep -rl /usr/local/bin/pa- "$T/prefix/share/phone-agent/systemd" "$T/prefix/share/phone-agent/launchd" "$T/prefix/share/phone-agent/cron" "$T/prefix/share/phone-agent/examples")" ""
status 0 make -s -C "$root" uninstall BUILD="$build" PREFIX="$T/prefix"
check "what is left" "$(find "$T/prefix" -type f -o -name phone-agent)" ""
