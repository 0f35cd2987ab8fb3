// What is known about the ends of models and voices; see also retired_model() in settings.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pa::config {

struct ModelEnd {
    std::string_view model;      // a name, or the beginning of names if it ends in '*'
    std::string_view date;       // its last day, "2027-01-14"
    std::string_view successor;  // of the same kind and about the same price
};

/// The end announced for this model, past or to come, or nullptr.
[[nodiscard]] const ModelEnd* model_end(std::string_view model);
/// The sentence about a model that still answers but has an announced end.
[[nodiscard]] std::optional<std::string> ending_model(std::string_view model,
                                                      std::string_view today);
/// "gpt-realtime ends in 59 days, on 2027-01-20: change to gpt-realtime-2.1 before". Dates as
/// "2027-01-20".
[[nodiscard]] std::string ending(std::string_view model, std::string_view date,
                                 std::string_view successor, std::string_view today);
/// One of the GA voices, or a custom one ("voice_…").
[[nodiscard]] bool known_voice(std::string_view voice);
/// "alloy, ash, …", for messages.
[[nodiscard]] std::string voice_list();

}  // namespace pa::config
