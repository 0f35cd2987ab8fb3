// The exit statuses of all tools, in one place. Scripts rely on the numbers.
#pragma once

#include "base/result.hpp"

namespace pa::cli {

enum class Exit : int {
    yes = 0,
    no = 1,
    // How a call ended (pa-dial --wait).
    no_answer = 10,
    busy = 11,
    cancelled = 12,
    carrier_failed = 13,
    machine = 14,
    not_acknowledged = 15,
    refused = 16,
    // sysexits.h
    usage = 64,
    data = 65,
    unavailable = 69,
    bug = 70,
    io = 74,
    later = 75,
    credentials = 77,
    config = 78,
};

[[nodiscard]] Exit exit_of(Errc code);

}  // namespace pa::cli
