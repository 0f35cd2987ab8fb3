// How the operator's requests are answered: JSON, and what went wrong as {"error": sentence}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "json/writer.hpp"
#include "net/server.hpp"

namespace pa::bridge {

inline void answer_json(const net::Responder& responder, int status, std::string_view body) {
    responder.answer(status, "application/json", body);
}

inline void answer_error(const net::Responder& responder, int status, std::string_view what) {
    json::Writer w;
    w.start().object().member("error", what).end();
    answer_json(responder, status, w.view());
}

/// What may be missing: null.
template <class T>
void write_optional(json::Writer& w, std::string_view name, const std::optional<T>& value) {
    w.key(name);
    value ? w.value(*value) : w.null();
}
inline void write_optional(json::Writer& w, std::string_view name, const std::string& text) {
    w.key(name);
    text.empty() ? w.null() : w.value(text);
}

/// The HTTP status of an error, and back: who asks by HTTP is to end as pa-dial would.
[[nodiscard]] constexpr int http_status_of(Errc code) {
    switch (code) {
        case Errc::no: return 404;
        case Errc::data: return 400;
        case Errc::refused: return 403;
        case Errc::config: return 500;
        case Errc::credentials: return 401;
        case Errc::unavailable: return 502;
        case Errc::io: return 507;
        default: return 503;
    }
}
[[nodiscard]] constexpr Errc errc_of_http(int status) {
    switch (status) {
        case 404: return Errc::no;
        case 400: return Errc::data;
        case 403: return Errc::refused;
        case 500: return Errc::config;
        case 401: return Errc::credentials;
        case 502: return Errc::unavailable;
        case 507: return Errc::io;
        default: return Errc::later;
    }
}

inline void answer_error(const net::Responder& responder, const Error& error) {
    answer_error(responder, http_status_of(error.code), error.what);
}

}  // namespace pa::bridge
