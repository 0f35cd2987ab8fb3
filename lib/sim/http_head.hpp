// The head of an HTTP/1.1 message as a proxy handles it: split, changed, put together again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/http_message.hpp"

namespace pa::sim {

struct HttpHead {
    std::string first_line;  // "GET / HTTP/1.1", "HTTP/1.1 200 OK"
    Headers headers;         // in order, names as written

    /// `text` is all up to the empty line, or with it. nullopt if it is no such head.
    [[nodiscard]] static std::optional<HttpHead> parse(std::string_view text);
    /// With the empty line behind.
    [[nodiscard]] std::string text() const;

    [[nodiscard]] std::string_view header(std::string_view name) const;  // the first, or ""
    void remove(std::string_view name);
    void set(std::string_view name, std::string value);  // replaces all of that name

    [[nodiscard]] std::string_view method() const;  // of a request
    [[nodiscard]] std::string_view target() const;  // of a request
    [[nodiscard]] int status() const;               // of a response
    [[nodiscard]] bool upgrade() const;             // asks for, or grants, a WebSocket
    [[nodiscard]] std::optional<std::size_t> content_length() const;
};

/// What ngrok adds for the upstream: X-Forwarded-For and -Proto are appended to the client's own,
/// X-Forwarded-Host is the client's own if it sent one, else the Host.
void add_forwarding(HttpHead& request, std::string_view peer);

}  // namespace pa::sim
