#include "config/field_readers.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/http_message.hpp"
#include "base/text.hpp"
#include "base/wall_time.hpp"

namespace pa::config {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// The values that the examples of this project, its predecessor and the services' manuals show.
bool is_placeholder(std::string_view text) {
    return text.find("...") != std::string_view::npos ||
           text.find("xxx") != std::string_view::npos ||
           text.find("your_") != std::string_view::npos ||
           text.find("YOUR_") != std::string_view::npos;
}

/// "07:00" or "7:00" to minutes of the day; -1 if it is none. 24:00 is the end of the day.
int minute_of(std::string_view text) {
    const auto parts = split(trim(text), ':');
    if (parts.size() != 2 || !all_digits(parts[0]) || parts[0].size() > 2) return -1;
    if (!all_digits(parts[1]) || parts[1].size() != 2) return -1;
    int hour = 0, minute = 0;
    std::from_chars(parts[0].data(), parts[0].data() + parts[0].size(), hour);
    std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), minute);
    const int at = hour * 60 + minute;
    return minute > 59 || at > 24 * 60 ? -1 : at;
}

/// "a, b; +c +d" to its pieces, without empty ones.
std::vector<std::string_view> list_items(std::string_view text) {
    std::vector<std::string_view> items;
    std::size_t begin = 0;
    auto end_item = [&](std::size_t end) {
        if (auto item = trim(text.substr(begin, end - begin)); !item.empty()) items.push_back(item);
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != ',' && text[i] != ';' && text[i] != '+') continue;
        end_item(i);
        begin = text[i] == '+' ? i : i + 1;
    }
    end_item(text.size());
    return items;
}

}  // namespace

Complaint read_whole(std::string_view text, int from, int to, int& out) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < from || value > to)
        return fmt::format("\"{}\" is no whole number from {} to {}", text, from, to);
    out = value;
    return std::nullopt;
}

Complaint read_switch(std::string_view text, bool& out) {
    const std::string word = to_lower(text);
    for (std::string_view yes : {"yes", "true", "on", "1"})
        if (word == yes) return out = true, std::nullopt;
    for (std::string_view no : {"no", "false", "off", "0"})
        if (word == no) return out = false, std::nullopt;
    return fmt::format("\"{}\" is neither yes nor no", text);
}

Complaint read_money(std::string_view text, std::optional<double>& out) {
    std::string_view digits = text;
    if (digits.starts_with('$')) digits = trim(digits.substr(1));
    const auto parts = split(digits, '.');
    const bool plain = parts.size() <= 2 && all_digits(parts[0]) && digits.size() < 16 &&
                       (parts.size() == 1 || all_digits(parts[1]));
    if (!plain) return fmt::format("\"{}\" is no amount in US dollars such as 1.50", text);
    out = std::strtod(std::string(digits).c_str(), nullptr);
    return std::nullopt;
}

Complaint read_sid(std::string_view prefix, std::string text, std::string& out) {
    const std::string_view digits =
        std::string_view(text).substr(std::min(text.size(), prefix.size()));
    const bool hex_digits = std::all_of(digits.begin(), digits.end(), [](char c) {
        return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
    });
    if (!text.starts_with(prefix) || digits.size() != 32 || !hex_digits)
        return fmt::format("not {} and 32 hexadecimal digits: copy it from the Twilio Console",
                           prefix);
    out = std::move(text);
    return std::nullopt;
}

Complaint read_secret(std::string text, Secret& out) {
    if (is_placeholder(text)) return "still the placeholder of an example: put the real one there";
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; }))
        return "holds a blank or a character that no key has: copy it again";
    out = Secret(std::move(text));
    return std::nullopt;
}

Complaint read_phone(std::string_view text, std::optional<PhoneNumber>& out) {
    auto number = PhoneNumber::parse(text);
    if (!number) return number.error().what;
    out = std::move(*number);
    return std::nullopt;
}

Complaint read_phones(std::string_view text, std::vector<PhoneNumber>& out) {
    std::vector<PhoneNumber> numbers;
    for (std::string_view item : list_items(text)) {
        auto number = PhoneNumber::parse(item);
        if (!number) return number.error().what;
        numbers.push_back(std::move(*number));
    }
    out = std::move(numbers);
    return std::nullopt;
}

