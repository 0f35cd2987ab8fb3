#!/bin/sh
# Format, clang-tidy, shell scripts, man pages, layers. Everything is an error. Usage: lint.sh BUILD
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
sh share/setup.sh --if-missing --lint
failed=0

echo "lint: clang-format"
git ls-files 'lib/*.?pp' 'tools/*.?pp' 'tests/*.?pp' | xargs clang-format --dry-run --Werror || failed=1

echo "lint: layers"
sh tests/layers.sh || failed=1

echo "lint: shellcheck"
git ls-files '*.sh' | xargs shellcheck -S warning || failed=1

echo "lint: man pages"
for page in share/man/man*/*; do
    [ -e "$page" ] || continue
    # The owner's licence and a system's name are not ours to state.
    mandoc -Tlint -Wwarning "$page" || failed=1
    # Nor whether the pages are installed that it refers to.
    mandoc -Tlint "$page" | grep -v 'referenced manual not found' && failed=1
done

if command -v systemd-analyze >/dev/null; then
    echo "lint: units"
    for unit in share/systemd/*.service; do
        systemd-analyze security --offline=true --threshold=25 "$unit" >/dev/null || {
            echo "$unit: more exposed than 2.5 (systemd-analyze security)"
            failed=1
        }
    done
fi

echo "lint: clang-tidy"
# The compiler's precompiled headers are not clang's: a configuration without them, never built.
tidy=$build-tidy
cmake -S . -B "$tidy" -G Ninja -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DBUILD_TESTING=OFF >/dev/null
git ls-files 'lib/*.cpp' 'tools/*.cpp' |
    xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 4 clang-tidy --quiet -p "$tidy" >"$tidy/findings" 2>"$tidy/noise" || failed=1
grep -E 'warning:|error:' "$tidy/findings" || true

[ "$failed" = 0 ] && echo "lint: clean"
exit "$failed"
