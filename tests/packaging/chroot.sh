# For the checks in a fresh Debian: makes it with debootstrap, and runs commands in it. Sourced, as root.
# shellcheck shell=sh

# mirror: $MIRROR, else where this machine's own apt gets Debian from.
mirror() {
    if [ -n "${MIRROR:-}" ]; then
        echo "$MIRROR"
        return
    fi
    found=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        sed -n 's|^Debian \(.*/debian\)/*$|\1|p' | head -n 1)
    echo "${found:-http://deb.debian.org/debian}"
}

need() {
    for program; do
        command -v "$program" >/dev/null 2>&1 || { echo "$program is not installed" >&2; exit 69; }
    done
    [ "$(id -u)" = 0 ] || { echo "a chroot needs root" >&2; exit 69; }
}

# fresh SUITE FOLDER [PACKAGE…]: what is there already is kept for the next time in FOLDER.base.
fresh() {
    suite=$1 folder=$2
    shift 2
    if [ ! -f "$folder.base/.complete" ]; then
        rm -rf "$folder.base"
        packages=$(printf '%s,' "$@")
        debootstrap --variant=minbase ${packages:+--include="${packages%,}"} "$suite" "$folder.base" \
            "$(mirror)" >"$folder.log" 2>&1 || { tail -n 20 "$folder.log" >&2; exit 75; }
        touch "$folder.base/.complete"
    fi
    # What an interrupted run left mounted is not ours to delete.
    for mounted in ccache proc; do umount "$folder/$mounted" 2>/dev/null || true; done
    rm -rf --one-file-system "$folder"
    cp -a --reflink=auto "$folder.base" "$folder"
    mount -t proc proc "$folder/proc"
    trap 'umount "$folder/proc"' EXIT
    trap 'exit 1' INT TERM HUP
}

# inside FOLDER COMMAND…: with nothing of this machine's environment.
inside() {
    folder=$1
    shift
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive chroot "$folder" "$@"
}
