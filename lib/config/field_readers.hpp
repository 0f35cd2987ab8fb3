// From the text of a setting to a value: one function per kind. Used by the table in fields.cpp
// only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/fields.hpp"

namespace pa::config {

[[nodiscard]] Complaint read_whole(std::string_view text, int from, int to, int& out);
/// A numeric IPv4 or IPv6 address.
[[nodiscard]] Complaint read_address(std::string text, std::string& out);
/// "yes" or "no", as people write them: true and false, on and off, 1 and 0.
[[nodiscard]] Complaint read_switch(std::string_view text, bool& out);
/// US dollars, "$" allowed.
[[nodiscard]] Complaint read_money(std::string_view text, std::optional<double>& out);
/// Twilio's: two letters and 32 hexadecimal digits.
[[nodiscard]] Complaint read_sid(std::string_view prefix, std::string text, std::string& out);
/// Printable ASCII without blanks, and not the placeholder of an example.
[[nodiscard]] Complaint read_secret(std::string text, Secret& out);
[[nodiscard]] Complaint read_phone(std::string_view text, std::optional<PhoneNumber>& out);
/// Separated by commas or semicolons, or each with its '+'.
[[nodiscard]] Complaint read_phones(std::string_view text, std::vector<PhoneNumber>& out);
/// "http" or "ws" family: the secure scheme, or the plain one where the host is loopback. Trailing
/// slashes are taken off; user names, queries and fragments are refused.
[[nodiscard]] Complaint read_base(std::string_view family, std::string text, std::string& out);
[[nodiscard]] Complaint read_quiet_hours(std::string_view text, std::optional<QuietHours>& out);
[[nodiscard]] Complaint read_countries(std::string_view text, std::vector<std::string>& out);
/// ISO 639-1, also as the beginning of "ko-KR" or "ko_KR".
[[nodiscard]] Complaint read_language(std::string_view text, std::string& out);
[[nodiscard]] Complaint read_timezone(std::string text, std::string& out);
[[nodiscard]] Complaint read_model(std::string text, std::string& out);
[[nodiscard]] Complaint read_voice(std::string text, std::string& out);
/// Four or more digits; blanks and dashes between them are dropped.
[[nodiscard]] Complaint read_pin(std::string_view text, Secret& out);

}  // namespace pa::config
