// The table of all settings: name, what to tell who misses it, and how its text becomes a value.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace pa::config {

/// What is wrong with a text and what it should be, so that "PORT in /x/.env: <complaint>" is a
/// sentence; nullopt if all is well. Complaints never repeat a secret.
using Complaint = std::optional<std::string>;

struct Field {
    std::string_view name;
    std::string_view remedy;  // where to get it or how it looks, for who has not set it
    bool secret;
    Complaint (*read)(Settings& settings,
                      std::string& text);      // takes it; on a complaint the default stays
    bool (*is_set)(const Settings& settings);  // nullptr: has a default
};

/// All, in the order of the documentation.
[[nodiscard]] std::span<const Field> fields();
[[nodiscard]] const Field* find_field(std::string_view name);

}  // namespace pa::config
