#include "base/http_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/text.hpp"

namespace pa {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool printable_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// Takes ":port" off the end of `authority`; false if what stands there is no port.
bool cut_port(std::string_view& authority, int& port) {
    std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos || authority.ends_with(']')) return true;
    std::string_view digits = authority.substr(colon + 1);
    auto [end, err] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    authority = authority.substr(0, colon);
    return err == std::errc{} && end == digits.data() + digits.size() && port >= 1 && port <= 65535;
}

/// A name, an IPv4 address, or an IPv6 one in brackets.
bool host_name(std::string_view host) {
    if (host.size() > 2 && host.starts_with('[') && host.ends_with(']'))
        return host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") ==
               std::string_view::npos;
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return is_ascii_alnum(c) || c == '-' || c == '.' || c == '_';
    });
}

bool unreserved(char c) {
    return is_ascii_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

bool same_header(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return ascii_lower(x) == ascii_lower(y);
           });
}

std::string_view HttpResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (same_header(key, name)) return value;
    return {};
}

std::string url_encode(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (char c : text) {
        if (unreserved(c))
            out += c;
        else
            fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<std::uint8_t>(c));
    }
    return out;
}

std::string url_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' && plus_is_space ? ' ' : text[i];
        }
    }
    return out;
}

std::string form_encode(const Form& form) {
    std::string out;
    for (const auto& [name, value] : form) {
        if (!out.empty()) out += '&';
        out += url_encode(name);
        out += '=';
        out += url_encode(value);
    }
    return out;
}

Form form_decode(std::string_view body) {
    Form form;
    while (!body.empty()) {
        std::string_view field = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(body.size(), field.size() + 1));
        if (field.empty()) continue;
        std::string_view name = field.substr(0, field.find('='));
        field.remove_prefix(std::min(field.size(), name.size() + 1));
        form.emplace_back(url_decode(name), url_decode(field));
    }
    return form;
}

std::string_view form_value(const Form& form, std::string_view name) {
    for (const auto& [key, value] : form)
        if (key == name) return value;
    return {};
}

bool Url::parse(std::string_view text, Url& out) {
    std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0) return false;
    Url url;
    url.scheme = to_lower(text.substr(0, colon));
    if (!std::all_of(url.scheme.begin(), url.scheme.end(), is_ascii_alnum)) return false;
    text.remove_prefix(colon + 3);
    text = text.substr(0, text.find('#'));
    std::string_view authority = text.substr(0, text.find_first_of("/?"));
    text.remove_prefix(authority.size());
    if (!printable_ascii(authority)) return false;
    // Clients disagree on what a backslash is: one could be led elsewhere than where we think.
    if (authority.find('\\') != std::string_view::npos) return false;
    if (auto at = authority.rfind('@'); at != std::string_view::npos) {
        url.user_info = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    if (!cut_port(authority, url.port) || !host_name(authority)) return false;
    url.host = to_lower(authority);
    for (char c : text)
        if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return false;
    url.target = text.empty() || text.front() != '/' ? "/" + std::string(text) : std::string(text);
    out = std::move(url);
    return true;
}

bool Url::loopback() const {
    return host == "localhost" || host == "[::1]" ||
           (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::string Url::origin() const {
    return port == 0 ? fmt::format("{}://{}", scheme, host)
                     : fmt::format("{}://{}:{}", scheme, host, port);
}

}  // namespace pa
