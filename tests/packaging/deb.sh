#!/bin/sh
# make check-deb: the package is without errors for lintian; in a fresh Debian 12 it installs with nothing but
# what it names, runs a simulated call, and leaves nothing behind when it is purged.
#   sh tests/packaging/deb.sh PACKAGE.deb [FOLDER]
set -eu
cd "$(dirname "$0")"
. ./chroot.sh
deb=$1 folder=${2:-${TMPDIR:-/tmp}/chroot-bookworm}
need debootstrap lintian dpkg-deb

echo "lintian"
lintian --allow-root --fail-on error "$deb"
dpkg-deb --field "$deb" Description | grep -q 'No licence has been chosen' || { echo "the package does not say that there is no licence" >&2; exit 1; }

echo "a fresh Debian 12"
fresh bookworm "$folder" ca-certificates
list() { (cd "$folder" && find etc usr var/lib opt srv bin sbin -xdev ! -path 'var/lib/apt/*' ! -path 'var/lib/dpkg/*' \
    ! -path 'usr/share/doc/*' | sort); }
# What it depends on comes first and stays; then only the package itself makes a difference.
cp "$deb" "$folder/tmp/phone-agent.deb"
inside "$folder" apt-get update -q >"$folder.log" 2>&1
inside "$folder" apt-get install -y -q --no-install-recommends /tmp/phone-agent.deb >>"$folder.log" 2>&1 ||
    { tail -n 20 "$folder.log" >&2; exit 1; }
inside "$folder" apt-get purge -y -q phone-agent >>"$folder.log" 2>&1
list >"$folder.before"
inside "$folder" apt-get install -y -q --no-install-recommends /tmp/phone-agent.deb >>"$folder.log" 2>&1
list >"$folder.installed"
cmp -s "$folder.before" "$folder.installed" && { echo "nothing was installed" >&2; exit 1; }

echo "it runs"
for tool in pa-act pa-bridge pa-dial pa-doctor pa-extract pa-report pa-sim pa-tunnel pa-webhook-sync; do
    inside "$folder" "$tool" --version
done
inside "$folder" grep -q 'ExecStart=/usr/bin/pa-bridge ' /usr/share/phone-agent/systemd/phone-agent-bridge.service
# shellcheck disable=SC2016 # the shell in there
inside "$folder" sh -c 'ip link set lo up 2>/dev/null; sh /usr/share/phone-agent/demo/demo.sh /tmp/demo' >"$folder.demo" 2>&1 ||
    { tail -n 30 "$folder.demo" >&2; exit 1; }
grep -q 'pa-dial: answered' "$folder.demo" || { echo "no call was held" >&2; tail -n 30 "$folder.demo" >&2; exit 1; }
echo "a simulated call was held"

inside "$folder" apt-get purge -y -q phone-agent >>"$folder.log" 2>&1
list >"$folder.after"
diff "$folder.before" "$folder.after" || { echo "this was left behind" >&2; exit 1; }
if inside "$folder" dpkg-query -W phone-agent 2>/dev/null | grep -q .; then
    [ -z "$(inside "$folder" dpkg-query -W -f '${db:Status-Status}' phone-agent 2>/dev/null | grep -x installed)" ] ||
        { echo "it is still installed" >&2; exit 1; }
fi
echo "and nothing was left behind"
