#include "config/value.hpp"

#include "base/text.hpp"

namespace pa::config {
namespace {

bool comment_or_nothing(std::string_view rest) {
    rest = trim(rest);
    return rest.empty() || rest.front() == '#';
}

std::string plain(std::string_view raw) {
    for (std::size_t i = 0; i < raw.size(); ++i)
        if (raw[i] == '#' && (i == 0 || raw[i - 1] == ' ' || raw[i - 1] == '\t'))
            return std::string(trim(raw.substr(0, i)));
    return std::string(trim(raw));
}

void unescape(char c, std::string& out) {
    switch (c) {
        case 'n': out += '\n'; break;
        case 't': out += '\t'; break;
        case '"':
        case '\\':
        case '$': out += c; break;
        default: (out += '\\') += c;  // a Windows path in quotes keeps its backslashes
    }
}

/// The text up to the closing quote; returns the position behind it, or npos.
std::size_t quoted(std::string_view raw, std::string& out) {
    const char quote = raw.front();
    for (std::size_t i = 1; i < raw.size(); ++i) {
        if (raw[i] == quote) return i + 1;
        if (quote == '"' && raw[i] == '\\' && i + 1 < raw.size())
            unescape(raw[++i], out);
        else
            out += raw[i];
    }
    return std::string_view::npos;
}

}  // namespace

std::optional<std::string> read_value(std::string_view raw, std::string& out) {
    out.clear();
    raw = trim(raw);
    if (raw.empty() || (raw.front() != '"' && raw.front() != '\'')) {
        out = plain(raw);
        return std::nullopt;
    }
    const std::size_t end = quoted(raw, out);
    if (end == std::string_view::npos) return "the quote is never closed";
    if (!comment_or_nothing(raw.substr(end))) return "something stands behind the closing quote";
    return std::nullopt;
}

}  // namespace pa::config