Complaint read_address(std::string text, std::string& out) {
    in6_addr any{};
    if (::inet_pton(AF_INET, text.c_str(), &any) != 1 &&
        ::inet_pton(AF_INET6, text.c_str(), &any) != 1)
        return fmt::format("\"{}\" is no numeric address such as 127.0.0.1", text);
    out = std::move(text);
    return std::nullopt;
}

Complaint read_base(std::string_view family, std::string text, std::string& out) {
    Url url;
    const std::string secure = std::string(family) + "s";
    if (!Url::parse(text, url) || (url.scheme != family && url.scheme != secure) ||
        !url.user_info.empty() || text.find_first_of("?# ") != std::string::npos)
        return fmt::format("not an address such as {}://host/path", secure);
    if (!url.secure() && !url.loopback())
        return fmt::format(
            "{}:// would send keys in the clear: use {}:// (plain {} is for 127.0.0.1 only)",
            family, secure, family);
    while (text.ends_with('/')) text.pop_back();
    out = std::move(text);
    return std::nullopt;
}

Complaint read_quiet_hours(std::string_view text, std::optional<QuietHours>& out) {
    std::string plain = replace_all(std::string(text), "\xE2\x80\x93", "-");  // en dash
    std::replace(plain.begin(), plain.end(), '~', '-');
    const auto ends = split(plain, '-');
    QuietHours hours;
    if (ends.size() == 2) hours = {minute_of(ends[0]), minute_of(ends[1])};
    if (ends.size() != 2 || hours.from < 0 || hours.to < 0 || hours.from == hours.to)
        return fmt::format("\"{}\" is no span such as 22:30-07:00", text);
    out = hours;
    return std::nullopt;
}

Complaint read_countries(std::string_view text, std::vector<std::string>& out) {
    std::string plain(text);
    std::replace_if(
        plain.begin(), plain.end(), [](char c) { return c == ' ' || c == ';' || c == '+'; }, ',');
    std::vector<std::string> codes;
    for (std::string_view code : split(plain, ',')) {
        if (code.empty()) continue;
        if (!all_digits(code) || code.size() > 3 || code.front() == '0')
            return fmt::format("\"{}\" is no country calling code such as 82", code);
        codes.emplace_back(code);
    }
    if (codes.empty()) return "names no country calling code such as 82";
    out = std::move(codes);
    return std::nullopt;
}

Complaint read_language(std::string_view text, std::string& out) {
    const std::string code = to_lower(text.substr(0, text.find_first_of("-_")));
    const bool letters =
        std::all_of(code.begin(), code.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (code.size() != 2 || !letters)
        return fmt::format("\"{}\" is no language code such as ko or en (ISO 639-1)", text);
    out = code;
    return std::nullopt;
}

Complaint read_timezone(std::string text, std::string& out) {
    if (!known_timezone(text))
        return fmt::format(
            "\"{}\" is in no time zone table: write it as Asia/Seoul "
            "(the package tzdata holds the table)",
            text);
    out = std::move(text);
    return std::nullopt;
}

Complaint read_model(std::string text, std::string& out) {
    if (auto gone = retired_model(text, to_iso(wall_now()).substr(0, 10))) return gone;
    if (text.find_first_of(" \t") != std::string::npos) return "a model's name has no blanks";
    out = std::move(text);
    return std::nullopt;
}

Complaint read_voice(std::string text, std::string& out) {
    if (auto gone = retired_voice(to_lower(text))) return gone;
    if (text.find_first_of(" \t") != std::string::npos) return "a voice's name has no blanks";
    out = std::move(text);
    return std::nullopt;
}

Complaint read_pin(std::string_view text, Secret& out) {
    std::string digits;
    for (char c : text)
        if (c != ' ' && c != '-') digits += c;
    if (!all_digits(digits) || digits.size() < 4 || digits.size() > 12)
        return "a PIN has 4 to 12 digits";
    out = Secret(std::move(digits));
    return std::nullopt;
}

}  // namespace pa::config
