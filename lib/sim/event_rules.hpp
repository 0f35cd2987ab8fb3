// What the Realtime API accepts from a client: known fields, types and values of each event. As at
// the service one unknown field is an error, and nothing of the event is applied.
#pragma once

#include <optional>
#include <string>

#include "json/document.hpp"

namespace pa::sim {

/// What the error event says.
struct EventError {
    std::string code, message, param;  // code "": null
    std::string type = "invalid_request_error";
};

/// nullopt if the event is well-formed. Tables from the GA schema; 24 kHz PCM and mu-law are the
/// formats that this simulator speaks, A-law is refused.
[[nodiscard]] std::optional<EventError> check_client_event(json::Value event);

}  // namespace pa::sim
