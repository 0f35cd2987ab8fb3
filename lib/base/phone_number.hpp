// Phone numbers: what a person in Korea types becomes E.164.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pa {

/// A number in E.164 ("+821012345678"); valid by construction, never an emergency or short code.
class PhoneNumber {
public:
    /// What a person typed, read by the rules of read_number(). Errc::data if it is no number to
    /// dial; a number that wants confirmation is accepted here: ask read_number() where that
    /// matters.
    [[nodiscard]] static Result<PhoneNumber> parse(std::string_view typed);

    [[nodiscard]] const std::string& str() const noexcept { return e164_; }
    /// As it is written in Korea ("010-1234-5678"); numbers of other countries stay E.164.
    [[nodiscard]] std::string national() const;
    friend auto operator<=>(const PhoneNumber&, const PhoneNumber&) = default;

private:
    friend struct NumberReading;
    friend struct NumberReader;
    explicit PhoneNumber(std::string e164) : e164_(std::move(e164)) {}
    std::string e164_;
};

/// How a typed number is understood.
struct NumberReading {
    enum class Decision {
        accept,   // dial
        confirm,  // well formed but doubtful: dial only when the person insists
        reject,   // never dial, whatever flags are given
    };
    Decision decision = Decision::reject;
    std::optional<PhoneNumber> number;  // unless rejected
    std::string kind;    // "mobile", "fixed", "voip", "emergency", "short", "length", …
    std::string remark;  // for people: why it is doubtful or refused; "" if accepted plainly
};

/// Default region Korea (82). The plan and the refusals follow the Korean numbering plan as
/// published in google/libphonenumber's metadata, made stricter: exact lengths, no letters, no
/// extensions.
[[nodiscard]] NumberReading read_number(std::string_view typed);

}  // namespace pa
