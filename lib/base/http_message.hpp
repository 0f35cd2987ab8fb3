// HTTP requests and responses as plain data, without a transport. Building a request and reading a
// response are pure functions in the wire folders; `net::Http` carries them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pa {

/// In order, repeats kept. Names of headers compare without regard to case.
using Headers = std::vector<std::pair<std::string, std::string>>;
/// Decoded names and values of a form, in order, repeats kept.
using Form = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    Headers headers;
    std::string body;
    std::chrono::milliseconds timeout{30'000};  // for the whole exchange
    std::string unix_socket;                    // path; if set, the host in the URL is only a name
    std::string user, password;                 // HTTP Basic, if user is set; never logged
};

struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;

    /// The first header of that name, or "".
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

[[nodiscard]] bool same_header(std::string_view a, std::string_view b);

/// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3.
[[nodiscard]] std::string url_encode(std::string_view text);
/// Decodes %XX (a broken escape stays as it is) and, with `plus_is_space`, '+'.
[[nodiscard]] std::string url_decode(std::string_view text, bool plus_is_space = true);

/// application/x-www-form-urlencoded, both ways. A field without '=' has an empty value.
[[nodiscard]] std::string form_encode(const Form& form);
[[nodiscard]] Form form_decode(std::string_view body);
/// The first value of that name, or "".
[[nodiscard]] std::string_view form_value(const Form& form, std::string_view name);

/// An absolute URL in its parts. `port` is 0 where none is written; `target` is path and query, at
/// least "/"; a fragment is dropped.
struct Url {
    std::string scheme;  // lower case
    std::string user_info;
    std::string host;  // lower case, brackets of an IPv6 literal kept
    int port = 0;
    std::string target = "/";

    [[nodiscard]] static bool parse(std::string_view text, Url& out);
    [[nodiscard]] bool secure() const { return scheme == "https" || scheme == "wss"; }
    [[nodiscard]] int effective_port() const { return port != 0 ? port : secure() ? 443 : 80; }
    /// 127.0.0.0/8, ::1 or localhost.
    [[nodiscard]] bool loopback() const;
    /// scheme://host[:port], without user info, target or a trailing slash.
    [[nodiscard]] std::string origin() const;
};

}  // namespace pa
