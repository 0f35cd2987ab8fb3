#!/bin/sh
# Installs what the build and the tests need: apt-get (Debian, Ubuntu, WSL) or brew (macOS). With
# --if-missing it looks first and is silent where everything is there.
set -eu

debian='g++ cmake ninja-build pkg-config libcurl4-openssl-dev libwebsockets-dev libuv1-dev libssl-dev
        rapidjson-dev libcli11-dev libfmt-dev catch2 perl tzdata ca-certificates faketime'
debian_lint='clang-format clang-tidy shellcheck mandoc python3-icalendar'
debian_clang='clang'
debian_fuzz='clang libclang-rt-14-dev'
brew='cmake ninja pkgconf curl libwebsockets libuv openssl@3 rapidjson cli11 fmt catch2'

quiet=false lint=false clang=false fuzz=false
for arg; do
    case $arg in
        --if-missing) quiet=true ;;
        --lint) lint=true ;;
        --clang) clang=true ;;
        --fuzz) fuzz=true ;;
        *) echo "usage: setup.sh [--if-missing] [--lint] [--clang] [--fuzz]" >&2; exit 64 ;;
    esac
done

ngrok_line() {
    command -v ngrok >/dev/null 2>&1 && return 0
    echo "ngrok is not installed. It gives the agent its public address; install it yourself:"
    if [ "$(uname)" = Darwin ]; then
        echo "  brew install ngrok"
    else
        echo "  curl -sSL https://ngrok-agent.s3.amazonaws.com/ngrok.asc | sudo tee /etc/apt/trusted.gpg.d/ngrok.asc >/dev/null \\"
        echo "  && echo 'deb https://ngrok-agent.s3.amazonaws.com buster main' | sudo tee /etc/apt/sources.list.d/ngrok.list \\"
        echo "  && sudo apt update && sudo apt install ngrok"
    fi
}

apt() {
    wanted=$debian
    $lint && wanted="$wanted $debian_lint"
    $clang && wanted="$wanted $debian_clang"
    $fuzz && wanted="$wanted $debian_fuzz"
    missing=
    for p in $wanted; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || true)
        [ "$state" = installed ] || missing="$missing $p"
    done
    if [ -n "$missing" ]; then
        sudo=
        [ "$(id -u)" = 0 ] || sudo=sudo
        echo "installing:$missing"
        $sudo apt-get update -q
        # shellcheck disable=SC2086 # a list of names
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
    fi
}

if command -v apt-get >/dev/null 2>&1; then
    apt
elif command -v brew >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    brew list --versions $brew >/dev/null 2>&1 || brew install $brew
elif ! $quiet; then
    echo "neither apt-get nor brew is here; install these yourself (Debian's names): $debian" >&2
    exit 69
fi
$quiet || ngrok_line
