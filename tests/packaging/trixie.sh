#!/bin/sh
# make check-trixie: builds and tests in a fresh Debian 13, whose libwebsockets, Catch2, fmt, CLI11 and compilers
# are newer ones.
#   sh tests/packaging/trixie.sh [FOLDER]        JOBS: how many compilers at a time; TESTS: scripts of tests/cli
set -eu
cd "$(dirname "$0")"
. ./chroot.sh
root=$(cd ../.. && pwd) folder=${1:-${TMPDIR:-/tmp}/chroot-trixie}
need debootstrap tar
# The packages that setup.sh would install, and what the scripts use.
packages=$(sed -n "/^debian='/,/'\$/p" "$root/share/setup.sh" | tr -d "'" | sed 's/^debian=//')
echo "a fresh Debian 13, from $(mirror)"
# shellcheck disable=SC2086 # a list of names
fresh trixie "$folder" $packages procps git make ccache
inside "$folder" sh -c 'dpkg-query -W g++ cmake libwebsockets-dev catch2 libfmt-dev libcli11-dev libcurl4-openssl-dev'

mkdir "$folder/src"
tar -C "$root" --exclude=./build\* --exclude=./.git -cf - . | tar -C "$folder/src" -xf -
# Compiled once, compiled for good: the cache outlives the chroot.
mkdir -p "$folder.ccache" "$folder/ccache"
mount --bind "$folder.ccache" "$folder/ccache"
trap 'umount "$folder/ccache"; umount "$folder/proc"' EXIT
cat >"$folder/check.sh" <<'CHECK'
set -eu
cd /src
export CCACHE_DIR=/ccache
cmake -S . -B build -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
ninja -C build -j "$1"
shift
build/tests/unit_tests
PATH="/src/build/tools:$PATH" sh tests/cli/run.sh "$@"
CHECK
# shellcheck disable=SC2086 # a list of names
inside "$folder" sh /check.sh "${JOBS:-2}" ${TESTS:-}
