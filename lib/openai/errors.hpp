// What the service means by its refusals, over HTTP and on the Realtime socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/http_message.hpp"
#include "base/result.hpp"

namespace pa::openai {

/// A refused REST request or upgrade. Errc::credentials for 401, and for 403 (the key may not do
/// this); Errc::later where a repetition may help (408, 409, 429, 5xx); else Errc::unavailable,
/// also for a 429 that means an empty account: that is never worth another try. The body may be no
/// JSON.
[[nodiscard]] Error openai_error(const HttpResponse& response);

/// How long the service asks to wait [ms]; nullopt if it does not say.
[[nodiscard]] std::optional<std::int64_t> retry_after_ms(const HttpResponse& response);

/// Whether an error event or failed response with this code makes the session useless and a new one
/// too: key, account, model. Others leave the session as it was.
[[nodiscard]] bool fatal_realtime_code(std::string_view code);

/// For people: what a code means and the remedy; "" for a code we do not know.
[[nodiscard]] std::string_view explanation_of(std::string_view code);

}  // namespace pa::openai
