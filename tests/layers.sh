#!/bin/sh
# Keeps each folder of lib/ to what it may include: folder: what it may see.
set -eu
cd "$(dirname "$0")/../lib"
failed=0

may() {
    folder=$1
    shift
    [ -d "$folder" ] || return 0
    allowed="$folder"
    for other; do allowed="$allowed|$other"; done
    bad=$(grep -nE '^#include "[a-z_]+/' "$folder"/*.?pp | grep -vE "#include \"($allowed)/" || true)
    [ -z "$bad" ] || { printf 'lib/%s may include only %s:\n%s\n' "$folder" "$*" "$bad"; failed=1; }
}

# Third parties stay where they are wrapped.
only() {
    header=$1
    where=$2
    bad=$(grep -rnE "#include <($header)" . | grep -vE "^\./($where)" || true)
    [ -z "$bad" ] || { printf '<%s> belongs to %s:\n%s\n' "$header" "$where" "$bad"; failed=1; }
}

may base
may audio base
may json base
may config base
may cli base config
may call base audio
may twilio base json call/event.hpp call/action.hpp call
may openai base json call
may net base
may store audio base json call config
may agent base config
may act base json config store dial
may doctor act agent audio base bridge call carrier config dial json net openai report store tunnel twilio
may tunnel base json net
may carrier base config json net twilio
may dial base carrier config json net store tunnel twilio
may trace base json call
may extract base call config json net openai store
may report audio base call config json store
may bridge act agent audio base call carrier cli config dial json net openai report store trace tunnel twilio
bad=$(grep -rnE '#include "(bridge)/' sim || true)
[ -z "$bad" ] || { printf 'lib/sim must not know the bridge:\n%s\n' "$bad"; failed=1; }

only 'libwebsockets.h|uv.h|curl/' 'net/'
only 'rapidjson/' 'json/'
only 'CLI/' 'cli/tool.hpp'
# The call has no socket, no text of a protocol and no clock.
bad=$(grep -nE 'Clock::now|system_clock|steady_clock::now|rapidjson|<sys/socket' call/*.?pp || true)
[ -z "$bad" ] || { printf 'lib/call sees no clock and no wire:\n%s\n' "$bad"; failed=1; }
exit "$failed"
