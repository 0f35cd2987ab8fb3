// The functions that are shipped (share/functions): what the agent can do while it speaks. Each
// takes its arguments as a JSON object and answers with one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "config/settings.hpp"

namespace pa::act {

struct FunctionContext {
    const config::Settings& settings;
    WallTime now{};
    std::string call_id;  // the same for the same wish: what was done for it is not done again
    std::string caller;   // number of the other side, or ""
    /// "in half an hour" or RFC 3339; nullopt if it names no time to come.
    std::function<std::optional<WallTime>(std::string_view)> read_time;
};

/// now, todo-list, todo-add, todo-done, calendar-next, remember, call-me-later.
[[nodiscard]] const std::vector<std::string_view>& shipped_functions();

/// {"description": …, "parameters": …}; Errc::usage if there is none of that name.
[[nodiscard]] Result<std::string> describe_function(std::string_view name);

/// One line of JSON. A wish that cannot be granted is {"error": "…"} too: the model is to read it.
/// Errc::data if the arguments are no object.
[[nodiscard]] Result<std::string> call_function(std::string_view name, std::string_view arguments,
                                                const FunctionContext& context);

}  // namespace pa::act
