#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "config/settings.hpp"
#include "config/value.hpp"

namespace pa::config {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && !is_digit(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_ascii_alnum(c) || c == '_'; });
}

std::string_view without_export(std::string_view line) {
    constexpr std::string_view word = "export";
    if (!line.starts_with(word) || line.size() == word.size()) return line;
    const char next = line[word.size()];
    return next == ' ' || next == '\t' ? trim(line.substr(word.size())) : line;
}

/// What is wrong with the line, or nullopt. Never repeats the line: it may hold a secret.
std::optional<std::string> read_line(std::string_view line,
                                     std::map<std::string, std::string>& values) {
    if (!is_utf8(line)) return "not UTF-8";
    line = without_export(line);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return "not NAME=VALUE";
    const std::string_view name = trim(line.substr(0, equals));
    if (!is_name(name)) return "what stands before '=' is no name";
    std::string value;
    if (auto wrong = read_value(line.substr(equals + 1), value))
        return fmt::format("{}: {}", name, *wrong);
    values[std::string(name)] = std::move(value);
    return std::nullopt;
}

}  // namespace

std::map<std::string, std::string> parse_env(std::string_view text,
                                             std::vector<std::string>* warnings) {
    std::map<std::string, std::string> values;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        if (warnings != nullptr) warnings->push_back("line 1: UTF-16, save the file as UTF-8");
        return values;
    }
    int number = 0;
    for (std::string_view line : split(text, '\n')) {
        ++number;
        line = trim(line);
        if (line.empty() || line.front() == '#') continue;
        auto wrong = read_line(line, values);
        if (wrong && warnings != nullptr)
            warnings->push_back(fmt::format("line {}: {}; skipped", number, *wrong));
    }
    return values;
}

}  // namespace pa::config
