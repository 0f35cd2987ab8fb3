// Result<T>: a value or an Error. The part of std::expected we use, under the same names.
//
// An expected failure is a value and travels as a Result; a bug is an assert or an exception that
// ends in status 70. Add context once, where the user's noun is known: `webhook of +1555...: 401
// from Twilio`.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace pa {

/// One code per exit status of the tools (sysexits.h; `cli/exit.hpp` maps them).
enum class Errc {
    no,           // 1: an honest no: nothing found, not in sync
    usage,        // 64: wrong command line
    data,         // 65: wrong input
    unavailable,  // 69: the service said no
    bug,          // 70: our own fault
    io,           // 74: a local read or write failed
    later,        // 75: network, 429, 5xx: worth another try
    credentials,  // 77: bad credentials
    config,       // 78: wrong or missing settings
    refused,      // 16: our own rules forbid the call
};

struct Error {
    Errc code;
    std::string what;  // lower case, no full stop, names the place and the remedy

    /// The same error, told from one level up: "<context>: <what>".
    [[nodiscard]] Error in(std::string_view context) const {
        return {code, std::string(context) + ": " + what};
    }
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : v_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] explicit operator bool() const noexcept { return v_.index() == 0; }
    [[nodiscard]] bool has_value() const noexcept { return v_.index() == 0; }

    T& operator*() & { return std::get<0>(v_); }
    const T& operator*() const& { return std::get<0>(v_); }
    T&& operator*() && { return std::get<0>(std::move(v_)); }
    T* operator->() { return &std::get<0>(v_); }
    const T* operator->() const { return &std::get<0>(v_); }

    [[nodiscard]] const Error& error() const { return std::get<1>(v_); }
    [[nodiscard]] T value_or(T other) const { return *this ? **this : std::move(other); }

private:
    std::variant<T, Error> v_;
};

/// What a Status holds when all went well.
struct Done {};
using Status = Result<Done>;

}  // namespace pa
