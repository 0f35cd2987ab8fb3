#include "sim/http_head.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace pa::sim {

namespace {

std::string_view word(std::string_view line, std::size_t index) {
    const auto words = split(line, ' ');
    return index < words.size() ? words[index] : std::string_view();
}

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number n{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return n;
}

void append(HttpHead& head, std::string_view name, std::string_view value) {
    const std::string before(head.header(name));
    head.set(name, before.empty() ? std::string(value) : before + ", " + std::string(value));
}

}  // namespace

std::optional<HttpHead> HttpHead::parse(std::string_view text) {
    HttpHead head;
    for (auto line : split(text, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) break;
        if (head.first_line.empty()) {
            head.first_line = line;
            continue;
        }
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) return std::nullopt;
        head.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    }
    if (head.first_line.find("HTTP/1.") == std::string::npos) return std::nullopt;
    return head;
}

std::string HttpHead::text() const {
    std::string out = first_line + "\r\n";
    for (const auto& [name, value] : headers)
        out.append(name).append(": ").append(value).append("\r\n");
    return out + "\r\n";
}

std::string_view HttpHead::header(std::string_view name) const {
    for (const auto& [n, value] : headers) {
        if (same_header(n, name)) return value;
    }
    return {};
}

void HttpHead::remove(std::string_view name) {
    auto same = [&](const auto& h) { return same_header(h.first, name); };
    headers.erase(std::remove_if(headers.begin(), headers.end(), same), headers.end());
}

void HttpHead::set(std::string_view name, std::string value) {
    remove(name);
    headers.emplace_back(name, std::move(value));
}

std::string_view HttpHead::method() const { return word(first_line, 0); }
std::string_view HttpHead::target() const { return word(first_line, 1); }
int HttpHead::status() const { return number<int>(word(first_line, 1)).value_or(0); }
bool HttpHead::upgrade() const { return to_lower(header("upgrade")) == "websocket"; }

std::optional<std::size_t> HttpHead::content_length() const {
    return number<std::size_t>(header("content-length"));
}

void add_forwarding(HttpHead& request, std::string_view peer) {
    append(request, "X-Forwarded-For", peer);
    append(request, "X-Forwarded-Proto", "https");
    if (request.header("x-forwarded-host").empty())
        request.set("X-Forwarded-Host", std::string(request.header("host")));
}

}  // namespace pa::sim
