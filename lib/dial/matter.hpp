// What a call that we place is about. The bridge is told of it before the call is made, and the
// ledger keeps it for a bridge that comes to be while the phone rings.
#pragma once

#include <chrono>
#include <string>

#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::dial {

/// Never part of a URL.
struct Matter {
    std::string to;                  // E.164
    std::string about;               // up to 64 KiB
    std::string persona;             // name or file, "" for the agent's own
    std::string machine = "hangup";  // or "message", "talk"
    std::string ack;                 // the question to be acknowledged, "" for none
    std::chrono::seconds ring{30};   // before the carrier gives up
};

/// The members of an object that is open.
void write_matter(json::Writer& w, const Matter& matter);
/// Whatever is not there is as in a Matter of nothing.
[[nodiscard]] Matter read_matter(json::Value object);

}  // namespace pa::dial
